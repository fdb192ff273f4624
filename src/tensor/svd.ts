/**
 * Singular values and left singular vectors of dense matrices in float64: to bidiagonal form (bidiagonal.ts), then QR
 * steps with shifts. A matrix is given by its columns, one after the other: flat, [columns, rows].
 *
 * Source: Golub and Van Loan, Matrix Computations, 4th edition, Section 8.6; the shift is left out next to zeros as in
 * Demmel and Kahan, "Accurate singular values of bidiagonal matrices", SIAM J. Sci. Stat. Comput. 11, 1990, Section 3.
 */
import { FiberscopeError } from '../catalog/errors.js';
import { bidiagonalise, type Triangular, triangularise } from './bidiagonal.js';
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
