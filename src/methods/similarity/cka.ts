/**
 * Centred kernel alignment of two representations: CKA = HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)); 1 for equal ones, higher is closer.
 *
 * Source: Kornblith et al. 2019, Section 3; Godfrey et al. 2022 (intertwiner paper), Definition 5.3 (max kernel: G_ReLU-CKA); Nguyen et
 * al. 2021, Section 3 (minibatches).
 */
import { atOnce } from '../../document/slices.js';
import { stream } from '../../tensor/random.js';
import { type Columns, columnsOf, type Rows, unitColumns } from './columns.js';
import { type Centred, centredColumns, centredKernel, type Estimator, hsic, selfHsic } from './hsic.js';
import { type Kernel, linearKernel, maxKernel, type Points, rbfKernel } from './kernels.js';
import { ALL_CONSTANT, type Excluded, type Measure, type Measured, measured } from './measure.js';
import { requireEqualRows, requireEstimator } from './requirements.js';

/** Which CKA. `width` is t of the RBF kernel; `batch` rows make a minibatch, 0: all rows at once. */
export interface CkaOptions {
  readonly kernel: Kernel;
  readonly estimator: Estimator;
  readonly width: number;
  readonly batch: number;
  readonly seed: number; // of the order of rows in minibatches
}

/** A layer prepared for CKA: its minibatches, centred, and the mean of HSIC(K, K) over them. */
interface Prepared {
  readonly parts: readonly Centred[];
  readonly self: number;
}

/**
 * CKA with these options. Max kernel: columns are divided by their norms first, which makes it invariant to X ↦ X P D + 1 vᵀ with P a
 * permutation and D a positive diagonal. CKA is in [0, 1] where both kernels are positive semidefinite and the estimator is biased, else
 * in [−1, 1]; the max kernel is not. Minibatches: HSIC(K, L), HSIC(K, K) and HSIC(L, L) are each the mean over minibatches.
 */
export function ckaMeasure(options: CkaOptions): Measure<Prepared> {
  const { estimator } = options;
  return {
    prepare: (columns) => prepare(columns, options),
    *compare(a, b): Generator<void, Measured> {
      let sum = 0;
      for (const [k, part] of a.parts.entries()) sum += yield* hsic(part, b.parts[k]!, estimator);
      const value = sum / a.parts.length / Math.sqrt(a.self * b.self);
      return { value: Math.max(-1, Math.min(1, value)) }; // by Cauchy and Schwarz, but for rounding
    },
  };
}

function* prepare(columns: Columns, options: CkaOptions): Generator<void, Prepared | Excluded> {
  const { count, width } = columns;
  requireEstimator(count, options.estimator);
  if (width === 0) return ALL_CONSTANT;
  const data = options.kernel === 'max' ? unitColumns(columns) : columns.data;
  const parts: Centred[] = [];
  let self = 0;
  for (const rows of minibatches(count, options)) {
    const points = rows === undefined ? { data, count, width } : chosen(data, count, rows, options.kernel !== 'max');
    const part = yield* centredPart(points, options);
    if (part === undefined) return { why: 'the median distance of its rows is 0: most of them are equal' };
    parts.push(part);
    self += yield* selfHsic(part, options.estimator);
  }
  if (self === 0) return { why: `the ${options.estimator} HSIC(K, K) of its rows is not above 0` };
  return { parts, self: self / parts.length };
}

/** One minibatch of a layer; undefined where the median rule gives no RBF kernel. */
function* centredPart(points: Points, { kernel, estimator, width }: CkaOptions): Generator<void, Centred | undefined> {
  if (kernel === 'linear' && points.width < points.count)
    return centredColumns(points.data, points.count, points.width);
  const matrix =
    kernel === 'rbf'
      ? yield* rbfKernel(points, width)
      : yield* kernel === 'max' ? maxKernel(points) : linearKernel(points);
  return matrix && centredKernel(matrix, points.count, estimator);
}

/** The rows of each minibatch, `batch` of them or some more, in an order by seed that is the same for every layer; undefined: all. */
function minibatches(count: number, { batch, seed }: CkaOptions): readonly (Uint32Array | undefined)[] {
  const pieces = batch === 0 ? 1 : Math.max(1, Math.floor(count / batch)); // so each has `batch` rows or more
  if (pieces === 1) return [undefined];
  const order = stream(seed, 'minibatch', 0).permutation(count);
  const edge = (k: number): number => Math.floor((k * count) / pieces);
  return Array.from({ length: pieces }, (_, k) => order.subarray(edge(k), edge(k + 1)));
}

/** The columns at these rows; centred anew where that changes no kernel after its own centring, as formulas by columns need. */
function chosen(data: Float64Array, count: number, rows: Uint32Array, anew: boolean): Points {
  const n = rows.length;
  const width = data.length / count;
  const to = new Float64Array(width * n);
  for (let k = 0; k < width; k++) {
    let mean = 0;
    if (anew) for (let i = 0; i < n; i++) mean += data[k * count + rows[i]!]! / n;
    for (let i = 0; i < n; i++) to[k * n + i] = data[k * count + rows[i]!]! - mean;
  }
  return { data: to, count: n, width };
}

/** CKA of X [N, d] and Y [N, d′]. Throws `shape` where N differs, or is too small for the estimator. */
export function cka(x: Rows, y: Rows, options: Partial<CkaOptions> = {}): Measured {
  const whole: CkaOptions = { kernel: 'linear', estimator: 'biased', width: 0.5, batch: 0, seed: 0, ...options };
  requireEqualRows(x.count, y.count);
  return atOnce(measured(ckaMeasure(whole), columnsOf(x), columnsOf(y)));
}
