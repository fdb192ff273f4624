/** Ends steps that take longer than was asked for, where what they have by then can be kept. */
import type { RunEvent } from '../execute/protocol.js';

/** Watches a run, whose steps go one after the other, and calls `finish` where one has run for so many seconds. */
export class StopAfter {
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly seconds: number,
    readonly finish: () => void,
  ) {}

  /** Takes one event of the run. */
  take({ kind }: RunEvent): void {
    if (kind === 'running') this.#timer ??= setTimeout(this.finish, 1000 * this.seconds);
    else this.end();
  }

  /** Watches no more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
