/**
 * What J cannot fall below while the coefficients move within a box: interval arithmetic, one input after another. The box holds
 * each parameter between two numbers, so each unit's value on an input lies between two numbers too, layer by layer, and an
 * output that must stay away from the reference's adds w d² to J, d being the distance at least. The first linear layer is exact:
 * it is affine in c, so that Δa = Σ Δ_k a_k reaches Σ half_k |a_k|, with the a_k projections of the inputs. Inputs on which the
 * reference is large come first, and as no term is negative, a few of them often tell that J stays above a limit in all of the
 * box. The box is widened by what float32 does to parameters (adaptive-rounding.ts), so what holds for all of it holds for J
 * as a device gives it.
 *
 * Where ‖Δφ‖ (adaptive-bound.ts) is one movement for all inputs in the worst direction, here each input is judged by itself; but
 * the units of a layer are taken to move each in its own worst way, which is the looser the wider and the deeper a network is.
 */
import { layoutOf } from '../catalog/architecture.js';
import type { Reference, Subspace } from '../catalog/values.js';
import { linearForward } from '../tensor/cpu-linear.js';
import { columns, inputRows } from '../tensor/cpu-network.js';
import { type LinearStep, type Step, stepsOf } from '../tensor/cpu-steps.js';
import { outputShares } from '../tensor/foremost.js';
import { type Intervals, intervalStep, intervals } from './adaptive-interval-steps.js';
import { projectedSlack, slack } from './adaptive-rounding.js';

const GROUP = 8; // inputs at once, at first; then half as many as there were,
const MOST_GROUP = 64; // up to so many
const PATIENCE = 32; // inputs that are looked at in any case
const MOST_WORK = 2 ** 17; // multiply-adds of a group of inputs or of forming θ: beyond, centres cost less than what they tell
const MOST_NUMBERS = 2 ** 23; // of inputs, and of projected ones
const MOST_PROJECTED = 2 ** 28; // multiply-adds of projecting them

/** Inputs that are judged at once, as columns; those that fill up have weight 0. */
interface Group {
  readonly x: Float64Array; // [rows, n], before the first linear layer
  readonly y: Float64Array; // [k, n]
  readonly weights: Float64Array; // [n]
  readonly reach: Float64Array; // [m, rows, n]: |a_k| of the first linear layer
  readonly norms: Float64Array; // [n]: ‖(x, 1)‖
  readonly n: number;
  readonly count: number; // that have a weight
}

/** The bound for one reference and subspace. */
export class IntervalBound {
  readonly size: number; // P
  readonly theta: Float64Array; // [P, m + 1]: each parameter of θ0 and the basis
  readonly head: LinearStep & Step; // the first linear layer
  readonly rest: readonly Step[]; // after it
  readonly groups: readonly Group[];
  readonly count: number; // inputs in all groups
  /** [units, m + 1]: ‖·‖ of each unit's parameters of the first linear layer, times the part that they may be off by on a device. */
  readonly off: Float64Array;
  readonly slack: Float64Array; // [P]: that part of each parameter of the layers after it

  /** None where the network is so large that evaluating a centre costs less. */
  static of(reference: Reference, subspace: Subspace): IntervalBound | undefined {
    const { multiplyAdds } = layoutOf(reference.architecture);
    const head = stepsOf(reference.architecture).find(({ kind }) => kind === 'linear');
    const { rank, size } = subspace;
    if (head?.kind !== 'linear') return undefined;
    const { x, count } = reference.inputs;
    const numbers = Math.max(x.length, head.rows * count * rank);
    const work = Math.max(GROUP * multiplyAdds, size * rank);
    const projecting = head.rows * head.taps.length * count * rank;
    const dear = work > MOST_WORK || numbers > MOST_NUMBERS || projecting > MOST_PROJECTED;
    return dear ? undefined : new IntervalBound(reference, subspace);
  }

  private constructor(reference: Reference, { origin, basis, rank, size }: Subspace) {
    const steps = stepsOf(reference.architecture);
    const at = steps.findIndex(({ kind }) => kind === 'linear');
    this.size = size;
    this.head = steps[at] as LinearStep & Step;
    this.rest = steps.slice(at + 1);
    this.theta = new Float64Array(size * (rank + 1));
    for (let i = 0; i < size; i++)
      for (let k = 0; k <= rank; k++)
        this.theta[i * (rank + 1) + k] = k === 0 ? origin[i]! : basis[(k - 1) * size + i]!;
    this.off = offOf(this.head, this.theta, rank);
    this.slack = new Float64Array(size);
    for (const step of this.rest) {
      if (step.kind !== 'linear') continue;
      const { weight, bias, units, taps } = step;
      this.slack.fill(slack(taps.length), weight, weight + units * taps.length);
      if (bias >= 0) this.slack.fill(slack(taps.length), bias, bias + units);
    }
    const vectors = Array.from({ length: rank }, (_, k) => Float64Array.from(basis.subarray(k * size, (k + 1) * size)));
    this.groups = groupsOf(reference).map((index) => groupOf(reference, index, steps.slice(0, at), this.head, vectors));
    this.count = this.groups.reduce((sum, { count }) => sum + count, 0);
  }

  /** Makes the bound ready for boxes |Δ_k| ≤ half_k. */
  within(half: ArrayLike<number>): BoxIntervals {
    return new BoxIntervals(this, half);
  }
}

/** The bound for boxes of one size. */
export class BoxIntervals {
  /** Inputs that were looked at, over all boxes. */
  taken = 0;
  private readonly centre: Float64Array; // [P]
  private readonly reach: Float64Array; // [P]: how far each parameter moves
  private readonly box: Intervals; // [P]
  private readonly moves: Float64Array[] = []; // [rows, n] of each group: how far the first linear layer moves
  private readonly values: readonly Intervals[]; // after the head, and after each step of the rest
  private readonly middle: Float64Array;
  private readonly off: Float64Array; // [units]: by how much times ‖(x, 1)‖ the first linear layer may be off on a device

  constructor(
    private readonly bound: IntervalBound,
    private readonly half: ArrayLike<number>,
  ) {
    const { size, theta, head, rest } = bound;
    const m = half.length;
    this.centre = new Float64Array(size);
    this.box = intervals(size);
    this.reach = Float64Array.from({ length: size }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += half[k]! * Math.abs(theta[i * (m + 1) + k + 1]!);
      return sum;
    });
    this.values = [head, ...rest].map(({ rows }) => intervals(rows * MOST_GROUP));
    this.middle = new Float64Array(head.rows * MOST_GROUP);
    this.off = new Float64Array(head.units);
  }

  /**
   * Whether J ≥ limit in all of the box around `c` [m], by its sums in float64. False says nothing: it is also the answer
   * where the inputs up to here gave less of the limit than is their share of all, although they came first.
   */
  isAbove(c: Float64Array, limit: number): boolean {
    const { groups, count } = this.bound;
    this.place(c);
    let sum = 0; // J, at least
    let seen = 0; // inputs
    for (let g = 0; g < groups.length; g++) {
      sum += this.least(g);
      if (sum >= limit) {
        this.taken += seen + groups[g]!.count;
        return true;
      }
      seen += groups[g]!.count;
      if (seen >= PATIENCE && !(sum * count >= limit * seen)) break;
    }
    this.taken += seen;
    return false;
  }

  /** Moves the box of parameters. */
  private place(c: Float64Array): void {
    const { centre, reach, box, half, off } = this;
    const { theta, off: parts, slack } = this.bound;
    const m = half.length;
    for (let o = 0, from = 0; o < off.length; o++) {
      let most = parts[from++]!;
      for (let k = 0; k < m; k++) most += (Math.abs(c[k]!) + half[k]!) * parts[from++]!;
      off[o] = most;
    }
    for (let i = 0, from = 0; i < centre.length; i++) {
      let value = theta[from++]!;
      for (let k = 0; k < m; k++) value += c[k]! * theta[from++]!;
      centre[i] = value;
      const wide = reach[i]! + slack[i]! * (Math.abs(value) + reach[i]!);
      box.low[i] = value - wide;
      box.high[i] = value + wide;
    }
  }

  /** What a group of inputs adds to J, at least. */
  private least(g: number): number {
    const { bound, values, middle, box, off } = this;
    const { x, y, weights, norms, n } = bound.groups[g]!;
    const moves = this.moves[g] ?? this.movesOf(g);
    this.moves[g] = moves;
    linearForward(bound.head, this.centre, x, middle, n);
    let value = values[0]!;
    const positions = moves.length / n / off.length;
    for (let r = 0, at = 0; at < moves.length; r++) {
      const part = off[Math.floor(r / positions)]!;
      for (let i = 0; i < n; i++, at++) {
        const wide = moves[at]! + part * norms[i]!;
        value.low[at] = middle[at]! - wide;
        value.high[at] = middle[at]! + wide;
      }
    }
    for (let s = 0; s < bound.rest.length; s++) {
      intervalStep(bound.rest[s]!, box, value, values[s + 1]!, n);
      value = values[s + 1]!;
    }
    const { low, high } = value;
    let sum = 0;
    for (let at = 0; at < y.length; at += n)
      for (let i = 0; i < n; i++) {
        const middle = (low[at + i]! + high[at + i]!) / 2;
        const away = Math.abs(middle - y[at + i]!) - (high[at + i]! - middle);
        const least = (away + Math.abs(away)) / 2; // 0 where y is within
        sum += weights[i]! * least * least; // NaN tells nothing
      }
    return sum;
  }

  private movesOf(g: number): Float64Array {
    const { reach } = this.bound.groups[g]!;
    const length = reach.length / this.half.length;
    return Float64Array.from({ length }, (_, i) => {
      let sum = 0;
      for (let k = 0; k < this.half.length; k++) sum += this.half[k]! * reach[k * length + i]!;
      return sum;
    });
  }
}

/** See IntervalBound.off: for θ0 and each basis vector, as |Σ_t w_t x_t + b| ≤ ‖(w, b)‖ ‖(x, 1)‖ bounds what is summed there. */
function offOf({ units, taps, weight, bias }: LinearStep, theta: Float64Array, rank: number): Float64Array {
  const off = new Float64Array(units * (rank + 1));
  for (let o = 0; o < units; o++)
    for (let k = 0; k <= rank; k++) {
      let square = bias < 0 ? 0 : theta[(bias + o) * (rank + 1) + k]! ** 2;
      for (let t = 0; t < taps.length; t++) square += theta[(weight + o * taps.length + t) * (rank + 1) + k]! ** 2;
      off[o * (rank + 1) + k] = projectedSlack(taps.length, rank) * Math.sqrt(square);
    }
  return off;
}

/** Inputs that have a weight, by falling w‖y‖², some at a time. */
function groupsOf(reference: Reference): Uint32Array[] {
  const { inputs } = reference;
  const share = outputShares(reference);
  const order = Uint32Array.from(share.keys())
    .filter((n) => inputs.weights[n]! > 0)
    .sort((a, b) => share[b]! - share[a]! || a - b);
  const groups: Uint32Array[] = [];
  for (let at = 0; at < order.length; ) {
    const next = at + Math.min(MOST_GROUP, Math.max(GROUP, 4 * Math.floor(at / 8)));
    groups.push(order.subarray(at, next));
    at = next;
  }
  return groups;
}

function groupOf(
  { inputs, outputs }: Reference,
  index: Uint32Array,
  before: readonly Step[],
  head: LinearStep & Step,
  vectors: readonly Float64Array[],
): Group {
  const n = columns(index.length);
  const start = inputRows(inputs.x, inputs.x.length / inputs.count, index);
  const none = intervals(0);
  const { low: x } = before.reduce<Intervals>(
    (value, step) => {
      const out = intervals(step.rows * n);
      intervalStep(step, none, value, out, n);
      return out;
    },
    { low: start, high: start },
  );
  const length = head.rows * n;
  const reach = new Float64Array(vectors.length * length);
  vectors.forEach((vector, k) => {
    linearForward(head, vector, x, reach.subarray(k * length, (k + 1) * length), n);
  });
  const norms = new Float64Array(n).fill(1);
  x.forEach((value, at) => {
    norms[at % n]! += value * value;
  });
  const weights = new Float64Array(n);
  index.forEach((i, at) => {
    weights[at] = inputs.weights[i]!;
  });
  const y = inputRows(outputs.y, outputs.width, index);
  return { x, y, weights, reach: reach.map(Math.abs), norms: norms.map(Math.sqrt), n, count: index.length };
}
