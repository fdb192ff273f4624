/** Regular lattices of coefficients and their neighbourhoods. */
import type { Lattice } from '../catalog/values.js';
import { latticeAxis } from '../tensor/family.js';

/** Members that a 32-bit index can name: the most of an adaptive lattice. */
export const MOST_ADAPTIVE = 2 ** 32 - 1;
/** Members below the cap that an adaptive Field holds, at most: 12 bytes each. */
export const MOST_FOUND = 2 ** 25;

/** The number of members n^m. */
export function latticeCount({ points, subspace }: Lattice): number {
  return points ** subspace.rank;
}

/** The distance between neighbours along an axis. */
export function latticeSpacing({ low, high, points }: Lattice): number {
  return points > 1 ? (high - low) / (points - 1) : high - low;
}

/** The n coefficients of an axis (all axes are alike). */
export function axisValues(lattice: Lattice): Float64Array {
  return Float64Array.from({ length: lattice.points }, (_, i) => latticeAxis(lattice, i));
}

/** Strides of the axes: index = Σ i_k stride_k with the last axis fastest. */
export function strides(points: number, rank: number): readonly number[] {
  return Array.from({ length: rank }, (_, k) => points ** (rank - 1 - k));
}

/** The place of a member on each axis, written into `out` [m]. */
export function placeOf(index: number, points: number, out: Int32Array): Int32Array {
  let rest = index;
  for (let k = out.length - 1; k >= 0; k--) {
    out[k] = rest % points;
    rest = Math.floor(rest / points);
  }
  return out;
}

/** Whether a member lies on the lattice's border: first or last along some axis. */
export function onBorder(place: Int32Array, points: number): boolean {
  return place.some((i) => i === 0 || i === points - 1);
}
