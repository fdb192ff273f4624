/** The fused route of WebGPU: totals of both kinds, kernels that TensorFlow.js tracks, and memory that stays flat. Runs in Chromium only. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Device, EvaluateWork } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { familyCount } from '../../src/tensor/family.js';
import { paddedTensor, runProgram } from '../../src/tensor/fused/gpu-program.js';
import { fusedGpuSums } from '../../src/tensor/fused/index.js';
import { TOTALS_WGSL } from '../../src/tensor/fused/wgsl-totals.js';
import { findAdapter, GuardedGpu } from '../../src/tensor/gpu.js';
import { stream } from '../../src/tensor/random.js';
import { serial, startWebgpu, tf, type WebgpuBackend } from '../../src/tensor/tf.js';
import { latticeOf, someTheta } from './networks.js';
import { someInputs, someOutputs } from './oracle.js';
import { quiet } from './setting.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('webgpu');
});
afterAll(() => device.dispose());

function workOf(architecture: Architecture, count: number, points: number): EvaluateWork {
  const inputs = someInputs(architecture.input, count, 1);
  const outputs = someOutputs(count, 1, 3);
  return {
    architecture,
    inputs,
    outputs,
    family: { kind: 'lattice', lattice: latticeOf(someTheta(architecture, 1, 2), 2, points) },
  };
}

const allocated = (): number => (tf.memory() as unknown as { numBytesAllocatedInGPU: number }).numBytesAllocatedInGPU;

/** A GPU of its own under TensorFlow.js, for work below the devices. */
async function below<T>(work: (gpu: GuardedGpu) => Promise<T>): Promise<T> {
  return serial(async () => {
    const gpu = await GuardedGpu.open(await findAdapter(), () => undefined);
    await startWebgpu(gpu.device, gpu.info);
    try {
      return await work(gpu);
    } finally {
      gpu.device.destroy();
    }
  });
}

it('adds float32 numbers to float64 totals as float64 does, on the device', async () => {
  const random = stream(9, 'test theta', 0);
  const special = [0, -0, 1e-45, -1e-45, 1.1754942e-38, 3.4028234e38, -3.4028234e38, Infinity, -Infinity, NaN, 1, -1];
  const count = 512;
  const blocks = 24;
  const sums = Float32Array.from({ length: 2 * count * blocks }, (_, i) => {
    const member = (i >> 1) % count;
    const sum = random.normal() * 10 ** (member % 2 === 0 ? 3 * random.normal() : 12 * random.normal());
    return member >= 480 && random.uniform() < 0.2 ? special[Math.floor(special.length * random.uniform())]! : sum;
  });
  const start = Float64Array.from({ length: 2 * count }, (_, i) =>
    i % 5 === 0 ? 0 : random.normal() * 10 ** (9 * random.normal()),
  );
  const want = Float64Array.from(start);
  for (let b = 0; b < blocks; b++) for (let i = 0; i < 2 * count; i++) want[i]! += sums[b * 2 * count + i]!;
  const got = await below((gpu) =>
    gpu.guard('totals', async () => {
      const pipeline = await gpu.pipeline(TOTALS_WGSL);
      const given = [paddedTensor(sums), paddedTensor(new Int32Array(start.slice().buffer))];
      const job = [count, blocks];
      const after = runProgram(
        { kernel: 'FusedTotals', pipeline, groups: [count / 64, 1], job, size: 4 * count, dtype: 'int32' },
        given,
      );
      return new Float64Array(Int32Array.from(await after.data()).buffer);
    }),
  );
  expect([...got]).toEqual([...want]);
  expect(want.some(Number.isNaN)).toBe(true);
  expect(want.filter(Number.isFinite).length).toBeGreaterThan(960);
});

it.each([
  ['written out', genniFcn()],
  ['looped', mlp([3, 40, 1], { name: 'tanh' }, true)],
])('a member gets the same totals however blocks are cut and wherever they are added: %s', async (_, architecture) => {
  const work = workOf(architecture, 2100, 9);
  const count = familyCount(work.family);
  const cuts = [[17], [1, 5, 17], [4, 8, 9, 17]];
  const results = await below(async (gpu) => {
    const all: number[][] = [];
    for (const totals of [true, false])
      for (const cut of cuts) {
        const sums = await fusedGpuSums(work, quiet, gpu, { software: true, totals });
        const [loss, power] = [new Float64Array(count), new Float64Array(count)];
        let from = 0;
        for (const to of cut) {
          const members = Uint32Array.from({ length: count }, (_, i) => i);
          await sums.add({ members, loss, power }, from, to, async () => undefined);
          from = to;
        }
        const alone = { members: Uint32Array.of(7), loss: new Float64Array(1), power: new Float64Array(1) };
        await sums.add(alone, 0, 17, async () => undefined);
        expect([alone.loss[0], alone.power[0]]).toEqual([loss[7], power[7]]);
        sums.close();
        all.push([...loss, ...power]);
      }
    return all;
  });
  for (const result of results) expect(result).toEqual(results[0]);
});

it('its kernel is one of TensorFlow.js: profiled with its bytes, its tensors freed', async () => {
  const before = tf.memory().numTensors;
  const work = workOf(genniFcn(), 300, 30);
  const profile = await tf.profile(async () => {
    await device.evaluate(work, quiet);
    return tf.scalar(0);
  });
  tf.dispose(profile.result);
  const kernels = profile.kernels.filter(({ name }) => name === 'FusedBlockSums');
  expect(kernels.length).toBeGreaterThan(0);
  for (const { bytesAdded, inputShapes } of kernels) {
    expect(bytesAdded).toBeGreaterThan(0);
    expect(inputShapes.length).toBe(3); // records, coefficients, θ0 with the basis
  }
  // (loss, power) of each member and block
  expect(kernels.reduce((sum, { bytesAdded }) => sum + bytesAdded, 0)).toBeGreaterThanOrEqual(8 * 900 * 3);
  expect(tf.memory().numTensors).toBe(before);
});

it('memory stays flat over a thousand runs of changing sizes', async () => {
  const sizes = Array.from({ length: 20 }, (_, i) => workOf(genniFcn(), 20 + 37 * i, 3 + (i % 7)));
  const run = (i: number) => device.evaluate(sizes[i % sizes.length]!, quiet);
  for (let i = 0; i < 2 * sizes.length; i++) await run(i);
  const [bytes, tensors] = [allocated(), tf.memory().numTensors];
  for (let i = 0; i < 1000; i++) await run(i);
  expect(allocated()).toBe(bytes);
  expect(tf.memory().numTensors).toBe(tensors);
});

it.each(['FusedBlockSums', 'FusedTotals'] as const)(
  'leaves nothing behind where a dispatch of %s throws',
  async (kernel) => {
    const work = workOf(genniFcn(), 1500, 5);
    const count = familyCount(work.family);
    await below(async (gpu) => {
      const backend = tf.backend() as unknown as WebgpuBackend & { numDataIds(): number };
      const submit = backend.recordAndSubmit;
      /** An evaluation whose `nth` dispatch throws; its sums. */
      const run = async (nth?: number): Promise<number[]> => {
        let dispatches = 0;
        backend.recordAndSubmit = (...args) => {
          if (++dispatches === nth) throw new Error('provoked');
          return submit.apply(backend, args);
        };
        const sums = await fusedGpuSums(work, quiet, gpu, { software: true, totals: true });
        const [loss, power] = [new Float64Array(count), new Float64Array(count)];
        const members = Uint32Array.from({ length: count }, (_, i) => i);
        try {
          await sums.add({ members, loss, power }, 0, sums.blocks, async () => undefined);
        } finally {
          sums.close();
        }
        expect(dispatches).toBe(2);
        return [...loss, ...power];
      };
      const want = await run();
      const left = () => [tf.memory().numTensors, backend.numDataIds(), allocated()];
      const [tensors, data] = left();
      const fail = async () => {
        // more dispatches than the backend gathers before it lets go of their buffers
        for (let i = 0; i < 40; i++) await expect(run(kernel === 'FusedBlockSums' ? 1 : 2)).rejects.toThrow('provoked');
        expect(await run()).toEqual(want);
      };
      await fail();
      const before = left();
      await fail();
      expect(before.slice(0, 2)).toEqual([tensors, data]);
      expect(left()).toEqual(before);
    });
  },
);
