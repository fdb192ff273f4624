/** Gradient descent rules on the host in float64, as PyTorch defines them. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Optimizer, ParameterRange } from '../catalog/work.js';

/** What of each vector moves, and how it decays. */
export interface Moving {
  readonly ranges: readonly ParameterRange[]; // all of P where not given
  readonly decay: number; // λ: g + λθ with SGD (torch.optim.SGD), θ ← θ − ηλθ ahead of Adam (torch.optim.AdamW)
}

/** Throws a `parameter` error where a rule is out of range; `who` asks. */
export function checkRule({ learningRate }: Optimizer, who: string): void {
  if (!(learningRate > 0))
    throw new FiberscopeError('parameter', `${who}: expected a learning rate above 0, got ${learningRate}`);
}

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
    private readonly moving: Moving = { ranges: [{ start: 0, end: size }], decay: 0 },
  ) {
    checkRule(rule, 'descend');
    const stateful = rule.name === 'adam' || rule.momentum !== 0;
    this.first = new Float64Array(stateful ? theta.length : 0);
    this.second = new Float64Array(rule.name === 'adam' ? theta.length : 0);
  }

  /** Takes step `step` (from 0) of some candidates: row i of `gradient` [≥ candidates.length, P] is that of candidates[i]. */
  update(
    candidates: readonly number[],
    gradient: Float64Array,
    step: number,
    learningRate = this.rule.learningRate,
  ): void {
    for (let c = 0; c < candidates.length; c++)
      for (const { start, end } of this.moving.ranges) {
        const at = candidates[c]! * this.size + start;
        const from = c * this.size + start;
        if (this.rule.name === 'adam') this.adam(this.rule, learningRate, gradient, at, from, end - start, step);
        else this.sgd(this.rule, learningRate, gradient, at, from, end - start);
      }
  }

  /** Whether all parameters of a candidate are finite in float32. */
  finite(candidate: number): boolean {
    const { theta, size } = this;
    let rest = 0; // stays 0 while all numbers are finite
    for (let i = candidate * size; i < (candidate + 1) * size; i++) rest += Math.fround(theta[i]!) * 0;
    return rest === 0;
  }

  /** `count` parameters from `at` on, whose gradient lies from `from` on. */
  private adam(
    { beta1, beta2, epsilon }: Extract<Optimizer, { name: 'adam' }>,
    learningRate: number,
    gradient: Float64Array,
    at: number,
    from: number,
    count: number,
    step: number,
  ): void {
    const { theta, first, second } = this;
    const rate = learningRate / (1 - beta1 ** (step + 1));
    const scale = Math.sqrt(1 - beta2 ** (step + 1));
    const kept = 1 - learningRate * this.moving.decay;
    for (let i = 0; i < count; i++) {
      const g = gradient[from + i]!;
      const m = beta1 * first[at + i]! + (1 - beta1) * g;
      const v = beta2 * second[at + i]! + (1 - beta2) * g * g;
      first[at + i] = m;
      second[at + i] = v;
      theta[at + i] = kept * theta[at + i]! - (rate * m) / (Math.sqrt(v) / scale + epsilon);
    }
  }

  private sgd(
    { momentum }: Extract<Optimizer, { name: 'sgd' }>,
    learningRate: number,
    gradient: Float64Array,
    at: number,
    from: number,
    count: number,
  ): void {
    const { theta, first } = this;
    const { decay } = this.moving;
    for (let i = 0; i < count; i++) {
      let v = gradient[from + i]!;
      if (decay !== 0) v += decay * theta[at + i]!;
      if (momentum !== 0) {
        v += momentum * first[at + i]!;
        first[at + i] = v;
      }
      theta[at + i] = theta[at + i]! - learningRate * v;
    }
  }
}
