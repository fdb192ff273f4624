/** Gradient descent rules on the host in float64, one parameter vector at a time, as PyTorch defines them. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Optimizer } from '../catalog/work.js';

/**
 * Updates [count, P] parameter vectors in place.
 * SGD: v ← μ v + g, θ ← θ − η v. Adam (Kingma and Ba 2015, algorithm 1): θ ← θ − η m̂ / (√v̂ + ε).
 */
export class Descender {
  private readonly first: Float64Array; // velocity, or m
  private readonly second: Float64Array; // v of Adam

  constructor(
    private readonly rule: Optimizer,
    private readonly theta: Float64Array,
    private readonly size: number,
  ) {
    if (!(rule.learningRate > 0))
      throw new FiberscopeError('parameter', `descend: expected a learning rate above 0, got ${rule.learningRate}`);
    const stateful = rule.name === 'adam' || rule.momentum !== 0;
    this.first = new Float64Array(stateful ? theta.length : 0);
    this.second = new Float64Array(rule.name === 'adam' ? theta.length : 0);
  }

  /** Takes step `step` (from 0) of one candidate; false when its parameters are no longer finite in float32. */
  update(candidate: number, gradient: ArrayLike<number>, step: number): boolean {
    const { theta, first, second, size, rule } = this;
    const at = candidate * size;
    let finite = 0; // stays 0 while all numbers are finite
    if (rule.name === 'adam') {
      const { learningRate, beta1, beta2, epsilon } = rule;
      const rate = learningRate / (1 - beta1 ** (step + 1));
      const scale = Math.sqrt(1 - beta2 ** (step + 1));
      for (let i = 0; i < size; i++) {
        const g = gradient[i]!;
        const m = beta1 * first[at + i]! + (1 - beta1) * g;
        const v = beta2 * second[at + i]! + (1 - beta2) * g * g;
        first[at + i] = m;
        second[at + i] = v;
        const value = theta[at + i]! - (rate * m) / (Math.sqrt(v) / scale + epsilon);
        theta[at + i] = value;
        finite += Math.fround(value) * 0;
      }
      return finite === 0;
    }
    const { learningRate, momentum } = rule;
    for (let i = 0; i < size; i++) {
      let v = gradient[i]!;
      if (momentum !== 0) {
        v += momentum * first[at + i]!;
        first[at + i] = v;
      }
      const value = theta[at + i]! - learningRate * v;
      theta[at + i] = value;
      finite += Math.fround(value) * 0;
    }
    return finite === 0;
  }
}
