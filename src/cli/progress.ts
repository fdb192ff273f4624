/** Progress on stderr: one line that is rewritten on a terminal, sparse lines elsewhere. */
import { formatSeconds } from '../catalog/text.js';
import type { RunEvent } from '../execute/protocol.js';
import { type Io, printable } from './io.js';

const EVERY = 10; // seconds between lines for one node where lines cannot be rewritten
const COLUMNS = 80; // of a terminal that does not say

/** Turns the events of a run into text. */
export class ProgressLines {
  #waiting = new Set<string>();
  #total = 0;
  #shown = false;
  #spoke = Number.NEGATIVE_INFINITY;

  constructor(
    readonly io: Pick<Io, 'err' | 'terminal' | 'columns'>,
    readonly now: () => number = () => performance.now() / 1000,
  ) {}

  /** Takes one event of the run. */
  take(event: RunEvent): void {
    switch (event.kind) {
      case 'queued':
        this.#waiting.add(event.id);
        this.#total++;
        return;
      case 'running':
        this.#running(event);
        return;
      case 'done': {
        const { id, provenance, cached } = event.result;
        const took = formatSeconds(provenance.seconds);
        this.#waiting.delete(id);
        this.#line(
          cached ? `${id}: kept from an earlier run that took ${took}` : `${this.#count()} ${id}: done in ${took}`,
        );
        return;
      }
      case 'failed':
      case 'blocked':
        this.#waiting.delete(event.id);
        this.#line(`${this.#count()} ${event.id}: ${event.kind}: ${event.message}`);
        return;
      case 'cancelled':
        this.#waiting.delete(event.id);
    }
  }

  /** Removes the line that was being rewritten. */
  end(): void {
    if (this.#shown) this.io.err('\r\x1b[K');
    this.#shown = false;
  }

  #running({ id, fraction, message, secondsLeft }: Extract<RunEvent, { kind: 'running' }>): void {
    const parts = [
      `${this.#count()} ${id}`,
      ...(fraction > 0 ? [`${Math.floor(fraction * 100)} %`] : []),
      ...(message ? [printable(message)] : []),
      ...(secondsLeft === undefined ? [] : [`${formatSeconds(secondsLeft)} left`]),
    ];
    if (this.io.terminal) {
      this.io.err(`\r\x1b[K${parts.join('  ').slice(0, (this.io.columns ?? COLUMNS) - 1)}`);
      this.#shown = true;
      return;
    }
    const now = this.now();
    if (fraction === 0) this.#spoke = now;
    else if (now - this.#spoke >= EVERY) {
      this.#spoke = now;
      this.io.err(`${parts.join('  ')}\n`);
    }
  }

  #line(text: string): void {
    this.end();
    this.io.err(`${printable(text)}\n`);
  }

  #count(): string {
    return `[${this.#total - this.#waiting.size}/${this.#total}]`;
  }
}
