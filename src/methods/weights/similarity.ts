/** How alike the channels of two networks are by their weights, given which channels correspond at the other side of each tensor. */
import type { Block, Channels } from './channels.js';
import type { Weights } from './symmetry.js';

/** Which channel of B stands at the place of each channel of A, by group; undefined where it is not known, and where B's own stays. */
export type Orders = readonly (Int32Array | undefined)[];

/** One side of a tensor that counts for a group: its rows or its columns, and the group at the other side. */
interface Side {
  readonly block: Block;
  readonly rows: boolean;
  readonly other: number | undefined; // group; undefined of a tensor that has one side only
  readonly weight: number;
}

/**
 * Σ over tensors of λ⟨A, πB⟩ for two networks in one scale, with λ = numbers/(‖A‖‖B‖) of each tensor: as much for a number of any
 * tensor, whatever its size. Statistics of batch normalisation do not count.
 */
export class Similarity {
  private readonly sides: readonly (readonly Side[])[]; // by group
  private readonly weighted: readonly { readonly block: Block; readonly weight: number }[];
  private readonly constant = new Map<number, Float64Array>(); // by group: what no other order changes
  private readonly latest = new Map<Side, { readonly order: Int32Array | undefined; readonly added: Float64Array }>();

  constructor(
    private readonly channels: Channels,
    private readonly a: Weights,
    private readonly b: Weights,
  ) {
    const used = channels.blocks.filter(({ source }) => source === 'theta');
    this.weighted = used.map((block) => ({ block, weight: weightOf(block, a, b) }));
    this.sides = channels.groups.map((_, group) =>
      this.weighted.flatMap(({ block, weight }): Side[] => [
        ...(block.out.group === group ? [{ block, rows: true, other: block.in?.group, weight }] : []),
        ...(block.in?.group === group ? [{ block, rows: false, other: block.out.group, weight }] : []),
      ]),
    );
  }

  /** Groups at the other sides of a group's tensors, itself among them where a tensor has it on both. */
  neighbours(group: number): readonly number[] {
    return this.sides[group]!.flatMap(({ other }) => (other === undefined ? [] : [other]));
  }

  /** Numbers per channel that can be compared where only `known` groups have an order. */
  evidence(group: number, known: (group: number) => boolean): number {
    return this.sides[group]!.reduce((sum, side) => sum + (this.counts(side, known) ? lengthOf(side) : 0), 0);
  }

  private counts({ other }: Side, known: (group: number) => boolean): boolean {
    return other === undefined || this.channels.groups[other]!.fixed || known(other);
  }

  /** Similarity [n, n] of A's channels (rows) and B's (columns) by the tensors whose other side is known. */
  of(group: number, orders: Orders, known: (group: number) => boolean = () => true): Float64Array {
    const sum = Float64Array.from(this.unchanging(group));
    for (const side of this.sides[group]!) {
      const { other } = side;
      if (other === undefined || this.channels.groups[other]!.fixed || !known(other)) continue;
      this.withOrder(side, orders[other]).forEach((value, at) => {
        sum[at]! += value;
      });
    }
    return sum;
  }

  /** What one side adds, kept until the order at its other side is another. */
  private withOrder(side: Side, order: Int32Array | undefined): Float64Array {
    const last = this.latest.get(side);
    if (last !== undefined && last.order === order) return last.added;
    const added = new Float64Array(this.channels.groups[groupOf(side)]!.channels ** 2);
    this.add(added, side, order);
    this.latest.set(side, { order, added });
    return added;
  }

  private unchanging(group: number): Float64Array {
    let sum = this.constant.get(group);
    if (sum === undefined) {
      sum = new Float64Array(this.channels.groups[group]!.channels ** 2);
      for (const side of this.sides[group]!) if (this.counts(side, () => false)) this.add(sum, side, undefined);
      this.constant.set(group, sum);
    }
    return sum;
  }

  private add(sum: Float64Array, side: Side, order: Int32Array | undefined): void {
    const n = side.rows ? side.block.outs : side.block.ins;
    const a = sideOf(side, this.a.theta, undefined);
    addProduct(sum, a, sideOf(side, this.b.theta, order), n, a.length / n, side.weight);
  }

  /** Σ λ⟨A, πB⟩ over all tensors. */
  total(orders: Orders): number {
    let sum = 0;
    for (const { block, weight } of this.weighted) {
      const { outs, ins, inner, offset, out } = block;
      const [rows, columns] = [orders[out.group], block.in && orders[block.in.group]];
      let own = 0;
      for (let o = 0, at = offset; o < outs; o++)
        for (let i = 0; i < ins; i++) {
          const from = offset + ((rows?.[o] ?? o) * ins + (columns?.[i] ?? i)) * inner;
          for (let k = 0; k < inner; k++, at++) own += this.a.theta[at]! * this.b.theta[from + k]!;
        }
      sum += weight * own;
    }
    return sum;
  }

  /** What `total` would be for equal networks: the number of parameters. */
  get most(): number {
    return this.weighted.reduce((sum, { block, weight }) => (weight > 0 ? sum + sizeOf(block) : sum), 0);
  }
}

const groupOf = ({ block, rows }: Side): number => (rows ? block.out.group : block.in!.group);
const sizeOf = ({ outs, ins, inner }: Block): number => outs * ins * inner;
const lengthOf = ({ block, rows }: Side): number => (rows ? block.ins : block.outs) * block.inner;

function weightOf(block: Block, a: Weights, b: Weights): number {
  const square = ({ theta }: Weights): number => {
    let sum = 0;
    for (let k = block.offset; k < block.offset + sizeOf(block); k++) sum += theta[k]! ** 2;
    return sum;
  };
  const norms = Math.sqrt(square(a) * square(b));
  return norms > 0 ? sizeOf(block) / norms : 0;
}

/** The rows (or columns) of a tensor, [n, length], the other side in an order. */
function sideOf({ block, rows }: Side, numbers: ArrayLike<number>, order: Int32Array | undefined): Float64Array {
  const { outs, ins, inner, offset } = block;
  const to = new Float64Array(sizeOf(block));
  let at = 0;
  const [n, others] = rows ? [outs, ins] : [ins, outs];
  for (let c = 0; c < n; c++)
    for (let d = 0; d < others; d++) {
      const e = order?.[d] ?? d;
      const from = offset + (rows ? c * ins + e : e * ins + c) * inner;
      for (let k = 0; k < inner; k++) to[at++] = numbers[from + k]!;
    }
  return to;
}

/** sum += weight · A Bᵀ for A and B [n, length]: four rows of A by two of B at a time, what is left over one by one. */
export function addProduct(
  sum: Float64Array,
  a: Float64Array,
  b: Float64Array,
  n: number,
  length: number,
  weight: number,
): void {
  const [rows, columns] = [n - (n % 4), n - (n % 2)];
  for (let i = 0; i < rows; i += 4) for (let j = 0; j < columns; j += 2) tile(sum, a, b, i, j, n, length, weight);
  for (let i = 0; i < n; i++)
    for (let j = i < rows ? columns : 0; j < n; j++) {
      let own = 0;
      for (let k = 0; k < length; k++) own += a[i * length + k]! * b[j * length + k]!;
      sum[i * n + j]! += weight * own;
    }
}

function tile(
  sum: Float64Array,
  a: Float64Array,
  b: Float64Array,
  i: number,
  j: number,
  n: number,
  length: number,
  weight: number,
): void {
  let [p0, p1, q0, q1, r0, r1, s0, s1] = [0, 0, 0, 0, 0, 0, 0, 0];
  const [at, to] = [i * length, j * length];
  for (let k = 0; k < length; k++) {
    const u = b[to + k]!;
    const v = b[to + length + k]!;
    const p = a[at + k]!;
    const q = a[at + length + k]!;
    const r = a[at + 2 * length + k]!;
    const s = a[at + 3 * length + k]!;
    p0 += p * u;
    p1 += p * v;
    q0 += q * u;
    q1 += q * v;
    r0 += r * u;
    r1 += r * v;
    s0 += s * u;
    s1 += s * v;
  }
  [p0, p1, q0, q1, r0, r1, s0, s1].forEach((value, k) => {
    sum[(i + (k >> 1)) * n + j + (k & 1)]! += weight * value;
  });
}
