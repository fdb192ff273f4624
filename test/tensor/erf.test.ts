import { expect, it } from 'vitest';
import { erf } from '../../src/tensor/erf.js';

// Python's math.erf, which is the C library's
it.each([
  [0, 0],
  [1e-9, 1.1283791670955127e-9],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.999, 0.9999777698314002],
  [3.001, 0.9999780483390822],
  [5, 0.9999999999984626],
  [7, 1],
])('erf(%d) = %d', (x, value) => {
  expect(Math.abs(erf(x) - value)).toBeLessThan(1e-15);
  expect(erf(-x)).toBe(-erf(x));
});

it('passes NaN', () => {
  expect(erf(Number.NaN)).toBeNaN();
});
