/** The queue of tasks for networks, whoever asks for them: each is done by the first thread that is free, this one or a worker. */
import { FiberscopeError } from '../../catalog/errors.js';
import { nextTurn } from '../../document/slices.js';
import type { BackedDevice } from '../backed-device.js';
import { deviceFault, faultReason } from '../device-fault.js';
import type { Crew } from './crew.js';
import type { Taken } from './messages.js';
import { type NetworkGift, type NetworkTask, performTask, taskSize } from './network-task.js';
import { type Listen, type PoolWorker, WorkerDeath } from './pool-worker.js';
import { Watch } from './watch.js';

const RATE = 5e6; // multiply-adds per ms of one thread, about
const DEATHS = 4; // of workers over one task, after which something is wrong with it

/** How a task hears that it should stop, and says how far it is. */
export interface TaskControl {
  readonly signal: AbortSignal;
  readonly finish?: AbortSignal;
  readonly listen: Listen;
}

interface Entry {
  readonly task: NetworkTask;
  readonly control: TaskControl;
  readonly ms: number; // that it takes, about
  readonly stop: AbortSignal; // its own signal or the end of the pool
  readonly finish: AbortSignal;
  settle(outcome: { readonly gift: NetworkGift } | { readonly error: unknown }): void;
  deaths: number;
  here: boolean; // only this thread can do it
}

/** Hands tasks out in the order in which they came. */
export class Desk {
  #waiting: Entry[] = [];
  #busy = false; // this thread
  readonly watch = new Watch();

  constructor(
    private readonly own: BackedDevice,
    private readonly crew: Crew,
    private readonly closed: AbortSignal,
    private readonly taken: (taken: Taken) => void,
  ) {
    crew.onFree(() => this.#assign());
  }

  /** Does a task where there is a thread for it. Rejects with its failure, `cancelled`, or why the pool is closed. */
  run(task: NetworkTask, control: TaskControl): Promise<NetworkGift> {
    return new Promise((resolve, reject) => {
      const { signal } = control;
      const { closed } = this;
      const stop = new AbortController();
      const finish = new AbortController();
      const watched: (() => void)[] = [];
      const cancel = (): void => settle({ error: new FiberscopeError('cancelled', 'cancelled') });
      const close = (): void => settle({ error: closed.reason });
      const settle: Entry['settle'] = (outcome) => {
        for (const forget of watched) forget();
        this.#waiting = this.#waiting.filter((other) => other !== entry);
        if ('gift' in outcome) resolve(outcome.gift);
        else {
          stop.abort();
          reject(outcome.error);
        }
      };
      const entry: Entry = {
        task,
        control,
        ms: taskSize(task) / RATE,
        stop: stop.signal,
        finish: finish.signal,
        settle,
        deaths: 0,
        here: false,
      };
      if (signal.aborted) return cancel();
      if (closed.aborted) return close();
      watched.push(this.watch.add(signal, cancel), this.watch.add(closed, close));
      if (control.finish) watched.push(this.watch.add(control.finish, () => finish.abort()));
      if (control.finish?.aborted) finish.abort();
      this.#waiting.push(entry);
      this.#assign();
    });
  }

  #assign(): void {
    if (!this.#busy) {
      const entry = this.#waiting.shift();
      if (entry) void this.#doHere(entry);
    }
    for (;;) {
      const others = this.#waiting.filter(({ here }) => !here);
      const ms = others.reduce((sum, entry) => sum + entry.ms, 0);
      const [entry] = others;
      if (entry === undefined) return;
      const worker = ms >= this.crew.worth.ready ? this.crew.take() : undefined;
      if (worker === undefined) {
        this.crew.grow(Math.min(others.length, Math.floor(ms / this.crew.worth.starting)));
        return;
      }
      this.#waiting = this.#waiting.filter((other) => other !== entry);
      void this.#employ(entry, worker);
    }
  }

  async #doHere({ task, control, stop, finish, settle }: Entry): Promise<void> {
    this.#busy = true;
    try {
      const progress = (fraction: number, _?: string, curve?: Parameters<Listen>[1]): void =>
        control.listen(fraction, curve);
      const gift = await performTask(this.own, task, { signal: stop, finish, progress });
      settle({ gift });
    } catch (error) {
      settle({ error });
    }
    await nextTurn(); // so that workers are heard after each task, however short
    this.#busy = false;
    this.#assign();
  }

  async #employ(entry: Entry, worker: PoolWorker): Promise<void> {
    const { task, control, stop, finish, settle } = entry;
    const { made, over } = worker.network(task, stop, finish, control.listen);
    try {
      const { value, taken } = await made;
      this.taken(taken);
      settle({ gift: value });
    } catch (error) {
      if (stop.aborted) return; // nobody waits for it
      if (faultReason(error) === 'memory') {
        this.crew.dismiss(worker, error); // the others have more without it
        this.#again(entry, true);
      } else if (!(error instanceof WorkerDeath)) settle({ error });
      else if (++entry.deaths < DEATHS) this.#again(entry, false);
      else {
        const what = `${entry.deaths} workers have stopped, the last because ${error.message}`;
        settle({ error: deviceFault(this.own.name, 'lost', what) });
      }
    } finally {
      this.crew.release(worker, over);
    }
  }

  #again(entry: Entry, here: boolean): void {
    entry.here = here;
    this.#waiting.unshift(entry);
    this.#assign();
  }
}
