/**
 * Dense linear algebra in float64 on the host, for few long vectors: m rows of length P with m far below P. Square matrices
 * are flat and row-major.
 */

import { atOnce } from '../document/slices.js';
import { singularValuesOf } from './svd.js';

/** A vector of numbers, read as float64. */
export type Vector = ArrayLike<number>;

/** Σ a_i b_i in float64. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** ‖a‖₂, without overflow. */
export function norm(a: Vector): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]!));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** The Gram matrix G_ij = ⟨a_i, a_j⟩ of m rows, shape [m, m]. */
export function gram(rows: readonly Vector[]): Float64Array {
  const m = rows.length;
  const g = new Float64Array(m * m); // A Aᵀ
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i; j++) {
      g[i * m + j] = dot(rows[i]!, rows[j]!);
      g[j * m + i] = g[i * m + j]!;
    }
  return g;
}

/** The lower triangular L with L Lᵀ = A, shape [n, n]; undefined when A is not positive definite in float64. */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i === j) {
        if (!(sum > 0)) return undefined;
        l[i * n + i] = Math.sqrt(sum);
      } else l[i * n + j] = sum / l[j * n + j]!;
    }
  return l;
}

/** Solves L Lᵀ x = b in place for the L [n, n] of `cholesky`: `x` holds b before and x after. */
export function solveCholesky(l: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
}

/**
 * Takes from `vector` its components along the orthonormal `basis`, in place, twice (Kahan and Parlett: twice is enough), and
 * returns the coefficients ⟨b_k, vector⟩ that it took. What is left is orthogonal to the basis to rounding.
 */
export function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const coefficients = new Float64Array(basis.length);
  for (let pass = 0; pass < 2; pass++)
    basis.forEach((b, k) => {
      const c = dot(b, vector);
      coefficients[k]! += c;
      for (let i = 0; i < vector.length; i++) vector[i]! -= c * b[i]!;
    });
  return coefficients;
}

/** Singular values, largest first, of the m × P matrix with these rows; min(m, P) of them. Throws `shape` where a number is not finite. */
export function singularValues(rows: readonly Vector[]): Float64Array {
  const width = rows[0]?.length ?? 0;
  const flat = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    flat.set(row, i * width);
  });
  return atOnce(singularValuesOf(flat, width, rows.length)); // rows are the columns of the transpose
}

/** How many singular values exceed `tolerance` times the largest. */
export function rank(values: Vector, tolerance: number): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > tolerance * largest) count++;
  return count;
}
