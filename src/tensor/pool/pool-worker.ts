/** One worker of a pool as the pool sees it: jobs with promises, and its death as an error of everything that waits. */
import { messageOf } from '../../catalog/errors.js';
import type { Curve } from '../../catalog/values.js';
import type { DescendWork, Descent, EvaluateWork, Evaluation } from '../../catalog/work.js';
import type { Range } from '../blocks.js';
import { inNode } from '../dawn.js';
import { deviceFault, faultOf } from '../device-fault.js';
import { Lifeline } from '../lifeline.js';
import type { Answer, Opening, Order, Taken } from './messages.js';
import type { NetworkGift, NetworkTask } from './network-task.js';
import type { Thread } from './thread.js';

/** Why a piece of work has no result: the worker that did it is no more. */
export class WorkerDeath extends Error {}

/** Hears how far a shard is, in [0, 1]. */
export type Listen = (fraction: number, curve?: Curve) => void;

/** A result with what it took. */
export interface Made<T> {
  readonly value: T;
  readonly taken: Taken;
}

type Result = Evaluation | Descent | NetworkGift;

interface Waiting {
  resolve(made: Made<Result>): void;
  reject(error: unknown): void;
  readonly listen: Listen;
}

/** A job that a worker was given. */
export interface OpenJob {
  /** Computes a shard of an evaluation; `theta` are its members where the family is explicit. */
  run(range: Range, theta: Float32Array | undefined, listen: Listen): Promise<Made<Evaluation>>;
  /** Tells the worker to stop; what was not done rejects with kind `cancelled`. */
  cancel(): void;
  /** Resolves when the worker is free again; rejects when it dies before. */
  close(): Promise<void>;
}

/** A worker and the life it has. */
export class PoolWorker {
  /** Resolves when the device is open; rejects with why it cannot be opened, or with the death before that. */
  readonly ready: Promise<void>;
  readonly #life = new Lifeline();
  readonly #watch = new AbortController();
  readonly #waiting = new Map<number, Waiting>(); // by start of the shard
  #closed: (() => void) | undefined; // resolves when the present job is over
  #failure: unknown; // of the present job
  #job = 0;
  #dead = false;
  dispatches = 0; // of its device

  constructor(
    private readonly thread: Thread,
    private readonly opening: Omit<Opening, 'lock'>,
    died: (worker: PoolWorker) => void,
  ) {
    const end = (reason: string): void => {
      if (this.#dead) return;
      this.#cut(new WorkerDeath(reason));
      died(this);
    };
    const lock = !inNode() && navigator.locks ? `fiberscope ${crypto.randomUUID()}` : undefined;
    const opened = new Promise<void>((resolve, reject) => {
      thread.listen((answer) => {
        if (answer.kind === 'ready') resolve();
        else if (answer.kind === 'unable') reject(faultOf(answer.fault));
        else this.#hear(answer);
      }, end);
    });
    this.ready = this.#life.within(opened);
    this.ready.then(
      () => lock !== undefined && this.#watchLock(lock, end),
      () => undefined,
    );
    this.#post({ kind: 'start', opening: { ...opening, ...(lock === undefined ? {} : { lock }) } });
  }

  /** Sends an order. One that cannot be copied, for lack of memory mostly, ends the worker. */
  #post(order: Order, transfer?: Transferable[]): void {
    if (this.#dead) return;
    try {
      this.thread.post(order, transfer);
    } catch (error) {
      this.end(deviceFault(this.opening.device, 'memory', messageOf(error)));
    }
  }

  get dead(): boolean {
    return this.#dead;
  }

  /** Browsers say nothing of a worker that was ended from outside; the lock it held is free then. */
  #watchLock(lock: string, end: (reason: string) => void): void {
    navigator.locks.request(lock, { signal: this.#watch.signal }, () => end('it was ended')).catch(() => undefined); // no longer watched
  }

  #cut(error: unknown): void {
    this.#dead = true;
    this.#watch.abort();
    this.thread.terminate();
    this.#life.cut(error);
    this.#waiting.clear();
  }

  #hear(answer: Exclude<Answer, { kind: 'ready' | 'unable' }>): void {
    if (answer.job !== this.#job) return;
    switch (answer.kind) {
      case 'progress':
        this.#waiting.get(answer.start)?.listen(answer.fraction, answer.curve);
        return;
      case 'done':
        this.#give(answer.start, answer.evaluation, answer.taken);
        return;
      case 'descended':
        this.#give(0, answer.descent, answer.taken);
        return;
      case 'gift':
        this.#give(0, answer.gift, answer.taken);
        return;
      case 'failed': {
        this.#failure = faultOf(answer.fault);
        for (const { reject } of this.#waiting.values()) reject(this.#failure);
        this.#waiting.clear();
        return;
      }
      case 'closed':
        this.#closed?.();
    }
  }

  #give(start: number, value: Result, taken: Taken): void {
    this.dispatches = taken.dispatches;
    this.#waiting.get(start)?.resolve({ value, taken });
    this.#waiting.delete(start);
  }

  #wait<T extends Result>(start: number, listen: Listen): Promise<Made<T>> {
    return this.#life.within(
      new Promise<Made<T>>((resolve, reject) => {
        this.#waiting.set(start, { resolve: resolve as Waiting['resolve'], reject, listen });
      }),
    );
  }

  #begin(): { readonly job: number; readonly over: Promise<void> } {
    this.thread.hold(true);
    this.#failure = undefined;
    const job = ++this.#job;
    const over = this.#life.within(
      new Promise<void>((resolve) => {
        this.#closed = resolve;
      }),
    );
    const rest = (): void => {
      if (!this.#dead && this.#job === job) this.thread.hold(false); // the next job may have begun when this one is heard to be over
    };
    over.then(rest, rest);
    return { job, over };
  }

  /** Begins an evaluation. The worker must be free. */
  evaluate(work: EvaluateWork): OpenJob {
    const { job, over } = this.#begin();
    const explicit = work.family.kind === 'explicit';
    const family = { kind: 'explicit', theta: new Float32Array(0), count: 0 } as const;
    this.#post({ kind: 'evaluate', job, work: explicit ? { ...work, family } : work });
    return {
      run: (range, theta, listen) => {
        if (this.#failure !== undefined) return Promise.reject(this.#failure);
        const made = this.#wait<Evaluation>(range.start, listen);
        const vectors = theta?.slice();
        this.#post(
          { kind: 'shard', job, range, ...(vectors ? { theta: vectors } : {}) },
          vectors ? [vectors.buffer] : [],
        );
        return made;
      },
      cancel: () => this.#post({ kind: 'cancel', job }),
      close: () => {
        this.#post({ kind: 'close', job });
        return over;
      },
    };
  }

  /** Descends to its end. The worker must be free; it is again when `over` resolves. */
  descend(
    work: DescendWork,
    signal: AbortSignal,
    listen: Listen,
  ): { made: Promise<Made<Descent>>; over: Promise<void> } {
    const { job, over } = this.#begin();
    const made = this.#wait<Descent>(0, listen);
    this.#relay(signal, { kind: 'cancel', job }, over);
    this.#post({ kind: 'descend', job, work });
    return { made, over };
  }

  /** Does a task on networks to its end, likewise; `finish` ends it with what there is. */
  network(
    task: NetworkTask,
    signal: AbortSignal,
    finish: AbortSignal,
    listen: Listen,
  ): { made: Promise<Made<NetworkGift>>; over: Promise<void> } {
    const { job, over } = this.#begin();
    const made = this.#wait<NetworkGift>(0, listen);
    this.#post({ kind: 'network', job, task });
    this.#relay(signal, { kind: 'cancel', job }, over);
    this.#relay(finish, { kind: 'finish', job }, over);
    return { made, over };
  }

  /** Passes a signal on as an order, until the job is over. */
  #relay(signal: AbortSignal, order: Order, over: Promise<void>): void {
    const tell = (): void => this.#post(order);
    signal.addEventListener('abort', tell, { once: true });
    over.catch(() => undefined).finally(() => signal.removeEventListener('abort', tell));
    if (signal.aborted) tell();
  }

  /** Ends the thread; what waits for it rejects with this error. */
  end(error: unknown): void {
    if (!this.#dead) this.#cut(error);
  }
}
