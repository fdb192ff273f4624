/** Retractions onto the relaxed intertwiner group of ReLU: W = M diag(s), M doubly stochastic, s > 0. */
import { describe, expect, it } from 'vitest';
import { columnScales, constrain, doublyStochastic, LEAST_POSITIVE } from '../../../src/tensor/network/constraint.js';
import { stream } from '../../../src/tensor/random.js';

const sums = (m: Float64Array, d: number) => {
  const rows = new Float64Array(d);
  const columns = new Float64Array(d);
  m.forEach((value, i) => {
    rows[Math.floor(i / d)]! += value;
    columns[i % d]! += value;
  });
  return { rows, columns };
};

const draw = (d: number, item: number): Float64Array => {
  const random = stream(7, 'test constraint', item);
  return Float64Array.from({ length: d * d }, () => random.normal());
};

describe('a doubly stochastic matrix', () => {
  it.each([1, 2, 5, 16])('has sums 1 and no negative entry, from any matrix of %i rows', (d) => {
    const m = draw(d, d);
    doublyStochastic(m, d);
    const { rows, columns } = sums(m, d);
    expect(Math.min(...m)).toBeGreaterThan(0);
    for (const sum of [...rows, ...columns]) expect(sum).toBeCloseTo(1, 4);
  });

  it('is D₁ M D₂ of what it came from: cross ratios stay', () => {
    const m = Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10);
    doublyStochastic(m, 3);
    const ratio = (i: number, j: number) => (m[0]! * m[i * 3 + j]!) / (m[j]! * m[i * 3]!);
    expect(ratio(1, 1)).toBeCloseTo((1 * 5) / (2 * 4), 10);
    expect(ratio(2, 2)).toBeCloseTo((1 * 10) / (3 * 7), 10);
    const { rows, columns } = sums(m, 3);
    for (const sum of [...rows, ...columns]) expect(sum).toBeCloseTo(1, 5);
  });

  it('stays where it is doubly stochastic already', () => {
    const m = Float64Array.of(0.2, 0.8, 0.8, 0.2);
    doublyStochastic(m, 2);
    expect(m[0]).toBeCloseTo(0.2, 6);
    expect(m[1]).toBeCloseTo(0.8, 6);
  });
});

describe('constrain', () => {
  it('leaves a positive diagonal times a permutation, and all that is outside', () => {
    const theta = Float64Array.of(9, /* W */ 0, 2.5, 0.25, 0, /* end */ -7);
    constrain({ kind: 'soft-permutation-scaling', start: 0, channels: 2 }, theta, 1);
    expect(theta[0]).toBe(9);
    expect(theta[5]).toBe(-7);
    expect(theta[2]).toBeCloseTo(2.5, 2); // 10⁻³ / d of each column goes to the other entry
    expect(theta[3]).toBeCloseTo(0.25, 2);
    expect(Math.abs(theta[1]!)).toBeLessThan(1e-3);
    expect(Math.abs(theta[4]!)).toBeLessThan(2e-3);
  });

  it('gives M diag(s) with the column sums s, and is idempotent', () => {
    const d = 6;
    const theta = draw(d, 100);
    const scale = columnScales(theta, d);
    constrain({ kind: 'soft-permutation-scaling', start: 0, channels: d }, theta, 0);
    const after = sums(theta, d);
    for (let j = 0; j < d; j++) expect(after.columns[j]).toBeCloseTo(scale[j]!, 5);
    const rows = sums(
      theta.map((value, i) => value / scale[i % d]!),
      d,
    ).rows;
    for (const sum of rows) expect(sum).toBeCloseTo(1, 4);
    const again = Float64Array.from(theta);
    constrain({ kind: 'soft-permutation-scaling', start: 0, channels: d }, again, 0);
    again.forEach((value, i) => {
      expect(Math.abs(value - theta[i]!)).toBeLessThan(1e-3);
    });
  });

  it('raises entries of ranges that are not positive, NaN too, and no others', () => {
    const theta = Float64Array.of(-1, 0, 3, Number.NaN, -2);
    const ranges = [
      { start: 0, end: 1 },
      { start: 2, end: 4 },
    ];
    constrain({ kind: 'positive', ranges }, theta, 0);
    expect([...theta]).toEqual([LEAST_POSITIVE, 0, 3, LEAST_POSITIVE, -2]);
  });
});
