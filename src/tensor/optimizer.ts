/** Gradient descent rules on the host in float64, as PyTorch defines them. */
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

  /** Takes step `step` (from 0) of some candidates: row i of `gradient` [≥ candidates.length, P] is that of candidates[i]. */
  update(candidates: readonly number[], gradient: Float64Array, step: number): void {
    if (this.rule.name === 'adam') this.adam(this.rule, candidates, gradient, step);
    else this.sgd(this.rule, candidates, gradient);
  }

  /** Whether all parameters of a candidate are finite in float32. */
  finite(candidate: number): boolean {
    const { theta, size } = this;
    let rest = 0; // stays 0 while all numbers are finite
    for (let i = candidate * size; i < (candidate + 1) * size; i++) rest += Math.fround(theta[i]!) * 0;
    return rest === 0;
  }

  private adam(
    { learningRate, beta1, beta2, epsilon }: Extract<Optimizer, { name: 'adam' }>,
    candidates: readonly number[],
    gradient: Float64Array,
    step: number,
  ): void {
    const { theta, first, second, size } = this;
    const rate = learningRate / (1 - beta1 ** (step + 1));
    const scale = Math.sqrt(1 - beta2 ** (step + 1));
    for (let c = 0, from = 0; c < candidates.length; c++) {
      const end = (candidates[c]! + 1) * size;
      for (let at = end - size; at < end; at++, from++) {
        const g = gradient[from]!;
        const m = beta1 * first[at]! + (1 - beta1) * g;
        const v = beta2 * second[at]! + (1 - beta2) * g * g;
        first[at] = m;
        second[at] = v;
        theta[at] = theta[at]! - (rate * m) / (Math.sqrt(v) / scale + epsilon);
      }
    }
  }

  private sgd(
    { learningRate, momentum }: Extract<Optimizer, { name: 'sgd' }>,
    candidates: readonly number[],
    gradient: Float64Array,
  ): void {
    const { theta, first, size } = this;
    for (let c = 0, from = 0; c < candidates.length; c++) {
      const end = (candidates[c]! + 1) * size;
      for (let at = end - size; at < end; at++, from++) {
        let v = gradient[from]!;
        if (momentum !== 0) {
          v += momentum * first[at]!;
          first[at] = v;
        }
        theta[at] = theta[at]! - learningRate * v;
      }
    }
  }
}
