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

/** Turns fractions into rates. `points` is what the step's cost counts; `now` gives seconds. */
export class Meter {
  readonly #start: number;
  #last = Number.NEGATIVE_INFINITY;

  constructor(
    readonly points: number,
    readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.#start = now();
  }

  /** A reading, or undefined when the last was a moment ago. The end (fraction 1) is always reported. */
  read(fraction: number, message?: string): Reading | undefined {
    const now = this.now();
    const done = Math.min(1, Math.max(0, fraction));
    if (now - this.#last < EVERY && done < 1) return undefined;
    this.#last = now;
    const elapsed = now - this.#start;
    if (elapsed < TRUSTED || done === 0) return { fraction: done, ...(message ? { message } : {}) };
    const rate = this.points > 0 ? `${formatCount((this.points * done) / elapsed)} points/s` : '';
    const text = [message, rate].filter(Boolean).join(' · ');
    return { fraction: done, ...(text ? { message: text } : {}), secondsLeft: (elapsed * (1 - done)) / done };
  }
}
