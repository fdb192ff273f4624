/** Random parameter vectors with a stated initialisation. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import type { InitialisationName } from '../catalog/presets.js';
import type { WorkControl } from '../catalog/work.js';
import { Pace } from '../tensor/pace.js';
import { type Purpose, type Stream, stream } from '../tensor/random.js';

/** How to draw: `deviation` counts for `normal` only. */
export interface Initialisation {
  readonly name: InitialisationName;
  readonly deviation: number;
}

const SLICE = 2 ** 17; // numbers between two chances to stop

/**
 * One random θ [P], drawn from (seed, purpose, item). PyTorch's default draws weights and biases of a layer uniformly on
 * ±1/√fan_in, fan_in = inputs of one unit (He et al. 2015 with a = √5, as torch.nn.Linear and Conv2d do). Batch normalisation begins
 * with γ = 1 and β = 0 always and takes no draws.
 */
export async function initialTheta(
  architecture: Architecture,
  initialisation: Initialisation,
  seed: number,
  purpose: Purpose,
  item: number,
  control: WorkControl,
): Promise<Float32Array> {
  const theta = new Float32Array(layoutOf(architecture).size);
  const pace = new Pace(control);
  const drawn = draw(theta, architecture, initialisation, stream(seed, purpose, item));
  for (const done of drawn) await pace.step(done / theta.length);
  return theta;
}

/** Draws θ, in order; yields how many numbers are there. */
function* draw(
  theta: Float32Array,
  architecture: Architecture,
  { name, deviation }: Initialisation,
  draws: Stream,
): Generator<number> {
  let fanIn = 1;
  const { places, tensors } = layoutOf(architecture);
  const normalised = new Set(places.flatMap(({ path, layer }) => (layer.kind === 'batch-norm' ? [path] : [])));
  for (const tensor of tensors) {
    if (normalised.has(tensor.path)) {
      if (tensor.role === 'weight') theta.fill(1, tensor.offset, tensor.offset + tensor.size);
      continue;
    }
    if (tensor.role === 'weight') fanIn = tensor.size / tensor.shape[0]!;
    const bound = 1 / Math.sqrt(fanIn);
    const end = tensor.offset + tensor.size;
    for (let start = tensor.offset; start < end; start += SLICE) {
      const stop = Math.min(end, start + SLICE);
      for (let i = start; i < stop; i++) {
        if (name === 'pytorch') theta[i] = bound * (2 * draws.uniform() - 1);
        else if (name === 'normal') theta[i] = deviation * draws.normal();
        else theta[i] = tensor.role === 'bias' ? 0 : Math.sqrt(2 / fanIn) * draws.normal();
      }
      yield stop;
    }
  }
}
