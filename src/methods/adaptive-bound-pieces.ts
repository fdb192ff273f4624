/** A network's layers as the bound on its movement sees them: Frobenius norms, as quadratic forms of the coefficients. */
import type { Activation, Architecture } from '../catalog/architecture.js';
import type { Inputs, Subspace } from '../catalog/values.js';
import { chunksOf } from '../tensor/blocks.js';
import { CpuNetwork, columns, inputRows } from '../tensor/cpu-network.js';
import { type Step, stepsOf } from '../tensor/cpu-steps.js';
import { gram, type Vector } from '../tensor/linear-algebra.js';
import { projectedSlack, slack } from './adaptive-rounding.js';

const MOST_PROJECTED = 2 ** 30; // multiply-adds of projecting the inputs; beyond, the first layer is bounded as the others are

/** A quadratic form of (1, c): [m + 1, m + 1]. */
export type Form = Float64Array;

/** A layer as the bound sees it. */
export type Piece =
  | {
      readonly kind: 'first';
      readonly all: Form; // exact: ‖a‖² and ‖Δa‖²
      readonly numbers: Form; // ‖[W, b]‖²
      readonly reuse: number; // as below
      readonly ones: number;
      readonly slack: number; // part of each parameter that it may be off by on a device
    }
  | {
      readonly kind: 'linear';
      readonly weight: Form;
      readonly bias: Form | undefined;
      readonly all: Form; // of weight and bias together: ‖[ΔW, Δb]‖²
      readonly reuse: number; // times that one row is read by a unit, at most
      readonly ones: number; // ‖1‖² over its positions, where it has a bias
      readonly slack: number;
    }
  | {
      readonly kind: 'scale';
      readonly factor: number;
      readonly offset: number;
      readonly most: number;
      readonly slack: number; // part of ‖h‖ that a device's sums may add
    };

/** The layers of a network on a subspace, the first linear one exact where that is not too dear. */
export function piecesOf(architecture: Architecture, inputs: Inputs, subspace: Subspace): readonly Piece[] {
  const total = inputs.weights.reduce((sum, w) => sum + w, 0);
  const head = projected(architecture, inputs, subspace);
  return stepsOf(architecture).flatMap((step, i) =>
    pieceOf(step, i === head?.at ? head.form : undefined, subspace, total),
  );
}

/** Largest derivative of an activation (of GELU: 1.12904 at z = √2, rounded up). */
function lipschitz(activation: Activation): number {
  switch (activation.name) {
    case 'leaky-relu':
      return Math.max(1, Math.abs(activation.slope));
    case 'sigmoid':
      return 1 / 4;
    case 'gelu':
      return 1.1291;
    default:
      return 1;
  }
}

/** How often the most read row is read by one unit. */
function reuseOf(first: Int32Array, taps: Int32Array, planes: Int32Array = new Int32Array(1)): number {
  if (first.length === 1) return 1;
  const reads = new Map<number, number>();
  let most = 0;
  for (const plane of planes)
    for (const start of first)
      for (const tap of taps) {
        const row = plane + start + tap;
        const count = (reads.get(row) ?? 0) + 1;
        reads.set(row, count);
        if (count > most) most = count;
      }
  return most;
}

/** The quadratic form of some numbers of θ: of θ0 and the basis vectors, from `start` to `end`. */
function formOf({ origin, basis, rank, size }: Subspace, start: number, end: number): Form {
  const vectors: Vector[] = [origin.subarray(start, end)];
  for (let k = 0; k < rank; k++) vectors.push(basis.subarray(k * size + start, k * size + end));
  return gram(vectors);
}

function pieceOf(step: Step, first: Form | undefined, subspace: Subspace, total: number): Piece[] {
  switch (step.kind) {
    case 'pad':
      return [];
    case 'activation': {
      const { name } = step.activation;
      const ones = Math.sqrt(step.rows * total);
      return [
        {
          kind: 'scale',
          factor: lipschitz(step.activation),
          offset: name === 'sigmoid' ? ones / 2 : 0,
          most: name === 'sigmoid' || name === 'tanh' ? ones : Infinity,
          slack: 0, // is taken for one of the next layer
        },
      ];
    }
    case 'max':
    case 'mean': {
      const reuse = reuseOf(step.first, step.taps, step.planes);
      const factor = Math.sqrt(step.kind === 'mean' ? reuse / step.taps.length : reuse);
      const off = step.kind === 'mean' ? factor * slack(step.taps.length) : 0;
      return [{ kind: 'scale', factor, offset: 0, most: Infinity, slack: off }];
    }
    case 'linear': {
      const { weight, bias, units, taps } = step;
      const end = weight + units * taps.length;
      const both = bias < 0 ? end : bias + units;
      const reuse = reuseOf(step.first, taps);
      const ones = bias < 0 ? 0 : step.first.length * total;
      const off = projectedSlack(taps.length, subspace.rank);
      const numbers = formOf(subspace, weight, both);
      if (first) return [{ kind: 'first', all: first, numbers, reuse, ones, slack: off }];
      return [
        {
          kind: 'linear',
          weight: formOf(subspace, weight, end),
          bias: bias < 0 ? undefined : formOf(subspace, bias, both),
          all: numbers,
          reuse,
          ones,
          slack: off,
        },
      ];
    }
  }
}

/** Where the first linear layer is, and the form ‖a_1(c)‖² of its values; none where it does not come first or is too large. */
function projected(
  architecture: Architecture,
  inputs: Inputs,
  subspace: Subspace,
): { readonly at: number; readonly form: Form } | undefined {
  const network = new CpuNetwork(architecture, 128);
  const { head } = network;
  if (head === undefined) return undefined;
  const { rank, size, origin, basis } = subspace;
  const width = head.first.length * head.units;
  if (width * head.taps.length * inputs.count * (rank + 1) > MOST_PROJECTED) return undefined;
  const theta = Array.from({ length: rank + 1 }, (_, k) =>
    Float64Array.from(k === 0 ? origin : basis.subarray((k - 1) * size, k * size)),
  );
  const form = new Float64Array((rank + 1) ** 2);
  for (const { start, end } of chunksOf(inputs.count, network.capacity)) {
    const index = Array.from({ length: end - start }, (_, i) => start + i);
    const n = columns(index.length);
    const rows = inputRows(inputs.x, network.features, index);
    const roots = index.map((i) => Math.sqrt(inputs.weights[i]!));
    const maps = theta.map((one) => {
      const map = network.project(one, rows, n).slice();
      for (let r = 0; r < width; r++) for (let i = 0; i < n; i++) map[r * n + i]! *= roots[i] ?? 0;
      return map;
    });
    gram(maps).forEach((value, i) => {
      form[i]! += value;
    });
  }
  return { at: stepsOf(architecture).findIndex(({ kind }) => kind === 'linear'), form };
}
