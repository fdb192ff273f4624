/** The window's side of an Executor in a worker. */
import { type Endpoint, proxy, type Remote, wrap } from 'comlink';
import { FiberscopeError } from '../catalog/errors.js';
import type { FileReference } from '../document/schema.js';
import { Lifeline } from '../tensor/lifeline.js';
import type { DeviceChoice, DeviceReport, ExecutorApi, RunEvent, RunReport } from './protocol.js';
import type { Answer, ServedExecutor } from './wire.js';

const GRACE = 900; // ms in which the worker may answer a request to cancel
const SILENCE = 10_000; // ms without an answer after an uncaught error, until the worker counts as dead

/**
 * The Executor that `serve` runs behind a worker (or any message port). A cancelled run ends within a second even while the
 * worker is busy in code that cannot be interrupted. When the worker dies, every call that waits rejects with a `device` error;
 * after an uncaught error it is asked whether it lives. Given a function that makes workers, the next call starts a new one, which
 * is handed the files and the choice of device; a worker that was given as such is not replaced.
 */
export function connectWorker(
  worker: Endpoint | (() => Endpoint),
  { silence = SILENCE }: { readonly silence?: number } = {},
): ExecutorApi {
  const make = typeof worker === 'function' ? worker : undefined;
  const remedy = make ? 'it is started anew: run again' : 'reload the page';
  const files = new Map<string, readonly [FileReference, Uint8Array]>();
  let choice: DeviceChoice | undefined;
  let current: WatchedRun | undefined;
  let link: Link | undefined = make ? undefined : new Link(worker as Endpoint, remedy, silence);
  const linked = (): Link => {
    if (link && !(link.dead && make)) return link;
    link = new Link(make!(), remedy, silence);
    const { remote } = link;
    for (const [file, bytes] of files.values()) link.ask(remote.addFile(file, bytes)).catch(() => undefined);
    if (choice) link.hear(remote.chooseDevice(choice)).catch(() => undefined); // what needs it says why it cannot be opened
    return link;
  };
  return {
    async run(document, targets, listen) {
      const to = linked();
      const run = new WatchedRun(listen);
      current = run;
      if (!to.device) to.hear(to.remote.device()).catch(() => undefined); // the run says why it cannot be opened
      const asked = to.ask(to.remote.run(document, targets, proxy(run.take)));
      asked.catch(() => undefined); // it may fail after it was given up
      const report = await Promise.race([asked, run.givenUp]);
      if (!report) return { ...run.abandoned(), device: to.device };
      if (report.device) to.device = report.device;
      return report;
    },
    cancel() {
      if (link && !link.dead) void link.remote.cancel();
      current?.cancel();
    },
    finish() {
      if (link && !link.dead) void link.remote.finish();
    },
    forget: (document, node) => linked().ask(linked().remote.forget(document, node)),
    pending: (document, targets) => linked().ask(linked().remote.pending(document, targets)),
    async chooseDevice(wanted) {
      const to = linked();
      const report = await to.hear(to.remote.chooseDevice(wanted));
      choice = wanted;
      return report;
    },
    device: () => linked().hear(linked().remote.device()),
    rates: (document) => linked().ask(linked().remote.rates(document)),
    async addFile(file, bytes) {
      const to = linked();
      await to.ask(to.remote.addFile(file, bytes));
      if (make) files.set(file.sha256, [file, bytes]);
    },
    arrays: (key, output) => linked().ask(linked().remote.arrays(key, output)),
    csv: (key, output) => linked().ask(linked().remote.csv(key, output)),
    networks: (key, output, stem) => linked().ask(linked().remote.networks(key, output, stem)),
  };
}

/** One worker, from its first call to its death. */
class Link {
  readonly remote: Remote<ServedExecutor>;
  readonly #life = new Lifeline();
  #answered = false; // once it has, an uncaught error in some callback need not be its end
  device: DeviceReport | undefined; // as last heard of
  dead = false;

  constructor(worker: Endpoint, remedy: string, silence: number) {
    this.remote = wrap<ServedExecutor>(worker);
    worker.addEventListener('error', (event) => {
      const message = 'message' in event && typeof event.message === 'string' ? event.message : '';
      const reason = message ? `: ${message}` : '';
      const stop = (): void => {
        if (this.dead) return;
        this.dead = true;
        (worker as { terminate?: () => void }).terminate?.();
        this.#life.cut(new FiberscopeError('device', `the worker that computes has stopped${reason}; ${remedy}`));
      };
      if (!this.#answered) return stop();
      const silent = setTimeout(stop, silence);
      this.remote.device().finally(() => clearTimeout(silent));
    });
  }

  /** An answer, or why there is none. */
  async ask<T>(answer: Promise<Answer<T>>): Promise<T> {
    const got = await this.#life.within(answer);
    this.#answered = true;
    if (got.ok) return got.value;
    throw new FiberscopeError(got.kind, got.message);
  }

  /** An answer about the device, which is remembered. */
  async hear(answer: Promise<Answer<DeviceReport>>): Promise<DeviceReport> {
    this.device = await this.ask(answer);
    return this.device;
  }
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
