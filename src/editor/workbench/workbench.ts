/** Puts the document, its history, the compiler and the executor together into one store that the window reads. */
import { createStore } from 'zustand/vanilla';
import { messageOf } from '../../catalog/errors.js';
import type { Registry } from '../../catalog/registry.js';
import { writeOut } from '../../catalog/resolve.js';
import { deviceText } from '../../catalog/text.js';
import { compile } from '../../compile/compile.js';
import type { Plan } from '../../compile/plan.js';
import { setView } from '../../document/commands.js';
import { emptyDocument, formatDocument } from '../../document/format.js';
import type { DocumentView, PipelineDocument } from '../../document/schema.js';
import type { DeviceChoice, ExecutorApi } from '../../execute/protocol.js';
import { keepRecent, type Recent, recentDocuments } from './autosave.js';
import { Autosaver } from './autosaver.js';
import { Estimates } from './estimates.js';
import { WorkbenchFiles } from './files.js';
import { expectedSeconds } from './live.js';
import { problemsOf } from './problems.js';
import { Runs } from './runs.js';
import { brought, kept, NOTHING } from './selection.js';
import { nodeStates } from './states.js';
import { Steps } from './steps.js';
import { memoryStorage, type WorkbenchStorage } from './storage.js';
import type { Workbench, WorkbenchState } from './types.js';

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

/** Opens a workbench on an empty document. */
export function createWorkbench(options: WorkbenchOptions): AppWorkbench {
  const { registry, executor } = options;
  const storage = options.storage ?? memoryStorage();
  const files = new WorkbenchFiles(storage, executor);
  const estimates = new Estimates(executor, () => {
    publish();
    if (runs.waiting.size > 0) runs.liveSoon(); // some may take less than was thought
  });
  let steps = new Steps(emptyDocument());
  let wasEdited = false; // the document had been edited when it was opened
  let opened = 0; // counts documents, so that late answers of an older one are dropped
  let disposed = false;

  const planOf = (document: PipelineDocument): Plan =>
    compile(document, { registry, files: files.source, rates: estimates.rates });
  const plan0 = planOf(steps.document);
  const store = createStore<WorkbenchState>(() => ({
    document: steps.document,
    undoLabel: undefined,
    redoLabel: undefined,
    edited: false,
    plan: plan0,
    nodes: {},
    problems: plan0.problems,
    selection: NOTHING,
    running: false,
    cancelling: false,
    trusted: true,
    live: options.live ?? true,
    device: undefined,
    deviceChoice: 'auto',
    theme: options.theme ?? 'light',
    savedAt: undefined,
    notice: undefined,
  }));
  const saver = new Autosaver(store, storage, options.session ?? 'workbench', (text) => notify('error', text));
  const runs = new Runs({
    store,
    executor,
    restate,
    look: () => estimates.look(store.getState().document, store.getState().plan),
    ended: () => {
      publish({ running: false, cancelling: false });
      estimates.soon(store); // what was measured makes the estimates better
    },
    failed: (text) => notify('error', text),
  });

  /** Compiles the document as it is now and publishes everything that follows from it. */
  function publish(extra: Partial<WorkbenchState> = {}): void {
    const { document, undoLabel, redoLabel } = steps;
    const selection = kept(store.getState().selection, document);
    const edited = wasEdited || undoLabel !== undefined;
    store.setState({ document, plan: planOf(document), undoLabel, redoLabel, edited, selection, ...extra });
    restate();
  }

  function deviceInUse(): string | undefined {
    const { device } = store.getState();
    return device && deviceText(device);
  }

  /** Works out the node states and problems again. */
  function restate(): void {
    const { document, plan, nodes } = store.getState();
    const { results, said, waiting } = runs;
    const states = nodeStates(
      { document, plan, registry, results, said, waiting, held: estimates.held, device: deviceInUse() },
      nodes,
    );
    store.setState({ nodes: states, problems: problemsOf(plan, states, document) });
  }

  /** Whether there is a document of the user's; the empty one of the start must not take the place of what was kept. */
  const begun = (): boolean => opened > 0 || store.getState().edited;

  function changed(): void {
    publish();
    saver.soon();
    runs.liveSoon();
    estimates.soon(store);
    void recall();
  }

  /** Goes a step back or forth and selects the nodes and frames that come with it, or the wires where nothing else is selected. */
  function travel(step: () => boolean): void {
    const before = steps.document;
    if (!step()) return;
    changed();
    const { selection, document } = store.getState();
    const came = brought(before, document);
    const taken = selection.nodes.length + selection.wires.length + selection.frames.length > 0;
    if (came && !(taken && came.wires.length > 0)) store.setState({ selection: came });
  }

  /** Keeps an edited document that another has taken the place of and, once it is, says where. */
  function keep({ document, edited, trusted }: WorkbenchState, shown: WorkbenchState['notice']): void {
    if (!edited || document.nodes.length === 0) return;
    const name = `“${document.title || 'Untitled'}”`;
    const kept = [...(shown ? [shown.text] : []), `${name} is kept: File, Open here before.`].join(' ');
    keepRecent(storage, formatDocument(document), trusted).then(
      () => store.getState().notice === shown && notify('info', kept), // what was said meanwhile matters more
      (error: unknown) => notify('error', `${name} could not be kept: ${messageOf(error)}`),
    );
  }

  async function recall(): Promise<void> {
    const now = opened;
    try {
      if ((await files.recall(steps.document)) && now === opened && !disposed) publish();
    } catch (error) {
      notify('error', messageOf(error));
    }
  }

  function notify(level: 'info' | 'error', text: string): void {
    if (!disposed) store.setState({ notice: { level, text } });
  }

  return {
    store,
    registry,
    files,
    saveNow: async () => {
      if (begun()) await saver.now();
    },
    recent: () => recentDocuments(storage),
    notify,
    expectedSeconds(id) {
      const { plan, nodes } = store.getState();
      const planned = plan.nodes.get(id);
      const seconds = planned && expectedSeconds(planned, runs.results, deviceInUse(), nodes[id]?.left, 0);
      return seconds !== undefined && Number.isFinite(seconds) ? seconds : planned?.estimate?.seconds;
    },
    edit(label, change, coalesce) {
      if (steps.edit(label, change, coalesce)) changed();
    },
    undo: () => travel(() => steps.undo()),
    redo: () => travel(() => steps.redo()),
    setView(next: DocumentView) {
      store.setState({ document: steps.look((document) => setView(document, next)) });
      if (begun()) saver.soon();
    },
    open(document, { trusted, edited = false, said }) {
      opened += 1;
      const before = store.getState();
      runs.reset();
      steps = new Steps(writeOut(document, registry));
      wasEdited = edited;
      const notice = said === undefined ? undefined : { level: 'info' as const, text: said };
      publish({ running: false, cancelling: false, trusted, selection: NOTHING, notice });
      keep(before, notice);
      void saver.now();
      estimates.soon(store);
      const now = opened;
      void recall().then(() => {
        if (!trusted || now !== opened || disposed || runs.ran) return;
        if (store.getState().plan.order.length > 0) void runs.start(undefined);
        else runs.begin();
      });
    },
    select(selection) {
      store.setState({ selection: { ...NOTHING, ...selection } });
    },
    async run(targets) {
      if (!store.getState().trusted) store.setState({ trusted: true });
      await runs.ask(targets);
    },
    cancel() {
      if (store.getState().running) store.setState({ cancelling: true });
      executor.cancel();
    },
    finish() {
      executor.finish();
    },
    runToEnd: (node) => runs.toTheEnd(node),
    async chooseDevice(choice: DeviceChoice) {
      const before = store.getState().deviceChoice;
      store.setState({ deviceChoice: choice });
      try {
        const device = await executor.chooseDevice(choice);
        if (deviceText(device) !== deviceInUse()) runs.forgive();
        estimates.forget(); // those of the other device say nothing of this one
        if (!disposed) publish({ device });
        estimates.soon(store);
      } catch (error) {
        store.setState({ deviceChoice: before });
        notify('error', messageOf(error));
      }
    },
    setLive(live) {
      store.setState({ live });
      if (live) runs.liveSoon();
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
    async csv(node, output) {
      const result = store.getState().nodes[node]?.result;
      return result ? await executor.csv(result.key, output) : undefined;
    },
    async networks(node, output) {
      const result = store.getState().nodes[node]?.result;
      return result ? await executor.networks(result.key, output, `${node}.${output}`) : undefined;
    },
    dispose() {
      disposed = true;
      saver.dispose();
      estimates.dispose();
      runs.dispose();
    },
  };
}
