/** Cells of a lattice: blocks of `stride` members along each axis, the last ones cut, and lists of them. */
import type { Lattice } from '../catalog/values.js';
import { latticeSpacing, placeOf, strides } from './lattice.js';

/** The cells of one stride. A cell is known by its index in the lattice of cells, which has ⌈n/stride⌉ of them along each axis. */
export class Cells {
  readonly side: number; // cells along an axis
  readonly count: number;
  /** The centres, as a lattice of their own. A cut cell's centre is where it is in a whole one. */
  readonly centres: Lattice;
  readonly half: number; // half a cell's width: how far its members are from the centre along an axis
  private readonly place: Int32Array;
  private readonly steps: readonly number[];

  constructor(
    readonly members: Lattice,
    readonly stride: number,
  ) {
    const { low, points, subspace } = members;
    const spacing = latticeSpacing(members);
    this.half = ((stride - 1) / 2) * spacing;
    this.side = Math.ceil(points / stride);
    this.count = this.side ** subspace.rank;
    this.place = new Int32Array(subspace.rank);
    this.steps = strides(this.side, subspace.rank);
    const at = (i: number): number => low + this.half + i * stride * spacing;
    this.centres = stride === 1 ? members : { subspace, low: at(0), high: at(this.side - 1), points: this.side };
  }

  /** How many members of the lattice a cell holds. */
  size(cell: number): number {
    placeOf(cell, this.side, this.place);
    let size = 1;
    for (const at of this.place) size *= Math.min(this.stride, this.members.points - at * this.stride);
    return size;
  }

  /** Writes the cells of `finer` (of half the stride) that make up a cell to out[at]…; returns the place after the last. */
  split(cell: number, finer: Cells, out: Uint32Array, at: number): number {
    const { place } = this;
    const rank = place.length;
    placeOf(cell, this.side, place);
    const corner = 2 ** rank;
    for (let v = 0; v < corner; v++) {
      let index = 0;
      for (let k = 0; k < rank; k++) {
        const i = 2 * place[k]! + ((v >> (rank - 1 - k)) & 1);
        if (i >= finer.side) {
          index = -1;
          break;
        }
        index += i * finer.steps[k]!;
      }
      if (index >= 0) out[at++] = index;
    }
    return at;
  }

  /** The cell that a member is in. */
  holding(member: number): number {
    placeOf(member, this.members.points, this.place);
    let cell = 0;
    for (let k = 0; k < this.place.length; k++) cell += Math.floor(this.place[k]! / this.stride) * this.steps[k]!;
    return cell;
  }
}

/** Strides of the levels, coarse to fine: halves down to 1, from where there are at most `most` cells. */
export function levelStrides({ points, subspace }: Lattice, most: number): number[] {
  let stride = 1;
  while (Math.ceil(points / stride) ** subspace.rank > most) stride *= 2;
  const all: number[] = [];
  for (; stride >= 1; stride /= 2) all.push(stride);
  return all;
}

/** A list of indices that grows. */
export class IndexList {
  private held = new Uint32Array(1024);
  length = 0;

  push(index: number): void {
    if (this.length === this.held.length) {
      const longer = new Uint32Array(2 * this.length);
      longer.set(this.held);
      this.held = longer;
    }
    this.held[this.length++] = index;
  }

  /** What is in it; valid until the next push. */
  get all(): Uint32Array {
    return this.held.subarray(0, this.length);
  }
}
