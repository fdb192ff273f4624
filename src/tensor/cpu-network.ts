/**
 * One network on a batch of inputs by plain loops in float64: forward from the inputs or from the first layer's
 * pre-activation, and backward. Features are rows, inputs are columns; see cpu-steps.
 */
import type { Architecture } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import { activateAll, activateBackward } from './activation.js';
import { linearBackward, linearForward, linearGradient } from './cpu-linear.js';
import type { LinearStep, Step } from './cpu-steps.js';
import { stepsOf } from './cpu-steps.js';

type PoolStep = Extract<Step, { kind: 'max' | 'mean' }>;

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

function poolForward(step: PoolStep, x: Float64Array, out: Float64Array, n: number): void {
  const { first, taps, planes } = step;
  const positions = first.length;
  for (let c = 0; c < planes.length; c++)
    for (let p = 0; p < positions; p++) {
      const base = planes[c]! + first[p]!;
      const to = (c * positions + p) * n;
      for (let i = 0; i < n; i++) out[to + i] = x[(base + taps[0]!) * n + i]!;
      for (let k = 1; k < taps.length; k++) {
        const at = (base + taps[k]!) * n;
        if (step.kind === 'mean') for (let i = 0; i < n; i++) out[to + i]! += x[at + i]!;
        else for (let i = 0; i < n; i++) out[to + i] = Math.max(out[to + i]!, x[at + i]!); // NaN passes
      }
      if (step.kind === 'mean') for (let i = 0; i < n; i++) out[to + i]! /= taps.length;
    }
}

/** The first largest number of a window gets its derivative, as in PyTorch. */
function poolBackward(step: PoolStep, x: Float64Array, dout: Float64Array, dx: Float64Array, n: number): void {
  const { first, taps, planes } = step;
  const positions = first.length;
  for (let c = 0; c < planes.length; c++)
    for (let p = 0; p < positions; p++) {
      const base = planes[c]! + first[p]!;
      const from = (c * positions + p) * n;
      for (let i = 0; i < n; i++) {
        const g = dout[from + i]!;
        if (step.kind === 'mean') {
          for (let k = 0; k < taps.length; k++) dx[(base + taps[k]!) * n + i]! += g / taps.length;
          continue;
        }
        let best = (base + taps[0]!) * n + i;
        for (let k = 1; k < taps.length; k++) {
          const at = (base + taps[k]!) * n + i;
          if (x[at]! > x[best]!) best = at;
        }
        dx[best]! += g;
      }
    }
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

  constructor(
    architecture: Architecture,
    readonly capacity: number,
  ) {
    this.steps = stepsOf(architecture);
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
    switch (step.kind) {
      case 'linear':
        linearForward(step, theta, x, out, n);
        break;
      case 'pad':
        out.fill(0, 0, step.rows * n);
        step.to.forEach((to, from) => {
          out.set(x.subarray(from * n, from * n + n), to * n);
        });
        break;
      case 'activation':
        activateAll(step.activation, x, out, step.rows * n);
        break;
      default:
        poolForward(step, x, out, n);
    }
    return out;
  }

  /** Outputs [k, n] (row-major, in a buffer that the next call overwrites) of inputs [features, n]. */
  forward(theta: Float64Array, x: Float64Array, n: number): Float64Array {
    this.inner = x;
    let value = x;
    for (let i = 0; i < this.steps.length; i++) value = this.runStep(i, theta, value, n);
    return value;
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
    for (let i = this.steps.indexOf(this.head as Step) + 1; i < this.steps.length; i++)
      value = this.runStep(i, theta, value, n);
    return value;
  }

  /** Adds Σ ∂out/∂θ · dout to `gradient` [P], for the batch that `forward` has just seen; `dout` is [k, n]. */
  backward(theta: Float64Array, dout: Float64Array, gradient: Float64Array, n: number): void {
    this.slopes ??= [
      new Float64Array(this.features * columns(this.capacity)),
      ...this.values.map((v) => new Float64Array(v.length)),
    ];
    let down = dout;
    const lowest = this.steps.findIndex((step) => step.kind === 'linear'); // nothing below it has parameters
    for (let i = this.steps.length - 1; i >= Math.max(lowest, 0); i--) {
      const step = this.steps[i]!;
      const x = i === 0 ? this.inner! : this.values[i - 1]!;
      const dx = this.slopes[i]!;
      if (step.kind === 'linear') linearGradient(step, x, down, gradient, n);
      if (i === lowest) return;
      const rows = i === 0 ? this.features : this.steps[i - 1]!.rows;
      switch (step.kind) {
        case 'linear':
          dx.fill(0, 0, rows * n);
          linearBackward(step, theta, down, dx, n);
          break;
        case 'pad':
          step.to.forEach((to, from) => {
            dx.set(down.subarray(to * n, to * n + n), from * n);
          });
          break;
        case 'activation':
          activateBackward(step.activation, x, down, dx, rows * n);
          break;
        default:
          dx.fill(0, 0, rows * n);
          poolBackward(step, x, down, dx, n);
      }
      down = dx;
    }
  }
}
