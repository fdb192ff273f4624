/** Batches that do not fit into the memory of WebAssembly. */
import { expect, test } from 'vitest';
import { type Architecture, freshBuffers, layoutOf } from '../../../src/catalog/architecture.js';
import type { TrainWork } from '../../../src/catalog/work.js';
import { openDevice } from '../../../src/tensor/device.js';
import { normals, someInputs } from '../../numeric/oracle.js';

const architecture: Architecture = {
  type: 'Architecture',
  input: [1, 64, 64],
  layers: [
    { kind: 'conv', channels: 512, kernel: [3, 3], stride: 1, padding: 1, bias: false },
    { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 },
    { kind: 'pool', pool: 'mean', size: 64, stride: 64 },
    { kind: 'flatten' },
    { kind: 'dense', units: 2, bias: true },
  ],
};

test('are a fault that says so; smaller ones are trained', async () => {
  const device = await openDevice('wasm', { threads: 1 });
  const control = { signal: new AbortController().signal, progress: () => undefined };
  const count = 300; // 512 · 64² numbers each, twice, 4 bytes: 5 GB
  const work: TrainWork = {
    networks: {
      architecture,
      theta: normals(layoutOf(architecture).size, 0.1, 1),
      buffers: freshBuffers(architecture),
      count: 1,
    },
    examples: { inputs: { ...someInputs([1, 64, 64], count, 2), labels: new Int32Array(count) } },
    objective: 'cross-entropy',
    optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0 },
    weightDecay: 0,
    schedule: { name: 'constant' },
    epochs: 1,
    batch: count,
    seeds: [0],
    statistics: 'batch',
  };
  await expect(device.train(work, control)).rejects.toMatchObject({
    kind: 'device',
    message: expect.stringMatching(/out of memory \(\d+ MB in one piece\); use fewer inputs or a smaller network/),
  });
  const few = { inputs: { ...someInputs([1, 64, 64], 2, 2), labels: new Int32Array(2) } };
  expect((await device.train({ ...work, examples: few }, control)).ended).toEqual(['done']);
});
