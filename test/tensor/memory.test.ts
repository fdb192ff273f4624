import { expect, it } from 'vitest';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import type { Device } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { LENET } from '../numeric/networks.js';

const SIZE = 43_661;
const COUNT = 4;
const inputs: Inputs = {
  type: 'Inputs',
  x: Float32Array.from({ length: COUNT * 784 }, (_, i) => Math.sin(i)),
  count: COUNT,
  item: [1, 28, 28],
  weights: new Float32Array(COUNT).fill(1 / COUNT),
  source: 'test',
};
const outputs: Outputs = { type: 'Outputs', y: new Float32Array(COUNT), count: COUNT, width: 1 };

/** Largest resident size in MB seen while LeNet's grid of points² members is evaluated. */
async function peak(device: Device, points: number): Promise<number> {
  const subspace = {
    type: 'Subspace',
    origin: Float32Array.from({ length: SIZE }, (_, i) => 0.05 * Math.sin(i)),
    basis: Float32Array.from({ length: 2 * SIZE }, (_, i) => 0.005 * Math.cos(3 * i)),
    rank: 2,
    size: SIZE,
    coordinates: new Float64Array(6),
    flags: [],
  } as const;
  let most = 0;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage().rss / 2 ** 20);
  };
  const timer = setInterval(look, 20);
  const family = { kind: 'lattice', lattice: { subspace, low: -1, high: 1, points } } as const;
  const control = { signal: new AbortController().signal, progress: look };
  const { loss } = await device.evaluate({ architecture: LENET, inputs, outputs, family }, control);
  clearInterval(timer);
  look();
  expect(loss.every(Number.isFinite)).toBe(true);
  return most;
}

// Stored, the θ of 10⁴ points would take 1.7 GB.
it.each(['cpu', 'wasm'] as const)(
  'a LeNet grid of 10⁴ points takes no more memory than one of 10², on %s',
  async (name) => {
    const device = await openDevice(name);
    const few = await peak(device, 10);
    const many = await peak(device, 100);
    expect(many - few).toBeLessThan(300);
  },
);
