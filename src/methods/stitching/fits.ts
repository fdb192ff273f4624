/**
 * Maps between two layers' channels that fit best, as starting points of stitching: y ≈ W x + b over inputs and positions, in closed
 * form for affine maps and maps of rank r, by linear assignment for G_ReLU. Float64 throughout.
 */
import { atOnce } from '../../document/slices.js';
import { assign } from '../../tensor/assignment.js';
import { cholesky, solveCholesky } from '../../tensor/linear-algebra.js';
import { rowProducts, transpose } from '../../tensor/products.js';
import { symmetricEigen } from '../../tensor/symmetric.js';
import type { Moments } from './moments.js';

/** An affine map: W [d′, d], b [d′]. */
export interface AffineFit {
  readonly weight: Float64Array;
  readonly bias: Float64Array;
}

/** A map of rank r: V [d′, r] · U [r, d] x + b. */
export interface RankFit {
  readonly inner: Float64Array;
  readonly outer: Float64Array;
  readonly bias: Float64Array;
}

/** An element of G_ReLU: output j is input source[j] times scale[j] > 0. */
export interface GroupFit {
  readonly source: Int32Array;
  readonly scale: Float64Array;
}

const RIDGE = 1e-6; // of the mean variance: dead and repeated channels have no direction

/** The affine map of least squared error: W = (Σ_xx + λI)⁻¹ Σ_xy, transposed, and b = ȳ − W x̄; λ is 10⁻⁶ of the mean variance. */
export function affineFit(moments: Moments): AffineFit {
  const { from: d, to: e, xx, xy } = moments;
  const a = Float64Array.from(xx);
  const ridge = RIDGE * Math.max(traceOf(xx, d) / d, Number.MIN_VALUE * 2 ** 60);
  for (let i = 0; i < d; i++) a[i * d + i]! += ridge;
  const l = cholesky(a, d)!; // Σ is not negative, and λ > 0
  const weight = transpose(xy, d, e);
  for (let j = 0; j < e; j++) solveCholesky(l, d, weight.subarray(j * d, (j + 1) * d));
  return { weight, bias: biasOf(moments, weight) };
}

/**
 * The affine map of rank r of least squared error (reduced-rank regression, Izenman 1975): V Vᵀ W with the r leading eigenvectors V of
 * the fitted values' covariance W Σ_xx Wᵀ.
 */
export function rankFit(moments: Moments, rank: number): RankFit {
  const { from: d, to: e, xx } = moments;
  const { weight } = affineFit(moments);
  const fitted = times(times(weight, xx, d), weight, d); // W Σ_xx Wᵀ, Σ_xx is symmetric
  const { vectors } = symmetricEigen(fitted, e);
  const leading = vectors.slice((e - rank) * e); // [r, e]
  const inner = times(leading, transpose(weight, e, d), e); // Vᵀ W [r, d]
  const outer = transpose(leading, rank, e);
  return { inner, outer, bias: biasOf(moments, times(outer, transpose(inner, rank, d), rank)) };
}

/**
 * The pairing of channels of greatest correlation in sum, by linear assignment, and for each pair the s > 0 that makes E(y − s x)² least.
 * Constant channels correlate with none.
 */
export function groupFit({ from: d, meanX, meanY, xx, xy, yy }: Moments): GroupFit {
  const cost = new Float64Array(d * d); // rows are outputs
  for (let j = 0; j < d; j++)
    for (let i = 0; i < d; i++) {
      const size = Math.sqrt(xx[i * d + i]! * yy[j]!);
      cost[j * d + i] = size > 0 ? -xy[i * d + j]! / size : 0;
    }
  const source = assign(cost, d).columns;
  const scale = new Float64Array(d);
  for (let j = 0; j < d; j++) {
    const i = source[j]!;
    const power = xx[i * d + i]! + meanX[i]! ** 2;
    scale[j] = power > 0 ? (xy[i * d + j]! + meanX[i]! * meanY[j]!) / power : 1;
  }
  const least = 1e-3 * Math.max(...scale, 1e-3);
  return { source, scale: scale.map((s) => Math.max(s, least)) };
}

/**
 * The share of the variance of y, over all channels, that y ≈ W x + b leaves unexplained: Σ_j Var(y_j − (Wx)_j) / Σ_j Var y_j for the best
 * b, and of G_ReLU, which has no b, with the squares of the means added. 0 of a constant y.
 */
export function unexplained(moments: Moments, fit: AffineFit | GroupFit): number {
  const { from: d, to: e, meanX, meanY, xx, xy, yy } = moments;
  let rest = 0;
  let all = 0;
  for (let j = 0; j < e; j++) {
    all += yy[j]!;
    rest += yy[j]!;
    if ('source' in fit) {
      const i = fit.source[j]!;
      const s = fit.scale[j]!;
      rest += s * (s * xx[i * d + i]! - 2 * xy[i * e + j]!) + (meanY[j]! - s * meanX[i]!) ** 2;
      continue;
    }
    const w = fit.weight.subarray(j * d, (j + 1) * d);
    for (let i = 0; i < d; i++) {
      let sum = -2 * xy[i * e + j]!;
      for (let k = 0; k < d; k++) sum += xx[i * d + k]! * w[k]!;
      rest += w[i]! * sum;
    }
  }
  return all > 0 ? Math.max(0, rest) / all : 0;
}

function biasOf({ from: d, to: e, meanX, meanY }: Moments, weight: Float64Array): Float64Array {
  return Float64Array.from({ length: e }, (_, j) => {
    let sum = meanY[j]!;
    for (let i = 0; i < d; i++) sum -= weight[j * d + i]! * meanX[i]!;
    return sum;
  });
}

/** A Bᵀ of rows A [m, width] and B [n, width]. */
const times = (a: Float64Array, b: Float64Array, width: number): Float64Array =>
  atOnce(rowProducts(a, b, width, [a.length / width, b.length / width]));

function traceOf(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i * n + i]!;
  return sum;
}
