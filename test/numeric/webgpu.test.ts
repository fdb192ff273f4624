/** What concerns WebGPU alone: that it was WebGPU, and that its faults are typed errors. Runs in Chromium only. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Device } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { findAdapter } from '../../src/tensor/gpu.js';
import { tf } from '../../src/tensor/tf.js';
import { descentOf, workOf } from './fault-work.js';
import { expectRight, faultTests, webgpu } from './faults.js';
import { someInputs } from './oracle.js';
import { quiet } from './setting.js';

const open: Device[] = [];
afterEach(async () => {
  for (const device of open.splice(0)) await device.dispose();
});

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
    const before = device.dispatches;
    await device.descend(descentOf(LAYERED, 2), quiet);
    expect(device.dispatches).toBeGreaterThan(before + 20);
  });

  it('and auto does not take a software adapter', async () => {
    const { software } = await findAdapter();
    const device = await openDevice('auto');
    open.push(device);
    expect(device.name).toBe(software ? 'wasm' : 'webgpu');
  });
});

it('a network that does nothing gives its inputs', async () => {
  const inputs = someInputs([3, 1, 1], 5, 1);
  const architecture: Architecture = { type: 'Architecture', input: [3, 1, 1], layers: [{ kind: 'flatten' }] };
  const device = await webgpu();
  expect(await device.forward(architecture, new Float32Array(0), inputs, quiet)).toEqual(inputs.x);
});

faultTests(async () => navigator.gpu);
