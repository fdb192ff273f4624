/**
 * Maps between two layers' channels that fit best, as starting points of stitching: y ≈ W x + b over inputs and positions, in closed
 * form for affine maps and maps of rank r, by linear assignment for G_ReLU. Float64 throughout.
 */
import { assign } from '../../tensor/assignment.js';
import { cholesky } from '../../tensor/linear-algebra.js';
import { symmetricEigen } from '../../tensor/symmetric.js';

/** Values of a layer on inputs: [count, channels, positions], row-major; a vector has one position. */
export interface LayerValues {
  readonly values: Float32Array;
  readonly count: number;
  readonly channels: number;
}

/** Means and covariances (divided by n) of the channels of two layers over the same rows. */
export interface Moments {
  readonly from: number; // d
  readonly to: number; // d′
  readonly meanX: Float64Array; // [d]
  readonly meanY: Float64Array; // [d′]
  readonly xx: Float64Array; // [d, d]
  readonly xy: Float64Array; // [d, d′]
  readonly yy: Float64Array; // [d′] variances only
}

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

/** Rows, inputs × positions, that moments are taken over at most. */
export const MOMENT_ROWS = 16_384;
const RIDGE = 1e-6; // of the mean variance: dead and repeated channels have no direction

/** Moments over at most 16,384 rows, spread over inputs and positions by a stride that has no factor in common with their number. */
export function momentsOf(x: LayerValues, y: LayerValues): Moments {
  const d = x.channels;
  const e = y.channels;
  const plane = x.values.length / (x.count * d);
  const total = x.count * plane;
  const rows = Math.min(total, MOMENT_ROWS);
  const stride = rows === total ? 1 : coprime(Math.round(total * 0.6180339887), total);
  const [sumX, sumY] = [new Float64Array(d), new Float64Array(e)];
  const [xx, xy, yy] = [new Float64Array(d * d), new Float64Array(d * e), new Float64Array(e)];
  const [u, v] = [new Float64Array(d), new Float64Array(e)];
  const [firstX, firstY] = [new Float64Array(d), new Float64Array(e)]; // sums are of differences from the first row
  for (let k = 0, at = 0; k < rows; k++, at = (at + stride) % total) {
    const row = Math.floor(at / plane);
    const place = at % plane;
    for (let c = 0; c < d; c++) u[c] = x.values[(row * d + c) * plane + place]! - firstX[c]!;
    for (let c = 0; c < e; c++) v[c] = y.values[(row * e + c) * plane + place]! - firstY[c]!;
    if (k === 0) {
      firstX.set(u);
      firstY.set(v);
      continue; // its difference from itself is 0
    }
    for (let i = 0; i < d; i++) {
      const a = u[i]!;
      sumX[i]! += a;
      for (let j = 0; j <= i; j++) xx[i * d + j]! += a * u[j]!;
      for (let j = 0; j < e; j++) xy[i * e + j]! += a * v[j]!;
    }
    for (let j = 0; j < e; j++) {
      sumY[j]! += v[j]!;
      yy[j]! += v[j]! ** 2;
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++)
      xx[i * d + j] = xx[j * d + i] = xx[i * d + j]! / rows - (sumX[i]! * sumX[j]!) / rows ** 2;
    for (let j = 0; j < e; j++) xy[i * e + j] = xy[i * e + j]! / rows - (sumX[i]! * sumY[j]!) / rows ** 2;
  }
  for (let j = 0; j < e; j++) yy[j] = Math.max(0, yy[j]! / rows - (sumY[j]! / rows) ** 2);
  const meanX = sumX.map((sum, i) => firstX[i]! + sum / rows);
  const meanY = sumY.map((sum, j) => firstY[j]! + sum / rows);
  return { from: d, to: e, meanX, meanY, xx, xy, yy };
}

/** The affine map of least squared error: W = (Σ_xx + λI)⁻¹ Σ_xy, transposed, and b = ȳ − W x̄; λ is 10⁻⁶ of the mean variance. */
export function affineFit(moments: Moments): AffineFit {
  const { from: d, to: e, xx, xy } = moments;
  const a = Float64Array.from(xx);
  const ridge = RIDGE * Math.max(traceOf(xx, d) / d, Number.MIN_VALUE * 2 ** 60);
  for (let i = 0; i < d; i++) a[i * d + i]! += ridge;
  const l = cholesky(a, d)!; // Σ is not negative, and λ > 0
  const weight = new Float64Array(e * d);
  for (let j = 0; j < e; j++)
    weight.set(
      solved(
        l,
        d,
        Float64Array.from({ length: d }, (_, i) => xy[i * e + j]!),
      ),
      j * d,
    );
  return { weight, bias: biasOf(moments, weight) };
}

/**
 * The affine map of rank r of least squared error (reduced-rank regression, Izenman 1975): V Vᵀ W with the r leading eigenvectors V of
 * the fitted values' covariance W Σ_xx Wᵀ.
 */
export function rankFit(moments: Moments, rank: number): RankFit {
  const { from: d, to: e, xx } = moments;
  const { weight } = affineFit(moments);
  const fitted = product(product(weight, xx, e, d, d), transposed(weight, e, d), e, d, e);
  const { vectors } = symmetricEigen(fitted, e);
  const leading = vectors.slice((e - rank) * e); // [r, e]
  const inner = product(leading, weight, rank, e, d);
  const outer = transposed(leading, rank, e);
  return { inner, outer, bias: biasOf(moments, product(outer, inner, e, rank, d)) };
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

/** x of L Lᵀ x = b. */
function solved(l: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = Float64Array.from(b);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= l[i * n + k]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= l[k * n + i]! * x[k]!;
    x[i]! /= l[i * n + i]!;
  }
  return x;
}

/** A B for A [m, n] and B [n, p]. */
function product(a: Float64Array, b: Float64Array, m: number, n: number, p: number): Float64Array {
  const out = new Float64Array(m * p);
  for (let i = 0; i < m; i++)
    for (let k = 0; k < n; k++) {
      const factor = a[i * n + k]!;
      for (let j = 0; j < p; j++) out[i * p + j]! += factor * b[k * p + j]!;
    }
  return out;
}

const transposed = (a: Float64Array, rows: number, columns: number): Float64Array =>
  a.map((_, at) => a[(at % rows) * columns + Math.floor(at / rows)]!);

function traceOf(a: Float64Array, n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += a[i * n + i]!;
  return sum;
}

/** The next number from `start` on that has no factor in common with `total`. */
function coprime(start: number, total: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let stride = Math.max(1, start);
  while (common(stride, total) !== 1) stride++;
  return stride;
}
