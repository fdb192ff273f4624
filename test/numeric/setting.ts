/**
 * What the numeric tests run on. The same files run on every device; `vitest.config.ts` says which. On WebGPU every file proves
 * that it was WebGPU: the adapter is named, nothing is cached from before, small work does not go to the processor, and the
 * dispatches are counted where the browser takes them, not where we say that we make them.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject } from 'vitest';
import type { Device, DeviceName, WorkControl } from '../../src/catalog/work.js';
import { descendsOnHost } from '../../src/tensor/descent-route.js';
import { openDevice } from '../../src/tensor/device.js';

declare module 'vitest' {
  interface ProvidedContext {
    devices: DeviceName[];
    reference: string; // folder of the recorded grids, '' when absent
    requireReference: boolean;
  }
}

/** A control that is never cancelled and says nothing. */
export const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };

/** Relative rounding that a device's float32 arithmetic may show in J. */
export const TOLERANCE: Record<DeviceName, number> = { cpu: 1e-5, wasm: 2e-5, webgpu: 5e-5 };

/** Counts the dispatches that the browser takes from here on. */
function watchDispatches(): () => number {
  const encoder = GPUComputePassEncoder.prototype;
  let count = 0;
  for (const name of ['dispatchWorkgroups', 'dispatchWorkgroupsIndirect'] as const) {
    const dispatch = encoder[name] as (...args: unknown[]) => undefined;
    encoder[name] = function (this: GPUComputePassEncoder, ...args: unknown[]) {
      count++;
      return dispatch.apply(this, args);
    };
  }
  return () => count;
}

/** That this is WebGPU on an adapter that has a name, with nothing compiled before and nothing forwarded to the processor. */
async function expectColdWebgpu(device: Device): Promise<void> {
  const { tf } = await import('../../src/tensor/tf.js');
  const backend = tf.backend() as unknown as { readonly pipelineCache: object };
  console.log(`webgpu: ${device.adapter}`);
  expect(device.name).toBe('webgpu');
  expect(device.adapter).not.toMatch(/^$|unnamed/);
  expect(device.software).toBe(/software/.test(device.adapter));
  expect(device.dispatches).toBe(0);
  expect(tf.getBackend()).toBe('webgpu');
  expect(tf.env().getBool('WEBGPU_CPU_FORWARD')).toBe(false);
  expect(Object.keys(backend.pipelineCache)).toEqual([]);
}

/**
 * Declares the tests once for each device; `device()` gives it inside tests. Whatever a test asks of the device must run there:
 * on WebGPU, as dispatches of the browser, or, where descend of a small network is meant to run on the host, there.
 */
export function onEachDevice(tests: (device: () => Device, name: DeviceName) => void): void {
  for (const name of inject('devices'))
    describe(`on ${name}`, () => {
      let device: Device | undefined;
      let taken = (): number => 0;
      let before = 0;
      let answered = 0; // pieces of work that came to their end
      beforeAll(async () => {
        device = await openDevice(name);
        if (name !== 'webgpu') return;
        await expectColdWebgpu(device);
        taken = watchDispatches();
        watchAnswers(device, () => {
          answered++;
        });
      });
      beforeEach(() => {
        before = taken();
        answered = 0;
      });
      afterEach(() => {
        if (name === 'webgpu' && answered > 0) expect(taken(), 'dispatches of the browser').toBeGreaterThan(before);
      });
      afterAll(async () => {
        await device?.dispose();
      });
      tests(() => device!, name);
    });
}

/** Calls `ended` after each piece of work that the device has to do itself. */
function watchAnswers(device: Device, ended: () => void): void {
  const { evaluate, forward, descend, train, score, record, estimateStatistics } = device;
  device.evaluate = async (work, control) => {
    const evaluation = await evaluate.call(device, work, control);
    if (evaluation.loss.length > 0) ended();
    return evaluation;
  };
  device.forward = async (...args) => {
    const outputs = await forward.apply(device, args);
    if (outputs.length > 0) ended();
    return outputs;
  };
  device.descend = async (work, control) => {
    const descent = await descend.call(device, work, control);
    if (work.steps > 0 && work.count > 0 && !descendsOnHost(work.architecture, 'webgpu')) ended();
    return descent;
  };
  device.train = async (work, control) => {
    const training = await train.call(device, work, control);
    if (training.epochs.some((epochs) => epochs > 0)) ended();
    return training;
  };
  device.score = async (networks, ...rest) => {
    const scores = await score.call(device, networks, ...rest);
    if (networks.count > 0) ended();
    return scores;
  };
  device.record = async (work, control) => {
    const values = await record.call(device, work, control);
    if (work.layers.length > 0) ended();
    return values;
  };
  device.estimateStatistics = async (networks, ...rest) => {
    const statistics = await estimateStatistics.call(device, networks, ...rest);
    if (statistics.length > 0) ended();
    return statistics;
  };
}
