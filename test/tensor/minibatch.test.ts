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

/** The indices of a step: x of input i is [2 i, 2 i + 1]. */
const indices = (batches: Minibatches, step: number): number[] =>
  [...batches.at(step).x].filter((_, i) => i % 2 === 0).map((x) => x / 2);

it('draws without replacement, by seed and step alone', () => {
  const batches = new Minibatches(inputs, outputs, 16, 7);
  const first = indices(batches, 3);
  expect(new Set(first).size).toBe(16);
  indices(batches, 4);
  expect(indices(batches, 3)).toEqual(first);
  expect(indices(batches, 4)).not.toEqual(first);
  expect(indices(new Minibatches(inputs, outputs, 16, 8), 3)).not.toEqual(first);
});

it('draws every input as often as any other, at every place', () => {
  const batches = new Minibatches(inputs, outputs, 5, 7);
  const steps = 4000;
  const seen = Array.from({ length: 5 }, () => new Float64Array(count));
  for (let s = 0; s < steps; s++)
    indices(batches, s).forEach((index, place) => {
      seen[place]![index]!++;
    });
  const deviation = Math.sqrt((steps / count) * (1 - 1 / count));
  for (const place of seen)
    for (const times of place) expect(Math.abs(times - steps / count)).toBeLessThan(5 * deviation);
});

it('takes whole rows of inputs, outputs and weights along, and estimates J without bias', () => {
  const batches = new Minibatches(inputs, outputs, 5, 7);
  const index = indices(batches, 0);
  const batch = batches.at(0);
  expect(batch.whole).toBe(false);
  index.forEach((from, to) => {
    expect([...batch.x.subarray(2 * to, 2 * to + 2)]).toEqual([2 * from, 2 * from + 1]);
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
  expect(batch.whole).toBe(true);
});

it('takes long rows along as it takes short ones', () => {
  const wide: Inputs = { ...inputs, item: [4, 25], x: Float32Array.from({ length: 100 * count }, (_, i) => i) };
  const index = indices(new Minibatches(inputs, outputs, 9, 3), 2);
  const { x } = new Minibatches(wide, outputs, 9, 3).at(2);
  index.forEach((from, to) => {
    expect([...x.subarray(100 * to, 100 * (to + 1))]).toEqual([...wide.x.subarray(100 * from, 100 * (from + 1))]);
  });
});
