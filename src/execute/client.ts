/** The window's side of an Executor in a worker. */
import { type Endpoint, proxy, wrap } from 'comlink';
import { FiberscopeError } from '../catalog/errors.js';
import { Lifeline } from '../tensor/lifeline.js';
import type { DeviceReport, ExecutorApi, RunEvent, RunReport } from './protocol.js';
import type { Answer, ServedExecutor } from './wire.js';

const GRACE = 900; // ms in which the worker may answer a request to cancel
const SILENCE = 10_000; // ms without an answer after an uncaught error, until the worker counts as dead

/**
 * The Executor that `serve` runs behind a worker (or any message port). A cancelled run ends within a second even while the
 * worker is busy in code that cannot be interrupted. When the worker dies, every call, also a waiting one, rejects with a
 * `device` error; after an uncaught error it is asked whether it lives.
 */
export function connectWorker(worker: Endpoint): ExecutorApi {
  const remote = wrap<ServedExecutor>(worker);
  let answered = false; // once it has, an uncaught error in some callback need not be its end
  const life = new Lifeline();
  worker.addEventListener('error', (event) => {
    const message = 'message' in event && typeof event.message === 'string' ? event.message : '';
    const reason = message ? `: ${message}` : '';
    const stop = (): void =>
      life.cut(new FiberscopeError('device', `the worker that computes has stopped${reason}; reload the page`));
    if (!answered) return stop();
    const silent = setTimeout(stop, SILENCE);
    remote.device().finally(() => clearTimeout(silent));
  });
  let device: DeviceReport | undefined; // as last heard of
  let current: WatchedRun | undefined;
  const ask = async <T>(answer: Promise<Answer<T>>): Promise<T> => {
    const got = await life.within(answer);
    answered = true;
    if (got.ok) return got.value;
    throw new FiberscopeError(got.kind, got.message);
  };
  const heard = async (report: Promise<DeviceReport>): Promise<DeviceReport> => {
    device = await report;
    return device;
  };
  return {
    async run(document, targets, listen) {
      const run = new WatchedRun(listen);
      current = run;
      if (!device) heard(ask(remote.device())).catch(() => undefined); // the run says why it cannot be opened
      const asked = ask(remote.run(document, targets, proxy(run.take)));
      asked.catch(() => undefined); // it may fail after it was given up
      const report = await Promise.race([asked, run.givenUp]);
      if (!report) return { ...run.abandoned(), device: device ?? (await heard(ask(remote.device()))) };
      device = report.device;
      return report;
    },
    cancel() {
      void remote.cancel();
      current?.cancel();
    },
    chooseDevice: (choice) => heard(ask(remote.chooseDevice(choice))),
    device: () => heard(ask(remote.device())),
    rates: (document) => ask(remote.rates(document)),
    addFile: (file, bytes) => ask(remote.addFile(file, bytes)),
    arrays: (key, output) => ask(remote.arrays(key, output)),
  };
}

/** A run as its events tell it, so that it can be given up when the worker does not answer in time. */
class WatchedRun {
  /** Resolves when the worker has not answered a request to cancel. */
  readonly givenUp: Promise<undefined>;
  readonly #open = new Set<string>();
  readonly #started = performance.now();
  #giveUp: () => void = () => undefined;
  #stepsRun = new Set<string>();
  #over = false;

  constructor(readonly listen: (event: RunEvent) => void) {
    this.givenUp = new Promise((resolve) => {
      this.#giveUp = () => resolve(undefined);
    });
  }

  readonly take = (event: RunEvent): void => {
    if (this.#over) return;
    const id = event.kind === 'done' ? event.result.id : event.id;
    if (event.kind === 'queued' || event.kind === 'running') this.#open.add(id);
    else this.#open.delete(id);
    if (event.kind === 'done' && !event.result.cached) this.#stepsRun.add(event.result.key);
    this.listen(event);
  };

  cancel(): void {
    setTimeout(this.#giveUp, GRACE);
  }

  /** Reports what has not ended as cancelled and hears no more. */
  abandoned(): Omit<RunReport, 'device'> {
    this.#over = true;
    for (const id of this.#open) this.listen({ kind: 'cancelled', id });
    return {
      outcome: 'cancelled',
      stepsRun: this.#stepsRun.size,
      seconds: (performance.now() - this.#started) / 1000,
    };
  }
}
