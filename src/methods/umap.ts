/** UMAP of an ε-set, with exact neighbours. */
import { UMAP } from 'umap-js';
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount, subscript } from '../catalog/text.js';
import type { Embedding, EpsilonSet, Lattice, Mark } from '../catalog/values.js';
import type { WorkControl } from '../catalog/work.js';
import { latticeCoefficients } from '../tensor/family.js';
import { cholesky, gram, norm, orthogonalise } from '../tensor/linear-algebra.js';
import { stream } from '../tensor/random.js';
import { breathe } from './progress.js';

/** What to embed and how. `limit` is the most members embedded; more are sampled with the seed. */
export interface UmapOptions {
  readonly of: 'coefficients' | 'theta';
  readonly neighbours: number;
  readonly minDist: number;
  readonly dimension: 2 | 3;
  readonly epochs: number;
  readonly limit: number;
  readonly seed: number;
}

/** Rows of numbers [count, width] to embed. */
interface Rows {
  readonly data: Float64Array;
  readonly count: number;
  readonly width: number;
}

/**
 * UMAP (McInnes, Healy and Melville 2018) of the members of an ε-set with θ_0…θ_m, and with the reference's θ where `of` is
 * θ and θ is known. The basis is orthonormal, so ‖θ − θ′‖ = ‖c − c′‖: coefficients stand for θ exactly, and θ itself gets one
 * more axis, its distance from the plane. A loaded basis that is not orthonormal is accounted for by its Gram matrix.
 */
export async function umapOf(set: EpsilonSet, options: UmapOptions, control: WorkControl): Promise<Embedding> {
  const { field } = set;
  const members = sample(set, options);
  if (members.length < 3)
    throw new FiberscopeError(
      'shape',
      `input 'set': expected at least 3 members to embed, got ${members.length}; raise ε or refine the grid`,
    );
  const marks = marked(set, options.of === 'theta');
  const rows = rowsOf(field.lattice, set, members, marks, options.of === 'theta');
  const neighbours = Math.min(options.neighbours, rows.count - 1); // umap-js wants more rows than neighbours
  const { indices, distances } = await nearest(rows, neighbours, control);
  const random = stream(options.seed, 'umap', 0);
  const umap = new UMAP({
    nComponents: options.dimension,
    nNeighbors: neighbours,
    minDist: options.minDist,
    spread: Math.max(1, options.minDist),
    nEpochs: options.epochs,
    random: () => random.uniform(),
  });
  umap.setPrecomputedKNN(indices, distances);
  const epochs = umap.initializeFit(vectorsOf(rows));
  for (let epoch = 0; epoch < epochs; epoch++) {
    umap.step();
    if (epoch % 5 === 0) {
      control.progress(0.3 + (0.7 * epoch) / epochs, `epoch ${epoch} of ${epochs}`);
      await breathe(control);
    }
  }
  const placed = umap.getEmbedding();
  const all = field.lattice.subspace;
  const what = options.of === 'theta' ? 'θ' : 'coefficients';
  return {
    type: 'Embedding',
    position: Float32Array.from(placed.slice(0, members.length).flat()),
    count: members.length,
    dimension: options.dimension,
    values: Float32Array.from(members, (i) => set.values[i]!),
    member: Uint32Array.from(members, (i) => set.index[i]!),
    marks: marks.map(({ name, loss }, i): Mark => {
      const position = placed[members.length + i]!;
      return loss === undefined ? { name, position } : { name, position, loss };
    }),
    scale: field.reference.scale,
    epsilon: set.epsilon,
    of: options.of,
    axes: Array.from({ length: options.dimension }, (_, k) => `UMAP ${k + 1}`),
    note:
      `UMAP of ${members.length === set.index.length ? `all ${formatCount(members.length)}` : `${formatCount(members.length)} of ${formatCount(set.index.length)}`} members by ${what}` +
      `${members.length < set.index.length ? `, sampled with seed ${options.seed}` : ''}, ${neighbours} neighbours (exact), min_dist ${options.minDist}, ${epochs} epochs, seed ${options.seed}` +
      `${options.of === 'theta' ? `; distances between θ in ${formatCount(all.size)} dimensions equal those between coefficients, because the basis is orthonormal` : ''}`,
  };
}

/** Places in the set of the members to embed: all, or a sample drawn with the seed, ascending. */
function sample(set: EpsilonSet, { limit, seed }: UmapOptions): Uint32Array {
  return stream(seed, 'sample', 0).subset(set.index.length, limit);
}

interface Marked {
  readonly name: string;
  readonly loss?: number;
  readonly coefficients: Float64Array; // [m]
  readonly off: number; // distance from the plane
}

/** θ_0…θ_m by their coordinates, then θ by its projection and its distance from the plane. */
function marked(set: EpsilonSet, withTheta: boolean): Marked[] {
  const { subspace } = set.field.lattice;
  const { coordinates, rank, pointLoss, origin, basis, size } = subspace;
  const marks: Marked[] = Array.from({ length: coordinates.length / rank }, (_, i) => ({
    name: `θ${subscript(i)}`,
    ...(pointLoss === undefined ? {} : { loss: pointLoss[i]! }),
    coefficients: coordinates.slice(i * rank, (i + 1) * rank),
    off: 0,
  }));
  const theta = set.field.reference.theta;
  if (!withTheta || theta === undefined) return marks;
  const rest = Float64Array.from(theta, (value, k) => value - origin[k]!);
  const vectors = Array.from({ length: rank }, (_, k) => Float64Array.from(basis.subarray(k * size, (k + 1) * size)));
  const coefficients = orthogonalise(rest, vectors);
  return [...marks, { name: 'θ', loss: 0, coefficients, off: norm(rest) }];
}

/** Members and marks as rows whose Euclidean distances are those to be kept. */
function rowsOf(
  lattice: Lattice,
  set: EpsilonSet,
  members: Uint32Array,
  marks: readonly Marked[],
  asTheta: boolean,
): Rows {
  const { rank, basis, size } = lattice.subspace;
  const vectors = Array.from({ length: rank }, (_, k) => basis.subarray(k * size, (k + 1) * size));
  const metric = asTheta ? cholesky(gram(vectors), rank) : undefined; // G = L Lᵀ, ‖Σ c_k b_k‖ = ‖Lᵀ c‖
  const width = rank + 1;
  const count = members.length + marks.length;
  const data = new Float64Array(count * width);
  const place = (row: number, c: Float64Array, off: number): void => {
    for (let k = 0; k < rank; k++) {
      if (metric === undefined) data[row * width + k] = c[k]!;
      else for (let j = k; j < rank; j++) data[row * width + k]! += metric[j * rank + k]! * c[j]!;
    }
    data[row * width + rank] = off;
  };
  const c = new Float64Array(rank);
  members.forEach((i, row) => {
    place(row, latticeCoefficients(lattice, set.index[i]!, c), 0);
  });
  marks.forEach(({ coefficients, off }, i) => {
    place(members.length + i, coefficients, off);
  });
  return { data, count, width };
}

function vectorsOf({ data, count, width }: Rows): number[][] {
  return Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * width, (i + 1) * width)));
}

/** The k nearest rows of each row, itself first, exactly; row by row with insertion into a sorted list. */
export async function nearest(
  { data, count, width }: Rows,
  k: number,
  control: WorkControl,
): Promise<{ indices: number[][]; distances: number[][] }> {
  const indices: number[][] = [];
  const distances: number[][] = [];
  const block = Math.max(1, Math.floor(4e6 / (count * width)));
  for (let i = 0; i < count; i++) {
    if (i % block === 0) {
      control.progress((0.3 * i) / count, 'neighbours');
      await breathe(control);
    }
    const near = new Float64Array(k).fill(Infinity);
    const who = new Int32Array(k).fill(-1);
    for (let j = 0; j < count; j++) {
      let d = j === i ? -1 : 0; // itself comes first among equals
      for (let a = 0; a < width; a++) d += (data[i * width + a]! - data[j * width + a]!) ** 2;
      if (!(d < near[k - 1]!)) continue;
      let at = k - 1;
      for (; at > 0 && near[at - 1]! > d; at--) {
        near[at] = near[at - 1]!;
        who[at] = who[at - 1]!;
      }
      near[at] = d;
      who[at] = j;
    }
    indices.push(Array.from(who));
    distances.push(Array.from(near, (d) => Math.sqrt(Math.max(0, d))));
  }
  return { indices, distances };
}
