/** What a lost device, a lack of memory and a refused shader come to, on any WebGPU: the browser's, and Dawn in Node. */
import { afterEach, describe, expect, it } from 'vitest';
import { FiberscopeError } from '../../src/catalog/errors.js';
import type { Device, EvaluateWork, Training } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { faultReason } from '../../src/tensor/device-fault.js';
import { findAdapter, GuardedGpu } from '../../src/tensor/gpu.js';
import { GpuMemory } from '../../src/tensor/gpu-memory.js';
import { descentOf, FUSED, LAYERED, MEMBERS, trainingOf, WORK, workOf } from './fault-work.js';
import { breakShaders, first, loseAfter, neverCompile, refuseAbove, watchedGpu } from './faulty-gpus.js';
import { someTheta } from './networks.js';
import { lossAndPower } from './oracle.js';
import { quiet } from './setting.js';

const open: Device[] = [];
afterEach(async () => {
  for (const device of open.splice(0)) await device.dispose();
});

/** Opens a device that is closed after the test. */
export async function webgpu(gpu?: GPU): Promise<Device> {
  const device = await openDevice('webgpu', gpu === undefined ? {} : { gpu });
  open.push(device);
  return device;
}

/** That losses are those of the plain loops. */
export function expectRight(work: EvaluateWork, loss: Float32Array): void {
  const theta = someTheta(work.architecture, MEMBERS, 63);
  const size = theta.length / MEMBERS;
  for (const member of [0, 5]) {
    const row = theta.slice(member * size, (member + 1) * size);
    const want = lossAndPower(work.architecture, row, work.inputs, work.outputs).loss;
    expect(Math.abs(loss[member]! - want)).toBeLessThan(1e-4 * want);
  }
}

/** What came of a training. */
function expectSame({ networks, history }: Training, want: Training): void {
  expect(networks.theta.every(Number.isFinite)).toBe(true);
  expect([...networks.theta]).toEqual([...want.networks.theta]);
  expect([...networks.buffers]).toEqual([...want.networks.buffers]);
  expect([...history.loss]).toEqual([...want.history.loss]);
}

async function errorOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(FiberscopeError);
  return error as Error;
}

/** Declares the tests for the WebGPU that `source` gives. */
export function faultTests(source: () => Promise<GPU>): void {
  describe('a device that is lost', () => {
    it.each([
      [FUSED, 1],
      [LAYERED, 1],
      [LAYERED, 2],
    ] as const)('in the middle of an evaluation of %s, at piece %i of it, is rebuilt once', async (name, nth) => {
      const given: GPUDevice[] = [];
      const device = await webgpu(watchedGpu(await source(), given, first(given, loseAfter(nth))));
      const work = workOf(name, 600); // two blocks of inputs on the device, one after the other
      const { loss } = await device.evaluate(work, quiet);
      expect(given).toHaveLength(2);
      expectRight(work, loss);
    });

    it('in the middle of a descent is rebuilt, and every candidate comes to where it would have come', async () => {
      const undisturbed = await (await webgpu(await source())).descend(descentOf(LAYERED, 9), quiet);
      const given: GPUDevice[] = [];
      const device = await webgpu(watchedGpu(await source(), given, first(given, loseAfter(6))));
      const { theta, history } = await device.descend(descentOf(LAYERED, 9), quiet);
      expect(given).toHaveLength(2);
      expect([...theta]).toEqual([...undisturbed.theta]);
      expect([...history]).toEqual([...undisturbed.history]);
      expect([...theta].every(Number.isFinite)).toBe(true);
    });

    it('in the middle of a training is rebuilt, and every network comes to where it would have come', async () => {
      const undisturbed = await (await webgpu(await source())).train(trainingOf(3), quiet);
      const given: GPUDevice[] = [];
      const device = await webgpu(watchedGpu(await source(), given, first(given, loseAfter(5))));
      expectSame(await device.train(trainingOf(3), quiet), undisturbed);
      expect(given).toHaveLength(2);
    });

    it('does not matter to a descent that runs on the host', async () => {
      const given: GPUDevice[] = [];
      const device = await webgpu(watchedGpu(await source(), given));
      const want = await device.descend(descentOf(FUSED, 5), quiet);
      given[0]!.destroy();
      const { theta } = await device.descend(descentOf(FUSED, 5), quiet);
      expect([...theta]).toEqual([...want.theta]);
      expect(given).toHaveLength(1);
    });

    it.each(Object.keys(WORK))(
      'again and again ends %s with an error that says so, and the next one opens',
      async (name) => {
        const given: GPUDevice[] = [];
        const device = await webgpu(watchedGpu(await source(), given, loseAfter(1)));
        const error = await errorOf(WORK[name]!(device, quiet));
        expect(error.message).toMatch(/^device webgpu: the device was lost/);
        expect(faultReason(error)).toBe('lost');
        expect(given).toHaveLength(2);
        const work = workOf(LAYERED);
        expectRight(work, (await (await webgpu(await source())).evaluate(work, quiet)).loss);
      },
    );
  });

  describe('a lack of memory', () => {
    it('is a typed error of an allocation over the limit, not zeros', async () => {
      const gpu = await GuardedGpu.open(await findAdapter(await source()), () => undefined);
      const size = gpu.device.limits.maxBufferSize + 4;
      const allocate = async (): Promise<GPUBuffer> => gpu.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE });
      const error = await errorOf(gpu.guard('test', allocate));
      expect(error.message).toMatch(/^device webgpu: out of memory \(test: /);
      expect(faultReason(error)).toBe('memory');
      gpu.device.destroy();
    });

    it('in the middle of an evaluation is met with smaller blocks', async () => {
      const given: GPUDevice[] = [];
      let refusals = 0;
      const refuse = refuseAbove(40_000, () => refusals++); // the widest layer of 130 inputs takes 190,080 bytes
      const device = await webgpu(watchedGpu(await source(), given, refuse));
      const work = workOf(LAYERED);
      expectRight(work, (await device.evaluate(work, quiet)).loss);
      expect(refusals).toBeGreaterThan(0);
      expect(given.length).toBeGreaterThan(1);
    });

    it('in the middle of a descent is met with smaller parts of the minibatch', async () => {
      const work = descentOf(LAYERED, 3, 128);
      const want = await (await webgpu(await source())).descend(work, quiet);
      const given: GPUDevice[] = [];
      let refusals = 0;
      const refuse = refuseAbove(40_000, () => refusals++); // the widest layer of six candidates and 128 inputs takes 184,320 bytes
      const device = await webgpu(watchedGpu(await source(), given, refuse));
      const { theta } = await device.descend(work, quiet);
      expect(refusals).toBeGreaterThan(0);
      expect(given.length).toBeGreaterThan(1);
      theta.forEach((v, i) => {
        expect(Math.abs(v - want.theta[i]!)).toBeLessThan(1e-5);
      });
    });

    it('in the middle of a training is met with fewer networks at once', async () => {
      const want = await (await webgpu(await source())).train(trainingOf(2), quiet);
      const given: GPUDevice[] = [];
      let refusals = 0;
      const refuse = refuseAbove(5000, () => refusals++); // sums of weights take 3,072 bytes of one network, 12,288 of four
      const device = await webgpu(watchedGpu(await source(), given, refuse));
      expectSame(await device.train(trainingOf(2), quiet), want);
      expect(refusals).toBeGreaterThan(0);
      expect(given.length).toBeGreaterThan(1);
    });

    it('that smaller batches do not help is a typed error', async () => {
      const device = await webgpu(
        watchedGpu(
          await source(),
          [],
          refuseAbove(64, () => undefined),
        ),
      );
      for (const name of ['a layered evaluation', 'a descent', 'a training']) {
        const error = await errorOf(WORK[name]!(device, quiet));
        expect(error.message).toMatch(/^device webgpu: out of memory/);
        expect(faultReason(error)).toBe('memory');
      }
    });
  });

  describe('training that is to stop', () => {
    it('ends in the middle of an epoch and gives its buffers back', async () => {
      const given: GPUDevice[] = [];
      const controller = new AbortController();
      let pieces = 0;
      const stopAtFourth = (device: GPUDevice): void => {
        const submit = device.queue.submit.bind(device.queue);
        device.queue.submit = (buffers) => {
          submit(buffers);
          if (++pieces === 4) controller.abort();
        };
      };
      const device = await webgpu(watchedGpu(await source(), given, stopAtFourth));
      const memory = GpuMemory.of(given[0]!);
      const { bytes } = memory;
      const error = await errorOf(device.train(trainingOf(1000), { ...quiet, signal: controller.signal }));
      expect(error).toMatchObject({ kind: 'cancelled' });
      expect(pieces).toBeLessThan(100); // of 3,000 steps
      expect(memory.bytes).toBe(bytes);
    });
  });

  describe('a shader that does not compile', () => {
    it.each(Object.keys(WORK))('is a typed error of %s', async (name) => {
      const device = await webgpu(watchedGpu(await source(), [], breakShaders));
      const error = await errorOf(WORK[name]!(device, quiet));
      expect(error.message).toMatch(/^device webgpu: the device refused the work/);
      expect(faultReason(error)).toBe('validation');
    });
  });

  describe('a shader that compiles without end', () => {
    it.each(Object.keys(WORK))('does not keep %s from hearing that it should stop, nor its buffers', async (name) => {
      const given: GPUDevice[] = [];
      const controller = new AbortController();
      const never = neverCompile(() => controller.abort());
      const device = await webgpu(watchedGpu(await source(), given, never));
      const memory = GpuMemory.of(given[0]!);
      const { buffers } = memory;
      const error = await errorOf(WORK[name]!(device, { ...quiet, signal: controller.signal }));
      expect(error).toMatchObject({ kind: 'cancelled' });
      expect(memory.buffers).toBe(buffers);
    });
  });
}
