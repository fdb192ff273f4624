import { describe, expect, it } from 'vitest';
import { randomInputs } from '../../src/methods/random-inputs.js';

const options = {
  distribution: 'normal',
  shape: [2],
  count: 4000,
  mean: 1,
  deviation: 2,
  low: -3,
  high: 5,
  seed: 7,
} as const;

describe('randomInputs', () => {
  it('keeps the first inputs when there are more', () => {
    const few = randomInputs({ ...options, count: 10 });
    expect(randomInputs(options).x.slice(0, 20)).toEqual(few.x);
  });

  it('refuses numbers beyond float32, and names a law whose variance is beyond float64 by its deviation', () => {
    expect(() => randomInputs({ ...options, deviation: 1e39 })).toThrow(
      /^inputs: expected numbers within float32 \(up to 3\.4·10³⁸\), got -?Infinity in input 1 from N\(1, 10⁷⁸\); choose a smaller/,
    );
    expect(randomInputs({ ...options, deviation: 1e-300 }).source).toBe('4,000 draws of N(1, (10⁻³⁰⁰)²), seed 7');
  });

  it('draws other numbers for another seed', () => {
    expect(randomInputs({ ...options, seed: 8 }).x[0]).not.toBe(randomInputs(options).x[0]);
  });

  it('has the stated mean and standard deviation within 5 standard errors', () => {
    const { x } = randomInputs(options);
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length;
    expect(Math.abs(mean - 1)).toBeLessThan((5 * 2) / Math.sqrt(x.length));
    expect(Math.abs(variance - 4)).toBeLessThan(5 * 4 * Math.sqrt(2 / x.length));
  });

  it('fills the stated interval when uniform', () => {
    const { x } = randomInputs({ ...options, distribution: 'uniform' });
    expect(Math.min(...x)).toBeGreaterThanOrEqual(-3);
    expect(Math.max(...x)).toBeLessThanOrEqual(5);
    expect(Math.max(...x) - Math.min(...x)).toBeGreaterThan(7.9); // 8,000 draws leave no gap of 0.1 at an end
  });

  it('gives images their shape and equal weights 1/N', () => {
    const inputs = randomInputs({ ...options, shape: [1, 4, 4], count: 8 });
    expect(inputs.item).toEqual([1, 4, 4]);
    expect(inputs.x.length).toBe(8 * 16);
    expect([...inputs.weights]).toEqual(new Array(8).fill(1 / 8));
    expect(inputs.source).toBe('8 draws of N(1, 4), seed 7');
  });
});
