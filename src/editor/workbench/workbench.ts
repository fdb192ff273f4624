/** Puts the document, its history, the compiler and the executor together into one store that the window reads. */
import { createStore } from 'zustand/vanilla';
import { messageOf } from '../../catalog/errors.js';
import type { Registry } from '../../catalog/registry.js';
import { writeOut } from '../../catalog/resolve.js';
import { compile } from '../../compile/compile.js';
import type { Plan } from '../../compile/plan.js';
import type { Rates } from '../../compile/rates.js';
import { setView } from '../../document/commands.js';
import { emptyDocument, formatDocument } from '../../document/format.js';
import { History } from '../../document/history.js';
import type { DocumentView, PipelineDocument, Problem } from '../../document/schema.js';
import type { DeviceChoice, ExecutorApi, RunEvent } from '../../execute/protocol.js';
import { dropSaved, keepRecent, type Recent, recentDocuments, writeSaved } from './autosave.js';
import { WorkbenchFiles } from './files.js';
import { cheapTargets, expectedSeconds } from './live.js';
import { Results } from './results.js';
import { nodeStates, type Said } from './states.js';
import { memoryStorage, type WorkbenchStorage } from './storage.js';
import type { NodeState, Selection, Workbench, WorkbenchState } from './types.js';

/** What a workbench is made of. */
export interface WorkbenchOptions {
  readonly registry: Registry;
  readonly executor: ExecutorApi;
  readonly storage?: WorkbenchStorage;
  /** Name under which this tab autosaves. */
  readonly session?: string;
  readonly theme?: 'light' | 'dark';
  readonly live?: boolean;
}

/** A workbench with what the app needs besides. */
export interface AppWorkbench extends Workbench {
  readonly files: WorkbenchFiles;
  /** About how long a node would take if it ran now, in seconds; undefined where nothing is known. */
  expectedSeconds(id: string): number | undefined;
  /** Documents that another was opened in place of, newest first. */
  recent(): Promise<readonly Recent[]>;
  /** Writes the autosave now, without waiting for a pause in editing. */
  saveNow(): Promise<void>;
}

/** Steps whose `coalesce` begins with this are one step however far apart they come: a drag that pauses. */
export const WHOLE_GESTURE = 'gesture: ';

const COALESCE_PAUSE = 1000; // ms between steps of one name that are still one
const AUTOSAVE_PAUSE = 500; // ms
const LIVE_PAUSE = 30; // ms after an edit; edits during it and during a run are taken together
const PROGRESS_PAUSE = 40; // ms between progress redraws
const RATES_PAUSE = 300; // ms after an edit or a run
const NOTHING: Selection = { nodes: [], wires: [], frames: [] };

/** Opens a workbench on an empty document. */
export function createWorkbench(options: WorkbenchOptions): AppWorkbench {
  const { registry, executor } = options;
  const storage = options.storage ?? memoryStorage();
  const session = options.session ?? 'workbench';
  const files = new WorkbenchFiles(storage, executor);
  const results = new Results();
  const said = new Map<string, Said>();
  const declined = new Set<string>(); // keys of steps that were cancelled: only Run starts them again
  let rates: Rates = {};
  let history = historyOf(emptyDocument());
  let lastEdit = { name: '', time: 0, series: 0 };
  let opened = 0; // counts documents, so that late answers of an older one are dropped
  let ranOnce = false;
  let liveTimer: ReturnType<typeof setTimeout> | undefined;
  let saveTimer: ReturnType<typeof setTimeout> | undefined;
  let progressTimer: ReturnType<typeof setTimeout> | undefined;
  let ratesTimer: ReturnType<typeof setTimeout> | undefined;
  let runs = 0; // counts runs; only the newest one decides `running`
  let disposed = false;

  const planOf = (document: PipelineDocument): Plan => compile(document, { registry, files: files.source, rates });
  const plan0 = planOf(history.document);
  const store = createStore<WorkbenchState>(() => ({
    document: history.document,
    undoLabel: undefined,
    redoLabel: undefined,
    plan: plan0,
    nodes: {},
    problems: plan0.problems,
    selection: NOTHING,
    running: false,
    trusted: true,
    live: options.live ?? true,
    device: undefined,
    deviceChoice: 'auto',
    theme: options.theme ?? 'light',
    savedAt: undefined,
    notice: undefined,
  }));

  /** Compiles the document as it is now and publishes everything that follows from it. */
  function publish(extra: Partial<WorkbenchState> = {}): void {
    const { document } = history;
    const plan = planOf(document);
    store.setState({
      document,
      plan,
      undoLabel: history.undoLabel,
      redoLabel: history.redoLabel,
      selection: kept(store.getState().selection, document),
      ...extra,
    });
    restate();
  }

  /** Works out the node states and problems again. */
  function restate(): void {
    const { document, plan, nodes } = store.getState();
    const states = nodeStates({ document, plan, registry, results, said }, nodes);
    store.setState({ nodes: states, problems: problemsOf(plan, states, document) });
  }

  function changed(): void {
    publish();
    autosaveSoon();
    if (ranOnce) liveSoon();
    ratesSoon();
    void recall();
  }

  async function recall(): Promise<void> {
    const now = opened;
    try {
      if ((await files.recall(history.document)) && now === opened && !disposed) publish();
    } catch (error) {
      notify('error', messageOf(error));
    }
  }

  function liveSoon(): void {
    const state = store.getState();
    if (liveTimer !== undefined || !state.live || !state.trusted || disposed) return;
    liveTimer = setTimeout(() => {
      liveTimer = undefined;
      const { live, trusted, running, plan, nodes } = store.getState();
      if (!live || !trusted || running) return; // the end of the run comes back here
      const targets = cheapTargets(plan, nodes, results, declined);
      if (targets.length > 0) void start(targets);
    }, LIVE_PAUSE);
  }

  /** Learns how fast the device is, so that nodes say what they will take before they run. */
  function ratesSoon(): void {
    if (ratesTimer !== undefined) clearTimeout(ratesTimer);
    ratesTimer = setTimeout(async () => {
      const { document, running, plan } = store.getState();
      if (disposed || running || !plan.order.some((id) => plan.nodes.get(id)!.cost.multiplyAdds > 0)) return;
      const learnt = await executor.rates(document).catch(() => rates); // the run says what is wrong with a device
      if (disposed || same(learnt, rates)) return;
      rates = learnt;
      publish();
    }, RATES_PAUSE);
  }

  function listen(event: RunEvent, plan: Plan, run: number): void {
    if (disposed) return;
    const id = event.kind === 'done' ? event.result.id : event.id;
    const key = plan.nodes.get(id)?.key ?? '';
    if (event.kind === 'done') {
      const planned = plan.nodes.get(id);
      if (planned) {
        const inputKeys: Record<string, string> = {};
        for (const [port, source] of Object.entries(planned.inputs))
          inputKeys[port] = plan.nodes.get(source.node)?.key ?? '';
        const before = results.of(id, event.result.key);
        // A cached answer is the result that is already shown: keep its view, so that no plot is drawn again.
        if (event.result.cached && before?.result.key === event.result.key)
          results.add(before.result.cached ? before : { ...before, result: { ...before.result, cached: true } });
        else results.add({ result: event.result, planned, inputKeys });
      }
      if (said.get(id)?.key === key) said.delete(id);
    } else if (run === runs) {
      if (event.kind === 'cancelled') {
        said.delete(id);
        declined.add(key);
      } else said.set(id, saidOf(event, key));
    }
    if (event.kind === 'running') {
      progressTimer ??= setTimeout(() => {
        progressTimer = undefined;
        if (!disposed) restate();
      }, PROGRESS_PAUSE);
    } else restate();
  }

  /** `alone`: what was asked for runs and nothing else follows by itself, unless it was edited meanwhile. */
  async function start(targets: readonly string[] | undefined, alone = false): Promise<void> {
    const run = ++runs;
    const { document, plan } = store.getState();
    said.clear();
    ranOnce = true;
    store.setState({ running: true });
    restate();
    try {
      const report = await executor.run(document, targets, (event) => listen(event, plan, run));
      if (!disposed) store.setState({ device: report.device });
    } catch (error) {
      if (run === runs) notify('error', messageOf(error));
    }
    if (run !== runs || disposed) return;
    for (const [id, now] of said) if (now.status === 'queued' || now.status === 'running') said.delete(id);
    publish({ running: false });
    ratesSoon(); // what was measured makes the estimates better
    const now = history.document;
    if (!alone || now.nodes !== document.nodes || now.wires !== document.wires) liveSoon();
  }

  function autosaveSoon(): void {
    if (saveTimer !== undefined) clearTimeout(saveTimer);
    saveTimer = setTimeout(() => void saveNow(), AUTOSAVE_PAUSE);
  }

  async function saveNow(): Promise<void> {
    if (saveTimer !== undefined) clearTimeout(saveTimer);
    saveTimer = undefined;
    if (disposed) return;
    const { document, trusted, running } = store.getState();
    const at = new Date().toISOString();
    try {
      if (document.nodes.length === 0 && history.undoLabel === undefined) await dropSaved(storage, session);
      else await writeSaved(storage, { session, text: formatDocument(document), trusted, running, at });
      if (!disposed) store.setState({ savedAt: at });
    } catch (error) {
      notify('error', `autosave failed: ${error instanceof Error ? error.message : String(error)}; save to a file`);
    }
  }

  function notify(level: 'info' | 'error', text: string): void {
    if (!disposed) store.setState({ notice: { level, text } });
  }

  return {
    store,
    registry,
    files,
    saveNow,
    recent: () => recentDocuments(storage),
    notify,
    expectedSeconds(id) {
      const planned = store.getState().plan.nodes.get(id);
      const seconds = planned && expectedSeconds(planned, results);
      return seconds !== undefined && Number.isFinite(seconds) ? seconds : planned?.seconds;
    },
    edit(label, change, coalesce) {
      const before = history.document;
      const time = Date.now();
      if (coalesce !== undefined) {
        const goes = lastEdit.name === coalesce && time - lastEdit.time <= COALESCE_PAUSE;
        lastEdit = { name: coalesce, time, series: goes ? lastEdit.series : lastEdit.series + 1 };
      }
      const series = coalesce?.startsWith(WHOLE_GESTURE) ? coalesce : coalesce && `${coalesce} ${lastEdit.series}`;
      history.apply(label, change, series);
      if (history.document !== before) changed();
    },
    undo() {
      if (history.undoLabel === undefined) return;
      history.undo();
      changed();
    },
    redo() {
      if (history.redoLabel === undefined) return;
      history.redo();
      changed();
    },
    setView(next: DocumentView) {
      store.setState({ document: history.look((document) => setView(document, next)) });
      autosaveSoon();
    },
    open(document, { trusted }) {
      opened += 1;
      const before = store.getState();
      if (history.undoLabel !== undefined && before.document.nodes.length > 0)
        keepRecent(storage, formatDocument(before.document), before.trusted).catch(() => undefined); // kept for convenience only
      if (store.getState().running) executor.cancel();
      runs += 1;
      said.clear();
      declined.clear();
      results.clear();
      history = historyOf(writeOut(document, registry));
      ranOnce = false;
      const notice = before.notice?.level === 'error' ? before.notice : undefined; // others were about the document before
      publish({ running: false, trusted, selection: NOTHING, notice });
      void saveNow();
      ratesSoon();
      const now = opened;
      void recall().then(() => {
        if (trusted && now === opened && !disposed && !ranOnce && store.getState().plan.order.length > 0)
          void start(undefined);
      });
    },
    select(selection) {
      store.setState({ selection: { ...NOTHING, ...selection } });
    },
    async run(targets) {
      if (!store.getState().trusted) store.setState({ trusted: true });
      declined.clear();
      await start(targets, targets !== undefined);
    },
    cancel() {
      executor.cancel();
    },
    async chooseDevice(choice: DeviceChoice) {
      const before = store.getState().deviceChoice;
      store.setState({ deviceChoice: choice });
      try {
        const device = await executor.chooseDevice(choice);
        if (!disposed) store.setState({ device });
        ratesSoon();
      } catch (error) {
        store.setState({ deviceChoice: before });
        notify('error', messageOf(error));
      }
    },
    setLive(live) {
      store.setState({ live });
      if (live && ranOnce) liveSoon();
    },
    setTheme(theme) {
      store.setState({ theme });
    },
    async addFile(name, bytes) {
      const file = await files.add(name, bytes);
      if (!disposed) publish();
      return file;
    },
    async arrays(node, output) {
      const result = store.getState().nodes[node]?.result;
      return result ? await executor.arrays(result.key, output) : undefined;
    },
    dispose() {
      disposed = true;
      clearTimeout(liveTimer);
      clearTimeout(saveTimer);
      clearTimeout(progressTimer);
      clearTimeout(ratesTimer);
      executor.cancel();
    },
  };
}

const same = (a: Rates, b: Rates): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => a[key] === b[key]);

/** A history that joins steps by name alone; the workbench names series of steps. */
const historyOf = (document: PipelineDocument): History => new History(document, { window: Number.POSITIVE_INFINITY });

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

/** The plan's problems and the failures of the last run. */
function problemsOf(
  plan: Plan,
  states: Readonly<Record<string, NodeState>>,
  document: PipelineDocument,
): readonly Problem[] {
  const failures = document.nodes.flatMap((node, index): Problem[] => {
    const state = states[node.id];
    if (state?.status !== 'failed') return [];
    return [{ severity: 'error', path: `nodes[${index}]`, node: node.id, message: state.reason ?? 'failed' }];
  });
  return failures.length === 0 ? plan.problems : [...plan.problems, ...failures];
}

/** The selection without what no longer exists. */
function kept(selection: Selection, document: PipelineDocument): Selection {
  const nodes = new Set(document.nodes.map((node) => node.id));
  const wires = new Set(document.wires.map((wire) => wire.to));
  const frames = new Set(document.frames.map((frame) => frame.id));
  return {
    nodes: selection.nodes.filter((id) => nodes.has(id)),
    wires: selection.wires.filter((to) => wires.has(to)),
    frames: selection.frames.filter((id) => frames.has(id)),
  };
}
