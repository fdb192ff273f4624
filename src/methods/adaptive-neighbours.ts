/** The safety net of an adaptive lattice: neighbours of what was found are evaluated too, until nothing new is found. */
import type { Lattice } from '../catalog/values.js';
import { IndexList } from './adaptive-cells.js';
import { IndexPlaces } from './index-places.js';
import { placeOf, strides } from './lattice.js';

/** A list of found members that `evaluate` makes longer. */
interface Finds {
  readonly length: number;
  member(i: number): number;
}

/**
 * Evaluates the 2m axis neighbours of found members that were not evaluated yet, then those of what this finds, until it finds
 * nothing. So a component (under these neighbours) that was touched is complete. `known` says what was evaluated before. Returns
 * how many were evaluated.
 */
export async function completeByNeighbours(
  { points, subspace }: Lattice,
  found: Finds,
  known: (member: number) => boolean,
  evaluate: (members: Uint32Array) => Promise<void>,
  most: number,
): Promise<number> {
  const steps = strides(points, subspace.rank);
  const place = new Int32Array(subspace.rank);
  const seen = new IndexPlaces();
  for (let at = 0; at < found.length; ) {
    const next = new IndexList();
    for (; at < found.length && next.length < most; at++) {
      const member = found.member(at);
      placeOf(member, points, place);
      for (let k = 0; k < place.length; k++)
        for (const side of [-1, 1]) {
          const i = place[k]! + side;
          if (i < 0 || i >= points) continue;
          const neighbour = member + side * steps[k]!;
          if (!known(neighbour) && seen.add(neighbour)) next.push(neighbour);
        }
    }
    if (next.length > 0) await evaluate(next.all);
  }
  return seen.size;
}
