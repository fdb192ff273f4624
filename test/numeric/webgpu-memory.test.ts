/** That the memory of the GPU stays flat: whatever a piece of work takes, it gives back. Runs in Chromium only. */
import { expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import type { Device } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { GpuMemory } from '../../src/tensor/gpu-memory.js';
import { tf } from '../../src/tensor/tf.js';
import { watchedGpu } from './faulty-gpus.js';
import { NETWORKS, someTheta } from './networks.js';
import { someInputs, someOutputs } from './oracle.js';
import { quiet } from './setting.js';

const RUNS = 1000;
const SIZES = 20; // runs with sizes of their own, then they come again
const NAMES = ['the FCN', 'relu, convolutional'] as const; // fused and layered

/** One of the pieces of work, each with other numbers of inputs, members or candidates. */
async function run(device: Device, which: number): Promise<void> {
  const architecture = NETWORKS[NAMES[which % 2]!]!;
  const count = 5 + 37 * (which % 5);
  const members = 1 + ((3 * which) % 7);
  const inputs = someInputs(architecture.input, count, 71);
  const outputs = someOutputs(count, layoutOf(architecture).outputs, 72);
  const theta = someTheta(architecture, members, 73);
  const family = { kind: 'explicit', theta, count: members } as const;
  const { loss } = await device.evaluate({ architecture, inputs, outputs, family }, quiet);
  expect(loss.every(Number.isFinite)).toBe(true);
  if (which % 10 !== 1) return;
  const optimizer = { name: 'sgd', learningRate: 1e-3, momentum: 0 } as const;
  const descent = {
    architecture,
    inputs,
    outputs,
    start: theta,
    count: members,
    optimizer,
    steps: 2,
    seed: 1,
    record: 1,
  };
  await device.descend({ ...descent, batch: count }, quiet);
  await device.forward(architecture, theta.slice(0, theta.length / members), inputs, quiet);
}

it(`is the same after ${RUNS} runs of changing sizes`, async () => {
  const given: GPUDevice[] = [];
  const device = await openDevice('webgpu', { gpu: watchedGpu(navigator.gpu, given) });
  const memory = GpuMemory.of(given[0]!);
  const atRest = (): object => ({
    bytes: memory.bytes,
    buffers: memory.buffers,
    ...(({ numBytesInGPU, numBytesAllocatedInGPU, numTensors }) => ({
      numBytesInGPU,
      numBytesAllocatedInGPU,
      numTensors,
    }))(tf.memory() as unknown as Record<string, number>),
  });
  let most = 0;
  const create = given[0]!.createBuffer;
  given[0]!.createBuffer = (descriptor) => {
    const buffer = create.call(given[0]!, descriptor);
    most = Math.max(most, memory.bytes);
    return buffer;
  };
  for (let i = 0; i < SIZES; i++) await run(device, i);
  const first = atRest();
  const peak = most;
  expect(peak).toBeGreaterThan(memory.bytes); // the runs did take memory, and it was counted
  for (let i = SIZES; i < RUNS; i++) await run(device, i % SIZES);
  expect(atRest()).toEqual(first);
  expect(most).toBe(peak);
  expect(given).toHaveLength(1);
  await device.dispose();
});
