/**
 * Eigenvalues and eigenvectors of symmetric matrices in float64: Householder's reduction to a tridiagonal matrix, then the QL method
 * with implicit shifts. Source: Wilkinson and Reinsch, "Handbook for Automatic Computation II: Linear Algebra", 1971, II/2 (tred2)
 * and II/4 (imtql2); O(n³).
 */
import { FiberscopeError } from '../catalog/errors.js';

/** A = V diag(values) Vᵀ: values ascending [n]; row k of `vectors` [n, n] is the unit eigenvector of values[k]. */
export interface SymmetricEigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

const MOST = 64; // QL steps for one eigenvalue; three are usual

/** The eigendecomposition of a symmetric matrix [n, n], of which the lower triangle is read. Throws `shape` where a number is not finite. */
export function symmetricEigen(matrix: Float64Array, n: number): SymmetricEigen {
  if (matrix.length !== n * n || !matrix.every(Number.isFinite))
    throw new FiberscopeError(
      'shape',
      `eigenvectors: expected ${n} × ${n} finite numbers, got others; check what is given`,
    );
  const v = Float64Array.from(matrix); // becomes V, eigenvectors in columns
  const d = new Float64Array(n); // diagonal, then eigenvalues
  const e = new Float64Array(n); // below the diagonal, from 1
  reduce(v, d, e, n);
  iterate(v, d, e, n);
  const order = Array.from({ length: n }, (_, k) => k).sort((a, b) => d[a]! - d[b]!);
  const vectors = new Float64Array(n * n);
  order.forEach((from, k) => {
    for (let i = 0; i < n; i++) vectors[k * n + i] = v[i * n + from]!;
  });
  return { values: Float64Array.from(order, (k) => d[k]!), vectors };
}

/** A = V T Vᵀ with T tridiagonal: T's diagonal in `d`, what is below it in `e`. `v` holds A and becomes V. */
function reduce(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = n - 1; i > 0; i--) {
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(v[i * n + k]!);
    let h = 0;
    if (scale === 0) e[i] = v[i * n + i - 1]!;
    else {
      for (let k = 0; k < i; k++) {
        v[i * n + k]! /= scale;
        h += v[i * n + k]! ** 2;
      }
      const f = v[i * n + i - 1]!;
      const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
      e[i] = scale * g;
      h -= f * g;
      v[i * n + i - 1] = f - g;
      reflect(v, e, n, i, h);
    }
    d[i] = h;
  }
  d[0] = 0;
  e[0] = 0;
  for (let i = 0; i < n; i++) {
    if (d[i] !== 0)
      for (let j = 0; j < i; j++) {
        let g = 0;
        for (let k = 0; k < i; k++) g += v[i * n + k]! * v[k * n + j]!;
        for (let k = 0; k < i; k++) v[k * n + j]! -= g * v[k * n + i]!;
      }
    d[i] = v[i * n + i]!;
    v[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      v[j * n + i] = 0;
      v[i * n + j] = 0;
    }
  }
}

/** A ← P A P for the reflection P of row i, on the leading i rows; `e` is scratch there. */
function reflect(v: Float64Array, e: Float64Array, n: number, i: number, h: number): void {
  let f = 0;
  for (let j = 0; j < i; j++) {
    v[j * n + i] = v[i * n + j]! / h;
    let g = 0;
    for (let k = 0; k <= j; k++) g += v[j * n + k]! * v[i * n + k]!;
    for (let k = j + 1; k < i; k++) g += v[k * n + j]! * v[i * n + k]!;
    e[j] = g / h;
    f += e[j]! * v[i * n + j]!;
  }
  const hh = f / (h + h);
  for (let j = 0; j < i; j++) {
    const a = v[i * n + j]!;
    const g = e[j]! - hh * a;
    e[j] = g;
    for (let k = 0; k <= j; k++) v[j * n + k]! -= a * e[k]! + g * v[i * n + k]!;
  }
}

/** Turns the tridiagonal matrix into a diagonal one, and `v` with it. */
function iterate(v: Float64Array, d: Float64Array, e: Float64Array, n: number): void {
  for (let i = 1; i < n; i++) e[i - 1] = e[i]!;
  if (n > 0) e[n - 1] = 0;
  for (let l = 0; l < n; l++)
    for (let step = 0; ; step++) {
      let m = l;
      for (; m < n - 1; m++) {
        const size = Math.abs(d[m]!) + Math.abs(d[m + 1]!);
        if (Math.abs(e[m]!) <= Number.EPSILON * size) break;
      }
      if (m === l) break;
      if (step === MOST)
        throw new FiberscopeError('internal', `eigenvectors: no convergence after ${MOST} steps for one eigenvalue`);
      let g = (d[l + 1]! - d[l]!) / (2 * e[l]!);
      const r = Math.hypot(g, 1);
      g = d[m]! - d[l]! + e[l]! / (g + (g >= 0 ? r : -r));
      sweep(v, d, e, n, l, m, g);
    }
}

/** One QL step with the shift in `g` on rows l … m. */
function sweep(
  v: Float64Array,
  d: Float64Array,
  e: Float64Array,
  n: number,
  l: number,
  m: number,
  shifted: number,
): void {
  let g = shifted;
  let s = 1;
  let c = 1;
  let p = 0;
  for (let i = m - 1; i >= l; i--) {
    const f = s * e[i]!;
    const b = c * e[i]!;
    const r = Math.hypot(f, g);
    e[i + 1] = r;
    if (r === 0) {
      d[i + 1]! -= p;
      e[m] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = d[i + 1]! - p;
    const t = (d[i]! - g) * s + 2 * c * b;
    p = s * t;
    d[i + 1] = g + p;
    g = c * t - b;
    for (let k = 0; k < n; k++) {
      const at = k * n + i;
      const high = v[at + 1]!;
      v[at + 1] = s * v[at]! + c * high;
      v[at] = c * v[at]! - s * high;
    }
  }
  d[l]! -= p;
  e[l] = g;
  e[m] = 0;
}
