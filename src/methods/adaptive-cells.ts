/** Cells of a lattice: blocks of members, `strides` of them along each axis, the last ones cut, and lists of them. */
import type { Lattice } from '../catalog/values.js';
import { latticeSpacing } from './lattice.js';

const MOST_PARTS = 4096; // of a cell, that are listed at once

/** Cells of the coarsest level of a search, at most. */
export const COARSEST = 512;

/**
 * The cells of one level. A cell is known by its index among all, the last axis fastest; where all strides are 1, it is a member.
 */
export class Cells {
  readonly count: number;
  readonly whole: number; // members of a cell that is not cut
  /**
   * Half a cell's width on each axis [m]: how far its members are from the centre. A cut cell's centre is where it is in a whole
   * one.
   */
  readonly half: Float64Array;
  private readonly sides: Int32Array; // cells along each axis
  private readonly steps: Float64Array; // from one to the next along each axis
  private readonly place: Int32Array;

  constructor(
    readonly members: Lattice,
    readonly strides: readonly number[],
  ) {
    const { points } = members;
    const spacing = latticeSpacing(members);
    const rank = strides.length;
    this.half = Float64Array.from(strides, (stride) => ((stride - 1) / 2) * spacing);
    this.sides = Int32Array.from(strides, (stride) => Math.ceil(points / stride));
    this.steps = new Float64Array(rank);
    let step = 1;
    for (let k = rank - 1; k >= 0; k--) {
      this.steps[k] = step;
      step *= this.sides[k]!;
    }
    this.count = step;
    this.whole = strides.reduce((product, stride) => product * stride, 1);
    this.place = new Int32Array(rank);
  }

  private locate(cell: number): Int32Array {
    let rest = cell;
    for (let k = this.place.length - 1; k >= 0; k--) {
      const side = this.sides[k]!;
      const quotient = Math.floor(rest / side);
      this.place[k] = rest - quotient * side;
      rest = quotient;
    }
    return this.place;
  }

  /** How many members of the lattice a cell holds. */
  size(cell: number): number {
    const { points } = this.members;
    const place = this.locate(cell);
    let size = 1;
    for (let k = 0; k < place.length; k++) {
      const stride = this.strides[k]!;
      size *= Math.min(stride, points - place[k]! * stride);
    }
    return size;
  }

  /** The coefficients [count, m] of the centres of some cells, in `room` where they fit. */
  centres(some: Uint32Array, room: Float64Array = new Float64Array(0)): Float64Array {
    const rank = this.half.length;
    const length = some.length * rank;
    const centres = length <= room.length ? room.subarray(0, length) : new Float64Array(length);
    for (let i = 0; i < some.length; i++) this.centre(some[i]!, centres, i * rank);
    return centres;
  }

  /** Writes the coefficients of a cell's centre to out[at]…. */
  centre(cell: number, out: Float64Array, at = 0): void {
    const spacing = latticeSpacing(this.members);
    const place = this.locate(cell);
    for (let k = 0; k < place.length; k++)
      out[at + k] = this.members.low + this.half[k]! + place[k]! * this.strides[k]! * spacing;
  }

  /** How many members some cells hold together. */
  sizes(some: Uint32Array): number {
    let sum = 0;
    for (const cell of some) sum += this.size(cell);
    return sum;
  }

  /** Most cells of `finer` in a cell. */
  parts(finer: Cells): number {
    return this.whole / finer.whole;
  }

  /**
   * Writes the cells of `finer`, whose strides divide these, that make up a cell to out[at]…; returns the place after the last.
   */
  split(cell: number, finer: Cells, out: Uint32Array, at: number): number {
    const place = this.locate(cell);
    out[at] = 0;
    let end = at + 1;
    for (let k = 0; k < place.length; k++) {
      const step = finer.steps[k]!;
      const ratio = this.strides[k]! / finer.strides[k]!;
      const first = ratio * place[k]!;
      const parts = Math.min(ratio, finer.sides[k]! - first);
      const length = end - at;
      for (let i = at; i < at + length; i++) {
        out[i]! += first * step;
        for (let part = 1; part < parts; part++) out[i + part * length] = out[i]! + part * step;
      }
      end += length * (parts - 1);
    }
    return end;
  }

  /** The cell that a member is in. */
  holding(member: number): number {
    const { points } = this.members;
    let rest = member;
    let cell = 0;
    for (let k = this.strides.length - 1; k >= 0; k--) {
      const quotient = Math.floor(rest / points);
      cell += Math.floor((rest - quotient * points) / this.strides[k]!) * this.steps[k]!;
      rest = quotient;
    }
    return cell;
  }
}

/**
 * The levels of a lattice, coarse to fine: from where there are at most `most` cells down to single members. Each halves the
 * strides of one half of the axes, in turn: cells shrink slowly, so that fewer are looked at than the next would have.
 */
export function levelsOf(lattice: Lattice, most: number): Cells[] {
  const { points, subspace } = lattice;
  const { rank } = subspace;
  let stride = 1;
  while (Math.ceil(points / stride) ** rank > most) stride *= 2;
  const levels = [new Cells(lattice, new Array<number>(rank).fill(stride))];
  const half = Math.ceil(rank / 2);
  for (; stride > 1; stride /= 2)
    for (const axes of rank > 1 ? [half, rank] : [rank])
      levels.push(
        new Cells(
          lattice,
          Array.from({ length: rank }, (_, k) => (k < axes ? stride / 2 : stride)),
        ),
      );
  return levels;
}

/** Cells that a level begins with: all of them, or those inside the ones that were kept of the level before. */
export class Candidates {
  readonly count: number; // at most

  constructor(
    readonly cells: Cells,
    private readonly before?: { readonly cells: Cells; readonly kept: Uint32Array },
  ) {
    this.count = before ? before.kept.length * before.cells.parts(cells) : cells.count;
  }

  /** Whether a level may be left out, so that the next begins with what this one begins with: not where a cell has many parts. */
  get canWait(): boolean {
    return this.before === undefined || this.before.cells.parts(this.cells) <= MOST_PARTS;
  }

  /** About `most` of them, evenly spread over what was kept; all where there are no more. */
  sample(most: number): Uint32Array {
    const { cells, before } = this;
    if (this.count <= most) return this.chunks(this.count).next().value!.chunk;
    if (!before) return Uint32Array.from({ length: most }, (_, i) => Math.floor(((i + 0.5) * cells.count) / most));
    const { kept } = before;
    const take = Math.min(most, kept.length);
    const each = Math.ceil(most / take);
    const parts = before.cells.parts(cells);
    const out = new Uint32Array(parts);
    const some = new IndexList();
    for (let i = 0; i < take; i++) {
      const end = before.cells.split(kept[Math.floor(((i + 0.5) * kept.length) / take)]!, cells, out, 0);
      for (let j = 0; j < Math.min(each, end); j++) some.push(out[(i + j) % end]!);
    }
    return some.all;
  }

  /** All of them, some at a time; `done` is the part that came before. A chunk is its receiver's own. */
  *chunks(most: number): Generator<{ readonly chunk: Uint32Array; readonly done: number }> {
    const { cells, before } = this;
    if (!before) {
      for (let start = 0; start < cells.count; start += most) {
        const chunk = Uint32Array.from({ length: Math.min(most, cells.count - start) }, (_, i) => start + i);
        yield { chunk, done: start / cells.count };
      }
      return;
    }
    const parts = before.cells.parts(cells);
    const at = Math.max(1, Math.floor(most / parts));
    for (let start = 0; start < before.kept.length; start += at) {
      const some = before.kept.subarray(start, start + at);
      const out = new Uint32Array(some.length * parts);
      let end = 0;
      for (const cell of some) end = before.cells.split(cell, cells, out, end);
      yield { chunk: out.subarray(0, end), done: start / before.kept.length };
    }
  }
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
