/**
 * How far a network's function can move while its coefficients move within a box: an upper bound of ‖φ_{c+Δ} − φ_c‖, the norm
 * being that of J (Σ w‖·‖²). f = √J is a distance in this norm, so f changes at most as much.
 *
 * Layer by layer. Let a_l = W_l h_{l−1} + b_l with h the values after the activations (Lipschitz constants λ). Then
 * Δa_l = W_l Δh_{l−1} + [ΔW_l, Δb_l](h_{l−1} + Δh_{l−1}, 1), so ‖Δa_l‖ ≤ ‖W_l‖_F ‖Δh_{l−1}‖ + q_l(Δ) ‖(h_{l−1} + Δh_{l−1}, 1)‖,
 * where q_l(Δ) = ‖[ΔW_l, Δb_l]‖_F is a seminorm of Δ. All in all ‖Δφ‖ ≤ Σ_l κ_l q_l(Δ): convex in Δ, so greatest in a corner of
 * the box. The first linear layer, which is affine in c, is taken exactly: q_1(Δ) = ‖a_1(c + Δ) − a_1(c)‖, from projections of the
 * inputs. What a device does in float32 is another movement of the parameters, at both ends, bounded in the same way
 * (adaptive-rounding.ts). What depends on c are Frobenius norms, quadratic in c: a cell costs some tens of multiplications for a layer.
 */
import type { Inputs, Reference, Subspace } from '../catalog/values.js';
import { type Form, type Piece, piecesOf } from './adaptive-bound-pieces.js';

const ROUNDING = 1 + 1e-9; // of the sums here, in float64

/** The bound for one reference and subspace. */
export class ChangeBound {
  private readonly pieces: readonly Piece[];
  private readonly rank: number;
  private readonly input: number; // ‖x‖
  private readonly linear: number; // pieces with a seminorm

  constructor({ architecture, inputs }: Reference, subspace: Subspace) {
    this.rank = subspace.rank;
    this.input = Math.sqrt(powerOf(inputs));
    this.pieces = piecesOf(architecture, inputs, subspace);
    this.linear = this.pieces.filter(({ kind }) => kind !== 'scale').length;
  }

  /** Makes the bound ready for boxes |Δ_k| ≤ half_k. */
  within(half: ArrayLike<number>): BoxBound {
    const { rank, pieces, linear } = this;
    const corners = 2 ** Math.max(0, rank - 1); // −Δ is like Δ
    const seminorms = new Float64Array(corners * linear);
    const wide = new Float64Array(linear);
    const delta = new Float64Array(rank + 1); // Δ has no part in θ0
    for (let v = 0; v < corners; v++) {
      for (let k = 0; k < rank; k++) delta[k + 1] = ((v >> k) & 1) === 1 ? -half[k]! : half[k]!;
      let l = 0;
      for (const piece of pieces) {
        if (piece.kind === 'scale') continue;
        wide[l] = Math.max(wide[l]!, root(piece.kind === 'first' ? piece.numbers : piece.all, delta));
        seminorms[v * linear + l++] = root(piece.all, delta);
      }
    }
    return new BoxBound(pieces, this.input, rank, grouped(seminorms, linear), wide);
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
    private readonly wide: Float64Array, // ‖[ΔW, Δb]‖_F of each linear layer, at most
  ) {
    const linear = wide.length;
    this.kappa = new Float64Array(linear);
    for (let at = 0; at < seminorms.length; at += linear) this.first = Math.max(this.first, seminorms[at]!);
    this.point = new Float64Array(rank + 1);
    this.point[0] = 1;
  }

  /** max ‖φ_{c+Δ} − φ_c‖ over the box, at most, φ being what a device makes of it. `c` is [m], from `at`. */
  change(c: Float64Array, at = 0): number {
    const { kappa, point, pieces, wide } = this;
    for (let k = 1; k < point.length; k++) point[k] = c[at + k - 1]!;
    let value = this.input; // ‖h‖ at c, at most
    let moved = 0; // ‖Δh‖, at most
    let off = 0; // how far h is from what a device makes of it, at most, anywhere in the box
    let l = 0;
    for (const piece of pieces) {
      if (piece.kind === 'scale') {
        off = piece.factor * off + piece.slack * (value + moved + off);
        value = Math.min(piece.factor * value + piece.offset, piece.most);
        for (let i = 0; i < l; i++) kappa[i]! *= piece.factor;
        moved *= piece.factor;
        continue;
      }
      const reach = value + moved;
      const { reuse, ones } = piece;
      const numbers = root(piece.kind === 'first' ? piece.numbers : piece.all, point) + wide[l]!;
      const slip = piece.slack * numbers * Math.sqrt(reuse * (reach + off) ** 2 + ones);
      if (piece.kind === 'first') {
        off = slip; // nothing but scales came before
        value = root(piece.all, point);
        kappa[l++] = 1;
      } else {
        const pass = Math.sqrt(reuse) * root(piece.weight, point);
        off = (pass + Math.sqrt(reuse) * wide[l]!) * off + slip;
        for (let i = 0; i < l; i++) kappa[i]! *= pass;
        kappa[l++] = Math.sqrt(reuse * reach * reach + ones);
        value = pass * value + (piece.bias ? Math.sqrt(ones) * root(piece.bias, point) : 0);
      }
      moved = this.greatest(l);
    }
    return moved * ROUNDING + 2 * off;
  }

  /** max over the corners of Σ κ_l q_l. */
  private greatest(layers: number): number {
    const { kappa, seminorms } = this;
    const linear = kappa.length;
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

/** Σ w‖x‖². */
function powerOf({ x, count, weights }: Inputs): number {
  const features = x.length / Math.max(1, count);
  let sum = 0;
  for (let n = 0; n < count; n++) for (let f = 0; f < features; f++) sum += weights[n]! * x[n * features + f]! ** 2;
  return sum;
}
