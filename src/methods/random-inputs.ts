/** Random points on which functions are compared. */
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';
import { formatCount } from '../catalog/text.js';
import type { Inputs } from '../catalog/values.js';
import { stream } from '../tensor/random.js';
import { type Law, lawText } from './law.js';

/** What to draw. */
export interface RandomInputsOptions extends Law {
  readonly shape: readonly number[]; // of one input
  readonly count: number; // N
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
      x[i * size + j] = distribution === 'normal' ? mean + deviation * draws.normal() : draws.between(low, high);
  }
  const law = lawText(options);
  const at = x.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new FiberscopeError(
      'parameter',
      `inputs: expected numbers within float32 (up to 3.4·10³⁸), got ${x[at]} in input ${Math.floor(at / size) + 1} from ${law}; choose ${distribution === 'normal' ? 'a smaller mean and deviation' : 'a lower range'}`,
    );
  return {
    type: 'Inputs',
    x,
    count,
    item: [...shape],
    weights: new Float32Array(count).fill(1 / count),
    source: `${formatCount(count)} draws of ${law}, seed ${seed}`,
  };
}
