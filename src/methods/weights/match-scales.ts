/** The positive rescaling of B's hidden channels, once they are matched, that brings its weights nearest to A's. */
import type { WorkControl } from '../../catalog/work.js';
import { Pace } from '../../tensor/pace.js';
import type { Block, ChannelAxis, Channels } from './channels.js';
import type { Orders } from './similarity.js';
import { applySymmetry, type Symmetry, type Weights } from './symmetry.js';
import { unitScales } from './unit-scales.js';

const SWEEPS = 20;
const REACH = 1; // of log g in one step
const STILL = 1e-7; // a sweep that moves no log g by more is the last

/** One side of a tensor that a scale multiplies by g^power. */
interface Part {
  readonly block: Block;
  readonly rows: boolean;
  readonly power: number;
  readonly weight: number; // λ
}

/**
 * min over g > 0 of Σ λ ‖A − gπB‖², λ = numbers/‖A‖² of each tensor of θ, a scale after another and a channel after another: for each
 * channel f(log g) = Σ λ (g^{2p}‖b‖² − 2 g^p⟨a, b⟩), p > 0 for weights that come in and p < 0 for those that go out, is minimised by
 * Newton's method with bounded steps. It starts where incoming weights have A's norm. A scale that nothing takes back (before batch
 * normalisation) stays there: a least square would shrink what has little in common.
 */
export async function matchScales(
  channels: Channels,
  a: Weights,
  b: Weights,
  orders: Orders,
  control: WorkControl,
): Promise<Symmetry> {
  const [own, others] = [unitScales(channels, a).scales, unitScales(channels, b).scales];
  const scales = channels.scales.map(({ group }, s) =>
    own[s]!.map((value, i) => others[s]![orders[group]?.[i] ?? i]! / value),
  );
  const symmetry = { permutations: orders, scales };
  const moved = applySymmetry(channels, symmetry, b);
  const parts = channels.scales.map((_, s) => partsOf(channels, a, s));
  const pace = new Pace(control);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let most = 0;
    for (const [s, factors] of scales.entries()) {
      if (pace.due) await pace.step(1, 'rescaling');
      if (!parts[s]!.some(({ power }) => power < 0)) continue;
      const steps = stepsOf(parts[s]!, factors.length, a.theta, moved.theta);
      steps.forEach((step, c) => {
        most = Math.max(most, Math.abs(step));
        factors[c]! *= Math.exp(step);
        for (const part of parts[s]!) multiply(part, moved.theta, c, Math.exp(part.power * step));
      });
    }
    if (most < STILL) break;
  }
  return symmetry;
}

function partsOf({ blocks }: Channels, { theta }: Weights, scale: number): Part[] {
  return blocks.flatMap((block): Part[] => {
    if (block.source !== 'theta') return [];
    const size = block.outs * block.ins * block.inner;
    let squares = 0;
    for (let k = block.offset; k < block.offset + size; k++) squares += theta[k]! ** 2;
    const weight = squares > 0 ? size / squares : 0;
    const part = (axis: ChannelAxis | undefined, rows: boolean): Part[] =>
      axis?.scale === scale ? [{ block, rows, power: rows ? axis.power : -axis.power, weight }] : [];
    return [...part(block.out, true), ...part(block.in, false)];
  });
}

/** For each channel the change of log g that is best with all others as they are. */
function stepsOf(parts: readonly Part[], n: number, a: ArrayLike<number>, b: ArrayLike<number>): Float64Array {
  const sums = parts.map((part) => {
    const products = new Float64Array(n);
    const squares = new Float64Array(n);
    for (let c = 0; c < n; c++)
      each(part, c, (at) => {
        products[c]! += a[at]! * b[at]!;
        squares[c]! += b[at]! ** 2;
      });
    return { power: part.power, weight: part.weight, products, squares };
  });
  return Float64Array.from({ length: n }, (_, c) => {
    let x = 0;
    for (let i = 0; i < 30; i++) {
      let [slope, bend] = [0, 0];
      for (const { power: p, weight, products, squares } of sums) {
        const [linear, square] = [weight * products[c]! * Math.exp(p * x), weight * squares[c]! * Math.exp(2 * p * x)];
        slope += 2 * p * (square - linear);
        bend += 2 * p * p * (2 * square + Math.abs(linear)); // a bound where it is not convex
      }
      if (!(bend > 0)) return 0;
      const step = -slope / bend;
      x = Math.min(REACH, Math.max(-REACH, x + step));
      if (Math.abs(step) < STILL / 10) break;
    }
    return x;
  });
}

function multiply(part: Part, numbers: Float64Array, channel: number, factor: number): void {
  each(part, channel, (at) => {
    numbers[at]! *= factor;
  });
}

/** Every place of a channel's numbers on one side of a tensor. */
function each({ block, rows }: Part, channel: number, visit: (at: number) => void): void {
  const { outs, ins, inner, offset } = block;
  if (rows) {
    const start = offset + channel * ins * inner;
    for (let at = start; at < start + ins * inner; at++) visit(at);
  } else
    for (let o = 0; o < outs; o++) {
      const start = offset + (o * ins + channel) * inner;
      for (let at = start; at < start + inner; at++) visit(at);
    }
}
