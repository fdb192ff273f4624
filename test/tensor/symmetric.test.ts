/** Eigendecompositions of symmetric matrices against closed forms and against what defines them. */
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/tensor/random.js';
import { symmetricEigen } from '../../src/tensor/symmetric.js';

/** The largest of |V diag(λ) Vᵀ − A| and |V Vᵀ − I|. */
function residuals(a: Float64Array, n: number): { matrix: number; basis: number } {
  const { values, vectors } = symmetricEigen(a, n);
  let matrix = 0;
  let basis = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let product = 0;
      let inner = 0;
      for (let k = 0; k < n; k++) {
        product += vectors[k * n + i]! * values[k]! * vectors[k * n + j]!;
        inner += vectors[i * n + k]! * vectors[j * n + k]!;
      }
      matrix = Math.max(matrix, Math.abs(product - a[i * n + j]!));
      basis = Math.max(basis, Math.abs(inner - (i === j ? 1 : 0)));
    }
  return { matrix, basis };
}

function symmetric(n: number, item: number): Float64Array {
  const random = stream(3, 'test symmetric', item);
  const a = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) a[i * n + j] = a[j * n + i] = random.normal();
  return a;
}

describe('symmetric eigenvectors', () => {
  it('of the second difference are 2 − 2 cos(kπ / (n + 1))', () => {
    const n = 12;
    const a = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      a[i * n + i] = 2;
      if (i > 0) a[i * n + i - 1] = a[(i - 1) * n + i] = -1;
    }
    symmetricEigen(a, n).values.forEach((value, k) => {
      expect(value).toBeCloseTo(2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 13);
    });
  });

  it.each([1, 2, 3, 7, 40])('give the matrix back, n = %i', (n) => {
    const { matrix, basis } = residuals(symmetric(n, n), n);
    expect(matrix).toBeLessThan(1e-13 * n);
    expect(basis).toBeLessThan(1e-13 * n);
  });

  it('of equal eigenvalues are orthonormal: I + 11ᵀ, and zeros', () => {
    const n = 9;
    const a = new Float64Array(n * n).fill(1);
    for (let i = 0; i < n; i++) a[i * n + i] = 2;
    const { values } = symmetricEigen(a, n);
    for (let k = 0; k < n - 1; k++) expect(values[k]).toBeCloseTo(1, 12);
    expect(values[n - 1]).toBeCloseTo(n + 1, 12);
    expect(residuals(a, n).basis).toBeLessThan(1e-13);
    expect([...symmetricEigen(new Float64Array(4), 2).values]).toEqual([0, 0]);
  });

  it('refuse numbers that are not finite', () => {
    expect(() => symmetricEigen(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow(/expected 2 × 2 finite numbers/);
  });
});
