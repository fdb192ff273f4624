/** A layer's numbers as a measure takes them: float64 columns, centred, those that say nothing left out. */
import { atOnce } from '../../document/slices.js';
import { norm } from '../../tensor/linear-algebra.js';
import { transpose } from '../../tensor/products.js';
import { notFinite } from './requirements.js';

/** Rows X [count, width], row-major: a row for each input, or for each input and image position. */
export interface Rows {
  readonly x: Float32Array | Float64Array;
  readonly count: number; // N
  readonly width: number; // d
}

/** The columns of X that are not constant, [width, count]: centred by their mean over rows, or as they are. */
export interface Columns {
  readonly data: Float64Array;
  readonly count: number; // N
  readonly width: number; // d less the dropped
  readonly dropped: number;
  readonly centred: boolean;
}

/**
 * A column counts as constant where its deviation is this share of its size: two units in the last place of float32, in which
 * activations come. A dead unit has no direction; dividing by its norm would make noise of it.
 */
export const CONSTANT = 2 ** -22;

/**
 * The columns of X less their means, x_k − (1ᵀx_k / N) 1, without the constant ones. The paper's "means of rows" (Definition 5.3) are
 * means over inputs. Not `centred`: as they are, without zero columns. Throws `shape` where a number is not finite, `who` gives it.
 */
export const columnsOf = (rows: Rows, centred = true, who = 'activations'): Columns =>
  atOnce(columnsIn(rows, centred, who));

/** As `columnsOf`, yielding between columns. */
export function* columnsIn({ x, count, width }: Rows, centred: boolean, who: string): Generator<void, Columns> {
  const whole = transpose(x, count, width); // [width, count]
  let kept = 0;
  for (let k = 0; k < width; k++) {
    const column = whole.subarray(k * count, (k + 1) * count);
    const size = norm(column);
    if (!Number.isFinite(size)) throw notFinite(who, ` in column ${k}`);
    if (centred) centre(column);
    if (norm(column) > CONSTANT * size) whole.copyWithin(kept++ * count, k * count, (k + 1) * count);
    yield;
  }
  const data = kept === width ? whole : whole.slice(0, kept * count);
  return { data, count, width: kept, dropped: width - kept, centred };
}

/** Takes the mean off, twice: the first mean of large numbers is off by rounding. */
function centre(column: Float64Array): void {
  for (let pass = 0; pass < 2; pass++) {
    let mean = 0;
    for (let i = 0; i < column.length; i++) mean += column[i]!;
    mean /= column.length;
    for (let i = 0; i < column.length; i++) column[i]! -= mean;
  }
}

/** Each column divided by its norm: X̃ = X D⁻¹ of Definitions 5.2 and 5.3. */
export function unitColumns({ data, count, width }: Columns): Float64Array {
  const scaled = new Float64Array(data.length);
  for (let k = 0; k < width; k++) {
    const column = data.subarray(k * count, (k + 1) * count);
    const size = norm(column);
    for (let i = 0; i < count; i++) scaled[k * count + i] = column[i]! / size;
  }
  return scaled;
}

/** X / ‖X‖_F; as it is where it has no columns. */
export function unitFrobenius({ data }: Columns): Float64Array {
  const size = norm(data);
  return size === 0 ? data : data.map((v) => v / size);
}
