import { afterEach, expect, test, vi } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import { product } from '../../src/catalog/shape.js';
import type { EvaluateWork, WorkControl } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { stream } from '../../src/tensor/random.js';

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
const normals = (length: number): Float32Array => {
  const random = stream(1, 'test', length);
  return Float32Array.from({ length }, () => random.normal());
};

/** J of 3² members of a plane on 300 inputs. */
function work(architecture: Architecture): EvaluateWork {
  const { size, outputs } = layoutOf(architecture);
  const [count, width] = [300, product(architecture.input)];
  const subspace = {
    type: 'Subspace',
    origin: normals(size),
    basis: normals(2 * size),
    rank: 2,
    size,
    coordinates: new Float64Array(2),
    flags: [],
  } as const;
  return {
    architecture,
    inputs: {
      type: 'Inputs',
      x: normals(count * width),
      count,
      item: architecture.input,
      weights: new Float32Array(count).fill(1 / count),
      source: 'test',
    },
    outputs: { type: 'Outputs', y: normals(count * outputs), count, width: outputs },
    family: { kind: 'lattice', lattice: { subspace, low: -1, high: 1, points: 3 } },
  };
}

/** Refuses the next memory of WebAssembly as engines do, then gives as before. */
function refuseOnce(): { refused: number } {
  const seen = { refused: 0 };
  const { Memory } = WebAssembly;
  class Short extends Memory {
    constructor(descriptor: WebAssembly.MemoryDescriptor) {
      if (seen.refused++ === 0) throw new RangeError('WebAssembly.Memory(): could not allocate memory');
      super(descriptor);
    }
  }
  vi.stubGlobal(
    'WebAssembly',
    new Proxy(WebAssembly, { get: (all, name) => (name === 'Memory' ? Short : Reflect.get(all, name)) }),
  );
  return seen;
}
afterEach(() => vi.unstubAllGlobals());

const convolution: Architecture = {
  type: 'Architecture',
  input: [1, 8, 8],
  layers: [
    { kind: 'conv', channels: 3, kernel: [3, 3], stride: 1, padding: 0, bias: true },
    { kind: 'activation', activation: { name: 'relu' } },
    { kind: 'flatten' },
    { kind: 'dense', units: 1, bias: true },
  ],
};

test.each([
  ['a fused kernel takes smaller segments', mlp([3, 4, 1], { name: 'tanh' }, true), 'fused', 0],
  ['the first layer of a larger network takes smaller blocks', convolution, 'layered · affine', 1e-6], // sums of fewer inputs round otherwise
])('WASM without memory: %s, and J stays the same', async (_, architecture, route, tolerance) => {
  const device = await openDevice('wasm');
  const expected = await device.evaluate(work(architecture), quiet);
  const seen = refuseOnce();
  const { loss, route: taken } = await device.evaluate(work(architecture), quiet);
  expect(seen.refused).toBeGreaterThan(0);
  expect(taken).toBe(route);
  for (const [i, j] of expected.loss.entries()) expect(Math.abs(loss[i]! / j - 1)).toBeLessThanOrEqual(tolerance);
});

test('WASM without memory: a descent of a larger network takes less and goes the same way', async () => {
  const { architecture, inputs, outputs } = work(convolution);
  const { size } = layoutOf(architecture);
  const descent = {
    architecture,
    inputs,
    outputs,
    start: normals(2 * size).map((v) => 0.3 * v),
    count: 2,
    optimizer: { name: 'sgd', learningRate: 1e-3, momentum: 0 },
    steps: 3,
    batch: 200,
    seed: 1,
    record: 1,
  } as const;
  const device = await openDevice('wasm', { threads: 1 });
  const expected = await device.descend(descent, quiet);
  const seen = refuseOnce();
  const { theta, history } = await device.descend(descent, quiet);
  expect(seen.refused).toBeGreaterThan(1);
  for (const [i, value] of expected.theta.entries()) expect(Math.abs(theta[i]! - value)).toBeLessThan(1e-5);
  for (const [i, j] of expected.history.entries()) expect(Math.abs(history[i]! / j - 1)).toBeLessThan(1e-5);
});
