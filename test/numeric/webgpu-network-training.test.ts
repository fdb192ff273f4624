/** Training on WebGPU beside training on WASM: the same loss, step for step, and the memory given back. Runs in Chromium only. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Architecture, freshBuffers, type Layer, layoutOf } from '../../src/catalog/architecture.js';
import { myrtle } from '../../src/catalog/presets.js';
import { product } from '../../src/catalog/shape.js';
import type { Device, TrainWork } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { GpuMemory } from '../../src/tensor/gpu-memory.js';
import { watchedGpu } from './faulty-gpus.js';
import { norm, same } from './layers.js';
import { normals, someInputs } from './oracle.js';
import { quiet } from './setting.js';

const given: GPUDevice[] = [];
let webgpu: Device;
let wasm: Device;
beforeAll(async () => {
  webgpu = await openDevice('webgpu', { gpu: watchedGpu(navigator.gpu, given) });
  wasm = await openDevice('wasm', { threads: 1 });
});
afterAll(async () => {
  await webgpu.dispose();
  await wasm.dispose();
});

const CLASSES = 3;
const NETWORKS = 2;

const leak: Layer = { kind: 'activation', activation: { name: 'leaky-relu', slope: 0.1 } };
const join = (block: Layer[], shortcut: Layer[] = []): Layer => ({ kind: 'residual', block, shortcut });

/** A block that keeps the shape and one that halves it, as in ResNet20. */
const RESIDUAL: Architecture = {
  type: 'Architecture',
  input: [1, 6, 6],
  layers: [
    same(3, 3),
    norm,
    leak,
    join([same(3, 3), norm, leak, same(3, 3), norm]),
    leak,
    join([same(6, 3, 2), norm, leak, same(6, 3), norm], [same(6, 1, 2), norm]),
    leak,
    { kind: 'pool', pool: 'mean', size: 3, stride: 3 },
    { kind: 'flatten' },
    { kind: 'dense', units: CLASSES, bias: true },
  ],
};

/** θ as PyTorch draws it, roughly: weights of the size of their fan-in, γ 1, β 0. */
function startOf(architecture: Architecture): Float32Array {
  const { tensors, size } = layoutOf(architecture);
  const theta = normals(NETWORKS * size, 1, 5);
  for (let m = 0; m < NETWORKS; m++)
    for (const { offset, size: numbers, shape, role } of tensors) {
      const own = theta.subarray(m * size + offset, m * size + offset + numbers);
      if (shape.length === 1) own.fill(role === 'weight' ? 1 : 0);
      else own.set(own.map((z) => z / Math.sqrt(3 * product(shape.slice(1)))));
    }
  return theta;
}

/** Two networks on images whose label is where they are bright: so many epochs of two steps. */
function workOf(architecture: Architecture, epochs: number): TrainWork {
  const count = 24;
  const inputs = someInputs(architecture.input, count, 9);
  const labels = Int32Array.from({ length: count }, (_, i) => i % CLASSES);
  const features = product(architecture.input);
  const x = inputs.x.map((v, i) => {
    const at = (i % features) / features;
    return 0.3 * v + (Math.floor(at * CLASSES) === labels[Math.floor(i / features)] ? 1 : 0);
  });
  const fresh = freshBuffers(architecture);
  const buffers = Float32Array.from({ length: NETWORKS * fresh.length }, (_, i) => fresh[i % fresh.length]!);
  return {
    networks: { architecture, theta: startOf(architecture), buffers, count: NETWORKS },
    examples: { inputs: { ...inputs, x, labels, classes: ['top', 'middle', 'bottom'] } },
    objective: 'cross-entropy',
    optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 },
    weightDecay: 1e-3,
    schedule: { name: 'cosine' },
    epochs,
    batch: 16, // the second step of an epoch has 8
    seeds: [1, 2],
    statistics: 'batch',
  };
}

it.each([
  ['a CNN with batch normalisation', myrtle([1, 8, 8], 3, CLASSES)],
  ['a residual network', RESIDUAL],
] as const)('%s trains as on WASM, at first step for step, and comes to fit', async (_, architecture) => {
  const work = workOf(architecture, 3);
  const before = webgpu.dispatches;
  const here = await webgpu.train(work, quiet);
  expect(webgpu.dispatches - before).toBeGreaterThan(6 * 20); // six steps ran there
  const there = await wasm.train(work, quiet);
  here.history.loss.forEach((loss, i) => {
    expect(Math.abs(loss / there.history.loss[i]! - 1)).toBeLessThan(1e-4);
  });
  here.networks.buffers.forEach((v, i) => {
    expect(Math.abs(v - there.networks.buffers[i]!)).toBeLessThan(1e-4);
  });
  const far = await webgpu.train({ ...work, networks: here.networks, epochs: 6 }, quiet);
  for (const network of [0, 1]) {
    const last = far.history.loss[5 * NETWORKS + network]!;
    expect(last).toBeLessThan(0.6 * here.history.loss[network]!);
  }
});

it('memory is the same after work of every kind, whatever was asked for', async () => {
  const memory = GpuMemory.of(given[0]!);
  const head: Layer[] = [{ kind: 'flatten' }, { kind: 'dense', units: CLASSES, bias: true }];
  const architecture: Architecture = {
    type: 'Architecture',
    input: [1, 4, 4],
    layers: [same(2, 3), norm, leak, ...head],
  };
  const work = workOf(architecture, 1);
  const all = async (batch: number): Promise<void> => {
    const { networks, examples } = work;
    const one = { ...networks, theta: networks.theta.slice(0, layoutOf(architecture).size), count: 1 };
    const alone = { ...one, buffers: networks.buffers.slice(0, layoutOf(architecture).bufferSize) };
    await webgpu.train({ ...work, batch, validation: examples }, quiet);
    await webgpu.score(networks, examples, 'cross-entropy', quiet);
    await webgpu.estimateStatistics(networks, examples.inputs, batch, quiet);
    await webgpu.record({ networks: alone, inputs: examples.inputs, layers: [{ path: '0' }, { path: '3' }] }, quiet);
    await webgpu.forward(architecture, one.theta, examples.inputs, quiet);
  };
  await all(16);
  const { bytes, buffers } = memory;
  for (const batch of [16, 7, 24]) {
    await all(batch);
    expect({ bytes: memory.bytes, buffers: memory.buffers }).toEqual({ bytes, buffers });
  }
});
