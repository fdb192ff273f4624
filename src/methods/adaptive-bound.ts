/**
 * How far a network's function can move while its coefficients move within a box: an upper bound of ‖φ_{c+Δ} − φ_c‖, the norm
 * being that of J (Σ w‖·‖²). f = √J is a distance in this norm, so f changes at most as much.
 *
 * Layer by layer. Let a_l = W_l h_{l−1} + b_l with h the values after the activations (Lipschitz constants λ). Then
 * Δa_l = W_l Δh_{l−1} + [ΔW_l, Δb_l](h_{l−1} + Δh_{l−1}, 1), so ‖Δa_l‖ ≤ ‖W_l‖_F ‖Δh_{l−1}‖ + q_l(Δ) ‖(h_{l−1} + Δh_{l−1}, 1)‖,
 * where q_l(Δ) = ‖[ΔW_l, Δb_l]‖_F is a seminorm of Δ. All in all ‖Δφ‖ ≤ Σ_l κ_l q_l(Δ): convex in Δ, so greatest in a corner of
 * the box. The first linear layer, which is affine in c, is taken exactly: q_1(Δ) = ‖a_1(c + Δ) − a_1(c)‖, from projections of the
 * inputs. What depends on c are Frobenius norms, quadratic in c: a cell costs some tens of multiplications for a layer.
 */
import type { Activation } from '../catalog/architecture.js';
import type { Inputs, Reference, Subspace } from '../catalog/values.js';
import { chunksOf } from '../tensor/blocks.js';
import { CpuNetwork, columns, inputRows } from '../tensor/cpu-network.js';
import { type Step, stepsOf } from '../tensor/cpu-steps.js';
import { gram, type Vector } from '../tensor/linear-algebra.js';

const MOST_PROJECTED = 2 ** 30; // multiply-adds of projecting the inputs; beyond, the first layer is bounded as the others are
const ROUNDING = 1 + 1e-9; // of the sums here, in float64

/** A quadratic form of (1, c): [m + 1, m + 1]. */
type Form = Float64Array;

/** A layer as the bound sees it. */
type Piece =
  | { readonly kind: 'first'; readonly all: Form } // exact: ‖a‖² and ‖Δa‖²
  | {
      readonly kind: 'linear';
      readonly weight: Form;
      readonly bias: Form | undefined;
      readonly all: Form; // of weight and bias together: ‖[ΔW, Δb]‖²
      readonly reuse: number; // times that one row is read by a unit, at most
      readonly ones: number; // ‖1‖² over its positions
    }
  | { readonly kind: 'scale'; readonly factor: number; readonly offset: number; readonly most: number };

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

/** The bound for one reference and subspace. */
export class ChangeBound {
  private readonly pieces: readonly Piece[];
  private readonly rank: number;
  private readonly input: number; // ‖x‖
  private readonly linear: number; // pieces with a seminorm

  constructor({ architecture, inputs }: Reference, subspace: Subspace) {
    const total = inputs.weights.reduce((sum, w) => sum + w, 0);
    this.rank = subspace.rank;
    this.input = Math.sqrt(powerOf(inputs));
    const steps = stepsOf(architecture);
    const head = projected(architecture, inputs, subspace);
    this.pieces = steps.flatMap((step, i) => pieceOf(step, i === head?.at ? head.form : undefined, subspace, total));
    this.linear = this.pieces.filter(({ kind }) => kind !== 'scale').length;
  }

  /** Makes the bound ready for boxes |Δ_k| ≤ half_k. */
  within(half: ArrayLike<number>): BoxBound {
    const { rank, pieces, linear } = this;
    const corners = 2 ** Math.max(0, rank - 1); // −Δ is like Δ
    const seminorms = new Float64Array(corners * linear);
    const delta = new Float64Array(rank + 1); // Δ has no part in θ0
    for (let v = 0; v < corners; v++) {
      for (let k = 0; k < rank; k++) delta[k + 1] = ((v >> k) & 1) === 1 ? -half[k]! : half[k]!;
      let l = 0;
      for (const piece of pieces) if (piece.kind !== 'scale') seminorms[v * linear + l++] = root(piece.all, delta);
    }
    return new BoxBound(pieces, this.input, rank, grouped(seminorms, linear), linear);
  }
}

const GROUPS = 8; // of corners

/**
 * Fewer rows [corners, width] that bound as well, or nearly: of a network with two layers, neighbours by the first seminorm are
 * taken together with the greatest of each. Σ κ_l q_l with κ ≥ 0 is at most as large in a corner as in what it was taken into.
 */
function grouped(rows: Float64Array, width: number): Float64Array {
  const corners = rows.length / width;
  if (width !== 2 || corners <= GROUPS) return rows;
  const order = Array.from({ length: corners }, (_, v) => v).sort((a, b) => rows[2 * a]! - rows[2 * b]!);
  const all = new Float64Array(GROUPS * width);
  order.forEach((v, rank) => {
    const group = Math.floor((rank * GROUPS) / corners);
    for (let l = 0; l < width; l++) all[group * width + l] = Math.max(all[group * width + l]!, rows[v * width + l]!);
  });
  return all;
}

/** The bound for boxes of one size. */
export class BoxBound {
  private readonly kappa: Float64Array;
  private readonly first: number = 0; // greatest q_1
  private readonly point: Float64Array;

  constructor(
    private readonly pieces: readonly Piece[],
    private readonly input: number,
    rank: number,
    private readonly seminorms: Float64Array,
    private readonly linear: number,
  ) {
    this.kappa = new Float64Array(linear);
    for (let at = 0; at < seminorms.length; at += linear) this.first = Math.max(this.first, seminorms[at]!);
    this.point = new Float64Array(rank + 1);
    this.point[0] = 1;
  }

  /** max ‖φ_{c+Δ} − φ_c‖ over the box, at most. `c` is [m], from `at`. */
  change(c: Float64Array, at = 0): number {
    const { kappa, point, pieces } = this;
    for (let k = 1; k < point.length; k++) point[k] = c[at + k - 1]!;
    let value = this.input; // ‖h‖ at c, at most
    let moved = 0; // ‖Δh‖, at most
    let l = 0;
    for (const piece of pieces) {
      if (piece.kind === 'scale') {
        value = Math.min(piece.factor * value + piece.offset, piece.most);
        for (let i = 0; i < l; i++) kappa[i]! *= piece.factor;
        moved *= piece.factor;
        continue;
      }
      if (piece.kind === 'first') {
        value = root(piece.all, point);
        kappa[l++] = 1;
      } else {
        const pass = Math.sqrt(piece.reuse) * root(piece.weight, point);
        const reach = value + moved;
        for (let i = 0; i < l; i++) kappa[i]! *= pass;
        kappa[l++] = Math.sqrt(piece.reuse * reach * reach + (piece.bias ? piece.ones : 0));
        value = pass * value + (piece.bias ? Math.sqrt(piece.ones) * root(piece.bias, point) : 0);
      }
      moved = this.greatest(l);
    }
    return moved * ROUNDING;
  }

  /** max over the corners of Σ κ_l q_l. */
  private greatest(layers: number): number {
    const { kappa, seminorms, linear } = this;
    let most = 0;
    if (layers === 1) return kappa[0]! * this.first;
    if (linear === 2) {
      const [one, two] = [kappa[0]!, kappa[1]!];
      for (let at = 0; at < seminorms.length; at += 2)
        most = Math.max(most, one * seminorms[at]! + two * seminorms[at + 1]!);
      return most;
    }
    for (let at = 0; at < seminorms.length; at += linear) {
      let sum = 0;
      for (let l = 0; l < layers; l++) sum += kappa[l]! * seminorms[at + l]!;
      if (sum > most) most = sum;
    }
    return most;
  }
}

/** √(uᵀ F u). */
function root(form: Form, u: Float64Array): number {
  const n = u.length;
  let sum = 0;
  for (let i = 0, at = 0; i < n; i++, at += n) {
    const last = u[i]!;
    let row = 0;
    for (let j = 0; j < i; j++) row += form[at + j]! * u[j]!;
    sum += last * (2 * row + form[at + i]! * last);
  }
  return Math.sqrt(Math.max(0, sum));
}

function powerOf({ x, count, weights }: Inputs): number {
  const features = x.length / Math.max(1, count);
  let sum = 0;
  for (let n = 0; n < count; n++) for (let f = 0; f < features; f++) sum += weights[n]! * x[n * features + f]! ** 2;
  return sum;
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
        },
      ];
    }
    case 'max':
    case 'mean': {
      const reuse = reuseOf(step.first, step.taps, step.planes);
      const factor = Math.sqrt(step.kind === 'mean' ? reuse / step.taps.length : reuse);
      return [{ kind: 'scale', factor, offset: 0, most: Infinity }];
    }
    case 'linear': {
      if (first) return [{ kind: 'first', all: first }];
      const { weight, bias, units, taps } = step;
      const end = weight + units * taps.length;
      const both = bias < 0 ? end : bias + units;
      return [
        {
          kind: 'linear',
          weight: formOf(subspace, weight, end),
          bias: bias < 0 ? undefined : formOf(subspace, bias, both),
          all: formOf(subspace, weight, both),
          reuse: reuseOf(step.first, taps),
          ones: step.first.length * total,
        },
      ];
    }
  }
}

/** Where the first linear layer is, and the form ‖a_1(c)‖² of its values; none where it does not come first or is too large. */
function projected(
  architecture: Reference['architecture'],
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
