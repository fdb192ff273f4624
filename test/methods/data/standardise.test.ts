import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../../src/catalog/values.js';
import { standardise, statisticsOf } from '../../../src/methods/data/standardise.js';
import { stream } from '../../../src/tensor/random.js';

const inputs = (x: readonly number[], item: readonly number[]): Inputs => {
  const count = x.length / item.reduce((a, b) => a * b, 1);
  return {
    type: 'Inputs',
    x: Float32Array.from(x),
    count,
    item,
    weights: new Float32Array(count).fill(1 / count),
    source: 'typed',
  };
};

describe('statistics', () => {
  it('of vectors are those of each feature: population deviation', () => {
    const { mean, deviation } = statisticsOf(inputs([1, 10, 2, 10, 3, 40], [2]), 'channel');
    expect([...mean]).toEqual([2, 20]);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(2 / 3), 14);
    expect(deviation[1]).toBeCloseTo(Math.sqrt(200), 13);
  });

  it('of images are those of each channel over all pixels', () => {
    const set = inputs([0, 2, 5, 5, 4, 2, 5, 9], [2, 1, 2]); // two images, two channels, two pixels
    const { mean, deviation } = statisticsOf(set, 'channel');
    expect([...mean]).toEqual([2, 6]);
    expect([...deviation]).toEqual([Math.sqrt(2), Math.sqrt(3)]);
    const all = statisticsOf(set, 'global');
    expect([...all.mean]).toEqual([4]);
    expect([...all.deviation]).toEqual([Math.sqrt(6.5)]); // Σx² = 180, 180/8 − 16
  });

  it('keep their digits far from 0', () => {
    const { mean, deviation } = statisticsOf(inputs([16_777_214, 16_777_216, 16_777_215], [1]), 'channel');
    expect(mean[0]).toBe(16_777_215);
    expect(deviation[0]).toBeCloseTo(Math.sqrt(2 / 3), 12);
  });
});

describe('standardise', () => {
  const draws = stream(1, 'test', 0);
  const set = inputs(
    Array.from({ length: 600 }, (_, i) => (i % 3) * 5 + (1 + (i % 3)) * draws.normal()),
    [3],
  );

  it('gives mean 0 and deviation 1, and changes nothing more when done again', () => {
    for (const by of ['channel', 'global'] as const) {
      const once = standardise(set, by, statisticsOf(set, by), true);
      const { mean, deviation } = statisticsOf(once, by);
      for (const value of mean) expect(Math.abs(value)).toBeLessThan(1e-6);
      for (const value of deviation) expect(Math.abs(value - 1)).toBeLessThan(1e-6);
      const twice = standardise(once, by, { mean, deviation }, true);
      for (const [i, value] of twice.x.entries()) expect(Math.abs(value - once.x[i]!)).toBeLessThan(1e-6);
    }
  });

  it('takes the statistics of other data: (x − μ) / σ', () => {
    const fit = inputs([0, 10, 2, 30], [2]); // means 1 and 20, deviations 1 and 10
    const out = standardise(inputs([3, 25], [2]), 'channel', statisticsOf(fit, 'channel'), false);
    expect([...out.x]).toEqual([2, 0.5]);
    expect(out.source).toBe('typed, standardised each feature by other data');
  });

  it('only moves what does not vary', () => {
    const flat = inputs([7, 1, 7, 3], [2]);
    const out = standardise(flat, 'channel', statisticsOf(flat, 'channel'), true);
    expect([...out.x]).toEqual([0, -1, 0, 1]);
  });
});
