/** The workers of a pool: started when there is work for them, kept warm, replaced when they die. */
import type { Worth } from './drive.js';
import type { Opening } from './messages.js';
import { PoolWorker } from './pool-worker.js';
import type { StartThread, Thread } from './thread.js';

/** At most `size` workers. Once one could not be started, no more are. */
export class Crew {
  readonly #workers = new Set<PoolWorker>();
  readonly #free = new Set<PoolWorker>();
  readonly #jobs = new Set<() => void>();
  #size: number;
  #gone = 0; // dispatches of workers that are no more

  constructor(
    size: number,
    private readonly opening: Omit<Opening, 'lock'>,
    private readonly start: StartThread,
    readonly worth: Worth,
  ) {
    this.#size = size;
  }

  /** How many workers there can be. */
  get size(): number {
    return this.#size;
  }

  /** How many there are, with those that are starting. */
  get count(): number {
    return this.#workers.size;
  }

  /** Dispatches of all workers, as far as they have told. */
  get dispatches(): number {
    let sum = this.#gone;
    for (const { dispatches } of this.#workers) sum += dispatches;
    return sum;
  }

  /** Calls `free` whenever a worker has become free, until the answer is called. */
  onFree(free: () => void): () => void {
    this.#jobs.add(free);
    return () => this.#jobs.delete(free);
  }

  /** A free worker, which is busy from now on. */
  take(): PoolWorker | undefined {
    const [worker] = this.#free;
    if (worker) this.#free.delete(worker);
    return worker;
  }

  /** A worker is free once `over` resolves; when it rejects the worker has died. */
  release(worker: PoolWorker, over: Promise<void>): void {
    over.then(
      () => this.#freed(worker),
      () => undefined,
    );
  }

  /** Starts workers until there are `count`; they are free when their device is open. */
  grow(count: number): void {
    while (this.#workers.size < Math.min(count, this.#size)) this.#add();
  }

  #add(): void {
    const thread = this.#started();
    if (!thread) {
      this.#size = this.#workers.size;
      return;
    }
    const worker = new PoolWorker(thread, this.opening, (dead) => this.#forget(dead));
    this.#workers.add(worker);
    worker.ready.then(
      () => this.#freed(worker),
      (error) => this.dismiss(worker, error), // what one cannot, the next cannot either
    );
  }

  /** A new thread; undefined where there are none, or none is allowed: a page may forbid them. */
  #started(): Thread | undefined {
    try {
      return this.start();
    } catch {
      return undefined;
    }
  }

  /** Ends a worker, and takes none in its place. */
  dismiss(worker: PoolWorker, error: unknown): void {
    worker.end(error);
    this.#forget(worker);
    this.#size = Math.min(this.#size, this.#workers.size);
  }

  #forget(worker: PoolWorker): void {
    if (this.#workers.delete(worker)) this.#gone += worker.dispatches;
    this.#free.delete(worker);
  }

  #freed(worker: PoolWorker): void {
    if (worker.dead || !this.#workers.has(worker)) return;
    this.#free.add(worker);
    for (const free of [...this.#jobs]) free();
  }

  /** Ends all workers; what waits for them rejects with this error. */
  dispose(error: unknown): void {
    this.#size = 0;
    for (const worker of this.#workers) {
      worker.end(error);
      this.#forget(worker);
    }
  }
}
