/** Constraints that part of θ is brought back into after every step of training: retractions onto the intertwiner group of ReLU. */
import type { Constraint, ParameterRange } from '../../catalog/work.js';

/** The least that a positive entry may be. */
export const LEAST_POSITIVE = 1e-6;

const LEAST_ENTRY = 1e-3; // of d M, M doubly stochastic
const SWEEPS = 256;
const CLOSE = 1e-6;

/** Brings one network's parameters, θ = `theta` from `offset` on, into a constraint, in place. */
export function constrain(constraint: Constraint, theta: Float64Array, offset: number): void {
  if (constraint.kind === 'positive') {
    keepPositive(constraint.ranges, theta, offset);
    return;
  }
  const { start, channels } = constraint;
  const w = theta.subarray(offset + start, offset + start + channels * channels);
  const scale = columnScales(w, channels);
  divideColumns(w, scale);
  doublyStochastic(w, channels);
  for (let at = 0; at < w.length; at += channels) for (let c = 0; c < channels; c++) w[at + c]! *= scale[c]!;
}

/** Raises entries of these ranges, from `offset` on, to the least that they may be. */
export function keepPositive(
  ranges: readonly ParameterRange[],
  theta: Float32Array | Float64Array,
  offset: number,
): void {
  for (const { start, end } of ranges)
    for (let i = offset + start; i < offset + end; i++) if (!(theta[i]! >= LEAST_POSITIVE)) theta[i] = LEAST_POSITIVE;
}

/**
 * The positive diagonal s of W = M · diag(s) with M doubly stochastic: the sums of W's columns [d], negative entries counted as 0,
 * at least `LEAST_POSITIVE`. W is [d, d], row-major.
 */
export function columnScales(w: Float64Array, d: number): Float64Array {
  const sums = new Float64Array(d);
  for (let at = 0; at < w.length; at += d) for (let c = 0; c < d; c++) sums[c]! += Math.max(0, w[at + c]!);
  for (let j = 0; j < d; j++) sums[j] = Math.max(LEAST_POSITIVE, sums[j]!);
  return sums;
}

/**
 * A non-negative M [d, d] scaled to a doubly stochastic one in place: rows and columns are divided by their sums in turn until all
 * sums are 1 within 10⁻⁶ (Sinkhorn and Knopp 1967), at most 256 times; the columns' sums are 1 in any case. Entries below 10⁻³ / d are
 * raised to it first, so that every matrix has a limit, is near it soon, and no entry is lost for good.
 */
export function doublyStochastic(m: Float64Array, d: number): void {
  const floor = LEAST_ENTRY / d;
  for (let i = 0; i < m.length; i++) if (!(m[i]! >= floor)) m[i] = floor;
  const columns = new Float64Array(d);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    columns.fill(0);
    let off = 0;
    for (let at = 0; at < m.length; at += d) {
      let sum = 0;
      for (let c = 0; c < d; c++) sum += m[at + c]!;
      off = Math.max(off, Math.abs(sum - 1));
      for (let c = 0; c < d; c++) {
        const share = m[at + c]! / sum;
        m[at + c] = share;
        columns[c]! += share;
      }
    }
    divideColumns(m, columns);
    if (off <= CLOSE && columns.every((sum) => Math.abs(sum - 1) <= CLOSE)) return;
  }
}

function divideColumns(m: Float64Array, by: Float64Array): void {
  const d = by.length;
  for (let at = 0; at < m.length; at += d) for (let c = 0; c < d; c++) m[at + c]! /= by[c]!;
}
