/** Which inputs a step of gradient descent sees: a function of (seed, step) and of nothing else. */

import { product } from '../catalog/shape.js';
import type { Inputs, Outputs } from '../catalog/values.js';
import { stream } from './random.js';

/** Some inputs with their outputs. `weights` are scaled by N / n, so that the batch's J is an unbiased estimate of J. */
export interface Minibatch {
  readonly x: Float32Array; // [n, features]
  readonly y: Float32Array; // [n, k]
  readonly weights: Float32Array; // [n]
  readonly count: number; // n
}

/** Draws minibatches of `batch` inputs without replacement; all inputs, in order, where `batch` reaches N. */
export class Minibatches {
  private readonly order: Uint32Array;
  private readonly size: number;
  private readonly whole: Minibatch;

  constructor(
    private readonly inputs: Inputs,
    private readonly outputs: Outputs,
    batch: number,
    private readonly seed: number,
  ) {
    this.size = Math.min(batch, inputs.count);
    this.order = Uint32Array.from({ length: inputs.count }, (_, i) => i);
    this.whole = { x: inputs.x, y: outputs.y, weights: inputs.weights, count: inputs.count };
  }

  /** The indices of a step: the first n of a shuffle by stream(seed, 'minibatch', step). */
  indices(step: number): Uint32Array {
    const { order, size } = this;
    const random = stream(this.seed, 'minibatch', step);
    const partners = new Uint32Array(size);
    for (let i = 0; i < size; i++) {
      const j = i + random.integer(order.length - i);
      partners[i] = j;
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    const chosen = order.slice(0, size);
    for (let i = size - 1; i >= 0; i--) {
      const j = partners[i]!;
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    return chosen;
  }

  /** The minibatch of a step. */
  at(step: number): Minibatch {
    const { inputs, outputs, size } = this;
    if (size === inputs.count) return this.whole;
    const features = product(inputs.item);
    const k = outputs.width;
    const x = new Float32Array(size * features);
    const y = new Float32Array(size * k);
    const weights = new Float32Array(size);
    this.indices(step).forEach((from, to) => {
      x.set(inputs.x.subarray(from * features, (from + 1) * features), to * features);
      y.set(outputs.y.subarray(from * k, (from + 1) * k), to * k);
      weights[to] = (inputs.weights[from]! * inputs.count) / size;
    });
    return { x, y, weights, count: size };
  }
}
