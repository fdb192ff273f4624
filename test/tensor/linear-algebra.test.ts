import { describe, expect, it } from 'vitest';
import {
  cholesky,
  dot,
  gram,
  norm,
  orthogonalise,
  rank,
  singularValues,
  solveCholesky,
} from '../../src/tensor/linear-algebra.js';
import { stream } from '../../src/tensor/random.js';

const randomRows = (m: number, p: number, seed: number): Float64Array[] =>
  Array.from({ length: m }, (_, i) => {
    const s = stream(seed, 'test rows', i);
    return Float64Array.from({ length: p }, () => s.normal());
  });

/** Orthonormal rows from random ones. */
function orthonormal(m: number, p: number, seed: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const row of randomRows(m, p, seed)) {
    orthogonalise(row, basis);
    const n = norm(row);
    basis.push(row.map((x) => x / n));
  }
  return basis;
}

describe('linear algebra', () => {
  it('factors a Gram matrix into L Lᵀ', () => {
    const n = 6;
    const g = gram(randomRows(n, 9, 1));
    const l = cholesky(g, n)!;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += l[i * n + k]! * l[j * n + k]!;
        expect(sum).toBeCloseTo(g[i * n + j]!, 10);
      }
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined();
  });

  it('solves L Lᵀ x = b', () => {
    const n = 6;
    const g = gram(randomRows(n, 9, 4));
    const [wanted] = randomRows(1, n, 5);
    const x = Float64Array.from({ length: n }, (_, i) => dot(g.subarray(i * n, (i + 1) * n), wanted!));
    solveCholesky(cholesky(g, n)!, n, x);
    x.forEach((value, i) => {
      expect(value).toBeCloseTo(wanted![i]!, 10);
    });
  });

  it('orthogonalises nearly dependent vectors to rounding', () => {
    const [a, b] = randomRows(2, 50, 2) as [Float64Array, Float64Array];
    const near = a.map((x, i) => x + 1e-9 * b[i]!);
    const unit = a.map((x) => x / norm(a));
    const [c] = orthogonalise(near, [unit]);
    expect(c).toBeCloseTo(norm(a), 6);
    expect(Math.abs(dot(near, unit)) / norm(near)).toBeLessThan(1e-12);
  });

  it.each([
    [4, 40],
    [5, 3],
    [6, 6],
  ])('finds the singular values that a %i × %i matrix was made with', (m, p) => {
    const k = Math.min(m, p);
    const s = Array.from({ length: k }, (_, i) => 10 ** (1 - 3 * i)); // down to far below √ε of the largest
    const u = orthonormal(k, m, 3);
    const v = orthonormal(k, p, 4);
    const rows = Array.from({ length: m }, (_, i) =>
      Float64Array.from({ length: p }, (_, j) => s.reduce((sum, x, l) => sum + u[l]![i]! * x * v[l]![j]!, 0)),
    );
    const got = singularValues(rows);
    expect(got.length).toBe(k);
    got.forEach((x, i) => {
      expect(Math.abs(x - s[i]!)).toBeLessThan(1e-14 * s[0]! * m);
    });
  });

  it('counts the rank of dependent rows', () => {
    const [a, b] = randomRows(2, 30, 5) as [Float64Array, Float64Array];
    const values = singularValues([a, b, a.map((x, i) => 2 * x - b[i]!), new Float64Array(30)]);
    expect(rank(values, 1e-12)).toBe(2);
    expect(rank(new Float64Array(3), 1e-12)).toBe(0);
    expect(singularValues([])).toHaveLength(0);
  });
});
