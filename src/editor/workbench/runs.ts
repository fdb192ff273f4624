/** Runs of the open document: what the executor says becomes states, and cheap edits run by themselves. */
import type { StoreApi } from 'zustand/vanilla';
import { messageOf } from '../../catalog/errors.js';
import { deviceText } from '../../catalog/text.js';
import { type Plan, runsText } from '../../compile/plan.js';
import type { ExecutorApi, RunEvent } from '../../execute/protocol.js';
import { cheapOf, dueSeconds, LIVE_SECONDS } from './live.js';
import { isOf, Results } from './results.js';
import { DEVICE_CHANGED, type Said } from './states.js';
import type { WorkbenchState } from './types.js';

const LIVE_PAUSE = 30; // ms after an edit; edits during it and during a run are taken together
const PROGRESS_PAUSE = 40; // ms between progress redraws

/** What runs need of the workbench. */
export interface RunHost {
  readonly store: StoreApi<WorkbenchState>;
  readonly executor: ExecutorApi;
  /** Works out the node states and problems again. */
  restate(): void;
  /** Asks which runs of sweeps the executor holds, and works out the states with that. */
  look(): Promise<void>;
  /** A run came to its end. */
  ended(): void;
  failed(message: string): void;
}

/** The runs of one workbench and what came of them. */
export class Runs {
  readonly results = new Results();
  readonly said = new Map<string, Said>();
  readonly waiting = new Map<string, number>(); // s, of nodes that take too long to run by themselves
  readonly #declined = new Set<string>(); // keys of steps that were cancelled: only Run starts them again
  #count = 0; // only the newest run decides `running`
  #opened = 0; // counts documents: what a run of an older one says is void
  #ran = false;
  #live: ReturnType<typeof setTimeout> | undefined;
  #progress: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(readonly host: RunHost) {}

  /** Whether the open document has run, or may run by itself. */
  get ran(): boolean {
    return this.#ran;
  }

  /** Forgets everything of the document that was open. */
  reset(): void {
    if (this.host.store.getState().running) this.host.executor.cancel();
    this.#count += 1;
    this.#opened += 1;
    this.#ran = false;
    this.said.clear();
    this.waiting.clear();
    this.#declined.clear();
    this.results.clear();
  }

  /** Lets a document that has nothing to run yet run what is cheap from its first edit. */
  begin(): void {
    this.#ran = true;
  }

  /** What failed on the device before may not fail on this one. */
  forgive(): void {
    for (const [id, { status, key }] of this.said)
      if (status === 'failed') this.said.set(id, { status: 'stale', key, reason: DEVICE_CHANGED });
      else if (status === 'blocked') this.said.delete(id);
  }

  /** Runs what was asked for (all when undefined), what was cancelled before included; nothing else follows by itself. */
  async ask(targets: readonly string[] | undefined): Promise<void> {
    this.#declined.clear();
    await this.start(targets, targets !== undefined);
  }

  /** Runs what ended early to its end, and anew what was computed from it. */
  async toTheEnd(id: string): Promise<void> {
    const { store, executor } = this.host;
    const { document, nodes } = store.getState();
    await executor.forget(document, id);
    const partial = Object.entries(nodes).flatMap(([node, { result }]) => (result?.provenance.stopped ? [node] : []));
    for (const node of partial) this.results.drop(node);
    await this.ask(partial);
  }

  /** After an edit of a document that has run: what takes little runs again a moment later. */
  liveSoon(): void {
    const { store } = this.host;
    const state = store.getState();
    if (!this.#ran || this.#live !== undefined || !state.live || !state.trusted || this.#disposed) return;
    this.#live = setTimeout(() => {
      this.#live = undefined;
      void this.#startCheap();
    }, LIVE_PAUSE);
  }

  /** What the window holds for fresh may have been dropped by the executor: it says what would really be computed. */
  async #startCheap(): Promise<void> {
    const { store, executor } = this.host;
    if (!this.#mayStart()) return; // the end of the run comes back here
    const asked = store.getState().document;
    await this.host.look();
    if (!this.#mayStart() || store.getState().document !== asked) return this.liveSoon();
    const { plan, nodes, document, device: report } = store.getState();
    const device = report && deviceText(report);
    const bounds = { device, declined: this.#declined };
    const targets = cheapOf(dueSeconds(plan, nodes, this.results, bounds));
    const dropped = targets.length === 0 ? [] : await executor.pending(document, targets).catch(() => []); // the run says what is wrong
    const now = store.getState();
    if (this.#disposed || now.running || now.document !== document) return this.liveSoon();
    const due = dueSeconds(plan, nodes, this.results, { ...bounds, dropped: new Set(dropped) });
    const cheap = cheapOf(due);
    this.#await(due);
    if (cheap.length > 0) void this.start(cheap);
  }

  #mayStart(): boolean {
    const { live, trusted, running } = this.host.store.getState();
    return live && trusted && !running && !this.#disposed;
  }

  /** Says of what takes long that it waits for Run. */
  #await(due: ReadonlyMap<string, number>): void {
    this.waiting.clear();
    for (const [id, seconds] of due)
      if (seconds > LIVE_SECONDS && Number.isFinite(seconds)) this.waiting.set(id, seconds);
    this.host.restate();
  }

  /** `alone`: what was asked for runs and nothing else follows by itself, unless it was edited meanwhile. */
  async start(targets: readonly string[] | undefined, alone = false): Promise<void> {
    const { store, executor, restate, ended, failed } = this.host;
    const run = ++this.#count;
    const opened = this.#opened;
    const { document, plan } = store.getState();
    this.said.clear();
    this.#ran = true;
    store.setState({ running: true, cancelling: false });
    restate();
    try {
      const report = await executor.run(document, targets, (event) => {
        if (opened === this.#opened) this.#listen(event, plan, run);
      });
      if (!this.#disposed) store.setState({ device: report.device });
      if (report.outcome === 'cancelled' && run === this.#count) this.#decline(plan);
    } catch (error) {
      if (run === this.#count) failed(messageOf(error));
    }
    if (run !== this.#count || this.#disposed) return;
    for (const [id, now] of this.said) if (now.status === 'queued' || now.status === 'running') this.said.delete(id);
    ended();
    const now = store.getState().document;
    if (!alone || now.nodes !== document.nodes || now.wires !== document.wires) this.liveSoon();
  }

  /** What a cancelled run had not begun to say anything of is not started by itself either. */
  #decline({ nodes }: Plan): void {
    const states = this.host.store.getState().nodes;
    for (const [id, { key }] of nodes) if (states[id]?.result?.key !== key) this.#declined.add(key);
  }

  #listen(event: RunEvent, plan: Plan, run: number): void {
    if (this.#disposed) return;
    const id = event.kind === 'done' ? event.result.id : event.id;
    if (!plan.nodes.has(id)) {
      this.#hearCopy(event, id, plan, run);
      return;
    }
    const key = plan.nodes.get(id)?.key ?? '';
    if (event.kind === 'done') {
      this.#keep(event, plan);
      if (this.said.get(id)?.key === key) this.said.delete(id);
    } else if (run === this.#count) {
      if (event.kind === 'cancelled') {
        this.said.delete(id);
        this.#declined.add(key);
      } else this.said.set(id, saidOf(event, key));
    }
    if (event.kind === 'running') {
      this.#progress ??= setTimeout(() => {
        this.#progress = undefined;
        if (!this.#disposed) this.host.restate();
      }, PROGRESS_PAUSE);
    } else this.host.restate();
  }

  /** A run of a sweep: the sweep says itself how many it has behind it, and is told which copy is running. */
  #hearCopy({ kind }: RunEvent, id: string, { nodes }: Plan, run: number): void {
    if (kind === 'queued' || run !== this.#count) return;
    for (const { id: sweep, key, sweep: swept } of nodes.values()) {
      const said = this.said.get(sweep);
      if (!swept?.copies.includes(id) || !(said?.status === 'queued' || said?.status === 'running')) continue;
      const { copy, ...rest } = said;
      if (kind === 'running' ? copy === id : copy !== id) continue;
      const message = said.message ?? `0 of ${runsText(swept.runs.length)}`;
      const now = kind === 'running' ? { copy: id } : {};
      this.said.set(sweep, { ...rest, status: 'running', key, message, ...now });
      this.host.restate();
    }
  }

  #keep({ result }: Extract<RunEvent, { kind: 'done' }>, plan: Plan): void {
    const planned = plan.nodes.get(result.id);
    if (planned === undefined) return;
    const inputKeys: Record<string, string> = {};
    for (const [port, source] of Object.entries(planned.inputs))
      inputKeys[port] = plan.nodes.get(source.node)?.key ?? '';
    const before = this.results.of(result.id, result.key);
    // A cached answer is the result that is already shown: keep its view, so that no plot is drawn again.
    if (result.cached && before && isOf(before.result, result.key, result.provenance.device))
      this.results.add(before.result.cached ? before : { ...before, result: { ...before.result, cached: true } });
    else this.results.add({ result, planned, inputKeys });
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#live);
    clearTimeout(this.#progress);
    this.host.executor.cancel();
  }
}

function saidOf(event: Exclude<RunEvent, { kind: 'done' | 'cancelled' }>, key: string): Said {
  switch (event.kind) {
    case 'queued':
      return { status: 'queued', key };
    case 'running': {
      const { kind: _, id: __, ...progress } = event;
      return { status: 'running', key, ...progress };
    }
    case 'failed':
      return { status: 'failed', key, reason: event.message };
    case 'blocked':
      return { status: 'blocked', key, reason: event.message };
  }
}
