/** Which member of its lattice a number of a Field belongs to, and back. A Field may know only some of them. */
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount } from '../catalog/text.js';
import type { Field } from '../catalog/values.js';
import { latticeCount } from './lattice.js';

/** The lattice index of place i in a Field's numbers. */
export function memberAt({ index }: Pick<Field, 'index'>, i: number): number {
  return index === undefined ? i : index[i]!;
}

/** The place of a member in a Field's numbers; −1 where the Field does not know it. */
export function placeIn({ index }: Pick<Field, 'index'>, member: number): number {
  if (index === undefined) return member;
  let low = 0;
  let high = index.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (index[middle]! < member) low = middle + 1;
    else high = middle;
  }
  return index[low] === member ? low : -1;
}

/** Members of a lattice that are drawn as one array, at most. */
export const MOST_DRAWN = 2 ** 27;

/**
 * J on the whole lattice [n^m]: +∞ for members that the Field does not know, which are taken to be above its cap. Throws a `limit`
 * error where that are more than `MOST_DRAWN`.
 */
export function latticeValues(field: Field): Float32Array {
  const { index, values, lattice } = field;
  if (index === undefined) return values;
  if (latticeCount(lattice) > MOST_DRAWN)
    throw new FiberscopeError(
      'limit',
      `expected at most ${formatCount(MOST_DRAWN)} members to draw as a whole lattice, got ${formatCount(latticeCount(lattice))}; draw the ε-set, or use fewer points per axis`,
    );
  const known = wholes.get(field);
  if (known) return known;
  const all = new Float32Array(latticeCount(lattice)).fill(Number.POSITIVE_INFINITY);
  index.forEach((member, i) => {
    all[member] = values[i]!;
  });
  wholes.set(field, all);
  return all;
}

const wholes = new WeakMap<Field, Float32Array>(); // a Field is immutable, and is drawn often
