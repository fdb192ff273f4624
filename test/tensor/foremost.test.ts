import { expect, test } from 'vitest';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import { foremostFirst } from '../../src/tensor/foremost.js';

function data(weights: readonly number[], y: readonly number[]): { inputs: Inputs; outputs: Outputs } {
  const count = weights.length;
  const x = Float32Array.from({ length: 2 * count }, (_, i) => i); // input n is (2n, 2n + 1)
  const inputs = { type: 'Inputs', x, count, item: [2], weights: Float32Array.from(weights), source: 'test' } as const;
  return { inputs, outputs: { type: 'Outputs', y: Float32Array.from(y), count, width: y.length / count } };
}

test('inputs come by falling weight times squared output, each with what belongs to it', () => {
  const { inputs, outputs } = foremostFirst(data([1, 2, 4, 1], [1, 1, -3, 0, 0, 0, 2, 2])); // 2, 18, 0, 8
  expect([...inputs.x]).toEqual([2, 3, 6, 7, 0, 1, 4, 5]);
  expect([...inputs.weights]).toEqual([2, 1, 1, 4]);
  expect([...outputs.y]).toEqual([-3, 0, 2, 2, 1, 1, 0, 0]);
});

test('equal ones keep their order, what is not a number comes first', () => {
  expect([...foremostFirst(data([1, 1, 1, 1], [2, -2, Number.NaN, 2])).inputs.x]).toEqual([4, 5, 0, 1, 2, 3, 6, 7]);
});

test('the same data is put in order once; data that is in order stays the very same', () => {
  const given = data([1, 2], [1, 1]);
  expect(foremostFirst(given).inputs).toBe(foremostFirst({ ...given }).inputs);
  const ordered = data([2, 1], [1, 1]);
  expect(foremostFirst(ordered).inputs).toBe(ordered.inputs);
});
