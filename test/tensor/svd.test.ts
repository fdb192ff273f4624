/** Singular values and left singular vectors: matrices made with known ones, rank deficits, every shape, and the yields. */
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../src/document/slices.js';
import { rowProducts, selfMaxima, selfProducts, transpose } from '../../src/tensor/products.js';
import { stream } from '../../src/tensor/random.js';
import { leftFactors, lowerFactor, singularValuesOf } from '../../src/tensor/svd.js';

const random = (size: number, seed: number): Float64Array => {
  const s = stream(seed, 'test svd', 0);
  return Float64Array.from({ length: size }, () => s.normal());
};

/** `count` orthonormal vectors of a length, by Gram–Schmidt done twice on random ones: an oracle that shares nothing with reflections. */
function orthonormal(count: number, length: number, seed: number): Float64Array[] {
  const basis: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const v = random(length, 1000 * seed + i);
    for (let pass = 0; pass < 2; pass++)
      for (const b of basis) {
        const c = v.reduce((sum, x, k) => sum + x * b[k]!, 0);
        for (let k = 0; k < length; k++) v[k]! -= c * b[k]!;
      }
    const n = Math.sqrt(v.reduce((sum, x) => sum + x * x, 0));
    basis.push(v.map((x) => x / n));
  }
  return basis;
}

/** Σ s_l u_l v_lᵀ by columns. */
function made(s: readonly number[], u: Float64Array[], v: Float64Array[]): Float64Array {
  const rows = u[0]!.length;
  const a = new Float64Array(rows * v[0]!.length);
  for (const [l, size] of s.entries())
    for (const [j, y] of v[l]!.entries()) for (const [i, x] of u[l]!.entries()) a[j * rows + i]! += size * x * y;
  return a;
}

describe('singular values', () => {
  it.each([
    ['tall', 40, 7, [5, 4, 3, 2, 1, 1e-6, 1e-12]],
    ['wide', 6, 33, [9, 9, 9, 1, 1, 0.5]],
    ['square', 8, 8, [1e3, 1, 1, 1, 1e-3, 1e-9, 0, 0]],
    ['of rank one', 12, 5, [2, 0, 0, 0, 0]],
    ['a row', 1, 4, [3]],
    ['a column', 5, 1, [0.25]],
  ] as const)('are those that a matrix was made with: %s', (_, rows, columns, s) => {
    const u = orthonormal(s.length, rows, 1);
    const a = made(s, u, orthonormal(s.length, columns, 2));
    const got = atOnce(singularValuesOf(a, rows, columns));
    const { values, left } = atOnce(leftFactors(a, rows, columns));
    expect(got.length).toBe(s.length);
    s.forEach((x, i) => {
      expect(Math.abs(got[i]! - x)).toBeLessThan(1e-14 * s[0] * s.length);
      expect(Math.abs(values[i]! - x)).toBeLessThan(1e-14 * s[0] * s.length);
    });
    // U is orthonormal also where values are equal or zero, and a simple value has its own vector
    for (let i = 0; i < s.length; i++)
      for (let j = 0; j <= i; j++) {
        let sum = 0;
        for (let k = 0; k < rows; k++) sum += left[i * rows + k]! * left[j * rows + k]!;
        expect(Math.abs(sum - Number(i === j))).toBeLessThan(1e-13);
      }
    s.forEach((x, i) => {
      if (x < 1e-3 * s[0] || s.filter((other) => other === x).length > 1) return;
      const along = u[i]!.reduce((sum, y, k) => sum + y * left[i * rows + k]!, 0);
      expect(Math.abs(Math.abs(along) - 1)).toBeLessThan(1e-12);
    });
  });

  it('the left vectors times their values give the whole matrix back: A Aᵀ = U s² Uᵀ', () => {
    const [rows, columns] = [30, 30];
    const a = random(rows * columns, 3);
    const { values, left } = atOnce(leftFactors(a, rows, columns));
    const gram = atOnce(selfProducts(transpose(a, columns, rows), rows, columns));
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < rows; j++) {
        let sum = 0;
        for (let l = 0; l < columns; l++) sum += values[l]! ** 2 * left[l * rows + i]! * left[l * rows + j]!;
        expect(sum).toBeCloseTo(gram[i * rows + j]!, 10);
      }
  });

  it('agree with closed forms: the second-difference matrix, and one with zeros on its diagonal', () => {
    const n = 50; // eigenvalues of tridiag(−1, 2, −1): 2 − 2 cos(kπ/(n + 1))
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 2;
      if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
    }
    const got = atOnce(singularValuesOf(a, n, n));
    got.forEach((s, i) => {
      expect(s).toBeCloseTo(2 - 2 * Math.cos(((n - i) * Math.PI) / (n + 1)), 13);
    });
    const shift = new Float64Array(n * n); // ones above the diagonal only: n − 1 ones and a zero
    for (let i = 1; i < n; i++) shift[i * n + i - 1] = 1;
    const ones = atOnce(singularValuesOf(shift, n, n));
    expect(Math.abs(ones.at(-1)!)).toBeLessThan(1e-15);
    for (const s of ones.subarray(0, n - 1)) expect(s).toBeCloseTo(1, 13);
  });

  it.each([2, 3, 5, 8, 13])('of orthogonal matrices are 1, with a column twice √2 and 0 too: %i columns', (n) => {
    for (let seed = 0; seed < 40; seed++) {
      const q = orthonormal(n, n, 50 + seed);
      const a = Float64Array.from(q.flatMap((v) => [...v]));
      for (const s of atOnce(singularValuesOf(a, n, n))) expect(s).toBeCloseTo(1, 13);
      const twice = Float64Array.from([...a, ...q[0]!]); // its first column again: √2, 1, …, 1
      const values = atOnce(leftFactors(twice, n, n + 1)).values;
      expect(values[0]).toBeCloseTo(Math.SQRT2, 13);
      for (const s of values.subarray(1)) expect(s).toBeCloseTo(1, 13);
      const flat = a.slice();
      flat.set(flat.subarray(0, n), (n - 1) * n); // its last column is the first: √2, 1, …, 1, 0
      expect(atOnce(singularValuesOf(flat, n, n)).at(-1)).toBeLessThan(1e-14);
    }
  });

  it('keep their scale from 1e-200 to 1e200, are zeros of zeros, and refuse what is not finite', () => {
    const a = random(12, 4);
    const plain = atOnce(singularValuesOf(a, 4, 3));
    for (const scale of [1e-200, 1e200])
      atOnce(
        singularValuesOf(
          a.map((x) => x * scale),
          4,
          3,
        ),
      ).forEach((s, i) => {
        expect(s / scale / plain[i]!).toBeCloseTo(1, 12);
      });
    expect([...atOnce(singularValuesOf(new Float64Array(6), 3, 2))]).toEqual([0, 0]);
    expect(() => atOnce(singularValuesOf(Float64Array.of(1, Number.NaN), 2, 1))).toThrow('got NaN');
  });

  it('a lower factor has the same products of rows', () => {
    const [rows, columns] = [5, 17];
    const a = random(rows * columns, 5);
    const l = atOnce(lowerFactor(a, rows, columns));
    const whole = atOnce(selfProducts(transpose(a, columns, rows), rows, columns));
    const short = atOnce(selfProducts(transpose(l, rows, rows), rows, rows));
    short.forEach((x, i) => {
      expect(x).toBeCloseTo(whole[i]!, 12);
    });
  });
});

describe('products of rows', () => {
  it.each([
    [5, 7, 3],
    [1, 1, 1],
    [66, 67, 2],
    [64, 3, 4],
  ])('%i and %i rows of %i numbers, one by one', (m, n, width) => {
    const a = random(m * width, 6);
    const b = random(n * width, 7);
    const product = atOnce(rowProducts(a, b, width, [m, n]));
    const self = atOnce(selfProducts(a, m, width));
    const most = atOnce(selfMaxima(a, m, width));
    for (let i = 0; i < m; i++) {
      const row = [...a.subarray(i * width, (i + 1) * width)];
      for (let j = 0; j < n; j++)
        expect(product[i * n + j]).toBeCloseTo(
          row.reduce((sum, x, k) => sum + x * b[j * width + k]!, 0),
          12,
        );
      for (let j = 0; j < m; j++) {
        const terms = row.map((x, k) => x * a[j * width + k]!);
        expect(self[i * m + j]).toBeCloseTo(
          terms.reduce((sum, x) => sum + x, 0),
          12,
        );
        expect(most[i * m + j]).toBe(Math.max(...terms));
      }
    }
  });
});
