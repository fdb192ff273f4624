/** Drives one job of a pool: this thread computes at once, workers join in as soon as there is enough left for them. */
import { FiberscopeError } from '../../catalog/errors.js';
import type { DeviceName } from '../../catalog/work.js';
import { deviceFault, faultReason } from '../device-fault.js';
import type { Crew } from './crew.js';
import { type PoolWorker, WorkerDeath } from './pool-worker.js';
import type { Shards } from './shards.js';

/** When work is worth another thread. */
export interface Worth {
  readonly size: number; // multiply-adds of work below which one thread does it without asking
  readonly ready: number; // ms of one thread's work that must be left for each worker
  readonly starting: number; // the same for one that would have to be started, which takes about as long
}

/** What workers are worth. */
export const WORTH: Worth = { size: 2e8, ready: 100, starting: 200 };
const DEATHS = 4; // of workers in one job, after which something is wrong with the job

/** A worker that takes shards. */
export interface Employed {
  /** Resolves when it takes no more; rejects with its failure, or its WorkerDeath. What it had taken is given back. */
  readonly ended: Promise<void>;
  /** Resolves when the worker is free for another job, once it takes no more. */
  over(): Promise<void>;
}

/** What a job brings. Shards that are done are finished by who took them. */
export interface PoolJob {
  readonly name: DeviceName;
  readonly shards: Shards;
  /** ms that one thread would need for what is left, about. */
  left(): number;
  /** Takes shards in this thread until there are none. */
  own(signal: AbortSignal): Promise<void>;
  /** Lets a worker take shards until there are none. */
  employ(worker: PoolWorker, signal: AbortSignal): Employed;
}

/**
 * Resolves when all shards are finished. Rejects with the first failure, with kind `cancelled` when `signal` is aborted, with
 * the reason of `closed` when that is aborted, and with kind `device` when worker after worker dies; then nothing more is computed
 * in this thread, and the workers have been told to stop. A worker that has no memory for its share is let go.
 */
export async function drive(job: PoolJob, crew: Crew, signal: AbortSignal, closed: AbortSignal): Promise<void> {
  const { shards } = job;
  const stop = new AbortController();
  let employed = 0;
  let deaths = 0;

  const employ = (worker: PoolWorker): void => {
    employed++;
    const work = job.employ(worker, stop.signal);
    work.ended
      .catch((error: unknown) => {
        if (faultReason(error) === 'memory') return crew.dismiss(worker, error); // the others have more without it
        if (!(error instanceof WorkerDeath)) return shards.fail(error);
        if (++deaths < DEATHS) return;
        const what = `${deaths} workers have stopped, the last because ${error.message}`;
        shards.fail(deviceFault(job.name, 'lost', what));
      })
      .finally(() => {
        crew.release(worker, work.over());
        employed--;
        engage();
      });
  };
  const engage = (): void => {
    if (stop.signal.aborted) return;
    const ms = job.left();
    for (let most = Math.floor(ms / crew.worth.ready); employed < most; ) {
      const worker = crew.take();
      if (!worker) break;
      employ(worker);
    }
    crew.grow(Math.floor(ms / crew.worth.starting));
  };

  const cancel = (): void => shards.fail(new FiberscopeError('cancelled', 'cancelled'));
  const close = (): void => shards.fail(closed.reason);
  if (signal.aborted) cancel();
  if (closed.aborted) close();
  signal.addEventListener('abort', cancel);
  closed.addEventListener('abort', close);
  const forget = crew.onFree(engage);
  shards.onFinish(engage);
  engage();
  const own = job.own(stop.signal).catch((error: unknown) => shards.fail(error));
  try {
    await shards.finished;
  } finally {
    forget();
    signal.removeEventListener('abort', cancel);
    closed.removeEventListener('abort', close);
    stop.abort();
    await own;
  }
}
