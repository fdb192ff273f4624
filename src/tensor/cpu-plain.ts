/** The steps of a network without parameters (padding, pooling, activations) by plain loops in float64, there and back: see cpu-steps. */
import { activateAll, activateBackward } from './activation.js';
import type { LinearStep, Step } from './cpu-steps.js';

type PoolStep = Extract<Step, { kind: 'max' | 'mean' }>;

/** The rows in their places among zeros. */
export function padForward(step: Extract<Step, { kind: 'pad' }>, x: Float64Array, out: Float64Array, n: number): void {
  out.fill(0, 0, step.rows * n);
  step.to.forEach((to, from) => {
    out.set(x.subarray(from * n, from * n + n), to * n);
  });
}

/** The largest numbers, or the means, of a step's windows. */
export function poolForward(step: PoolStep, x: Float64Array, out: Float64Array, n: number): void {
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

/** A step without parameters. */
export function plainForward(step: Exclude<Step, LinearStep>, x: Float64Array, out: Float64Array, n: number): void {
  if (step.kind === 'pad') padForward(step, x, out, n);
  else if (step.kind === 'activation') activateAll(step.activation, x, out, step.rows * n);
  else poolForward(step, x, out, n);
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

/** The derivative by the `numbers` that a step without parameters reads, from that by what it gives. */
export function plainBackward(
  step: Exclude<Step, LinearStep>,
  x: Float64Array,
  dout: Float64Array,
  dx: Float64Array,
  numbers: number,
  n: number,
): void {
  switch (step.kind) {
    case 'pad':
      step.to.forEach((to, from) => {
        dx.set(dout.subarray(to * n, to * n + n), from * n);
      });
      break;
    case 'activation':
      activateBackward(step.activation, x, dout, dx, numbers);
      break;
    default:
      dx.fill(0, 0, numbers);
      poolBackward(step, x, dout, dx, n);
  }
}
