/** The mean and the spread of what several runs gave. */
import { formatNumber } from '../../catalog/text.js';

/** What is known of a list of numbers; those that are not finite do not count. */
export interface Spread {
  readonly mean: number; // NaN of none
  readonly deviation: number; // sample standard deviation (divided by n − 1); NaN of fewer than two
  readonly count: number;
}

const ROUNDING = 1e-12; // of the mean: numbers that differ by less are equal

/** Mean and sample standard deviation of the finite numbers in a list. */
export function spreadOf(values: Iterable<number>): Spread {
  const finite = [...values].filter((value) => Number.isFinite(value));
  const count = finite.length;
  const mean = finite.reduce((sum, value) => sum + value, 0) / count;
  const squares = finite.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = count < 2 ? Number.NaN : Math.sqrt(squares / (count - 1));
  return { mean, deviation: deviation < ROUNDING * Math.abs(mean) ? 0 : deviation, count };
}

/** The same of numbers in percent, as shares of 1. */
export const asShare = ({ mean, deviation, count }: Spread): Spread => ({
  mean: mean / 100,
  deviation: deviation / 100,
  count,
});

/** `97.3 %`, or `97.3 ± 0.2 %` of several: shares from 0 to 1, in percent. */
export function shareText({ mean, deviation }: Spread): string {
  const percent = formatNumber(100 * mean, 3);
  return Number.isFinite(deviation) ? `${percent} ± ${formatNumber(100 * deviation, 2)} %` : `${percent} %`;
}

/** `0.12`, or `0.12 ± 0.01` of several. */
export function spreadText({ mean, deviation }: Spread): string {
  return Number.isFinite(deviation) ? `${formatNumber(mean)} ± ${formatNumber(deviation, 2)}` : formatNumber(mean);
}
