/**
 * Canonical correlations ρ_1 ≥ … ≥ ρ_k of two representations: the singular values of U_XᵀU_Y, U orthonormal bases of their columns, k the
 * smaller rank. Their mean or mean square; SVCCA, of the directions that hold a share of the variance; PWCCA, weighted by how much of X
 * each direction holds.
 *
 * Source: Kornblith et al. 2019, Section 3 and Table 1; Raghu et al. 2017, Section 2 (SVCCA); Morcos et al. 2018, Section 2.2 (PWCCA).
 */
import { atOnce } from '../../document/slices.js';
import { rowProducts } from '../../tensor/products.js';
import { leftFactors, singularValuesOf } from '../../tensor/svd.js';
import { type Columns, columnsOf, type Rows, unitColumns } from './columns.js';
import { ALL_CONSTANT, type Excluded, type Measure, type Measured, measured } from './measure.js';
import { forcedDirections, requireEqualRows, requireTwoRows } from './requirements.js';

/** Which canonical correlation. `share` of the variance counts for SVCCA only. */
export interface CcaOptions {
  readonly form: 'mean' | 'squared' | 'svcca' | 'pwcca';
  readonly share: number; // in (0, 1]
  readonly centred: boolean;
}

/** Directions count where their singular value is this share of the largest: below it float32 activations hold rounding. */
const RANK_TOLERANCE = 1e-6;

/** An orthonormal basis of a layer's columns, [rank, count], and for PWCCA the layer itself along it, UᵀX [rank, width]. */
interface Prepared {
  readonly basis: Float64Array;
  readonly rank: number;
  readonly count: number;
  readonly centred: boolean;
  readonly along?: Float64Array;
  readonly width: number;
}

/** The canonical correlation measure with these options. PWCCA weighs by the first layer, so it is not symmetric. */
export function ccaMeasure(options: CcaOptions): Measure<Prepared> {
  return {
    uncentred: !options.centred,
    directions: ({ rank }) => rank,
    prepare: (columns) => prepare(columns, options),
    *compare(a, b): Generator<unknown, Measured> {
      const pairs = Math.min(a.rank, b.rank);
      const forced = forcedDirections(a.rank, b.rank, a.count, a.centred);
      const products = yield* rowProducts(b.basis, a.basis, a.count, [b.rank, a.rank]); // by columns, U_XᵀU_Y [r, r′]
      if (options.form === 'squared') return { value: Math.min(1, sumSquares(products) / pairs), forced };
      if (options.form === 'pwcca') return { value: yield* projectionWeighted(a, products, b.rank), forced };
      const values = yield* singularValuesOf(products, a.rank, b.rank);
      return { value: values.reduce((sum, rho) => sum + Math.min(1, rho), 0) / pairs, forced };
    },
  };
}

function* prepare(columns: Columns, { form, share }: CcaOptions): Generator<void, Prepared | Excluded> {
  const { count, width, centred } = columns;
  requireTwoRows(count);
  if (width === 0) return ALL_CONSTANT;
  // correlations do not see the scale of columns, SVCCA's variance does
  const data = form === 'svcca' ? columns.data : unitColumns(columns);
  const { values, left } = yield* leftFactors(data, count, width);
  let rank = values.findIndex((s) => s <= RANK_TOLERANCE * values[0]!);
  if (rank < 0) rank = values.length;
  if (form === 'svcca') rank = Math.min(rank, holding(values, share));
  const basis = left.subarray(0, rank * count);
  const along = form === 'pwcca' ? yield* rowProducts(basis, columns.data, count, [rank, width]) : undefined;
  return { basis, rank, count, centred, width, ...(along && { along }) };
}

/** How many of the largest singular values hold a share of Σ s². */
function holding(values: Float64Array, share: number): number {
  const enough = share * sumSquares(values);
  let held = 0;
  for (const [k, s] of values.entries()) {
    held += s * s;
    if (held >= enough * (1 - 1e-12)) return k + 1;
  }
  return values.length;
}

/** Σ α_i ρ_i / Σ α_i, α_i = Σ_j |⟨h_i, x_j⟩|, h_i the canonical directions of X. */
function* projectionWeighted(
  { along, rank, width }: Prepared,
  products: Float64Array,
  otherRank: number,
): Generator<void, number> {
  const { values, left } = yield* leftFactors(products, rank, otherRank); // h = U_X W, W = left
  let sum = 0;
  let weights = 0;
  for (const [i, rho] of values.entries()) {
    let alpha = 0;
    for (let j = 0; j < width; j++) {
      let inner = 0;
      for (let k = 0; k < rank; k++) inner += left[i * rank + k]! * along![k * width + j]!;
      alpha += Math.abs(inner);
    }
    sum += alpha * Math.min(1, rho);
    weights += alpha;
    yield;
  }
  return weights === 0 ? 0 : sum / weights;
}

const sumSquares = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);

/** A canonical correlation measure of X [N, d] and Y [N, d′]. Throws `shape` where N differs or is below 2. */
export function cca(x: Rows, y: Rows, options: Partial<CcaOptions> = {}): Measured {
  const whole: CcaOptions = { form: 'squared', share: 0.99, centred: true, ...options };
  requireEqualRows(x.count, y.count);
  return atOnce(measured(ccaMeasure(whole), columnsOf(x, whole.centred), columnsOf(y, whole.centred)));
}
