/** What is measured: networks, inputs and families, all drawn from seeds. */
import type { Architecture } from '../src/catalog/architecture.js';
import { layoutOf } from '../src/catalog/architecture.js';
import { genniFcn, lenet5, mlp } from '../src/catalog/presets.js';
import { product } from '../src/catalog/shape.js';
import type { Subspace } from '../src/catalog/values.js';
import type { EvaluateWork } from '../src/catalog/work.js';
import { stream } from '../src/tensor/random.js';

/** One row of the table. */
export interface Job {
  readonly name: string;
  readonly work: EvaluateWork;
  /** Chunk sizes that the op chain is tried with. */
  readonly chunks: readonly number[];
  readonly rounds: number;
  /** The ratio to the op chain that is promised. */
  readonly atLeast: number;
}

function subspaceOf(architecture: Architecture, rank: number): Subspace {
  const { size, tensors } = layoutOf(architecture);
  const random = stream(1, 'bench subspace', 0);
  const origin = new Float32Array(size);
  for (const { shape, offset, size: count } of tensors) {
    const fanIn = product(shape.slice(1));
    for (let i = 0; i < count; i++) origin[offset + i] = random.normal() / Math.sqrt(fanIn);
  }
  const basis = Float32Array.from({ length: rank * size }, () => random.normal() / Math.sqrt(size));
  return {
    type: 'Subspace',
    origin,
    basis,
    rank,
    size,
    coordinates: new Float64Array(rank),
    flags: [],
  };
}

/** J on `points` per axis of a random subspace, or on `slice` members in a row, from a seeded one on. */
function lattice(
  architecture: Architecture,
  { rank, points, inputs: count, slice }: { rank: number; points: number; inputs: number; slice?: number },
): EvaluateWork {
  const random = stream(2, 'bench inputs', 0);
  const width = product(architecture.input);
  const { outputs: k } = layoutOf(architecture);
  const normals = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const first = slice === undefined ? 0 : random.integer(points ** rank - slice);
  const lattice = { subspace: subspaceOf(architecture, rank), low: -2, high: 2, points };
  return {
    architecture,
    inputs: {
      type: 'Inputs',
      x: normals(count * width),
      count,
      item: architecture.input,
      weights: new Float32Array(count).fill(1 / count),
      source: `${count} draws of N(0, 1)`,
    },
    outputs: { type: 'Outputs', y: normals(count * k), count, width: k },
    family:
      slice === undefined
        ? { kind: 'lattice', lattice }
        : {
            kind: 'members',
            lattice,
            index: Uint32Array.from({ length: slice }, (_, i) => first + i),
          },
  };
}

const CHUNKS = [64, 256, 1024, 4096];

/** All jobs. Closed forms are for tests: the networks with biases and two inputs show that no route assumes the FCN. */
export function jobs(): Job[] {
  const relu = { name: 'relu' } as const;
  return [
    {
      name: 'FCN 50³ × 500',
      work: lattice(genniFcn(), { rank: 3, points: 50, inputs: 500 }),
      chunks: CHUNKS,
      rounds: 5,
      atLeast: 3,
    },
    {
      name: 'FCN with biases, two inputs, 50³ × 500',
      work: lattice(mlp([2, 2, 1], relu, true), { rank: 3, points: 50, inputs: 500 }),
      chunks: CHUNKS,
      rounds: 5,
      atLeast: 3,
    },
    {
      name: 'MLP 2–4–1 tanh, 20,000 of 50³ × 500',
      work: lattice(mlp([2, 4, 1], { name: 'tanh' }, true), { rank: 3, points: 50, inputs: 500, slice: 20_000 }),
      chunks: CHUNKS,
      rounds: 3,
      atLeast: 3,
    },
    {
      name: 'MLP 10–64–64–1, 256 of 20³ × 500',
      work: lattice(mlp([10, 64, 64, 1], relu, true), { rank: 3, points: 20, inputs: 500, slice: 256 }),
      chunks: [4, 16, 64],
      rounds: 3,
      atLeast: 1,
    },
    {
      name: 'LeNet-5, 100 of 35³ × 500',
      work: lattice(lenet5(false), { rank: 3, points: 35, inputs: 500, slice: 100 }),
      chunks: [1, 10],
      rounds: 3,
      atLeast: 1.5,
    },
  ];
}
