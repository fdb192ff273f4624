/** What a calibration runs: slices of each kind of work, on the same network with drawn numbers, in any amount. */
import { layoutOf } from '../catalog/architecture.js';
import type { CapInfo, Work } from '../catalog/info.js';
import { product } from '../catalog/shape.js';
import type { EpsilonSet, Field, Inputs, Outputs, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { embedMultiplyAdds } from '../methods/embedding-cost.js';
import { INPUT_BLOCK } from '../tensor/blocks.js';
import { stream } from '../tensor/random.js';
import { inferSlice, networkNumbers, trainSlice } from './calibrate-networks.js';
import { around, compared, drawn, normals, plane } from './drawn.js';

/** Work that can be done in any amount: `run(n)` does `multiplyAdds(n)` of what a cost counts. */
export interface Slice {
  readonly most: number; // n, so that what is drawn stays small
  multiplyAdds(n: number): number;
  run(n: number, control: WorkControl): Promise<void>;
}

const ONCE = 5e6; // multiply-adds of the smallest amount, so that it takes milliseconds
const MOST_INPUTS = 512;
const MOST_NUMBERS = 2e7; // drawn

/** Whether even a slice would hold too much: whoever opens a document has not asked for a gigabyte yet. */
export function isLarge(work: Work): boolean {
  if (work.kind === 'embed' || work.kind === 'loops' || work.kind === 'draw') return false;
  if (work.kind === 'train' || work.kind === 'infer') return networkNumbers(work) > MOST_NUMBERS;
  const { size, multiplyAdds } = layoutOf(work.architecture);
  const vectors = work.kind === 'evaluate' ? work.rank + 1 : 4; // θ0 and the basis, or θ and what the optimizer keeps
  const width = product(work.architecture.input);
  return vectors * size + width * atOnce(work.inputs, multiplyAdds) > MOST_NUMBERS;
}

/** The slice of a kind of work; an adaptive lattice is none (calibrate-adaptive.ts). */
export function sliceOf(work: Work, device: Device): Slice {
  switch (work.kind) {
    case 'evaluate':
      return evaluateSlice(work, device);
    case 'descend':
      return descendSlice(work, device);
    case 'train':
      return trainSlice(work, device);
    case 'infer':
      return inferSlice(work, device);
    case 'embed':
      return embedSlice(work);
    case 'loops':
      return loopsSlice();
    case 'draw':
      return drawSlice(work);
  }
}

/** n members of the family, on at most so many inputs that one member is a moment's work. */
function evaluateSlice(work: Extract<Work, { kind: 'evaluate' }>, device: Device): Slice {
  if (work.cap !== undefined && work.rank > 0) return rejectingSlice(work, work.cap, device);
  const { architecture, rank, inputs } = work;
  const { size, multiplyAdds } = layoutOf(architecture);
  const count = atOnce(inputs, multiplyAdds);
  const data = drawn(architecture, count);
  const subspace = rank === 0 ? undefined : plane(size, rank);
  const first = Math.max(1, Math.floor(ONCE / (50 * count * multiplyAdds))); // members of a small network are too quick
  return {
    most: MOST_NUMBERS / (first * (rank === 0 ? size : 1)),
    multiplyAdds: (n) => n * first * count * multiplyAdds,
    async run(n, control) {
      const members = n * first;
      const family =
        subspace === undefined
          ? { kind: 'explicit' as const, theta: normals(members * size, 0.1), count: members }
          : {
              kind: 'members' as const,
              lattice: { subspace, low: -1, high: 1, points: Math.ceil(members ** (1 / rank)) + 1 },
              index: counting(members),
            };
      await device.evaluate({ architecture, ...data, family }, control);
    },
  };
}

const AXIS = 50; // points per axis of the lattice that members are drawn from

/**
 * n members drawn from a lattice around a network that the outputs are made with, so that some are below the cap as they are where
 * planes go through equivalents. With all inputs: most members need only the first few, and what the others save grows with N.
 */
function rejectingSlice(
  { architecture, rank, inputs }: Extract<Work, { kind: 'evaluate' }>,
  cap: CapInfo,
  device: Device,
): Slice {
  const { multiplyAdds } = layoutOf(architecture);
  const width = product(architecture.input);
  const most = Math.min(MOST_NUMBERS / (8 * width), Math.max(MOST_INPUTS, (20 * ONCE) / multiplyAdds));
  const count = Math.max(1, Math.min(inputs, Math.floor(most)));
  const data = drawn(architecture, count);
  const subspace = around(architecture, rank);
  const lattice = { subspace, low: -2, high: 2, points: AXIS };
  const first = Math.max(1, Math.floor(ONCE / (50 * Math.min(count, INPUT_BLOCK) * multiplyAdds)));
  let own: { readonly outputs: Outputs; readonly cap: number } | undefined;
  return {
    most: MOST_NUMBERS / first,
    multiplyAdds: (n) => n * first * count * multiplyAdds,
    async run(n, control) {
      own ??= compared(await device.forward(architecture, subspace.origin, data.inputs, control), data, cap);
      const index = scattered(n * first, AXIS ** rank);
      await device.evaluate({ architecture, ...data, ...own, family: { kind: 'members', lattice, index } }, control);
    },
  };
}

/** Members of a lattice drawn with replacement, ascending. */
function scattered(count: number, members: number): Uint32Array {
  const random = stream(1, 'calibrate', count);
  return Uint32Array.from({ length: count }, () => Math.floor(random.uniform() * Math.min(members, 2 ** 31))).sort();
}

/** n steps of as many candidates at once as are a moment's work. */
function descendSlice(work: Extract<Work, { kind: 'descend' }>, device: Device): Slice {
  const { architecture } = work;
  const { size, multiplyAdds } = layoutOf(architecture);
  const batch = atOnce(work.batch, 3 * multiplyAdds);
  const count = Math.max(1, Math.min(work.candidates, Math.floor(ONCE / (3 * batch * multiplyAdds))));
  const data = drawn(architecture, work.batch < work.inputs ? 2 * batch : batch);
  const start = normals(count * size, 0.1);
  const optimizer = { name: 'adam', learningRate: 1e-6, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
  return {
    most: Number.POSITIVE_INFINITY,
    multiplyAdds: (n) => 3 * n * count * batch * multiplyAdds,
    async run(steps, control) {
      const seed = 1;
      await device.descend(
        { architecture, ...data, start, count, optimizer, steps, batch, seed, record: steps },
        control,
      );
    },
  };
}

const EMBEDDED = 80; // members, several times over
const EPOCHS = 20;

/** UMAP of 80 n members for a few epochs. */
function embedSlice({ neighbours }: Extract<Work, { kind: 'embed' }>): Slice {
  const rank = 3;
  const members = (n: number): number => EMBEDDED * n;
  const near = (count: number): number => Math.min(neighbours, count - 1);
  return {
    most: MOST_NUMBERS / EMBEDDED,
    multiplyAdds: (n) => embedMultiplyAdds({ members: members(n), rank, neighbours: near(members(n)), epochs: EPOCHS }),
    async run(n, control) {
      const { umapOf } = await import('../methods/umap.js');
      const limit = members(n);
      const options = { of: 'coefficients', minDist: 0.5, dimension: 2, epochs: EPOCHS, limit, seed: 1 } as const;
      await umapOf(ball(limit, rank), { ...options, neighbours: near(limit) }, control);
    },
  };
}

const CHANNELS = 64;

/** n products of matrices in float64, as layers and networks are compared by. */
function loopsSlice(): Slice {
  const each = CHANNELS ** 3;
  const a = Float64Array.from(normals(CHANNELS ** 2, 1));
  return {
    most: Number.POSITIVE_INFINITY,
    multiplyAdds: (n) => n * each,
    async run(n) {
      const { addProduct } = await import('../methods/weights/similarity.js');
      const sum = new Float64Array(CHANNELS ** 2);
      for (let i = 0; i < n; i++) addProduct(sum, a, a, CHANNELS, CHANNELS, 1);
    },
  };
}

/** n times ten pictures, as they are drawn where nothing else is asked for. */
function drawSlice({ of, each }: Extract<Work, { kind: 'draw' }>): Slice {
  const drawing = async (count: number, control: WorkControl): Promise<Inputs> => {
    switch (of) {
      case 'glyphs':
        return (await import('../methods/data/glyphs.js')).glyphs(
          { count, seed: 1, jitter: 1, width: 2.4, noise: 0.15 },
          control,
        );
      case 'textures':
        return (await import('../methods/data/textures.js')).textures(
          { count, seed: 1, contrast: 0.8, noise: 0.1 },
          control,
        );
      case 'scenes':
        return (await import('../methods/dissect/scenes.js')).scenes({ count, seed: 1, noise: 0.08 }, control);
    }
  };
  return {
    most: 200,
    multiplyAdds: (n) => 10 * n * each,
    async run(n, control) {
      await drawing(10 * n, control);
    },
  };
}

/** As many items as are a moment's work at so many multiply-adds each, in whole eights as loops like them. */
function atOnce(items: number, multiplyAdds: number): number {
  const few = 8 * Math.ceil(ONCE / multiplyAdds / 8);
  return Math.max(1, Math.min(items, MOST_INPUTS, few));
}

function counting(length: number): Uint32Array {
  const index = new Uint32Array(length);
  for (let i = 0; i < length; i++) index[i] = i;
  return index;
}

/** The first members of a lattice as an ε-set. */
function ball(count: number, rank: number): EpsilonSet {
  const subspace = plane(rank, rank);
  const points = Math.ceil(count ** (1 / rank));
  const scale = { power: 1, variance: 1, zero: 1, constant: 1 } as Reference['scale'];
  const field = { lattice: { subspace, low: -1, high: 1, points }, reference: { scale } } as Field;
  return { type: 'EpsilonSet', field, epsilon: 1, index: counting(count), values: new Float32Array(count) };
}
