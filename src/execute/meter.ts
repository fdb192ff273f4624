/** Progress as people read it: how far, how fast, how long still. */
import type { Cost } from '../catalog/info.js';
import { formatCount } from '../catalog/text.js';

/** One report of a running step. */
export interface Reading {
  readonly fraction: number; // of the present round
  readonly round?: string; // which that is: `round 1 of at most 8`
  readonly message?: string;
  readonly secondsLeft?: number;
}

const TINY = 1e-9; // rounding of a fraction of rounds
const EVERY = 0.1; // seconds between reports
const TRUSTED = 0.5; // seconds before a rate is believed
const WINDOW = 5; // seconds that a rate looks back, so that a slow start is soon forgotten,
const SHARE = 0.01; // and as far as this share of a round: less tells of no pace

/**
 * Turns fractions into rates. A step whose cost is paid once per round reports fractions of all rounds that it may take; what is
 * read, fraction and time left, is that of the present round, which may be the last. `now` gives seconds.
 */
export class Meter {
  readonly #start: number;
  #last = Number.NEGATIVE_INFINITY;
  #furthest = 0;
  readonly #past: { readonly at: number; readonly done: number }[] = [];

  constructor(
    readonly cost: Pick<Cost, 'points' | 'rounds'>,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#start = now();
  }

  /** How many times the cost was paid, when the step is over. */
  get times(): number {
    return Math.max(1, Math.ceil(this.#furthest * this.#rounds - TINY));
  }

  get #rounds(): number {
    return this.cost.rounds ?? 1;
  }

  /** A reading, or undefined when the last was a moment ago. The end of all is always reported; progress never goes back. */
  read(fraction: number, message?: string): Reading | undefined {
    const now = this.now();
    if (fraction > this.#furthest) this.#furthest = Math.min(1, fraction);
    const done = this.#furthest;
    if (now - this.#last < EVERY && done < 1) return undefined;
    this.#last = now;
    const past = this.#past;
    past.push({ at: now, done });
    const isEnough = (from: { readonly at: number; readonly done: number }): boolean =>
      now - from.at >= WINDOW && done - from.done >= SHARE / this.#rounds;
    while (past.length > 2 && isEnough(past[1]!)) past.shift();
    const since = past.length > 1 ? past[0]! : { at: this.#start, done: 0 };
    const perSecond = (done - since.done) / (now - since.at);
    const all = this.cost.rounds;
    const within = all === undefined ? done : Math.min(1, Math.max(0, done * all - (this.times - 1)));
    const place = {
      fraction: within,
      ...(all === undefined || all === 1 ? {} : { round: `round ${this.times} of at most ${all}` }),
    };
    if (now - this.#start < TRUSTED || !(perSecond > 0)) return { ...place, ...(message ? { message } : {}) };
    const pace = this.cost.points * this.#rounds * perSecond;
    const rate = pace >= 1 ? `${formatCount(pace)} points/s` : '';
    const text = [message, rate].filter(Boolean).join(' · ');
    return { ...place, ...(text ? { message: text } : {}), secondsLeft: (1 - within) / (perSecond * this.#rounds) };
  }
}
