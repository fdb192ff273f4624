/**
 * Procrustes measures: how near two representations come to each other under the best rotation or permutation of units. "Procrustes"
 * has several meanings; these are the formulas that are meant, with X and Y centred:
 *
 * - orthogonal: ‖X‖_F = ‖Y‖_F = 1, min over rotations ‖XQ − Y‖² = 2 − 2 ‖XᵀY‖_*; 1 − √(2 − 2 ‖XᵀY‖_*) / 2
 * - angular: arccos ‖XᵀY‖_*, a distance in radians
 * - permutation: ‖X‖_F = ‖Y‖_F = 1, 1 − min over permutations ‖XP − Y‖_F / 2
 * - G_ReLU: unit columns, δ = min over permutations ‖X̃P − Ỹ‖_F, 1 − δ / √(2 (d + d′)), which is 1 − δ / (2√d) where d = d′
 *
 * Where d ≠ d′ the narrower is padded with zero columns.
 * Source: Godfrey et al. 2022 (intertwiner paper), Definition 5.2; Ding, Denain and Steinhardt 2021, Section 2 (orthogonal); Williams et al. 2021,
 * Section 2.2 (angular, permutation).
 */
import { atOnce } from '../../document/slices.js';
import { assigning } from '../../tensor/assignment.js';
import { rowProducts } from '../../tensor/products.js';
import { lowerFactor, singularValuesOf } from '../../tensor/svd.js';
import { type Columns, columnsOf, type Rows, unitColumns, unitFrobenius } from './columns.js';
import { ALL_CONSTANT, type Excluded, type Measure, type Measured, measured } from './measure.js';
import { requireEqualRows, requireTwoRows } from './requirements.js';

/** The forms of Procrustes. All but `angular` are similarities in [0, 1]. */
export type ProcrustesForm = 'orthogonal' | 'angular' | 'permutation' | 'g-relu';

/** Normalised columns [width, count]. Of a wide layer, what rotations leave of it: as many columns as rows. */
interface Prepared {
  readonly data: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** The Procrustes measure of a form. */
export function procrustesMeasure(form: ProcrustesForm): Measure<Prepared> {
  return {
    prepare: (columns) => prepare(columns, form),
    *compare(a, b): Generator<unknown, Measured> {
      const products = yield* rowProducts(a.data, b.data, a.count, [a.width, b.width]); // XᵀY [d, d′]
      if (form === 'orthogonal' || form === 'angular') {
        const values = yield* singularValuesOf(products, b.width, a.width);
        const nuclear = Math.min(
          1,
          values.reduce((sum, s) => sum + s, 0),
        );
        return { value: form === 'angular' ? Math.acos(nuclear) : 1 - Math.sqrt(2 - 2 * nuclear) / 2 };
      }
      // δ² = ‖X‖² + ‖Y‖² − 2 max_P tr(PᵀXᵀY); a zero column adds nothing to the trace
      const { cost } = yield* assigning(
        products.map((c) => -c),
        a.width,
        b.width,
      );
      const squares = form === 'g-relu' ? a.width + b.width : 2;
      const delta = Math.sqrt(Math.max(0, squares + 2 * cost));
      return { value: Math.max(0, 1 - delta / Math.sqrt(2 * squares)) };
    },
  };
}

function* prepare(columns: Columns, form: ProcrustesForm): Generator<void, Prepared | Excluded> {
  const { count, width } = columns;
  requireTwoRows(count);
  if (width === 0) return ALL_CONSTANT;
  if (form === 'g-relu') return { data: unitColumns(columns), count, width };
  const data = unitFrobenius(columns);
  if (form === 'permutation' || width <= count) return { data, count, width };
  return { data: yield* lowerFactor(data, count, width), count, width: count }; // X = L Qᵀ: ‖XᵀY‖_* = ‖LᵀY‖_*
}

/** The Procrustes measure of X [N, d] and Y [N, d′]. Throws `shape` where N differs or is below 2. */
export function procrustes(x: Rows, y: Rows, form: ProcrustesForm): Measured {
  requireEqualRows(x.count, y.count);
  return atOnce(measured(procrustesMeasure(form), columnsOf(x), columnsOf(y)));
}
