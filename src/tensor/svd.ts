/**
 * Singular values and left singular vectors of dense matrices in float64: Householder reflections to triangular and then to
 * bidiagonal form, then QR steps with shifts. A matrix is given by its columns, one after the other: flat, [columns, rows].
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition, Sections 5.2, 5.4.8 and 8.6; the shift is left out next to zeros as in
 * Demmel and Kahan, "Accurate singular values of bidiagonal matrices", SIAM J. Sci. Stat. Comput. 11, 1990, Section 3.
 */
import { FiberscopeError } from '../catalog/errors.js';
import { transpose } from './products.js';

/** A = U diag(s) Vᵀ without V. */
export interface LeftFactors {
  readonly values: Float64Array; // s [k], largest first, k = min(rows, columns)
  readonly left: Float64Array; // U, by columns: [k, rows]
}

/** The singular values of A, largest first, min(rows, columns) of them, to rounding of the largest; yields between steps. */
export function* singularValuesOf(a: Float64Array, rows: number, columns: number): Generator<void, Float64Array> {
  if (rows < columns) return yield* singularValuesOf(transpose(a, columns, rows), columns, rows);
  const { scaled, scale } = unit(a);
  const square = rows > columns ? (yield* triangularise(scaled, rows, columns)).triangle : scaled;
  const { diagonal, above } = yield* bidiagonalise(square, columns);
  yield* diagonalise(diagonal, above);
  return diagonal.map((s) => Math.abs(s) * scale).sort((p, q) => q - p);
}

/** The singular values of A and its left singular vectors; yields between steps. */
export function* leftFactors(a: Float64Array, rows: number, columns: number): Generator<void, LeftFactors> {
  const { scaled, scale } = unit(a);
  const k = Math.min(rows, columns);
  let square: Float64Array;
  let tall: Triangular | undefined;
  if (rows > columns) {
    tall = yield* triangularise(scaled, rows, columns); // A = Q R
    square = tall.triangle;
  } else square = rows < columns ? yield* lowerFactor(scaled, rows, columns) : scaled;
  const { diagonal, above, turn } = yield* bidiagonalise(square, k);
  const u = new Float64Array(k * k);
  for (let i = 0; i < k; i++) u[i * k + i] = 1;
  yield* turn(u, k);
  yield* diagonalise(diagonal, above, { vectors: u, length: k });
  const order = Array.from(diagonal.keys()).sort((p, q) => Math.abs(diagonal[q]!) - Math.abs(diagonal[p]!));
  const left = new Float64Array(k * rows);
  for (const [to, from] of order.entries()) left.set(u.subarray(from * k, (from + 1) * k), to * rows);
  if (tall) yield* tall.turn(left, k);
  return { values: Float64Array.from(order, (from) => Math.abs(diagonal[from]!) * scale), left };
}

/**
 * The lower triangular L [rows, rows], by columns, with A Aᵀ = L Lᵀ, of a matrix with more columns than rows: for all that depends on
 * A up to a rotation of its columns' space. Yields between steps.
 */
export function* lowerFactor(a: Float64Array, rows: number, columns: number): Generator<void, Float64Array> {
  const { triangle } = yield* triangularise(transpose(a, columns, rows), columns, rows); // Aᵀ = Q R, so A = Rᵀ Qᵀ
  return transpose(triangle, rows, rows);
}

/** A with its largest entry ±1, and what was divided by. */
function unit(a: Float64Array): { scaled: Float64Array; scale: number } {
  let scale = 0;
  for (let i = 0; i < a.length; i++) {
    if (!Number.isFinite(a[i]!))
      throw new FiberscopeError('shape', `singular values: expected finite numbers, got ${a[i]}; leave such rows out`);
    scale = Math.max(scale, Math.abs(a[i]!));
  }
  return scale === 0 ? { scaled: a.slice(), scale: 1 } : { scaled: a.map((x) => x / scale), scale };
}

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
interface Triangular {
  readonly triangle: Float64Array; // R, by columns: [columns, columns]
  turn(vectors: Float64Array, count: number): Generator<void, void>;
}

/** A = Q R of a matrix with at least as many rows as columns, in place. */
function* triangularise(a: Float64Array, rows: number, columns: number): Generator<void, Triangular> {
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

interface Bidiagonal {
  readonly diagonal: Float64Array; // [n]
  readonly above: Float64Array; // [n − 1]
  turn(vectors: Float64Array, count: number): Generator<void, void>;
}

/** A = U B Vᵀ with B upper bidiagonal, of a square matrix [n, n], in place. */
function* bidiagonalise(a: Float64Array, n: number): Generator<void, Bidiagonal> {
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

/** Share of the largest entry that counts as 0; rounding in one QR step keeps entries beside equal values some ulps large. */
const ZERO = 2 ** -48;
const STEPS = 60; // QR steps for each singular value, far more than there ever are

/** The rotation with c p + s q = r, c q − s p = 0. */
function rotation(p: number, q: number): readonly [c: number, s: number, r: number] {
  const r = Math.hypot(p, q);
  return r === 0 ? [1, 0, 0] : [p / r, q / r, r];
}

/** Brings an upper bidiagonal matrix to diagonal form by QR steps, in place; the columns of U, where given, are turned along. */
function* diagonalise(
  d: Float64Array,
  e: Float64Array,
  u?: { readonly vectors: Float64Array; readonly length: number },
): Generator<void, void> {
  let largest = 0;
  for (const x of d) largest = Math.max(largest, Math.abs(x));
  for (const x of e) largest = Math.max(largest, Math.abs(x));
  const tiny = ZERO * largest;
  let left = STEPS * d.length;
  for (let high = d.length - 1; high > 0; ) {
    let low = high;
    while (low > 0 && Math.abs(e[low - 1]!) > tiny) low--;
    if (low > 0) e[low - 1] = 0;
    if (low === high) {
      high--;
      continue;
    }
    if (left-- === 0)
      throw new FiberscopeError(
        'internal',
        `singular values: expected the QR steps to converge, got ${STEPS} for each of ${d.length} values without; please report it with the saved document`,
      );
    let zero = false;
    for (let k = low; k <= high; k++)
      if (Math.abs(d[k]!) <= tiny) {
        d[k] = 0;
        zero = true;
      }
    step(d, e, low, high, zero ? 0 : shiftOf(d, e, high), u);
    yield;
  }
}

/** The smaller singular value of the last 2 × 2 block [[f, g], [0, h]]. */
function shiftOf(d: Float64Array, e: Float64Array, high: number): number {
  const f = Math.abs(d[high - 1]!);
  const g = Math.abs(e[high - 1]!);
  const h = Math.abs(d[high]!);
  const larger = (Math.hypot(f + h, g) + Math.hypot(f - h, g)) / 2;
  return larger === 0 ? 0 : (f / larger) * h;
}

/** One QR step on rows low … high of the bidiagonal matrix, with a shift. */
function step(
  d: Float64Array,
  e: Float64Array,
  low: number,
  high: number,
  shift: number,
  u?: { readonly vectors: Float64Array; readonly length: number },
): void {
  const first = d[low]!;
  let f = shift === 0 ? first : (Math.abs(first) - shift) * (Math.sign(first) + shift / first);
  let g = e[low]!;
  for (let k = low; k < high; k++) {
    const [c, s, r] = rotation(f, g); // on the right: columns k and k + 1
    if (k > low) e[k - 1] = r;
    f = c * d[k]! + s * e[k]!;
    e[k] = c * e[k]! - s * d[k]!;
    g = s * d[k + 1]!;
    d[k + 1]! *= c;
    const [cl, sl, rl] = rotation(f, g); // on the left: rows k and k + 1
    d[k] = rl;
    f = cl * e[k]! + sl * d[k + 1]!;
    d[k + 1] = cl * d[k + 1]! - sl * e[k]!;
    if (k < high - 1) {
      g = sl * e[k + 1]!;
      e[k + 1]! *= cl;
    }
    if (u) turnPair(u.vectors, k * u.length, u.length, cl, sl);
  }
  e[high - 1] = f;
}

/** (x, y) ← (c x + s y, c y − s x) of the vector at `at` and the next one. */
function turnPair(vectors: Float64Array, at: number, length: number, c: number, s: number): void {
  for (let i = at, j = at + length; i < at + length; i++, j++) {
    const x = vectors[i]!;
    const y = vectors[j]!;
    vectors[i] = c * x + s * y;
    vectors[j] = c * y - s * x;
  }
}
