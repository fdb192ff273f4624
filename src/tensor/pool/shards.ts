/** Items cut into shards that are handed out one by one, each as large as suits who asks; what comes back unfinished goes out again. */
import type { Range } from '../blocks.js';

const GROWTH = 4; // a shard is at most so many times the one before, as a first rate says little
const ROUND = 8; // kernels take members side by side

/** How long a shard should take, in ms. */
export interface ShardTimes {
  readonly usual: number;
  readonly least: number; // near the end, where shards become small so that all end together
}

/** Who computes shards, and how fast. */
export class Lane {
  #rate: number | undefined; // items per ms of the last shard
  #last = 0; // items of the last shard

  /** Takes the time of a shard. */
  measured({ start, end }: Range, ms: number): void {
    this.#last = end - start;
    this.#rate = this.#last / Math.max(ms, 0.01);
  }

  /** Items per ms; undefined before the first shard is done. */
  get rate(): number | undefined {
    return this.#rate;
  }

  /** Items of the last shard. */
  get last(): number {
    return this.#last;
  }
}

/** How the items still to be handed out are cut. */
export type Cut = (left: number, lane: Lane) => number;

/** Shards by time: `usual` ms each once the lane's rate is known, smaller towards the end; `first` items before that. */
export function byTime(first: number, lanes: number, times: ShardTimes, rate: () => number | undefined): Cut {
  return (left, lane) => {
    const known = lane.rate ?? rate();
    const most = GROWTH * Math.max(first, lane.last);
    const wanted = known === undefined ? first : Math.min(known * times.usual, most);
    const fair = Math.max(left / (3 * lanes), known === undefined ? 1 : known * times.least);
    return ROUND * Math.ceil(Math.min(wanted, fair) / ROUND);
  };
}

/** The shards of one job. */
export class Shards {
  readonly #back: Range[] = [];
  #waiting: (() => void)[] = [];
  #next: number;
  #undone: number; // items
  #over: { readonly error: unknown } | 'done' | undefined;
  readonly #partial = new Map<number, number>(); // items done of the shards that are out, by their start
  #settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  #finish: () => void = () => undefined;
  /** Resolves when all items are done; rejects with the first failure. */
  readonly finished: Promise<void>;

  constructor(
    readonly range: Range,
    private readonly cut: Cut,
  ) {
    this.#next = range.start;
    this.#undone = range.end - range.start;
    this.finished = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    this.finished.catch(() => undefined); // whoever drives the job hears it
  }

  /** Items that nobody has been given yet. */
  get left(): number {
    return this.range.end - this.#next + this.#back.reduce((sum, { start, end }) => sum + end - start, 0);
  }

  /** Items that are done, with what is reported of the shards that are out. */
  get done(): number {
    let done = this.range.end - this.range.start - this.#undone;
    for (const items of this.#partial.values()) done += items;
    return done;
  }

  /** The next shard; waits while others may still give one back. Undefined when the job is over. */
  async take(lane: Lane): Promise<Range | undefined> {
    while (this.#over === undefined) {
      const back = this.#back.pop();
      if (back) return back;
      const left = this.range.end - this.#next;
      if (left > 0) {
        const start = this.#next;
        this.#next += Math.min(left, Math.max(1, this.cut(left, lane)));
        return { start, end: this.#next };
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return undefined;
  }

  /** A shard that will not be done by who took it. */
  giveBack(range: Range): void {
    this.#partial.delete(range.start);
    this.#back.push(range);
    this.#wake();
  }

  /** How far a shard is, in [0, 1]. */
  report({ start, end }: Range, fraction: number): void {
    this.#partial.set(start, fraction * (end - start));
  }

  /** A shard is done. */
  finish({ start, end }: Range): void {
    this.#partial.delete(start);
    this.#undone -= end - start;
    if (this.#undone === 0) this.#end('done');
    else this.#finish();
  }

  /** Calls `next` after each shard that is done but the last. */
  onFinish(next: () => void): void {
    this.#finish = next;
  }

  /** The job has failed; the first failure counts. */
  fail(error: unknown): void {
    this.#end({ error });
  }

  #end(how: { readonly error: unknown } | 'done'): void {
    if (this.#over !== undefined) return;
    this.#over = how;
    if (how === 'done') this.#settle.resolve();
    else this.#settle.reject(how.error);
    this.#wake();
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
