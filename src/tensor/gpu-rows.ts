/** Inputs and what their outputs are compared with as the GPU takes them: rows of columns, a column being four inputs. */
import type { Target } from './layered.js';

/**
 * Inputs [count, features], one at least, as rows [features][columns × 4], filled up with the last input: where a network overflows on what
 * fills up, which weighs nothing, it does so on an input that counts.
 */
export function rowsOf(x: Float32Array, count: number, columns: number): Float32Array<ArrayBuffer> {
  const features = x.length / count;
  const width = columns * 4;
  const rows = new Float32Array(features * width);
  for (let n = 0; n < count; n++) for (let f = 0; f < features; f++) rows[f * width + n] = x[n * features + f]!;
  for (let f = 0; f < features; f++) rows.fill(rows[f * width + count - 1]!, f * width + count, (f + 1) * width);
  return rows;
}

/** y [k] and w [1] as rows; inputs that fill up the last columns weigh nothing. */
export function targetRows(
  { y, weights }: Target,
  count: number,
  outputs: number,
  columns: number,
): Float32Array<ArrayBuffer> {
  const rows = new Float32Array((outputs + 1) * columns * 4);
  for (let n = 0; n < count; n++) {
    for (let j = 0; j < outputs; j++) rows[j * columns * 4 + n] = y[n * outputs + j]!;
    rows[outputs * columns * 4 + n] = weights[n]!;
  }
  return rows;
}
