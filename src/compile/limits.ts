/** What one step may take before it is refused. */
import type { Cost } from '../catalog/info.js';
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../catalog/text.js';
import type { Estimate, Time } from './rates.js';

/** Bounds on one step. */
export interface Limits {
  readonly points: number;
  readonly multiplyAdds: number;
  readonly bytes: number; // of the result held in memory
  readonly slowSeconds: number; // a step that takes longer gets a warning
}

/**
 * Bounds for an ordinary machine: a result of 1 GiB fits into a browser tab; 10¹⁶ multiply-adds are weeks on one core and a
 * quarter of an hour on a large GPU.
 */
export const DEFAULT_LIMITS: Limits = { points: 1e9, multiplyAdds: 1e16, bytes: 2 ** 30, slowSeconds: 600 };

/** A cost in words: `1,280,000,000 points, 2.56·10¹² multiply-adds, 10 GB, about 20 min`. */
export function costText(cost: Cost, estimate?: Time): string {
  return [
    ...(cost.points > 0 ? [`${formatCount(cost.points)} points`] : []),
    ...(cost.multiplyAdds > 0 ? [`${formatNumber(cost.multiplyAdds)} multiply-adds`] : []),
    ...(cost.bytes > 0 ? [formatBytes(cost.bytes)] : []),
    ...(estimate === undefined ? [] : [estimateText(estimate)]),
  ].join(', ');
}

/** Seconds below which an estimate says no more: what a step takes whatever its size is not known better. */
export const LITTLE = 0.1;

/** `about 3 s`, `at most 3 s` where members may be given up, or `under 0.1 s a round`. */
export const estimateText = ({ seconds, atMost, perRound }: Time): string =>
  (seconds < LITTLE ? `under ${LITTLE} s` : `${atMost ? 'at most' : 'about'} ${formatSeconds(seconds)}`) +
  (perRound ? ' a round' : '');

/**
 * The times of several steps together: at most so much where that of one is. `rounds` is to be said after it: ` with one round each`
 * where some may take more.
 */
export function totalTime(times: readonly (Time | undefined)[]): { readonly time: Time; readonly rounds: string } {
  const seconds = times.reduce((sum, time) => sum + (time?.seconds ?? 0), 0);
  const atMost = times.some((time) => time?.atMost === true);
  const perRound = times.some((time) => time?.perRound === true);
  return { time: { seconds, atMost }, rounds: perRound ? ' with one round each' : '' };
}

/** Why a step is too large to start, or undefined. */
export function excess(cost: Cost, estimate: Estimate | undefined, limits: Limits): string | undefined {
  const adaptive = cost.work?.kind === 'evaluate' && cost.work.adaptive !== undefined; // points and work are what they are at most
  const over = [
    ...(!adaptive && cost.points > limits.points ? [`${formatCount(limits.points)} points`] : []),
    ...(!adaptive && cost.multiplyAdds > limits.multiplyAdds
      ? [`${formatNumber(limits.multiplyAdds)} multiply-adds`]
      : []),
    ...(cost.bytes > limits.bytes ? [formatBytes(limits.bytes)] : []),
  ];
  if (over.length === 0) return undefined;
  return `expected at most ${over.join(' and ')} on this machine, got ${costText(cost, estimate)}; make it smaller, for example with fewer points per axis`;
}

/** Why a step is worth a warning before it starts, or undefined. Without a known rate, 10¹³ multiply-adds count as slow. */
export function slowness(cost: Cost, estimate: Estimate | undefined, limits: Limits): string | undefined {
  const slow = estimate === undefined ? cost.multiplyAdds > 1e13 : estimate.seconds > limits.slowSeconds;
  return slow ? `this takes long: ${costText(cost, estimate)}` : undefined;
}
