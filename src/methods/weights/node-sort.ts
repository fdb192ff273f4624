/** NodeSort: one order of the hidden channels, and one scale, for all networks that differ by a symmetry. */
import { channelKeys } from './channel-keys.js';
import type { Block, Channels } from './channels.js';
import { isTied, refine, type Sets, together } from './refine.js';
import { applySymmetry, type ExactWeights, identityOf, type Symmetry, type Weights } from './symmetry.js';
import { unitScales, unitSymmetry } from './unit-scales.js';

/** Channels of one group that no key tells apart. */
export interface Tie {
  readonly group: number;
  readonly sets: readonly (readonly number[])[]; // places in the sorted network
  readonly equal: boolean; // in all their weights, so that their order changes nothing
}

/** A network in its canonical form, how it got there from the rescaled one, and what stayed tied. */
export interface Sorted {
  readonly weights: ExactWeights;
  readonly symmetry: Symmetry; // gθ with this g is the canonical form
  readonly ties: readonly Tie[];
  readonly silent: number; // channels that could not be rescaled: nothing comes in and nothing goes out
}

const PROBES = 6; // keys from either end
const EQUAL = 1e-5; // of a tensor's largest entry

/**
 * NodeSort(θ), with NodeSort(gθ) = NodeSort(θ) for every permutation of hidden channels and, with `rescale`, every positive rescaling,
 * up to rounding. First the rescaling: incoming weights of norm 1. Then, backwards from the outputs, each group is sorted by its
 * outgoing weights, read in the order that the channels they go to have already, lexicographically with a tolerance; ties by its
 * biases, statistics and incoming weights from groups that have an order, then by keys spread from the ends of the network.
 * Source: the thesis, Section 3.2 and Algorithm 1; the order of the next layer is applied before comparing, which its listing leaves out.
 */
export function nodeSort(channels: Channels, weights: Weights, rescale: boolean): Sorted {
  const units = rescale ? unitScales(channels, weights) : undefined;
  const symmetry = units && unitSymmetry(channels, units);
  const scaled = symmetry ? applySymmetry(channels, symmetry, weights) : exact(weights);
  const keys = new LateKeys(channels, scaled);
  const orders: (Int32Array | undefined)[] = channels.groups.map(() => undefined);
  const tied: { group: number; sets: Sets }[] = [];
  for (const group of backwards(channels)) {
    let sets = together(channels.groups[group]!.channels);
    for (const key of keysOf(channels, scaled, group, orders, keys)) {
      if (!isTied(sets)) break;
      sets = refine(sets, key);
    }
    orders[group] = Int32Array.from(sets.flat());
    if (isTied(sets)) tied.push({ group, sets });
  }
  const sorting: Symmetry = { ...identityOf(channels), permutations: orders };
  const sorted = applySymmetry(channels, sorting, scaled);
  const scales = channels.scales.map(({ group }, s) => reordered(units?.scales[s], orders[group]));
  return {
    weights: sorted,
    symmetry: { permutations: orders, scales },
    ties: tied.map(({ group, sets }) => tieOf(channels, sorted, group, sets)),
    silent: units?.silent ?? 0,
  };
}

const exact = ({ theta, buffers }: Weights): ExactWeights => ({
  theta: Float64Array.from(theta),
  buffers: Float64Array.from(buffers),
});

/** Factors of old channels as those of the new ones. */
const reordered = (factors: Float64Array | undefined, order: Int32Array | undefined): Float64Array | undefined =>
  factors && order ? Float64Array.from(order, (from) => factors[from]!) : factors;

/** Groups that may be permuted, the one that is read last first. */
function backwards({ groups, blocks }: Channels): number[] {
  const last = groups.map((_, g) => blocks.findLastIndex((block) => block.in?.group === g));
  return groups.flatMap(({ fixed }, g) => (fixed ? [] : [g])).sort((a, b) => last[b]! - last[a]!);
}

/** Keys from the ends of the network, made when they are asked for: few networks have ties. */
class LateKeys {
  private made: readonly Float64Array[] | undefined;
  readonly width = 2 * PROBES;

  constructor(
    private readonly channels: Channels,
    private readonly weights: ExactWeights,
  ) {}

  of(group: number): Float64Array {
    this.made ??= channelKeys(this.channels, this.weights, PROBES);
    return this.made[group]!;
  }
}

/** The keys of a group's channels, the first that decides first. */
function* keysOf(
  { groups, blocks }: Channels,
  weights: ExactWeights,
  group: number,
  orders: readonly (Int32Array | undefined)[],
  late: LateKeys,
): Generator<Float64Array> {
  const { channels } = groups[group]!;
  const placed = (g: number): boolean => groups[g]!.fixed || orders[g] !== undefined;
  const place = (g: number, i: number): number => orders[g]?.[i] ?? i;
  const columnOf = (block: Block, at: (c: number) => number): Float64Array =>
    Float64Array.from({ length: channels }, (_, c) => weights[block.source][block.offset + at(c)]!);
  for (const block of blocks.toReversed()) {
    const { outs, ins, inner, out } = block;
    if (block.in?.group !== group || !placed(out.group)) continue;
    for (let o = 0; o < outs; o++)
      for (let k = 0; k < inner; k++) yield columnOf(block, (c) => (place(out.group, o) * ins + c) * inner + k);
  }
  for (const block of blocks) {
    const { ins, inner, out, in: from } = block;
    if (out.group !== group || (from !== undefined && !placed(from.group))) continue;
    for (let i = 0; i < ins; i++)
      for (let k = 0; k < inner; k++)
        yield columnOf(block, (c) => (c * ins + (from ? place(from.group, i) : i)) * inner + k);
  }
  const { width } = late;
  for (let p = 0; p < width; p++)
    yield Float64Array.from({ length: channels }, (_, c) => late.of(group)[c * width + p]!);
}

/** Where the tied channels are now, and whether all their weights are equal. */
function tieOf({ blocks }: Channels, sorted: ExactWeights, group: number, sets: Sets): Tie {
  const places: number[][] = [];
  let at = 0;
  for (const set of sets) {
    if (set.length > 1) places.push(set.map((_, i) => at + i));
    at += set.length;
  }
  const equal = places.every((set) =>
    set.slice(1).every((c) => blocks.every((b) => sameIn(b, sorted, group, set[0]!, c))),
  );
  return { group, sets: places, equal };
}

/** Whether two channels have equal entries in a block. */
function sameIn(block: Block, weights: ExactWeights, group: number, a: number, b: number): boolean {
  const { outs, ins, inner, offset } = block;
  const numbers = weights[block.source].subarray(offset, offset + outs * ins * inner);
  const tolerance = EQUAL * numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const near = (x: number, y: number): boolean => Math.abs(numbers[x]! - numbers[y]!) <= tolerance;
  const row = ins * inner;
  if (block.out.group === group) for (let k = 0; k < row; k++) if (!near(a * row + k, b * row + k)) return false;
  if (block.in?.group === group)
    for (let o = 0; o < outs; o++)
      for (let k = 0; k < inner; k++) if (!near(o * row + a * inner + k, o * row + b * inner + k)) return false;
  return true;
}
