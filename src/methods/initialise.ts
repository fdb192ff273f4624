/** Random parameter vectors with a stated initialisation. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import type { InitialisationName } from '../catalog/presets.js';
import { type Purpose, stream } from '../tensor/random.js';

/** How to draw: `deviation` counts for `normal` only. */
export interface Initialisation {
  readonly name: InitialisationName;
  readonly deviation: number;
}

/**
 * One random θ [P], drawn from (seed, purpose, item). PyTorch's default draws weights and biases of a layer uniformly on
 * ±1/√fan_in, fan_in = inputs of one unit (He et al. 2015 with a = √5, as torch.nn.Linear and Conv2d do).
 */
export function initialTheta(
  architecture: Architecture,
  { name, deviation }: Initialisation,
  seed: number,
  purpose: Purpose,
  item: number,
): Float32Array {
  const { tensors, size } = layoutOf(architecture);
  const draws = stream(seed, purpose, item);
  const theta = new Float32Array(size);
  let fanIn = 1;
  for (const tensor of tensors) {
    if (tensor.role === 'weight') fanIn = tensor.size / tensor.shape[0]!;
    const bound = 1 / Math.sqrt(fanIn);
    for (let i = tensor.offset; i < tensor.offset + tensor.size; i++) {
      if (name === 'pytorch') theta[i] = bound * (2 * draws.uniform() - 1);
      else if (name === 'normal') theta[i] = deviation * draws.normal();
      else theta[i] = tensor.role === 'bias' ? 0 : Math.sqrt(2 / fanIn) * draws.normal();
    }
  }
  return theta;
}
