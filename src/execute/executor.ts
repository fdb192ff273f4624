/**
 * Runs documents. Steps run one at a time (the tensor engine of a thread is shared state), inputs first; a failed step
 * stops only what needs it; what is finished stays in the cache. A second run cancels the first, but takes over the step
 * that is running when it needs the same one.
 */
import { MemoryFiles } from '../arrays/file-source.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Work } from '../catalog/info.js';
import type { Registry } from '../catalog/registry.js';
import type { Device } from '../catalog/work.js';
import { compile } from '../compile/compile.js';
import { type Rates, speedKey, timedAs } from '../compile/rates.js';
import type { FileReference, PipelineDocument } from '../document/schema.js';
import { type ActiveStep, endOf, startStep } from './active-step.js';
import type { StepResult } from './cache.js';
import { outputCsv } from './csv.js';
import { DeviceInUse, type OpenDevice, placeOf, reportOf, tagOf } from './device-in-use.js';
import { outputArrays } from './export.js';
import { KeptResults } from './kept-results.js';
import type {
  DeviceChoice,
  DeviceReport,
  ExecutorApi,
  NetworkFile,
  OutputArrays,
  RunEvent,
  RunReport,
} from './protocol.js';
import { RateBook, type RateStore } from './rate-book.js';
import { type Progress, Run } from './run.js';
import { type Step, schedule } from './schedule.js';
import type { Upstream } from './step.js';
import type { ResultStore } from './store.js';

/** What an Executor is made of. */
export interface ExecutorOptions {
  readonly registry: Registry;
  /** Opens a device; the real ones when absent. */
  readonly openDevice?: OpenDevice;
  /** How many threads devices wasm and cpu may use; all cores when absent. */
  readonly threads?: number;
  /** Which device the first run opens; `auto` when absent. */
  readonly device?: DeviceChoice;
  /** Bytes of results kept; 1 GB when absent. */
  readonly cacheBytes?: number;
  /** Files that are known from the start. */
  readonly files?: MemoryFiles;
  /** Where results that are dear to compute outlive this executor; nowhere when absent. */
  readonly store?: ResultStore;
  /** Where measured speeds outlive this executor; nowhere when absent. */
  readonly rates?: RateStore;
}

/** Executes documents on one device at a time. */
export class Executor implements ExecutorApi {
  readonly #registry: Registry;
  readonly #device: DeviceInUse;
  readonly #kept: KeptResults;
  readonly #files: MemoryFiles;
  readonly #book: RateBook;
  #run: Run | undefined;
  #active: ActiveStep | undefined;
  #calibration: { readonly controller: AbortController; readonly ended: Promise<void> } | undefined;

  constructor(options: ExecutorOptions) {
    this.#registry = options.registry;
    const { threads } = options;
    this.#device = new DeviceInUse(
      options.device ?? 'auto',
      options.openDevice,
      threads === undefined ? {} : { threads },
    );
    this.#kept = new KeptResults(options.cacheBytes ?? 1e9, options.store);
    this.#files = options.files ?? new MemoryFiles();
    this.#book = new RateBook(options.rates);
  }

  /**
   * Runs what `targets` need, all nodes when absent. Each step waits for `between`, so that what a listener does with the results
   * before is not taken for time of the next. Rejects only when no device can be opened, or as `between` does.
   */
  async run(
    document: PipelineDocument,
    targets: readonly string[] | undefined,
    listen: (event: RunEvent) => void,
    between?: () => Promise<unknown>,
  ): Promise<RunReport> {
    const started = performance.now();
    const plan = compile(document, { registry: this.#registry, files: this.#files });
    this.#run?.abort();
    const run = new Run(plan, targets, listen, between, ({ type, params }, read) =>
      this.#registry.get(type)?.reads?.(params, read),
    );
    this.#run = run;
    try {
      this.#calibration?.controller.abort();
      await this.#calibration?.ended;
      const device = await Promise.race([this.#device.opened(), run.stopped]);
      if (device && !run.aborted) {
        const steps = await this.#prepared(run, device);
        if (!steps.some(({ key }) => tagOf(device, key) === this.#active?.tag)) this.#active?.controller.abort();
        await run.take(steps, (step, upstream, report) => this.#perform(step, run, upstream, report));
      }
    } finally {
      if (this.#run === run) this.#run = undefined;
    }
    const seconds = (performance.now() - started) / 1000;
    return { ...run.ending, seconds, device: this.#device.present && reportOf(this.#device.present) };
  }

  /** Stops the run. Finished steps stay; a step that goes on regardless is abandoned and its result discarded. */
  cancel(): void {
    this.#run?.abort();
    this.#active?.controller.abort();
    this.#calibration?.controller.abort();
  }

  /** Tells the step that is running to end soon and keep what there is, where its node can. */
  finish(): void {
    this.#active?.finisher?.abort();
  }

  /** Forgets what ended early behind a node's result, itself included, and all that was computed from it: the next run computes it to its end. */
  async forget(document: PipelineDocument, node: string): Promise<void> {
    const device = await this.#device.opened();
    const planned = compile(document, { registry: this.#registry, files: this.#files }).nodes.get(node);
    if (!planned) return;
    for (const stopped of this.#kept.stoppedBehind(tagOf(device, planned.key))) this.#kept.forget(stopped);
  }

  /**
   * Speeds of the device in use, by `speedKey`; what this document needs and is not known is measured first, unless a run goes
   * on or a step does not stop.
   */
  async rates(document: PipelineDocument): Promise<Rates> {
    const device = await this.#device.opened();
    await this.#book.load();
    if (this.#active && !this.#run) await endOf(this.#active);
    while (this.#calibration) await this.#calibration.ended;
    const known = this.#book.of(placeOf(device));
    const { nodes, copies } = compile(document, { registry: this.#registry, files: this.#files });
    const works = [...nodes.values(), ...copies.values()].flatMap(({ type, cost: { work } }) =>
      work && known[speedKey(type, work)] === undefined && known[speedKey('', timedAs(work))] === undefined
        ? [timedAs(work)]
        : [],
    );
    if (works.length > 0 && !this.#run && !this.#active) await this.#calibrate(device, works);
    return { ...this.#book.of(placeOf(device)), ...(device.threads ? { threads: device.threads } : {}) };
  }

  /** Changes the device. Results of each device are kept apart, and used again when it comes back. What is asked meanwhile waits. */
  async chooseDevice(choice: DeviceChoice): Promise<DeviceReport> {
    this.cancel();
    return reportOf(await this.#device.change(choice, () => this.#idle()));
  }

  /** The device in use; opens it if need be. */
  async device(): Promise<DeviceReport> {
    return reportOf(await this.#device.opened());
  }

  /** Keeps a file's bytes for what is asked next, and checks that they are the ones meant before a step reads them. */
  addFile(file: FileReference, bytes: Uint8Array): Promise<void> {
    return this.#files.take(file, bytes);
  }

  /** An output of a finished step as arrays; undefined when it is no longer (or not yet) here. */
  async arrays(key: string, output: string): Promise<OutputArrays | undefined> {
    const value = this.#kept.outputs(tagOf(await this.#device.opened(), key))?.[output];
    return value && outputArrays(value);
  }

  /** An output of a finished step as CSV; undefined when it is no longer (or not yet) here. */
  async csv(key: string, output: string): Promise<string | undefined> {
    const value = this.#kept.outputs(tagOf(await this.#device.opened(), key))?.[output];
    return value && outputCsv(value);
  }

  /** The networks of a finished step's Model as files; undefined when it is no longer (or not yet) here, or is no Model. */
  async networks(key: string, output: string, stem: string): Promise<readonly NetworkFile[] | undefined> {
    const value = this.#kept.outputs(tagOf(await this.#device.opened(), key))?.[output];
    if (value?.type !== 'Model') return undefined;
    const { modelFiles } = await import('../methods/models/state-dict.js');
    return modelFiles(value, stem);
  }

  /** Stops everything and closes the device; what is being kept is kept. */
  async dispose(): Promise<void> {
    this.cancel();
    await this.#device.closed(() => this.#idle());
    await Promise.all([this.#kept.settled(), this.#book.saved()]);
  }

  async #calibrate(device: Device, works: readonly Work[]): Promise<void> {
    const controller = new AbortController();
    const measure = async (): Promise<void> => {
      const { calibrate } = await import('./calibrate.js');
      this.#book.add(placeOf(device), await calibrate(device, works, { signal: controller.signal }));
    };
    const ended = measure()
      .catch(() => undefined) // the run says what is wrong
      .finally(() => {
        this.#calibration = undefined;
      });
    this.#calibration = { controller, ended };
    await ended;
  }

  /** Computes a step, or takes over the one that is running when it is the same. */
  async #perform(step: Step, run: Run, upstream: Upstream, report: (progress: Progress) => void): Promise<StepResult> {
    const device = await this.#device.opened();
    const tag = tagOf(device, step.key);
    const same = this.#active?.tag === tag && !this.#active.controller.signal.aborted;
    if (!same) await this.#idle();
    if (run.aborted) throw new FiberscopeError('cancelled', 'cancelled');
    if (same && this.#active) this.#active.report = report;
    else
      this.#active = startStep(
        { registry: this.#registry, files: this.#files, device: this.#device, kept: this.#kept, book: this.#book },
        { step, plan: run.plan, upstream, tag },
        device,
        report,
        (ended) => {
          if (this.#active === ended) this.#active = undefined;
        },
      );
    return this.#active.result;
  }

  /** Ids of the nodes that a run of `targets` would compute now. */
  async pending(document: PipelineDocument, targets: readonly string[] | undefined): Promise<readonly string[]> {
    const device = await this.#device.opened();
    const plan = compile(document, { registry: this.#registry, files: this.#files });
    const held = await this.#kept.of({ plan, targets }, device);
    const { steps } = schedule(plan, targets, (key) => held.knows(key));
    return steps.flatMap(({ run, ids }) => (run ? ids : []));
  }

  /** The steps that a run has to take, after what is held of them. */
  async #prepared(run: Run, device: Device): Promise<readonly Step[]> {
    const held = await this.#kept.of(run, device);
    return run.aborted ? [] : run.prepare(held);
  }

  /**
   * Waits until the step that was told to stop has stopped, or has used up its grace and is abandoned, and until no slice is
   * timed.
   */
  async #idle(): Promise<void> {
    await this.#calibration?.ended;
    const active = this.#active;
    if (!active) return;
    await endOf(active);
    if (this.#active === active) this.#active = undefined;
  }
}
