/**
 * One network on a batch of inputs by plain loops in float64: forward from the inputs or from the first layer's
 * pre-activation, and backward. Features are rows, inputs are columns; see cpu-steps.
 */
import type { Architecture } from '../catalog/architecture.js';
import { layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import { chunksOf, type Range } from './blocks.js';
import { linearBackward, linearForward, linearGradient } from './cpu-linear.js';
import { plainBackward, plainForward } from './cpu-plain.js';
import type { LinearStep, Step } from './cpu-steps.js';
import { stepsOf } from './cpu-steps.js';
import type { Breathe } from './pace.js';

const PART = 2 ** 25; // multiply-adds between two breaths, and of a pass from which on it is cut

/** The slices of `count` items that take so many multiply-adds each. */
export function slices(count: number, each: number): Range[] {
  return chunksOf(count, Math.max(16, 2 * Math.floor(PART / each / 2)));
}

/** `count` rounded up to whole groups of four columns. */
export function columns(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** Inputs `x` [N, features] from `start` to `end` (or those of `index`) as rows [features, columns], padded with zeros. */
export function inputRows(
  x: Float32Array,
  features: number,
  index: ArrayLike<number>,
  out?: Float64Array,
): Float64Array {
  const n = columns(index.length);
  const rows = out ?? new Float64Array(features * n);
  for (let i = 0; i < index.length; i++) {
    const from = index[i]! * features;
    for (let f = 0; f < features; f++) rows[f * n + i] = x[from + f]!;
  }
  return rows;
}

/** A network with its buffers, for batches of up to `capacity` inputs. */
export class CpuNetwork {
  readonly features: number; // numbers in one input
  readonly outputs: number; // k
  /** The first step, when it is linear: what an affine family projects the inputs with. */
  readonly head: LinearStep | undefined;
  private readonly steps: readonly Step[];
  private readonly values: Float64Array[];
  private slopes: Float64Array[] | undefined;
  private inner: Float64Array | undefined;
  private readonly multiplyAdds: number; // of one input

  constructor(
    architecture: Architecture,
    readonly capacity: number,
  ) {
    this.steps = stepsOf(architecture);
    this.multiplyAdds = layoutOf(architecture).multiplyAdds;
    this.features = product(architecture.input);
    this.outputs = this.steps.at(-1)?.rows ?? this.features;
    this.values = this.steps.map((step) => new Float64Array(step.rows * columns(capacity)));
    const [one, two] = this.steps;
    const head = one?.kind === 'pad' ? two : one;
    this.head = head?.kind === 'linear' ? head : undefined;
  }

  private runStep(i: number, theta: Float64Array, x: Float64Array, n: number): Float64Array {
    const step = this.steps[i]!;
    const out = this.values[i]!;
    if (step.kind === 'linear') linearForward(step, theta, x, out, n);
    else plainForward(step, x, out, n);
    return out;
  }

  /** Outputs [k, n] (row-major, in a buffer that the next call overwrites) of inputs [features, n]. */
  forward(theta: Float64Array, x: Float64Array, n: number): Float64Array {
    this.inner = x;
    let value = x;
    for (let i = 0; i < this.steps.length; i++) value = this.runStep(i, theta, value, n);
    return value;
  }

  /** Whether a pass of n inputs takes so long that it must be cut. */
  isLong(n: number): boolean {
    return this.multiplyAdds * n > PART;
  }

  /** Outputs [k, n] from the value before step `from`, with a breath between slices of units. */
  async forwardInParts(
    theta: Float64Array,
    x: Float64Array,
    n: number,
    breathe: Breathe,
    from = 0,
  ): Promise<Float64Array> {
    if (from === 0) this.inner = x;
    let value = x;
    let done = 0;
    for (let i = from; i < this.steps.length; i++) {
      const step = this.steps[i]!;
      if (step.kind !== 'linear') {
        value = this.runStep(i, theta, value, n);
        continue;
      }
      const out = this.values[i]!;
      const each = step.first.length * step.taps.length; // of a unit
      for (const { start, end } of slices(step.units, each * n)) {
        linearForward(step, theta, value, out, n, start, end);
        done += (end - start) * each;
        await breathe(Math.min(1, done / this.multiplyAdds));
      }
      value = out;
    }
    return value;
  }

  /** The first step after the first linear one. */
  get afterHead(): number {
    return this.steps.indexOf(this.head as Step) + 1;
  }

  /** The first linear layer alone: its pre-activation [rows, n], to be copied. */
  project(theta: Float64Array, x: Float64Array, n: number): Float64Array {
    const head = this.steps.indexOf(this.head as Step);
    let value = x;
    for (let i = 0; i <= head; i++) value = this.runStep(i, theta, value, n);
    return value.subarray(0, this.steps[head]!.rows * n);
  }

  /** Outputs [k, n] from the first linear layer's pre-activation. */
  forwardFrom(theta: Float64Array, preactivation: Float64Array, n: number): Float64Array {
    let value = preactivation;
    for (let i = this.afterHead; i < this.steps.length; i++) value = this.runStep(i, theta, value, n);
    return value;
  }

  /** Adds Σ ∂out/∂θ · dout to `gradient` [P], for the batch that `forward` has just seen; `dout` is [k, n]. */
  backward(theta: Float64Array, dout: Float64Array, gradient: Float64Array, n: number): void {
    let down = dout;
    const lowest = this.lowest;
    for (let i = this.steps.length - 1; i >= Math.max(lowest, 0); i--) {
      const step = this.steps[i]!;
      if (step.kind === 'linear') linearGradient(step, this.below(i), down, gradient, n);
      if (i === lowest) return;
      const dx = this.slope(i);
      if (step.kind === 'linear') {
        dx.fill(0, 0, this.rowsBelow(i) * n);
        linearBackward(step, theta, down, dx, n);
      } else this.stepBack(i, step, down, dx, n);
      down = dx;
    }
  }

  /** The same with a breath between slices of the products. */
  async backwardInParts(
    theta: Float64Array,
    dout: Float64Array,
    gradient: Float64Array,
    n: number,
    breathe: () => Promise<void>,
  ): Promise<void> {
    let down = dout;
    const lowest = this.lowest;
    for (let i = this.steps.length - 1; i >= Math.max(lowest, 0); i--) {
      const step = this.steps[i]!;
      const dx = i === lowest ? undefined : this.slope(i);
      if (step.kind === 'linear') {
        const { units, first, taps } = step;
        for (const { start, end } of slices(units, first.length * taps.length * n)) {
          linearGradient(step, this.below(i), down, gradient, n, start, end);
          await breathe();
        }
        if (dx === undefined) return;
        dx.fill(0, 0, this.rowsBelow(i) * n);
        for (const { start, end } of slices(taps.length, first.length * units * n)) {
          linearBackward(step, theta, down, dx, n, start, end);
          await breathe();
        }
      } else this.stepBack(i, step, down, dx!, n);
      down = dx!;
    }
  }

  /** The first linear step: nothing below it has parameters. */
  private get lowest(): number {
    return this.steps.findIndex((step) => step.kind === 'linear');
  }

  /** The value before step i, as `forward` left it. */
  private below(i: number): Float64Array {
    return i === 0 ? this.inner! : this.values[i - 1]!;
  }

  private rowsBelow(i: number): number {
    return i === 0 ? this.features : this.steps[i - 1]!.rows;
  }

  /** The buffer for the derivative by the value before step i. */
  private slope(i: number): Float64Array {
    this.slopes ??= [
      new Float64Array(this.features * columns(this.capacity)),
      ...this.values.map((v) => new Float64Array(v.length)),
    ];
    return this.slopes[i]!;
  }

  private stepBack(i: number, step: Exclude<Step, LinearStep>, down: Float64Array, dx: Float64Array, n: number): void {
    plainBackward(step, this.below(i), down, dx, this.rowsBelow(i) * n, n);
  }
}
