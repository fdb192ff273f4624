/** The lines of the table: what was timed, beside what, and whether that is what was promised. */
import type { Timing } from './measure.js';
import { median } from './measure.js';

/** One program doing one piece of work. */
export interface Side {
  readonly who: string; // 'Fiberscope', 'NumPy 1.24.2, OpenBLAS'
  readonly how: string; // the route, or the way and chunk size
  readonly threads: number | null; // null: the device decides
  readonly count: number; // members (or searches) of one run
  readonly times: readonly number[]; // ms of each run
  readonly rate: number; // per second, at the median
}

/** One comparison. Numbers are null where the peer or the device was not there. */
export interface Row {
  readonly job: string;
  readonly unit: string; // of the rates: 'points'
  readonly ours: Side | null;
  readonly against: Side | null;
  readonly ratio: number | null; // of the rates
  readonly atLeast: number | null; // what is promised; null where the ratio is only reported
  readonly met: boolean | null; // ratio and answer; null where nothing is promised or measured
  readonly difference: number | null; // largest |ΔJ| / (J + Σ w‖φ‖²) between the two
  readonly answer: string; // how the answers were compared and what came out, or what was missing
}

/** Two answers are the same where J differs by less than this share of J + Σ w‖φ‖²: what float32 sums in another order give. */
const SAME = 1e-4;

/** What `timing` says of a program. */
export function sideOf(
  { who, how, threads, count }: Omit<Side, 'times' | 'rate'>,
  { times }: Pick<Timing, 'times'>,
): Side {
  return { who, how, threads, count, times, rate: (1000 * count) / median(times) };
}

/** Two sides compared; `scale` (1 by default) is what the ratio of rates is multiplied by, to compare work of different sizes. */
export function rowOf(
  row: Pick<Row, 'job'> & { readonly unit?: string; readonly ours: Side; readonly against: Side },
  told: {
    readonly atLeast?: number | undefined;
    readonly scale?: number;
    readonly difference?: number;
    readonly same: boolean;
    readonly answer: string;
  },
): Row {
  const { job, ours, against, unit = 'points' } = row;
  const ratio = (ours.rate / against.rate) * (told.scale ?? 1);
  const { atLeast = null, difference = null, same, answer } = told;
  const met = atLeast === null ? (same ? null : false) : same && ratio >= atLeast;
  return { job, unit, ours, against, ratio, atLeast, met, difference, answer };
}

/** A comparison that could not be made here, and why. */
export function missingRow(job: string, why: string, atLeast?: number): Row {
  const none = { ours: null, against: null, ratio: null, met: null, difference: null };
  return { job, unit: 'points', ...none, atLeast: atLeast ?? null, answer: why };
}

/** How J of a peer compared with ours. */
export function sameWithin(difference: number): { difference: number; same: boolean; answer: string } {
  const words = `J differs by at most ${difference.toExponential(1)} of J + Σ w‖φ‖²`;
  return { difference, same: difference <= SAME, answer: difference <= SAME ? words : `${words}: not the same answer` };
}

/** Index of the first entry in which two results differ, bit for bit; −1 where none does. NaN is like NaN. */
function firstDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length);
  return a.findIndex((value, i) => !Object.is(value, b[i]));
}

/** How two results that have to be equal to the bit compare. */
export function sameBits(a: Float32Array, b: Float32Array, what = 'J'): { same: boolean; answer: string } {
  const at = firstDifference(a, b);
  if (at < 0) return { same: true, answer: `the same ${what}, bit for bit` };
  return { same: false, answer: `${what} differs at ${at}: ${a[at]} and ${b[at]}` };
}
