/** Which inputs a step of gradient descent sees: a function of (seed, step) and of nothing else. */

import { product } from '../catalog/shape.js';
import type { Inputs, Outputs } from '../catalog/values.js';
import { stream } from './random.js';

const SHORT_ROW = 32; // numbers that are copied one by one sooner than as a view

/**
 * Some inputs with their outputs. `weights` are scaled by N / n, so that the batch's J is an unbiased estimate of J. The arrays
 * are written anew for the next step, but where they are all inputs.
 */
export interface Minibatch {
  readonly x: Float32Array; // [n, features]
  readonly y: Float32Array; // [n, k]
  readonly weights: Float32Array; // [n]
  readonly count: number; // n
  readonly whole: boolean; // all inputs: the same numbers at every step
}

/** Draws minibatches of `batch` inputs without replacement; all inputs, in order, where `batch` reaches N. */
export class Minibatches {
  private readonly order: Uint32Array; // 0 … N − 1
  private readonly partners: Uint32Array;
  private readonly chosen: Uint32Array;
  private readonly batch: Minibatch;

  constructor(
    private readonly inputs: Inputs,
    private readonly outputs: Outputs,
    batch: number,
    private readonly seed: number,
  ) {
    const { count, x, weights } = inputs;
    const size = Math.min(batch, count);
    const whole = size === count;
    this.order = Uint32Array.from({ length: whole ? 0 : count }, (_, i) => i);
    this.partners = new Uint32Array(whole ? 0 : size);
    this.chosen = new Uint32Array(whole ? 0 : size);
    this.batch = whole
      ? { x, y: outputs.y, weights, count, whole }
      : {
          x: new Float32Array(size * product(inputs.item)),
          y: new Float32Array(size * outputs.width),
          weights: new Float32Array(size),
          count: size,
          whole,
        };
  }

  /** Puts the indices of a step into `chosen`: the first n of a shuffle by stream(seed, 'minibatch', step). */
  private draw(step: number): void {
    const { order, partners, chosen } = this;
    const random = stream(this.seed, 'minibatch', step);
    for (let i = 0; i < chosen.length; i++) {
      const j = i + random.integer(order.length - i);
      const held = order[i]!;
      partners[i] = j;
      chosen[i] = order[j]!;
      order[i] = order[j]!;
      order[j] = held;
    }
    for (let i = chosen.length - 1; i >= 0; i--) {
      const j = partners[i]!;
      const held = order[i]!;
      order[i] = order[j]!;
      order[j] = held;
    }
  }

  /** The minibatch of a step; that of the step before is no longer valid. */
  at(step: number): Minibatch {
    const { inputs, outputs, batch, chosen } = this;
    if (batch.whole) return batch;
    this.draw(step);
    gather(inputs.x, chosen, batch.x);
    gather(outputs.y, chosen, batch.y);
    for (let i = 0; i < chosen.length; i++)
      batch.weights[i] = (inputs.weights[chosen[i]!]! * inputs.count) / chosen.length;
    return batch;
  }
}

/** to[i] = from[chosen[i]], row by row. */
function gather(from: Float32Array, chosen: Uint32Array, to: Float32Array): void {
  const width = to.length / chosen.length;
  if (width > SHORT_ROW) {
    for (let i = 0; i < chosen.length; i++)
      to.set(from.subarray(chosen[i]! * width, (chosen[i]! + 1) * width), i * width);
    return;
  }
  for (let i = 0, at = 0; i < chosen.length; i++)
    for (let j = chosen[i]! * width; j < (chosen[i]! + 1) * width; j++) to[at++] = from[j]!;
}
