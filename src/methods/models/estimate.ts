/** Means over runs with their standard errors, differences that are taken within each pair, and lines of a chart made of them. */
import type { Curve } from '../../catalog/values.js';
import { spreadOf } from './spread.js';

/** A mean with two standard errors (s / √n, s the sample standard deviation); NaN for the error of fewer than two. */
export interface Estimate {
  readonly mean: number;
  readonly twice: number; // 2 standard errors
  readonly count: number;
}

/** Mean and two standard errors of the finite numbers in a list. */
export function estimateOf(values: Iterable<number>): Estimate {
  const { mean, deviation, count } = spreadOf(values);
  return { mean, twice: (2 * deviation) / Math.sqrt(count), count };
}

/** The mean of a − b over pairs, with two standard errors of the differences. */
export const pairedDifference = (a: ArrayLike<number>, b: ArrayLike<number>): Estimate =>
  estimateOf(Array.from(a, (value, i) => value - b[i]!));

/** Whether a mean is above 0 by more than two standard errors; of a single run, which has no error, whether it is above 0. */
export const isAbove = ({ mean, twice, count }: Estimate): boolean => mean > (count < 2 ? 0 : twice);

/** The same with the other sign. */
export const negative = ({ mean, twice, count }: Estimate): Estimate => ({ mean: -mean, twice, count });

/** What a bar of so many runs is. */
export const errorsText = (count: number, of: string): string => `± 2 standard errors over ${count} ${of}`;

/** Values [places][runs] as a line with error bars and its runs. */
export function meansOf(
  values: readonly (readonly number[])[],
): Pick<Curve['lines'][number], 'y' | 'spread' | 'samples'> {
  const estimates = values.map((runs) => estimateOf(runs));
  const y = Float64Array.from(estimates, ({ mean }) => mean);
  const runs = values[0]?.length ?? 0;
  if (runs < 2) return { y };
  return {
    y,
    spread: Float64Array.from(estimates, ({ twice }) => twice),
    samples: Array.from({ length: runs }, (_, run) => Float64Array.from(values, (each) => each[run]!)),
  };
}
