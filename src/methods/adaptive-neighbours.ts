/** The safety net of an adaptive lattice: neighbours of what was found are evaluated too, until nothing new is found. */
import type { Lattice } from '../catalog/values.js';
import { IndexList } from './adaptive-cells.js';
import { placeOf, strides } from './lattice.js';

const EMPTY = 2 ** 32 - 1; // no member has this index

/** A set of indices below 2³² − 1: open addressing in one typed array. */
export class IndexSet {
  private slots = new Uint32Array(1024).fill(EMPTY);
  size = 0;

  /** Adds an index; false where it was in already. */
  add(index: number): boolean {
    if (2 * this.size >= this.slots.length) this.grow();
    const slot = this.slotOf(index);
    if (this.slots[slot] === index) return false;
    this.slots[slot] = index;
    this.size++;
    return true;
  }

  private slotOf(index: number): number {
    const mask = this.slots.length - 1;
    let slot = (Math.imul(index, 0x9e3779b1) >>> 7) & mask;
    while (this.slots[slot] !== EMPTY && this.slots[slot] !== index) slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(2 * old.length).fill(EMPTY);
    for (const index of old) if (index !== EMPTY) this.slots[this.slotOf(index)] = index;
  }
}

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
  const seen = new IndexSet();
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
