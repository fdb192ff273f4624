/** What a calibration runs for trained networks: steps of training, and forward passes, on drawn data with drawn labels. */
import { freshBuffers, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Work } from '../catalog/info.js';
import { product } from '../catalog/shape.js';
import type { Inputs } from '../catalog/values.js';
import type { Device, Networks } from '../catalog/work.js';
import type { Slice } from './calibrate-slices.js';
import { around, drawn } from './drawn.js';

type TrainWork = Extract<Work, { readonly kind: 'train' }>;
type InferWork = Extract<Work, { readonly kind: 'infer' }>;

const ONCE = 3e8; // multiply-adds of the smallest amount, about: two batches of a small network, of a ResNet20 four images
const MOST_INPUTS = 512; // of the smallest amount
const MOST_NUMBERS = 2e7; // of inputs that are drawn
const STEPS = 2; // of an epoch
const RATE = { name: 'sgd', learningRate: 1e-9, momentum: 0.9 } as const; // learns nothing, so that nothing diverges

/** Numbers that a slice of such work holds: what trains keeps θ, its gradient and its momentum, and values of all layers. */
export function networkNumbers(work: TrainWork | InferWork): number {
  const { size } = layoutOf(work.architecture);
  return 6 * size + inputsOf(work) * product(work.architecture.input) * (work.kind === 'train' ? STEPS : 1);
}

/** n epochs of two steps on whole batches, where a batch is a moment's work, on smaller ones of a large network. */
export function trainSlice(work: TrainWork, device: Device): Slice {
  const { architecture } = work;
  const batch = inputsOf(work);
  const { inputs, networks } = setting(work, STEPS * batch);
  const each = 3 * STEPS * batch * layoutOf(architecture).multiplyAdds;
  return {
    most: Number.POSITIVE_INFINITY,
    multiplyAdds: (n) => n * each,
    async run(n, control) {
      const { ended } = await device.train(
        {
          networks,
          examples: { inputs },
          objective: 'cross-entropy',
          optimizer: RATE,
          weightDecay: 0,
          schedule: { name: 'constant' },
          epochs: n,
          batch,
          seeds: [1],
          statistics: 'batch',
        },
        control,
      );
      if (ended[0] !== 'done')
        throw new FiberscopeError('search', 'the drawn network diverged, so its time says nothing');
    },
  };
}

/** One pass over n times a few drawn inputs. */
export function inferSlice(work: InferWork, device: Device): Slice {
  const count = inputsOf(work);
  const { networks } = setting(work, 1);
  const each = count * layoutOf(work.architecture).multiplyAdds;
  return {
    most: MOST_NUMBERS / (count * product(work.architecture.input)),
    multiplyAdds: (n) => n * each,
    async run(n, control) {
      await device.score(networks, { inputs: setting(work, n * count).inputs }, 'cross-entropy', control);
    },
  };
}

/**
 * Inputs at once: the batch, or fewer where a network is so large that they are no moment's work, in whole slabs as kernels take them
 * (4, 8, or 16 at a time): what a slab lacks is computed as well.
 */
function inputsOf(work: TrainWork | InferWork): number {
  const { multiplyAdds } = layoutOf(work.architecture);
  const least = Math.max(1, Math.ceil(ONCE / (3 * STEPS * Math.max(1, multiplyAdds))));
  const slab = least <= 4 ? 4 : least <= 8 ? 8 : 16;
  const few = slab * Math.ceil(least / slab);
  return Math.min(work.kind === 'train' ? work.batch : MOST_INPUTS, MOST_INPUTS, few);
}

/** A network as it is drawn anew, and inputs with labels. */
function setting(
  { architecture }: TrainWork | InferWork,
  count: number,
): { readonly inputs: Inputs; readonly networks: Networks } {
  const { outputs } = layoutOf(architecture);
  return {
    inputs: { ...drawn(architecture, count).inputs, labels: Int32Array.from({ length: count }, (_, i) => i % outputs) },
    networks: { architecture, theta: around(architecture, 0).origin, buffers: freshBuffers(architecture), count: 1 },
  };
}
