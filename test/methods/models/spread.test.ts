import { expect, it } from 'vitest';
import { spreadOf } from '../../../src/methods/models/spread.js';

it('the mean and the sample deviation of the finite numbers', () => {
  expect(spreadOf([1, Number.NaN, 3, 5])).toEqual({ mean: 3, deviation: 2, count: 3 });
  expect(spreadOf([7])).toEqual({ mean: 7, deviation: Number.NaN, count: 1 });
});

it('numbers that differ by rounding alone have no spread', () => {
  expect(spreadOf([100 * (0.15 - 0.1), 5]).deviation).toBe(0);
  expect(spreadOf([5, 5 + 1e-9]).deviation).toBeGreaterThan(0);
});
