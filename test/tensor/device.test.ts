import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import { FiberscopeError } from '../../src/catalog/errors.js';
import type { Curve, Inputs, Outputs } from '../../src/catalog/values.js';
import type { DescendWork, EvaluateWork, WorkControl } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { deviceFault, faultReason } from '../../src/tensor/device-fault.js';

const architecture: Architecture = {
  type: 'Architecture',
  input: [1, 6, 6],
  layers: [
    { kind: 'conv', channels: 2, kernel: [3, 3], stride: 1, padding: 0, bias: true },
    { kind: 'flatten' },
    { kind: 'dense', units: 1, bias: false },
  ],
};
const SIZE = 2 * 9 + 2 + 32;
const inputs: Inputs = {
  type: 'Inputs',
  x: new Float32Array(36 * 3).fill(0.5),
  count: 3,
  item: [1, 6, 6],
  weights: new Float32Array(3).fill(1 / 3),
  source: 'test',
};
const outputs: Outputs = { type: 'Outputs', y: new Float32Array(3), count: 3, width: 1 };
const MANY = 3000; // inputs that keep any machine busy for seconds
const many: Inputs = {
  ...inputs,
  x: new Float32Array(36 * MANY).fill(0.5),
  count: MANY,
  weights: new Float32Array(MANY).fill(1 / MANY),
};
const zeros: Outputs = { type: 'Outputs', y: new Float32Array(MANY), count: MANY, width: 1 };
const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
const explicit = (count: number): EvaluateWork['family'] => ({
  kind: 'explicit',
  theta: new Float32Array(count * SIZE).fill(0.1),
  count,
});
const descent: DescendWork = {
  architecture,
  inputs,
  outputs,
  start: new Float32Array(2 * SIZE).fill(0.1),
  count: 2,
  optimizer: { name: 'sgd', learningRate: 1e-4, momentum: 0 },
  steps: 1e6,
  batch: 3,
  seed: 1,
  record: 10,
};

/** A GPU whose adapter has this info; asking it for a device fails the test. */
function fakeGpu(info: Partial<GPUAdapterInfo>): GPU {
  const full = { vendor: '', architecture: '', device: '', description: '', isFallbackAdapter: false, ...info };
  const adapter = {
    info: full,
    limits: {},
    features: new Set(),
    requestDevice: () => Promise.reject(new Error('no device from a fake')),
  };
  return { requestAdapter: async () => adapter } as unknown as GPU;
}

const none = { requestAdapter: async () => null } as unknown as GPU;

describe('openDevice', () => {
  it('takes WASM by itself where there is no adapter, or a software one only', async () => {
    const plain = await openDevice('auto', { gpu: none });
    expect([plain.name, plain.adapter, plain.software]).toEqual(['wasm', 'SIMD', false]);
    for (const info of [{ description: 'SwiftShader Device' }, { isFallbackAdapter: true }])
      expect((await openDevice('auto', { gpu: fakeGpu(info) })).name).toBe('wasm');
  });

  it('reports an adapter that gives no device, and no adapter', async () => {
    await expect(openDevice('webgpu', { gpu: fakeGpu({ vendor: 'acme' }) })).rejects.toThrow(
      'device webgpu: the adapter gave no device; choose device wasm or cpu',
    );
    await expect(openDevice('webgpu', { gpu: none })).rejects.toThrow('device webgpu: no adapter was found');
  });
});

describe.each(['cpu', 'wasm'] as const)('device %s', (name) => {
  it('stops within a second of being told, in evaluate and in descend, and works on', async () => {
    const device = await openDevice(name);
    for (const work of ['evaluate', 'descend'] as const) {
      const controller = new AbortController();
      let reports = 0;
      const curves: Curve[] = [];
      const control: WorkControl = {
        signal: controller.signal,
        progress: (fraction, _message, curve) => {
          expect(fraction).toBeGreaterThanOrEqual(0);
          expect(fraction).toBeLessThanOrEqual(1);
          if (curve) curves.push(curve);
          if (++reports === 2) controller.abort();
        },
      };
      const running =
        work === 'evaluate'
          ? device.evaluate({ architecture, inputs: many, outputs: zeros, family: explicit(300_000) }, control)
          : device.descend(descent, control);
      await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
      expect(reports).toBe(2);
      if (work === 'descend') {
        expect(curves.at(-1)!.lines).toHaveLength(2);
        expect(curves.at(-1)!.lines[0]!.y.every(Number.isFinite)).toBe(true);
      }
    }
    const done = await device.evaluate({ architecture, inputs, outputs, family: explicit(2) }, quiet);
    expect(done.loss[0]).toBe(done.loss[1]);
    expect(device.dispatches).toBeGreaterThan(0);
  });

  it('refuses work whose shapes do not fit, and says which', async () => {
    const device = await openDevice(name);
    const work: EvaluateWork = { architecture, inputs, outputs, family: explicit(1) };
    const vectors = {
      origin: new Float32Array(SIZE),
      basis: new Float32Array(2 * SIZE),
      coordinates: new Float64Array(2),
    };
    const subspace = { type: 'Subspace', rank: 2, size: SIZE, flags: [], ...vectors } as const;
    const bad: [Partial<EvaluateWork>, string][] = [
      [{ inputs: { ...inputs, item: [6, 7] } }, "numbers in one input of 'inputs': expected 36, got 42"],
      [{ inputs: { ...inputs, weights: new Float32Array(2) } }, 'weights of the inputs: expected 3, got 2'],
      [{ outputs: { ...outputs, width: 2 } }, "width of 'outputs': expected 1, got 2"],
      [{ outputs: { ...outputs, y: new Float32Array(4) } }, "numbers in 'outputs': expected 3, got 4"],
      [
        { family: { kind: 'explicit', theta: new Float32Array(7), count: 1 } },
        `parameters of a member: expected ${SIZE}, got 7`,
      ],
      [{ range: { start: 0, end: 2 } }, 'expected a range of the 1 members of the family, got 0 to 2'],
      [{ range: { start: 1, end: 0 } }, 'expected a range of the 1 members of the family, got 1 to 0'],
      [
        { family: { kind: 'affine', subspace, coefficients: new Float64Array(3) } },
        'numbers in the coefficients: expected a multiple of 2, got 3',
      ],
    ];
    for (const [part, message] of bad)
      await expect(device.evaluate({ ...work, ...part }, quiet)).rejects.toThrow(`evaluate: ${message}`);
    await expect(device.descend({ ...descent, batch: 0 }, quiet)).rejects.toThrow(
      'descend: expected batch to be an integer ≥ 1, got 0',
    );
    await expect(
      device.descend({ ...descent, optimizer: { name: 'sgd', learningRate: 0, momentum: 0 } }, quiet),
    ).rejects.toThrow('descend: expected a learning rate above 0, got 0');
  });
});

it('a device fault names the device, the cause and the remedy', () => {
  const fault = deviceFault('webgpu', 'memory', 'Buffer size (9) is too large\n - While validating');
  expect(fault.message).toBe(
    'device webgpu: out of memory (Buffer size (9) is too large); use fewer inputs or a smaller network, or choose another device',
  );
  expect(faultReason(fault)).toBe('memory');
  expect(faultReason(new FiberscopeError('device', 'x'))).toBeUndefined();
});
