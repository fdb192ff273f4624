import { expect, it } from 'vitest';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import { Minibatches } from '../../src/tensor/minibatch.js';

const count = 50;
const inputs: Inputs = {
  type: 'Inputs',
  x: Float32Array.from({ length: 2 * count }, (_, i) => i),
  count,
  item: [2],
  weights: Float32Array.from({ length: count }, (_, i) => (i + 1) / 1000),
  source: 'test',
};
const outputs: Outputs = { type: 'Outputs', y: Float32Array.from({ length: count }, (_, i) => -i), count, width: 1 };

it('draws without replacement, by seed and step alone', () => {
  const batches = new Minibatches(inputs, outputs, 16, 7);
  const first = [...batches.indices(3)];
  expect(new Set(first).size).toBe(16);
  batches.indices(4);
  expect([...batches.indices(3)]).toEqual(first);
  expect([...batches.indices(4)]).not.toEqual(first);
  expect([...new Minibatches(inputs, outputs, 16, 8).indices(3)]).not.toEqual(first);
});

it('takes inputs, outputs and weights along, and estimates J without bias', () => {
  const batches = new Minibatches(inputs, outputs, 5, 7);
  const index = batches.indices(0);
  const batch = batches.at(0);
  index.forEach((from, to) => {
    expect(batch.x[2 * to]).toBe(2 * from);
    expect(batch.y[to]).toBe(outputs.y[from]);
    expect(batch.weights[to]).toBeCloseTo(inputs.weights[from]! * 10, 6);
  });
  // the mean over many steps of Σ w (here of J with ‖φ − y‖² = 1) is Σ w over all inputs
  const total = inputs.weights.reduce((a, b) => a + b, 0);
  let mean = 0;
  for (let s = 0; s < 4000; s++) mean += batches.at(s).weights.reduce((a, b) => a + b, 0) / 4000;
  expect(Math.abs(mean / total - 1)).toBeLessThan(5 * 0.26 * Math.sqrt(1 / 4000)); // five standard errors
});

it('gives all inputs, in order, when the batch reaches their number', () => {
  const batch = new Minibatches(inputs, outputs, 1000, 7).at(5);
  expect(batch.x).toBe(inputs.x);
  expect(batch.count).toBe(count);
});
