import { expect, test } from 'vitest';
import { GuardedGpu } from '../../src/tensor/gpu.js';
import { Lifeline } from '../../src/tensor/lifeline.js';
import { held, turn } from '../held.js';

const late = async () => {
  await turn();
  return new Float32Array(16);
};

test('a cut line ends the waits that are open and all later ones; those that are over stand', async () => {
  const line = new Lifeline();
  expect(await line.within(Promise.resolve(1))).toBe(1);
  await expect(line.within(Promise.reject(new Error('its own')))).rejects.toThrow('its own');
  const open = line.within(new Promise(() => undefined));
  line.cut(new Error('gone'));
  line.cut(new Error('gone twice'));
  await expect(open).rejects.toThrow(/^gone$/);
  await expect(line.within(Promise.resolve(1))).rejects.toThrow(/^gone$/);
  await expect(line.within(Promise.reject(new Error('its own')))).rejects.toThrow(/^gone$/);
});

test('a wait that is over keeps nothing', async () => {
  const line = new Lifeline();
  expect(await held(50, () => line.within(late()))).toBeLessThan(5);
});

test('a guarded GPU keeps no result of what it guarded', async () => {
  const device = {
    addEventListener: () => undefined,
    lost: new Promise(() => undefined),
    pushErrorScope: () => undefined,
    popErrorScope: async () => null,
    createBuffer: () => undefined,
  };
  const adapter = { limits: {}, features: new Set(), info: {}, requestDevice: async () => device };
  const found = { gpu: {} as GPU, adapter: adapter as unknown as GPUAdapter, name: 'none', software: false };
  const gpu = await GuardedGpu.open(found, () => undefined);
  expect(await held(50, () => gpu.guard('work', late))).toBeLessThan(5);
});
