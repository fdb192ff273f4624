/** Random points on which functions are compared. */

import { product } from '../catalog/shape.js';
import { formatCount, formatNumber } from '../catalog/text.js';
import type { Inputs } from '../catalog/values.js';
import { stream } from '../tensor/random.js';

/** What to draw. `normal` uses mean and deviation, `uniform` low and high. */
export interface RandomInputsOptions {
  readonly distribution: 'normal' | 'uniform';
  readonly shape: readonly number[]; // of one input
  readonly count: number; // N
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
  readonly seed: number;
}

/** N independent inputs with weights 1/N; input i depends on (seed, i) only, so a larger N keeps the first ones. */
export function randomInputs(options: RandomInputsOptions): Inputs {
  const { distribution, shape, count, mean, deviation, low, high, seed } = options;
  const size = product(shape);
  const x = new Float32Array(count * size); // [N, ...shape]
  for (let i = 0; i < count; i++) {
    const draws = stream(seed, 'inputs', i);
    for (let j = 0; j < size; j++)
      x[i * size + j] =
        distribution === 'normal' ? mean + deviation * draws.normal() : low + (high - low) * draws.uniform();
  }
  const law =
    distribution === 'normal'
      ? `N(${formatNumber(mean)}, ${formatNumber(deviation ** 2)})`
      : `U(${formatNumber(low)}, ${formatNumber(high)})`;
  return {
    type: 'Inputs',
    x,
    count,
    item: [...shape],
    weights: new Float32Array(count).fill(1 / count),
    source: `${formatCount(count)} draws of ${law}, seed ${seed}`,
  };
}
