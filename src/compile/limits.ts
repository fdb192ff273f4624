/** What one step may take before it is refused. */
import type { Cost } from '../catalog/info.js';
import { formatBytes, formatCount, formatNumber, formatSeconds } from '../catalog/text.js';
import { amountOf, type Estimate, type Time } from './rates.js';

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
    ...(estimate === undefined || estimate.seconds === 0 ? [] : [estimateText(estimate)]),
  ].join(', ');
}

/** Seconds below which an estimate says no more: what a step takes whatever its size is not known better. */
export const LITTLE = 0.1;

/**
 * `about 3 s`, `at most 3 s` where members may be given up, `under 0.1 s a round`; of several steps also `about 3 s with one round
 * each`, and `at least 3 s; 2 steps never timed` where nothing is known of some.
 */
export function estimateText({ seconds, atMost, perRound, several, untimed = 0 }: Time): string {
  const never = `${untimed} ${untimed === 1 ? 'step' : 'steps'} never timed`;
  if (untimed > 0 && seconds < LITTLE) return never;
  const rounds = perRound ? (several ? ' with one round each' : ' a round') : '';
  const amount = seconds < LITTLE ? `under ${LITTLE} s` : formatSeconds(seconds);
  const bound = seconds < LITTLE ? '' : atMost ? 'at most ' : untimed > 0 ? 'at least ' : 'about ';
  const known = `${bound}${amount}${rounds}`;
  if (untimed === 0) return known;
  return atMost ? `${known}, and ${never}` : `${known}; ${never}`;
}

const LIGHT = 2e8; // multiply-adds that take a moment on the slowest machine
const HEAVY = 3e7; // bytes of a result that take a moment to read or put together

/** What a total counts of a step, or of the copies of a sweep. */
export interface Counted {
  readonly cost: Cost;
  readonly time?: Time | undefined;
}

/** The times of several steps together: at most so much where that of one is. Steps with work of which no time is known are counted. */
export function totalTime(steps: readonly Counted[]): Time {
  const some = (of: (time: Time) => boolean | undefined): boolean => steps.some(({ time }) => time && of(time));
  const sum = (of: (step: Counted) => number): number => steps.reduce((all, step) => all + of(step), 0);
  const untimed = sum(({ cost, time }) => time?.untimed ?? (time === undefined && hasWork(cost) ? 1 : 0));
  return {
    seconds: sum(({ time }) => time?.seconds ?? 0),
    atMost: some(({ atMost }) => atMost),
    several: true,
    ...(some(({ perRound }) => perRound) ? { perRound: true } : {}),
    ...(untimed > 0 ? { untimed } : {}),
  };
}

/** Whether a step takes a time worth adding; a mere bound of what it puts together says nothing of that. */
const hasWork = (cost: Cost): boolean =>
  amountOf(cost) > (cost.multiplyAdds > 0 ? LIGHT : HEAVY) && (cost.work !== undefined || cost.atMost !== true);

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
  const unknown = estimate === undefined || (estimate.untimed ?? 0) > 0;
  const slow = (unknown && cost.multiplyAdds > 1e13) || (estimate?.seconds ?? 0) > limits.slowSeconds;
  return slow ? `this takes long: ${costText(cost, estimate)}` : undefined;
}
