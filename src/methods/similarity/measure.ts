/** What a measure of two representations is: prepared once for each layer, compared for each pair. */
import type { Columns } from './columns.js';

/** A number, or why there is none: a measure never gives NaN. */
export type Measured =
  | { readonly value: number; readonly forced?: number } // forced: canonical correlations that are 1 for any data of these sizes
  | { readonly value: undefined; readonly why: string };

/** A measure on centred columns. Work comes in slices: a generator yields wherever it may be interrupted. */
export interface Measure<P = unknown> {
  /** Columns as they are, not centred. */
  readonly uncentred?: boolean;
  /** What is kept of a layer; `why` where it cannot be compared with anything. */
  prepare(columns: Columns): Generator<unknown, P | Excluded>;
  compare(a: P, b: P): Generator<unknown, Measured>;
  /** Dimensions of what is kept of a layer, where they bound what can be measured. */
  directions?(prepared: P): number;
}

/** A layer that a measure cannot take, and why: all of its columns are constant. */
export interface Excluded {
  readonly why: string;
}

/** Whether `prepare` gave nothing to compare. */
export const isExcluded = (prepared: unknown): prepared is Excluded =>
  typeof prepared === 'object' && prepared !== null && 'why' in prepared;

/** All columns are constant. */
export const ALL_CONSTANT: Excluded = { why: 'all columns are constant' };

/** No number, and why. */
export const none = (why: string): Measured => ({ value: undefined, why });

/** Prepares two layers and compares them. */
export function* measured<P>(measure: Measure<P>, x: Columns, y: Columns): Generator<unknown, Measured> {
  const a = yield* measure.prepare(x);
  if (isExcluded(a)) return none(a.why);
  const b = yield* measure.prepare(y);
  return isExcluded(b) ? none(b.why) : yield* measure.compare(a, b);
}
