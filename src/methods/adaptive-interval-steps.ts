/** The steps of a network on intervals: what is known to lie between two numbers stays between two numbers. */
import type { Activation } from '../catalog/architecture.js';
import { activate, negativeSlope } from '../tensor/activation.js';
import { padForward, poolForward } from '../tensor/cpu-plain.js';
import type { LinearStep, Step } from '../tensor/cpu-steps.js';
import { slack } from './adaptive-rounding.js';

/** Numbers of a batch, or parameters, each between `low` and `high`; of a batch as rows [rows, n]. */
export interface Intervals {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** So many numbers that are 0. */
export function intervals(length: number): Intervals {
  return { low: new Float64Array(length), high: new Float64Array(length) };
}

/**
 * Writes what a step makes of n columns to `out`: for parameters in `theta` and numbers in `x`, whichever they are, its numbers
 * are in `out`. Rounding is not directed: it is that of float64, far below what float32 does.
 */
export function intervalStep(step: Step, theta: Intervals, x: Intervals, out: Intervals, n: number): void {
  switch (step.kind) {
    case 'linear':
      linear(step, theta, x, out, n);
      break;
    case 'activation':
      activation(step.activation, x, out, step.rows * n);
      break;
    case 'pad':
      padForward(step, x.low, out.low, n);
      padForward(step, x.high, out.high, n);
      break;
    default:
      poolForward(step, x.low, out.low, n);
      poolForward(step, x.high, out.high, n);
      if (step.kind === 'mean') loosen(step, x, out, n);
  }
}

/** Widens means by what float32 may do to their sums: a part of the mean of sizes. */
function loosen(step: Parameters<typeof poolForward>[0], x: Intervals, out: Intervals, n: number): void {
  const sizes = x.low.map((low, i) => Math.max(Math.abs(low), Math.abs(x.high[i]!)));
  const means = new Float64Array(step.rows * n);
  poolForward(step, sizes, means, n);
  for (let i = 0; i < means.length; i++) {
    out.low[i]! -= slack(step.taps.length) * means[i]!;
    out.high[i]! += slack(step.taps.length) * means[i]!;
  }
}

/** Σ_k w_k h_k + b with w_k and h_k in intervals. */
function linear(
  { units, first, taps, weight, bias }: LinearStep,
  theta: Intervals,
  x: Intervals,
  out: Intervals,
  n: number,
): void {
  const { low, high } = out;
  const positions = first.length;
  for (let o = 0; o < units; o++) {
    const least = bias < 0 ? 0 : theta.low[bias + o]!;
    const most = bias < 0 ? 0 : theta.high[bias + o]!;
    for (let p = 0; p < positions; p++) {
      const to = (o * positions + p) * n;
      for (let i = to; i < to + n; i++) {
        low[i] = least;
        high[i] = most;
      }
      for (let k = 0; k < taps.length; k++) {
        const at = weight + o * taps.length + k;
        addProduct(theta.low[at]!, theta.high[at]!, x, (first[p]! + taps[k]!) * n, low, high, to, n);
      }
    }
  }
}

/**
 * Adds [a, b] · x to [low, high], n numbers from `at` and `to` on. Without branches on numbers, which processors guess wrong:
 * with [a, b] = w ± r it is w z − r|z| at the end of x that is least in the direction of w, and w z + r|z| at the other.
 */
function addProduct(
  a: number,
  b: number,
  x: Intervals,
  at: number,
  low: Float64Array,
  high: Float64Array,
  to: number,
  n: number,
): void {
  if (a < 0 && b > 0) {
    for (let i = 0; i < n; i++) {
      const least = x.low[at + i]!;
      const most = x.high[at + i]!;
      low[to + i]! += smaller(a * most, b * least);
      high[to + i]! -= smaller(-a * least, -b * most);
    }
    return;
  }
  const w = (a + b) / 2;
  const r = (b - a) / 2;
  const one = w < 0 ? x.high : x.low;
  const two = w < 0 ? x.low : x.high;
  for (let i = 0; i < n; i++) {
    const z = one[at + i]!;
    const u = two[at + i]!;
    low[to + i]! += w * z - r * Math.abs(z);
    high[to + i]! += w * u + r * Math.abs(u);
  }
}

/** The smaller of two numbers, to rounding; NaN where one is, or both are the same infinity. */
const smaller = (a: number, b: number): number => (a + b - Math.abs(a - b)) / 2;

const LOWEST_GELU = -0.7517915241; // where z Φ(z) turns

/** σ of an interval: each activation falls up to a point (which may be −∞) and rises from there on. */
function activation(of: Activation, x: Intervals, out: Intervals, count: number): void {
  const slope = negativeSlope(of);
  if (slope === 0) {
    for (let i = 0; i < count; i++) {
      const low = x.low[i]!;
      const high = x.high[i]!;
      out.low[i] = (low + Math.abs(low)) / 2; // max(0, z) without a branch
      out.high[i] = (high + Math.abs(high)) / 2;
    }
    return;
  }
  const at =
    slope === undefined
      ? (z: number): number => activate(of.name as 'tanh' | 'sigmoid' | 'gelu', z)
      : (z: number): number => (z < 0 ? slope * z : z);
  const turn = of.name === 'gelu' ? LOWEST_GELU : slope !== undefined && slope < 0 ? 0 : Number.NEGATIVE_INFINITY;
  for (let i = 0; i < count; i++) {
    const one = at(x.low[i]!);
    const two = at(x.high[i]!);
    out.low[i] = x.low[i]! < turn && turn < x.high[i]! ? at(turn) : Math.min(one, two);
    out.high[i] = Math.max(one, two);
  }
}
