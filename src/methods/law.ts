/** Laws that random inputs are drawn from. */
import { formatNumber } from '../catalog/text.js';

/** A law of independent numbers: `normal` uses mean and deviation, `uniform` low and high. */
export interface Law {
  readonly distribution: 'normal' | 'uniform';
  readonly mean: number;
  readonly deviation: number;
  readonly low: number;
  readonly high: number;
}

/** The law as a phrase: `N(0, 1)`. A variance that float64 cannot hold is written as a square. */
export function lawText({ distribution, mean, deviation, low, high }: Law): string {
  if (distribution === 'uniform') return `U(${formatNumber(low)}, ${formatNumber(high)})`;
  const variance = deviation ** 2;
  const held = variance > 0 && Number.isFinite(variance);
  return `N(${formatNumber(mean)}, ${held ? formatNumber(variance) : `(${formatNumber(deviation)})²`})`;
}
