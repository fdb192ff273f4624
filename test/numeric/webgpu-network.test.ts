/**
 * The network engine of WebGPU against plain loops in float64: every kind of layer and activation, both objectives, both kinds of
 * statistics; on the kernels for software and for hardware adapters. Runs in Chromium only.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { ParameterRange } from '../../src/catalog/work.js';
import { findAdapter, GuardedGpu } from '../../src/tensor/gpu.js';
import type { GpuKernel } from '../../src/tensor/gpu-frame.js';
import { CpuNetworkEngine } from '../../src/tensor/network/cpu-engine.js';
import type { GradientJob } from '../../src/tensor/network/engine.js';
import { slicesOf } from '../../src/tensor/network/gpu-calls.js';
import { GpuNetworkEngine } from '../../src/tensor/network/gpu-network.js';
import {
  type Asked,
  expectNear,
  gradients,
  jobOf,
  NETWORKS,
  STAGED,
  someBatch,
  someBuffers,
  someTheta,
  still,
  WIDE,
} from './gpu-networks.js';
import { dense, net } from './layers.js';

let gpu: GuardedGpu;
beforeAll(async () => {
  gpu = await GuardedGpu.open(await findAdapter(), () => undefined);
});
afterAll(() => gpu.device.destroy());

/** That a job comes to what plain loops come to, to float32 rounding, on both kinds of kernels. */
async function expectGradients(architecture: Architecture, asked: Asked, kinds = [true]): Promise<void> {
  const want = await gradients(new CpuNetworkEngine(architecture, () => undefined), architecture, asked);
  const { size } = layoutOf(architecture);
  for (const software of kinds) {
    const got = await gradients(new GpuNetworkEngine(architecture, gpu, software, 1), architecture, asked);
    expectNear(got.loss, want.loss, 2e-5);
    expect([...got.correct]).toEqual([...want.correct]);
    expectNear(got.buffers, want.buffers, 2e-5);
    for (let g = 0; g < want.networks.length; g++)
      for (const { start, end } of want.trainable)
        expectNear(
          got.gradient.subarray(g * size + start, g * size + end),
          want.gradient.subarray(g * size + start, g * size + end),
          1e-4,
        );
  }
}

describe('gradients', () => {
  it.each(Object.entries(NETWORKS))('of %s', async (_, architecture) => {
    await expectGradients(architecture, { objective: 'cross-entropy', statistics: 'batch' });
    await expectGradients(architecture, { objective: 'squared-error', statistics: 'running' });
  });

  it('of wide layers, with more columns of inputs than a workgroup has threads', async () => {
    await expectGradients(WIDE, { objective: 'cross-entropy', statistics: 'batch', count: 301 });
  });

  it('of kernels that are cut into several dispatches', async () => {
    let dispatches = 0;
    const watched = await GuardedGpu.open(await findAdapter(), (count) => {
      dispatches += count;
    });
    const asked = { objective: 'cross-entropy', statistics: 'batch', count: 301, networks: [2] } as const;
    const whole = await gradients(new GpuNetworkEngine(WIDE, watched, true, 1), WIDE, asked);
    const atOnce = dispatches;
    const cut = await gradients(new GpuNetworkEngine(WIDE, watched, true, 1 / 64), WIDE, asked);
    watched.device.destroy();
    expect(dispatches - atOnce).toBeGreaterThan(1.5 * atOnce);
    expect(cut.gradient).toEqual(whole.gradient);
    expect(cut.loss).toEqual(whole.loss);
  });

  it('by the kernels for hardware', async () => {
    await expectGradients(STAGED, { objective: 'cross-entropy', statistics: 'batch', count: 70 }, [false]);
  });

  it('of some parameters only', async () => {
    const architecture = NETWORKS['joins in joins']!;
    const { tensors } = layoutOf(architecture);
    const range = (name: string): ParameterRange => {
      const { offset, size } = tensors.find((tensor) => tensor.name === name)!;
      return { start: offset, end: offset + size };
    };
    for (const names of [
      ['6.weight', '6.bias'],
      ['2.shortcut.1.bias', '2.block.1.weight'],
      ['2.block.3.shortcut.0.weight'],
    ])
      for (const statistics of ['batch', 'running'] as const) {
        const trainable = names.map(range);
        await expectGradients(architecture, { objective: 'cross-entropy', statistics, trainable });
      }
  });

  it('of a network are the same to the bit whatever others are beside it', async () => {
    for (const software of [true, false]) {
      const asked = { objective: 'cross-entropy', statistics: 'batch', count: 70 } as const;
      const together = await gradients(new GpuNetworkEngine(STAGED, gpu, software, 1), STAGED, asked);
      const alone = await gradients(new GpuNetworkEngine(STAGED, gpu, software, 1), STAGED, {
        ...asked,
        networks: [2],
      });
      const { size, bufferSize } = layoutOf(STAGED);
      expect(alone.loss[0]).toBe(together.loss[2]);
      expect(alone.gradient).toEqual(together.gradient.slice(2 * size));
      const own = (job: GradientJob): Float32Array => job.buffers.slice(2 * bufferSize, 3 * bufferSize);
      expect(own(alone)).toEqual(own(together));
    }
  });

  it('of batches of several sizes in one call', async () => {
    const architecture = NETWORKS['joins in joins']!;
    const asked = { objective: 'cross-entropy', statistics: 'batch' } as const;
    const mixed = jobOf(architecture, asked);
    const batches = mixed.batches.map((batch, i) => ({ ...batch, count: [11, 6, 11][i]! }));
    const { size } = layoutOf(architecture);
    const jobs = [
      new GpuNetworkEngine(architecture, gpu, true, 1),
      new CpuNetworkEngine(architecture, () => undefined),
    ];
    const [got, want] = await Promise.all(
      jobs.map(async (engine) => {
        const job = { ...jobOf(architecture, asked), batches };
        await engine.gradients(job, still);
        engine.dispose();
        return job;
      }),
    );
    expectNear(got!.loss, want!.loss, 1e-5);
    for (let g = 0; g < 3; g++)
      expectNear(got!.gradient.slice(g * size, (g + 1) * size), want!.gradient.slice(g * size, (g + 1) * size), 1e-4);
  });

  it('of batches that come in parts', async () => {
    const architecture = NETWORKS['joins in joins']!;
    for (const objective of ['cross-entropy', 'squared-error'] as const) {
      const asked = { objective, statistics: 'running', count: 301 } as const; // at this scale 256 and 45
      const want = await gradients(new CpuNetworkEngine(architecture, () => undefined), architecture, asked);
      const got = await gradients(new GpuNetworkEngine(architecture, gpu, true, 1 / 64), architecture, asked);
      expectNear(got.loss, want.loss, 2e-5);
      expect([...got.correct]).toEqual([...want.correct]);
      expectNear(got.gradient, want.gradient, 1e-4);
    }
  });

  it('of a network that overflows are not finite, and leave the others alone', async () => {
    const architecture = NETWORKS['joins in joins']!;
    const asked = { objective: 'cross-entropy', statistics: 'batch' } as const;
    const { size } = layoutOf(architecture);
    const want = await gradients(new GpuNetworkEngine(architecture, gpu, true, 1), architecture, asked);
    const job = jobOf(architecture, asked);
    job.theta.fill(1e30, 0, size); // network 0, the second of the call
    const engine = new GpuNetworkEngine(architecture, gpu, true, 1);
    await engine.gradients(job, still);
    engine.dispose();
    expect(Number.isFinite(job.loss[1])).toBe(false);
    for (const g of [0, 2]) {
      expect(job.loss[g]).toBe(want.loss[g]);
      expect(job.gradient.slice(g * size, (g + 1) * size)).toEqual(want.gradient.slice(g * size, (g + 1) * size));
    }
  });
});

describe('values', () => {
  it.each(Object.entries({ ...NETWORKS, 'wide layers': WIDE }))('of %s, of every layer', async (_, architecture) => {
    const { places, size, bufferSize } = layoutOf(architecture);
    const theta = Float32Array.from(someTheta(architecture, 41).slice(size, 2 * size));
    const buffers = someBuffers(architecture, 42).slice(bufferSize, 2 * bufferSize);
    const { x } = someBatch(architecture, 9, 7);
    const paths = places.map(({ path }) => path);
    const cpu = new CpuNetworkEngine(architecture, () => undefined);
    for (const asked of [paths, paths.slice(-2, -1), []]) {
      const engine = new GpuNetworkEngine(architecture, gpu, true, 1);
      const want = await cpu.forward(theta, buffers, x, 9, asked, still);
      const got = await engine.forward(theta, buffers, x, 9, asked, still);
      expectNear(got.outputs, want.outputs, 2e-5);
      expect(got.layers).toHaveLength(asked.length);
      asked.forEach((_path, i) => {
        expectNear(got.layers[i]!, want.layers[i]!, 2e-5);
      });
      engine.dispose();
    }
  });

  it('that batch normalisation divides by', async () => {
    for (const architecture of [
      WIDE,
      NETWORKS['joins in joins']!,
      NETWORKS['batch norm of vectors, first and last']!,
    ]) {
      const { size } = layoutOf(architecture);
      const theta = Float32Array.from(someTheta(architecture, 41).slice(0, size));
      const { x } = someBatch(architecture, 13, 7);
      const engine = new GpuNetworkEngine(architecture, gpu, true, 1);
      const cpu = new CpuNetworkEngine(architecture, () => undefined);
      expectNear(await engine.statistics(theta, x, 13, still), await cpu.statistics(theta, x, 13, still), 1e-5);
      engine.dispose();
    }
    const plain = new GpuNetworkEngine(net([2], dense(2)), gpu, true, 1);
    expect(await plain.statistics(new Float32Array(6), new Float32Array(4), 2, still)).toHaveLength(0);
    plain.dispose();
  });
});

describe('slices of a kernel', () => {
  it('cover its workgroups once, and no more work each than allowed', () => {
    for (const groups of [
      [1, 1],
      [7, 5],
      [1, 40],
      [200_000, 3],
      [70_000, 70_000],
    ] as const)
      for (const most of [10, 1e3, 1e9, 1e12]) {
        if (groups[0] >= 70_000 && most < 1e9) continue; // too many to list
        const each = 3; // multiply-adds of a workgroup
        const multiplyAdds = each * groups[0] * groups[1];
        const slices = slicesOf({ groups, multiplyAdds } as unknown as GpuKernel, 2, most);
        const area = slices.reduce((sum, { kernel }) => sum + kernel.groups[0] * kernel.groups[1], 0);
        expect(area).toBe(groups[0] * groups[1]);
        expect(new Set(slices.map(({ across, down }) => `${across} ${down}`)).size).toBe(slices.length);
        for (const { kernel, across, down } of slices) {
          expect(Math.max(...kernel.groups)).toBeLessThanOrEqual(65_535);
          expect(across + kernel.groups[0]).toBeLessThanOrEqual(groups[0]);
          expect(down + kernel.groups[1]).toBeLessThanOrEqual(groups[1]);
          expect(2 * kernel.multiplyAdds).toBeLessThanOrEqual(2 * Math.max(most, 2 * each));
        }
      }
  });
});
