/** Matching by weights: the permutation of B's hidden channels that makes its weights most like A's. */
import type { WorkControl } from '../../catalog/work.js';
import { assignInSlices } from '../../tensor/assignment.js';
import { Pace } from '../../tensor/pace.js';
import { type Stream, stream } from '../../tensor/random.js';
import { breathe, quiet } from '../progress.js';
import { channelKeys } from './channel-keys.js';
import type { Channels } from './channels.js';
import { addProduct, type Orders, Similarity } from './similarity.js';
import { applySymmetry, type Weights } from './symmetry.js';
import { unitScales, unitSymmetry } from './unit-scales.js';

/** How to look for it. */
export interface MatchOptions {
  readonly restarts: number; // starts that are tried at most
  readonly seed: number;
}

/** The best order found. */
export interface Matched {
  readonly orders: Orders; // by group; undefined where it is fixed
  readonly similarity: number; // Σ λ⟨A, πB⟩ / number of parameters: 1 of equal networks, NaN where one has weights of 0 only
  readonly before: number; // the same without a permutation
  readonly starts: number; // that were tried
  readonly from: string; // the start that led there
  readonly constant?: readonly number[]; // by activations, by group: channels that correlate with none, of A or of B
}

const PROBES = 12; // keys from either end
const ROUNDS = 100; // over all groups at most
const CLOSE = 1e-4; // relative: a group that gains less keeps its order
const ALIKE = 0.9; // similarity from which other starts are not tried

/**
 * Maximises Σ λ⟨A, πB⟩ over the permutations π of all free groups: a group after another, in random order, gets the best permutation
 * given the others, by linear assignment over all tensors it acts on (a group tied by residual joins has one permutation), until none
 * changes (Ainsworth, Hayase and Srinivasa 2023, Git Re-Basin, Algorithm 1). Both networks are rescaled to unit incoming weights first,
 * so that rescalings do not matter. The first start goes from the fixed ends of the network inwards, each group by the tensors
 * whose other side is known already, the one with most numbers to compare first; the second compares keys that are spread from the
 * ends; then come no permutation and random ones. The best of all is taken; where the first is good enough it is the only one.
 */
export async function matchWeights(
  channels: Channels,
  a: Weights,
  b: Weights,
  options: MatchOptions,
  control: WorkControl,
): Promise<Matched> {
  const [x, y] = [a, b].map((w) => applySymmetry(channels, unitSymmetry(channels, unitScales(channels, w)), w));
  const similarity = new Similarity(channels, x!, y!);
  const pace = new Pace(control);
  const none: Orders = channels.groups.map(() => undefined);
  const before = similarity.total(none) / similarity.most;
  let best: { readonly orders: Orders; readonly similarity: number; readonly from: string } | undefined;
  let starts = 0;
  for (const { from, orders } of startsOf(channels, similarity, x!, y!, options, control)) {
    if (starts >= options.restarts || (best !== undefined && best.similarity >= ALIKE)) break;
    control.progress(starts / options.restarts, `start ${starts + 1} of at most ${options.restarts}: ${from}`);
    const reached = await climb(channels, similarity, await orders(), {
      random: stream(options.seed, 'match', starts),
      pace,
      control,
      share: starts / options.restarts,
    });
    const value = similarity.total(reached) / similarity.most;
    if (best === undefined || value > best.similarity) best = { orders: reached, similarity: value, from };
    starts++;
  }
  return { orders: none, similarity: before, from: 'no permutation', ...best, before, starts };
}

interface Start {
  readonly from: string;
  orders(): Promise<Orders>;
}

function* startsOf(
  channels: Channels,
  similarity: Similarity,
  a: Weights,
  b: Weights,
  { seed }: MatchOptions,
  control: WorkControl,
): Generator<Start> {
  yield { from: 'from the ends inwards', orders: () => inwards(channels, similarity, control) };
  yield { from: 'by keys spread from the ends', orders: () => byKeys(channels, a, b, control) };
  yield { from: 'no permutation', orders: async () => channels.groups.map(() => undefined) };
  for (let i = 0; ; i++) {
    const random = stream(seed, 'match', 0x10000 + i);
    const orders = channels.groups.map(({ fixed, channels: n }) =>
      fixed ? undefined : Int32Array.from(random.permutation(n)),
    );
    yield { from: `random permutation ${i + 1}`, orders: async () => orders };
  }
}

/** The order of B's channels with the largest Σ of similarities [n, n]. */
export async function bestOrder(similarity: Float64Array, n: number, control: WorkControl): Promise<Int32Array> {
  return (
    await assignInSlices(
      similarity.map((value) => -value),
      n,
      n,
      quiet(control),
    )
  ).columns;
}

/** Each group by the tensors whose other side is known, from the fixed ends inwards. */
async function inwards({ groups }: Channels, similarity: Similarity, control: WorkControl): Promise<Orders> {
  const orders: (Int32Array | undefined)[] = groups.map(() => undefined);
  const known = (group: number): boolean => groups[group]!.fixed || orders[group] !== undefined;
  for (;;) {
    const open = groups.flatMap((_, g) => (known(g) ? [] : [g]));
    if (open.length === 0) return orders;
    const evidence = open.map((g) => similarity.evidence(g, known));
    const next = open[evidence.indexOf(Math.max(...evidence))]!;
    orders[next] = await bestOrder(similarity.of(next, orders, known), groups[next]!.channels, control);
    await breathe(control);
  }
}

/** All groups at once, by keys in units of their standard deviation. */
async function byKeys({ groups, ...rest }: Channels, a: Weights, b: Weights, control: WorkControl): Promise<Orders> {
  const [keysA, keysB] = [a, b].map((w) => channelKeys({ groups, ...rest }, w, PROBES));
  const orders: (Int32Array | undefined)[] = [];
  for (const [g, { fixed, channels: n }] of groups.entries()) {
    if (fixed) {
      orders.push(undefined);
      continue;
    }
    const sum = new Float64Array(n * n);
    addProduct(sum, standardised(keysA![g]!, n), standardised(keysB![g]!, n), n, 2 * PROBES, 1);
    orders.push(await bestOrder(sum, n, control));
  }
  return orders;
}

/** Columns of mean 0 and variance 1, rows of norm 1, so that the largest product belongs to the nearest. */
function standardised(keys: Float64Array, n: number): Float64Array {
  const width = keys.length / n;
  const to = Float64Array.from(keys);
  for (let p = 0; p < width; p++) {
    let [mean, squares] = [0, 0];
    for (let c = 0; c < n; c++) mean += to[c * width + p]! / n;
    for (let c = 0; c < n; c++) squares += (to[c * width + p]! - mean) ** 2 / n;
    for (let c = 0; c < n; c++) to[c * width + p] = (to[c * width + p]! - mean) / (Math.sqrt(squares) || 1);
  }
  for (let c = 0; c < n; c++) {
    const row = to.subarray(c * width, (c + 1) * width);
    const length = Math.hypot(...row) || 1;
    for (let p = 0; p < width; p++) row[p]! /= length;
  }
  return to;
}

/** What a climb is told: the order of groups, when to let messages in, and how much was done before it. */
interface Climb {
  readonly random: Stream;
  readonly pace: Pace;
  readonly control: WorkControl;
  readonly share: number;
}

/** Group after group in random order, until none changes. */
async function climb(
  { groups }: Channels,
  similarity: Similarity,
  start: Orders,
  { random, pace, control, share }: Climb,
): Promise<Orders> {
  const orders = [...start];
  const stale = new Set(groups.flatMap(({ fixed }, g) => (fixed ? [] : [g])));
  for (let round = 0; round < ROUNDS && stale.size > 0; round++)
    for (const g of random.shuffle(Int32Array.from(stale))) {
      if (pace.due) await pace.step(share);
      stale.delete(g);
      const { channels: n } = groups[g]!;
      const table = similarity.of(g, orders);
      const own = (order: Int32Array | undefined): number => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += table[i * n + (order?.[i] ?? i)]!;
        return sum;
      };
      const order = await bestOrder(table, n, control);
      if (own(order) <= own(orders[g]) + CLOSE * Math.abs(own(order))) continue;
      orders[g] = order;
      for (const other of similarity.neighbours(g)) if (!groups[other]!.fixed) stale.add(other);
    }
  return orders;
}
