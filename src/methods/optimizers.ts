/** Gradient descent rules by name. */
import type { Optimizer } from '../catalog/work.js';

/** Names of the rules. */
export const OPTIMIZERS = { adam: 'Adam', momentum: 'SGD with momentum', sgd: 'SGD' } as const;

/** A rule with its parameters; `momentum` counts for SGD with momentum only. Adam's constants are those of its paper. */
export function optimizerOf(choice: {
  readonly optimizer: keyof typeof OPTIMIZERS;
  readonly learningRate: number;
  readonly momentum: number;
}): Optimizer {
  const { optimizer, learningRate, momentum } = choice;
  if (optimizer === 'adam') return { name: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
  return { name: 'sgd', learningRate, momentum: optimizer === 'momentum' ? momentum : 0 };
}
