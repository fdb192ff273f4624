/** What concerns WebGPU alone: that it was WebGPU, and that its faults are typed errors. Runs in Chromium only. */
import { afterEach, describe, expect, it } from 'vitest';
import { FiberscopeError } from '../../src/catalog/errors.js';
import type { Device, EvaluateWork } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { faultReason } from '../../src/tensor/device-fault.js';
import { findAdapter, GuardedGpu } from '../../src/tensor/gpu.js';
import { tf } from '../../src/tensor/tf.js';
import { NETWORKS, someTheta } from './networks.js';
import { lossAndPower, someInputs, someOutputs } from './oracle.js';
import { quiet } from './setting.js';

const open: Device[] = [];
afterEach(async () => {
  for (const device of open.splice(0)) await device.dispose();
});

async function webgpu(gpu?: GPU): Promise<Device> {
  const device = await openDevice('webgpu', gpu === undefined ? {} : { gpu });
  open.push(device);
  return device;
}

/** navigator.gpu that keeps the devices it gives. */
function watchedGpu(given: GPUDevice[], change: (device: GPUDevice) => void = () => undefined): GPU {
  const watched = {
    requestAdapter: async (options?: GPURequestAdapterOptions) => {
      const adapter = (await navigator.gpu.requestAdapter(options))!;
      const request = adapter.requestDevice.bind(adapter);
      adapter.requestDevice = async (descriptor) => {
        const device = await request(descriptor);
        given.push(device);
        change(device);
        return device;
      };
      return adapter;
    },
  };
  return watched as unknown as GPU;
}

function workOf(name: string): EvaluateWork {
  const architecture = NETWORKS[name]!;
  const inputs = someInputs(architecture.input, 130, 61);
  const outputs = someOutputs(130, name === 'the FCN' ? 1 : 2, 62);
  return {
    architecture,
    inputs,
    outputs,
    family: { kind: 'explicit', theta: someTheta(architecture, 6, 63), count: 6 },
  };
}

function expectRight(work: EvaluateWork, loss: Float32Array): void {
  const theta = someTheta(work.architecture, 6, 63);
  const size = theta.length / 6;
  for (const member of [0, 5]) {
    const row = theta.slice(member * size, (member + 1) * size);
    const want = lossAndPower(work.architecture, row, work.inputs, work.outputs).loss;
    expect(Math.abs(loss[member]! - want)).toBeLessThan(1e-4 * want);
  }
}

const LAYERED = 'padding and stride';

describe('this was WebGPU', () => {
  it('with a named adapter, from a cold cache, without work on the CPU, with dispatches', async () => {
    const device = await webgpu();
    console.log(`webgpu: ${device.adapter}`);
    expect(device.name).toBe('webgpu');
    expect(device.adapter).not.toMatch(/^$|unnamed/);
    expect(device.software).toBe(/software/.test(device.adapter));
    const backend = tf.backend() as unknown as { pipelineCache: object; getDataInfo?: unknown };
    expect(tf.getBackend()).toBe('webgpu');
    expect(Object.keys(backend.pipelineCache)).toEqual([]);
    expect(tf.env().getBool('WEBGPU_CPU_FORWARD')).toBe(false);
    for (const name of ['the FCN', LAYERED]) {
      const before = device.dispatches;
      const work = workOf(name);
      const { loss, route } = await device.evaluate(work, quiet);
      expect(route).toBe(name === LAYERED ? 'layered' : 'fused');
      expect(device.dispatches).toBeGreaterThan(before);
      expectRight(work, loss);
    }
    const { architecture, inputs, outputs } = workOf(LAYERED);
    const start = someTheta(architecture, 1, 64);
    const optimizer = { name: 'sgd', learningRate: 0.01, momentum: 0 } as const;
    const before = device.dispatches;
    await device.descend(
      { architecture, inputs, outputs, start, count: 1, optimizer, steps: 2, batch: 8, seed: 1, record: 1 },
      quiet,
    );
    expect(device.dispatches).toBeGreaterThan(before + 20);
    expect(Object.keys(backend.pipelineCache).length).toBeGreaterThan(5);
  });

  it('and auto does not take a software adapter', async () => {
    const { software } = await findAdapter();
    const device = await openDevice('auto');
    open.push(device);
    expect(device.name).toBe(software ? 'wasm' : 'webgpu');
  });
});

describe('faults', () => {
  it.each(['the FCN', LAYERED])(
    'a device that is lost in the middle of %s is rebuilt once, with the right answer',
    async (name) => {
      const given: GPUDevice[] = [];
      const device = await webgpu(watchedGpu(given));
      const work = workOf(name);
      const submit = given[0]!.queue.submit.bind(given[0]!.queue);
      given[0]!.queue.submit = (buffers) => {
        submit(buffers);
        given[0]!.destroy(); // after the first piece of work
      };
      const { loss } = await device.evaluate(work, quiet);
      expect(given).toHaveLength(2);
      expectRight(work, loss);
    },
  );

  it('a device that is lost again is a typed error, and the next one opens', async () => {
    const given: GPUDevice[] = [];
    const device = await webgpu(
      watchedGpu(given, (one) => {
        const submit = one.queue.submit.bind(one.queue);
        one.queue.submit = (buffers) => {
          submit(buffers);
          one.destroy();
        };
      }),
    );
    const failed = device.evaluate(workOf(LAYERED), quiet);
    await expect(failed).rejects.toThrow(FiberscopeError);
    await expect(failed).rejects.toThrow(/^device webgpu: the device was lost/);
    const work = workOf(LAYERED);
    expectRight(work, (await (await webgpu()).evaluate(work, quiet)).loss);
  });

  it('an allocation over the limit is a typed error, not zeros', async () => {
    const gpu = await GuardedGpu.open(await findAdapter(), () => undefined);
    const size = gpu.device.limits.maxBufferSize + 4;
    const failed = gpu.guard('test', async () => gpu.device.createBuffer({ size, usage: GPUBufferUsage.STORAGE }));
    const error = await failed.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(FiberscopeError);
    expect((error as Error).message).toMatch(/^device webgpu: out of memory \(test: /);
    expect(faultReason(error)).toBe('memory');
    gpu.device.destroy();
  });

  it('a shader that does not compile is a typed error', async () => {
    const gpu = await GuardedGpu.open(await findAdapter(), () => undefined);
    const failed = gpu.guard('test', async () => gpu.device.createShaderModule({ code: 'fn main( {' }));
    const error = await failed.catch((e: unknown) => e);
    expect((error as Error).message).toMatch(/^device webgpu: the device refused the work/);
    expect(faultReason(error)).toBe('validation');
    gpu.device.destroy();
  });

  it('lack of memory in the middle of the work is met with smaller batches', async () => {
    const given: GPUDevice[] = [];
    let refusals = 0;
    const refuse = (one: GPUDevice): void => {
      const create = one.createBuffer.bind(one);
      one.createBuffer = (descriptor) => {
        const tooBig = (descriptor.usage & GPUBufferUsage.STORAGE) !== 0 && descriptor.size > LARGEST;
        if (tooBig) refusals++;
        return create(tooBig ? { ...descriptor, size: one.limits.maxBufferSize + 4 } : descriptor);
      };
    };
    const LARGEST = 40_000; // bytes; a block of all 130 inputs takes 43,680
    const device = await webgpu(watchedGpu(given, refuse));
    const work = workOf(LAYERED);
    expectRight(work, (await device.evaluate(work, quiet)).loss);
    expect(refusals).toBeGreaterThan(0);
    expect(given.length).toBeGreaterThan(1);
  });
});
