/**
 * Householder reflections that bring dense matrices to triangular and to bidiagonal form, in float64. A matrix is given by its columns,
 * one after the other: flat, [columns, rows].
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition, Sections 5.2 and 5.4.8.
 */

/**
 * The reflection I − τ v vᵀ that makes a[from … to) a multiple α of its first unit vector: v replaces the entries, τ is 0 where they
 * are zeros.
 */
function reflection(a: Float64Array, from: number, to: number): { tau: number; alpha: number } {
  let squares = 0;
  for (let i = from; i < to; i++) squares += a[i]! * a[i]!;
  if (squares === 0) return { tau: 0, alpha: 0 };
  const length = Math.sqrt(squares);
  const first = a[from]!;
  a[from] = first + (first < 0 ? -length : length);
  return { tau: 1 / (length * (length + Math.abs(first))), alpha: first < 0 ? length : -length };
}

/** Applies I − τ v vᵀ, v in a[from … to), to b[at … at + to − from). */
function reflect(tau: number, a: Float64Array, from: number, to: number, b: Float64Array, at: number): void {
  let sum = 0;
  for (let i = from, j = at; i < to; i++, j++) sum += a[i]! * b[j]!;
  if (sum === 0) return;
  const c = tau * sum;
  for (let i = from, j = at; i < to; i++, j++) b[j]! -= c * a[i]!;
}

/** A reduced form and the orthogonal matrix that was taken off on the left: `turn` applies it to `count` vectors of the rows' length. */
export interface Triangular {
  readonly triangle: Float64Array; // R, by columns: [columns, columns]
  turn(vectors: Float64Array, count: number): Generator<void, void>;
}

/** A = Q R of a matrix with at least as many rows as columns, in place. */
export function* triangularise(a: Float64Array, rows: number, columns: number): Generator<void, Triangular> {
  const triangle = new Float64Array(columns * columns);
  const taus = new Float64Array(columns);
  for (let k = 0; k < columns; k++) {
    const from = k * rows + k;
    const to = (k + 1) * rows;
    const { tau, alpha } = reflection(a, from, to);
    taus[k] = tau;
    triangle.set(a.subarray(k * rows, from), k * columns);
    triangle[k * columns + k] = alpha;
    for (let j = k + 1; j < columns; j++) reflect(tau, a, from, to, a, j * rows + k);
    yield;
  }
  return { triangle, turn: (vectors, count) => turnBack(a, taus, rows, columns, vectors, count) };
}

/** Q = H_0 H_1 … on vectors, in place. */
function* turnBack(
  a: Float64Array,
  taus: Float64Array,
  rows: number,
  columns: number,
  vectors: Float64Array,
  count: number,
): Generator<void, void> {
  for (let k = columns - 1; k >= 0; k--) {
    for (let j = 0; j < count; j++) reflect(taus[k]!, a, k * rows + k, (k + 1) * rows, vectors, j * rows + k);
    yield;
  }
}

/** An upper bidiagonal matrix, and the orthogonal one that was taken off on the left, as above. */
export interface Bidiagonal {
  readonly diagonal: Float64Array; // [n]
  readonly above: Float64Array; // [n − 1]
  turn(vectors: Float64Array, count: number): Generator<void, void>;
}

/** A = U B Vᵀ with B upper bidiagonal, of a square matrix [n, n], in place. */
export function* bidiagonalise(a: Float64Array, n: number): Generator<void, Bidiagonal> {
  const diagonal = new Float64Array(n);
  const above = new Float64Array(Math.max(0, n - 1));
  const taus = new Float64Array(n);
  const row = new Float64Array(n);
  const image = new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const from = k * n + k;
    const to = (k + 1) * n;
    const { tau, alpha } = reflection(a, from, to); // column k from its diagonal down
    taus[k] = tau;
    diagonal[k] = alpha;
    for (let j = k + 1; j < n; j++) reflect(tau, a, from, to, a, j * n + k);
    if (k < n - 1) {
      for (let j = k + 1; j < n; j++) row[j] = a[j * n + k]!; // row k right of its diagonal
      const right = reflection(row, k + 1, n);
      above[k] = right.alpha;
      image.fill(0, k + 1); // A v, then A − τ (A v) vᵀ
      for (let j = k + 1; j < n; j++) {
        const v = row[j]!;
        for (let i = k + 1, at = j * n + k + 1; i < n; i++, at++) image[i]! += v * a[at]!;
      }
      for (let j = k + 1; j < n; j++) {
        const v = right.tau * row[j]!;
        for (let i = k + 1, at = j * n + k + 1; i < n; i++, at++) a[at]! -= v * image[i]!;
      }
    }
    yield;
  }
  return { diagonal, above, turn: (vectors, count) => turnBack(a, taus, n, n, vectors, count) };
}
