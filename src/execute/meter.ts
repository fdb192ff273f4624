/** Progress as people read it: how far, how fast, how long still. */
import { formatCount } from '../catalog/text.js';

/** One report of a running step. */
export interface Reading {
  readonly fraction: number;
  readonly message?: string;
  readonly secondsLeft?: number;
}

const EVERY = 0.1; // seconds between reports
const TRUSTED = 0.5; // seconds before a rate is believed
const WINDOW = 5; // seconds that a rate looks back, so that a slow start is soon forgotten

/** Turns fractions into rates. `points` is what the step's cost counts; `now` gives seconds. */
export class Meter {
  readonly #start: number;
  #last = Number.NEGATIVE_INFINITY;
  #furthest = 0;
  #past: { readonly at: number; readonly done: number }[] = [];

  constructor(
    readonly points: number,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#start = now();
  }

  /** A reading, or undefined when the last was a moment ago. The end (fraction 1) is always reported; progress never goes back. */
  read(fraction: number, message?: string): Reading | undefined {
    const now = this.now();
    if (fraction > this.#furthest) this.#furthest = Math.min(1, fraction);
    const done = this.#furthest;
    if (now - this.#last < EVERY && done < 1) return undefined;
    this.#last = now;
    this.#past = [...this.#past.filter(({ at }) => now - at <= WINDOW), { at: now, done }];
    const since = this.#past.length > 1 ? this.#past[0]! : { at: this.#start, done: 0 };
    const perSecond = (done - since.done) / (now - since.at);
    if (now - this.#start < TRUSTED || !(perSecond > 0)) return { fraction: done, ...(message ? { message } : {}) };
    const rate = this.points > 0 ? `${formatCount(this.points * perSecond)} points/s` : '';
    const text = [message, rate].filter(Boolean).join(' · ');
    return { fraction: done, ...(text ? { message: text } : {}), secondsLeft: (1 - done) / perSecond };
  }
}
