/** What is measured: networks, inputs and families, all drawn from seeds, and the authors' recorded LeNet where it is beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { finiteFloat32 } from '../src/arrays/array-file.js';
import { readNpz } from '../src/arrays/npz.js';
import { type Architecture, layoutOf } from '../src/catalog/architecture.js';
import { genniFcn, lenet5, mlp } from '../src/catalog/presets.js';
import type { Inputs, Lattice, Outputs, Reference, Subspace } from '../src/catalog/values.js';
import type { Device, EvaluateWork, WorkControl } from '../src/catalog/work.js';
import { gramSchmidt } from '../src/methods/gram-schmidt.js';
import { initialTheta } from '../src/methods/initialise.js';
import { randomInputs } from '../src/methods/random-inputs.js';
import { referenceOf } from '../src/methods/reference.js';
import { familyCount } from '../src/tensor/family.js';
import { stream } from '../src/tensor/random.js';

/** Work on a whole lattice. */
export interface Problem {
  readonly work: EvaluateWork & { readonly family: { readonly kind: 'lattice'; readonly lattice: Lattice } };
  readonly reference?: Reference; // not of recorded work
  readonly power: number; // E[φ²] of the reference, what an ε is relative to
}

/** Work that hears of nothing. */
export const control: WorkControl = { signal: new AbortController().signal, progress: () => {} };

const normal = (shape: readonly number[], count: number): Inputs =>
  randomInputs({ shape, count, seed: 10, distribution: 'normal', mean: 0, deviation: 1, low: 0, high: 1 });

/** A network in–2–1 with ReLU, and a θ of it. */
interface Small {
  readonly architecture: Architecture;
  readonly theta: Float32Array;
}

/** θ with the hidden units scaled by s > 0 on the way in and by 1/s on the way out, and exchanged where that is said: the same function. */
function equivalent({ architecture, theta }: Small, scales: readonly [number, number], exchanged: boolean) {
  const out = theta.slice();
  const inputs = architecture.input[0]!;
  const { tensors } = layoutOf(architecture);
  const [bias] = tensors.filter(({ role }) => role === 'bias'); // of the hidden units
  const last = tensors.filter(({ role }) => role === 'weight')[1]!.offset;
  for (const [unit, s] of scales.entries()) {
    const from = exchanged ? 1 - unit : unit;
    for (let j = 0; j < inputs; j++) out[unit * inputs + j] = s * theta[from * inputs + j]!;
    if (bias) out[bias.offset + unit] = s * theta[bias.offset + from]!;
    out[last + unit] = theta[last + from]! / s;
  }
  return out;
}

/** A lattice's size, and how many inputs. */
export interface Size {
  readonly rank: number;
  readonly points: number;
  readonly inputs: number;
}

/**
 * The plane through exact equivalents of a reference: one unit rescaled, the other, both exchanged, the same with other factors.
 * Bound [−2, 2]. Inputs are draws of N(0, 1), so one block of them is like another.
 */
async function throughEquivalents(
  small: Small,
  { rank, points, inputs: count }: Size,
  device: Device,
): Promise<Problem> {
  const { architecture, theta } = small;
  const inputs = normal(architecture.input, count);
  const reference = await referenceOf(architecture, theta, inputs, device, control);
  const equivalents = [
    theta,
    equivalent(small, [1.5, 1], false),
    equivalent(small, [1, 1.5], false),
    equivalent(small, [1, 1], true),
    equivalent(small, [2.5, 1], false),
    equivalent(small, [1, 2.5], false),
    equivalent(small, [2, 1], true),
  ].slice(0, rank + 1);
  const size = theta.length;
  const all = new Float32Array(equivalents.length * size);
  equivalents.forEach((one, i) => {
    all.set(one, i * size);
  });
  const subspace = gramSchmidt({ type: 'Parameters', theta: all, count: rank + 1, size, flags: [] });
  const family = { kind: 'lattice', lattice: { subspace, low: -2, high: 2, points } } as const;
  return {
    work: { architecture, inputs, outputs: reference.outputs, family },
    reference,
    power: reference.scale.power,
  };
}

const relu = { name: 'relu' } as const;

/** The paper's network φ(x) = c·ReLU(ax) + d·ReLU(bx) with the reference of the shipped well-posed pipeline; `general`: with biases and two inputs. */
export function fcn(kind: 'plain' | 'general', size: Omit<Size, 'rank'>, device: Device): Promise<Problem> {
  const plain = { architecture: genniFcn(), theta: Float32Array.of(1, -0.8, 0.9, 1.1) };
  const general = {
    architecture: mlp([2, 2, 1], relu, true),
    theta: Float32Array.of(1, -0.5, -0.8, 0.7, 0.2, -0.3, 0.9, 1.1, 0.1),
  };
  return throughEquivalents(kind === 'plain' ? plain : general, { rank: 3, ...size }, device);
}

/** 3–2–1 without biases: eight parameters, of which the equivalents span six. */
export function eight(size: Size, device: Device): Promise<Problem> {
  const theta = Float32Array.of(1, -0.5, 0.6, -0.8, 0.7, 0.3, 0.9, 1.1);
  return throughEquivalents({ architecture: mlp([3, 2, 1], relu, false), theta }, size, device);
}

/** J on a lattice of random directions through a random reference: for speeds that do not depend on what J is. */
async function through(
  architecture: Architecture,
  inputs: Inputs,
  lattice: { readonly rank: number; readonly low: number; readonly high: number; readonly points: number },
  device: Device,
): Promise<Problem> {
  const { size } = layoutOf(architecture);
  const origin = await initialTheta(architecture, { name: 'pytorch', deviation: 1 }, 1, 'reference', 0, control);
  const reference = await referenceOf(architecture, origin, inputs, device, control);
  const random = stream(1, 'bench subspace', 0);
  const basis = Float32Array.from({ length: lattice.rank * size }, () => random.normal() / Math.sqrt(size));
  const { rank, ...axes } = lattice;
  const coordinates = new Float64Array(rank);
  const subspace: Subspace = { type: 'Subspace', origin, basis, rank, size, coordinates, flags: [] };
  return {
    work: {
      architecture,
      inputs,
      outputs: reference.outputs,
      family: { kind: 'lattice', lattice: { subspace, ...axes } },
    },
    reference,
    power: reference.scale.power,
  };
}

/** LeNet-5, 35³ × 500 images of N(0, 1). */
export const lenet = (device: Device): Promise<Problem> =>
  through(lenet5(true), normal([1, 28, 28], 500), { rank: 3, low: -20, high: 25, points: 35 }, device);

/** 784–512–10 with biases, 20³ × 2,048 inputs of 784 numbers in [0, 1), as MNIST's pixels are. */
export function digits(device: Device): Promise<Problem> {
  const inputs = randomInputs({
    shape: [784],
    count: 2048,
    seed: 10,
    distribution: 'uniform',
    mean: 0,
    deviation: 1,
    low: 0,
    high: 1,
  });
  const architecture = mlp([784, 512, 10], relu, true);
  return through(architecture, inputs, { rank: 3, low: -2, high: 2, points: 20 }, device);
}

const RECORDED = '../shared/reference/genni/case_lenet_2d_15.npz'; // kept beside a checkout and not in it

/** LeNet-5 on the plane that the authors of GENNI recorded, with so many points per axis; a sentence where it is not there. */
export function recordedLenet(points: number): Problem | string {
  const path = resolve(RECORDED);
  if (!existsSync(path)) return `the recorded subspace is not there (${RECORDED})`;
  const arrays = new Map(readNpz(readFileSync(path), RECORDED).map((array) => [array.name, array]));
  const numbers = (name: string): Float32Array => finiteFloat32(arrays.get(name)!, RECORDED);
  const [rank, size] = arrays.get('basis')!.shape as [number, number];
  const count = arrays.get('x')!.shape[0]!;
  const [low, high] = numbers('bound') as unknown as [number, number];
  const subspace: Subspace = {
    type: 'Subspace',
    origin: numbers('theta').slice(0, size),
    basis: numbers('basis'),
    rank,
    size,
    coordinates: new Float64Array(rank),
    flags: [],
  };
  const weights = numbers('weights');
  const y = numbers('y');
  const inputs: Inputs = { type: 'Inputs', x: numbers('x'), count, item: [1, 28, 28], weights, source: 'recorded' };
  const outputs: Outputs = { type: 'Outputs', y, count, width: 1 };
  const family = { kind: 'lattice', lattice: { subspace, low, high, points } } as const;
  const power = y.reduce((sum, value, i) => sum + weights[i]! * value * value, 0);
  return { work: { architecture: lenet5(true), inputs, outputs, family }, power };
}

/** So many members in a row, from a seeded one on; all where there are no more. */
export function slice({ work }: Problem, count: number): EvaluateWork {
  const all = familyCount(work.family);
  if (count >= all) return work;
  const first = stream(2, 'bench slice', 0).integer(all - count);
  const index = Uint32Array.from({ length: count }, (_, i) => first + i);
  return { ...work, family: { kind: 'members', lattice: work.family.lattice, index } };
}
