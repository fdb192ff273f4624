import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultParams } from '../../../src/catalog/resolve.js';
import { addNode, disconnect, setDocumentTitle, setParams, setTitle } from '../../../src/document/commands.js';
import { emptyDocument, formatDocument } from '../../../src/document/format.js';
import { dropSaved, findSaved, keepLeft, writeSaved } from '../../../src/editor/workbench/autosave.js';
import { WHOLE_GESTURE } from '../../../src/editor/workbench/steps.js';
import { memoryStorage } from '../../../src/editor/workbench/storage.js';
import { createWorkbench } from '../../../src/editor/workbench/workbench.js';
import { type FakeExecutor, fakeExecutor } from './fake-executor.js';
import { genni, registry } from './pipeline.js';

const settle = () => vi.advanceTimersByTimeAsync(2000);

function bench(executor: FakeExecutor = fakeExecutor(registry), storage = memoryStorage()) {
  const workbench = createWorkbench({ registry, executor, storage, session: 'this-tab' });
  const state = () => workbench.store.getState();
  return { workbench, executor, storage, state, status: (id: string) => state().nodes[id]?.status };
}

async function opened(trusted = true) {
  const all = bench();
  all.workbench.open(genni(), { trusted });
  await settle();
  return all;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('a document', () => {
  it('that is trusted runs by itself, a foreign one waits for Run', async () => {
    const shipped = await opened();
    expect(shipped.status('threshold')).toBe('done');
    expect(shipped.executor.runs).toEqual([undefined]);

    const foreign = await opened(false);
    expect(foreign.executor.runs).toEqual([]);
    foreign.workbench.edit('Move', (d) => setParams(d, 'threshold', { epsilon: 0.5 }));
    await settle();
    expect(foreign.executor.runs).toEqual([]);
    void foreign.workbench.run();
    await settle();
    expect(foreign.status('threshold')).toBe('done');
    expect(foreign.state().trusted).toBe(true);
  });

  it('is edited in steps that undo and redo by name', async () => {
    const { workbench, state } = await opened();
    const before = formatDocument(state().document);
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.1 }), 'threshold.epsilon');
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.2 }), 'threshold.epsilon');
    expect(state().undoLabel).toBe('Change ε');
    const after = formatDocument(state().document);
    workbench.undo();
    expect(formatDocument(state().document)).toBe(before);
    expect(state().undoLabel).toBeUndefined();
    workbench.redo();
    expect(formatDocument(state().document)).toBe(after);
    expect(state().redoLabel).toBeUndefined();
  });

  it('joins the steps of one field within a second, and those of one gesture always', async () => {
    const { workbench, state } = await opened();
    const move = (epsilon: number, name: string) =>
      workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon }), name);
    const epsilon = () => state().document.nodes.find((node) => node.id === 'threshold')?.params.epsilon;
    move(0.1, 'threshold.epsilon');
    vi.advanceTimersByTime(1500);
    move(0.2, 'threshold.epsilon');
    vi.advanceTimersByTime(900);
    move(0.3, 'threshold.epsilon');
    workbench.undo();
    expect(epsilon()).toBe(0.1);
    workbench.undo();
    expect(epsilon()).toBe(0.02);
    move(0.4, `${WHOLE_GESTURE}1`);
    vi.advanceTimersByTime(5000);
    move(0.5, `${WHOLE_GESTURE}1`);
    move(0.6, `${WHOLE_GESTURE}2`);
    workbench.undo();
    expect(epsilon()).toBe(0.5);
    workbench.undo();
    expect(epsilon()).toBe(0.02);
  });

  it('keeps its viewport outside of undo', async () => {
    const { workbench, state } = await opened();
    workbench.setView({ x: 10, y: 20, zoom: 0.5 });
    expect(state().document.view).toEqual({ x: 10, y: 20, zoom: 0.5 });
    expect(state().undoLabel).toBeUndefined();
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.1 }));
    workbench.undo();
    expect(state().document.view).toEqual({ x: 10, y: 20, zoom: 0.5 });
  });
});

describe('a notice', () => {
  it('goes with the document that it was about, an error as well', async () => {
    const { workbench, state } = await opened(false);
    workbench.notify('info', 'Opened one.json');
    workbench.open(genni(), { trusted: false });
    expect(state().notice).toBeUndefined();
    workbench.notify('error', 'Nothing was pasted');
    workbench.open(genni(), { trusted: false, said: 'Opened two.json.' });
    expect(state().notice).toEqual({ level: 'info', text: 'Opened two.json.' });
  });
});

describe('staleness', () => {
  async function still() {
    const all = await opened();
    all.workbench.setLive(false);
    return all;
  }

  it('names the parameter on the node and the node upstream', async () => {
    const { workbench, state } = await still();
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.3 }));
    expect(state().nodes.threshold).toMatchObject({ status: 'stale', reason: 'ε changed' });
    workbench.edit('Change unit', (d) => setParams(d, 'threshold', { unit: 'absolute' }));
    expect(state().nodes.threshold?.reason).toBe('‘ε is’ and ε changed'); // the label of a choice is half a sentence
    workbench.undo();
    expect(state().nodes.grid?.status).toBe('done');
    workbench.edit('Change bound', (d) => setParams(d, 'grid', { low: -3 }));
    expect(state().nodes.grid).toMatchObject({ status: 'stale', reason: 'Low changed' });
    workbench.undo();
    workbench.undo();
    workbench.edit('Change seed', (d) => setParams(d, 'inputs', { seed: 99 }));
    expect(state().nodes.grid).toMatchObject({ status: 'stale', reason: 'Random inputs changed upstream' });
    workbench.edit('Retitle', (d) => setTitle(d, 'inputs', 'Draws'));
    expect(state().nodes.grid?.reason).toBe('Draws changed upstream');
  });

  it('ends when the edit is undone: results are never thrown away', async () => {
    const { workbench, status, executor } = await still();
    workbench.edit('Change bound', (d) => setParams(d, 'grid', { low: -3 }));
    void workbench.run();
    await settle();
    expect(status('threshold')).toBe('done');
    const computed = executor.computed.length;
    workbench.undo();
    expect(status('grid')).toBe('done');
    expect(status('threshold')).toBe('done');
    workbench.redo();
    expect(status('threshold')).not.toBe('stale');
    expect(executor.computed.length).toBe(computed);
  });

  it('names the parameter that is out of range', async () => {
    const { workbench, state } = await still();
    workbench.edit('Change', (d) => setParams(d, 'grid', { points: 1 }));
    expect(state().nodes.grid).toMatchObject({ status: 'blocked' });
    expect(state().nodes.grid?.reason).toBe('Points per axis: expected an integer from 2 to 10000, got 1');
    workbench.edit('Change', (d) => setParams(d, 'grid', { points: 3, low: 5 }));
    expect(state().nodes.grid?.reason).toMatch(/^node 'grid' parameter 'high': expected more than low = 5/);
  });

  it('says what a missing wire blocks', async () => {
    const { workbench, state } = await still();
    workbench.edit('Disconnect', (d) => disconnect(d, d.wires.find((wire) => wire.to.startsWith('basis.'))!.to));
    expect(state().nodes.basis).toMatchObject({ status: 'blocked' });
    expect(state().nodes.grid?.reason).toBe('waits for Gram–Schmidt');
    expect(state().problems.some((problem) => problem.node === 'basis')).toBe(true);
    expect(state().nodes.grid?.result).toBeDefined();
  });
});

describe('live mode', () => {
  it('runs a new document of the user from its first node, not a foreign one', async () => {
    const { workbench, status, executor } = bench();
    const random = registry.get('random-inputs')!;
    const add = () =>
      workbench.edit('Add', (d) =>
        addNode(d, { type: random.type, version: random.version, params: defaultParams(random), at: [0, 0] }),
      );
    workbench.open(emptyDocument(), { trusted: true });
    await settle();
    expect(executor.runs).toEqual([]);
    add();
    await settle();
    expect(status('random-inputs')).toBe('done');
    workbench.open(emptyDocument(), { trusted: false });
    await settle();
    add();
    await settle();
    expect(status('random-inputs')).toBe('idle');
  });

  it('runs the threshold again, and nothing above it, when ε moves', async () => {
    const { workbench, executor, status } = await opened();
    executor.computed.length = 0;
    const view = workbench.store.getState().nodes.grid?.result?.view;
    for (const epsilon of [0.1, 0.2, 0.3])
      workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon }), 'threshold.epsilon');
    await settle();
    expect(executor.computed).toEqual(['threshold']);
    expect(executor.runs.at(-1)).toEqual(['threshold']);
    expect(status('grid')).toBe('cached');
    expect(workbench.store.getState().nodes.grid?.result?.view).toBe(view);
    expect(status('threshold')).toBe('done');
  });

  it('leaves what takes long to Run', async () => {
    const executor = fakeExecutor(registry);
    executor.seconds.set('grid', 3);
    const { workbench, status } = bench(executor);
    workbench.open(genni(), { trusted: true });
    await settle();
    executor.computed.length = 0;
    workbench.edit('Change bound', (d) => setParams(d, 'grid', { low: -3 }));
    await settle();
    expect(executor.computed).toEqual([]);
    expect(status('threshold')).toBe('stale');
    const { grid } = workbench.store.getState().nodes;
    expect(grid?.waits).toBeCloseTo(3, 1); // as long as before: the same number of points
  });

  it('takes what another device made for out of date, and starts nothing dear for it', async () => {
    const executor = fakeExecutor(registry);
    executor.seconds.set('search', 3);
    const { workbench, state, status } = bench(executor);
    workbench.open(genni(), { trusted: true });
    await settle();
    expect(status('search')).toBe('done');
    await workbench.chooseDevice('wasm');
    expect(state().nodes.search).toMatchObject({ status: 'stale', reason: 'device changed' });
    expect(state().nodes.grid?.result).toBeDefined();
    executor.computed.length = 0;
    workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon: 0.5 }));
    await settle();
    expect(executor.computed).not.toContain('search');
    expect(status('threshold')).toBe('stale');
    void workbench.run();
    await settle();
    expect(status('threshold')).toBe('done');
    await workbench.chooseDevice('cpu');
    expect(state().nodes.search?.reason).toBe('device changed');
    void workbench.run();
    await settle();
    expect(state().nodes.search).toMatchObject({ status: 'cached' });
    expect(state().nodes.search?.result?.provenance.device).toBe('cpu (fake)');
  });

  it('counts the steps above whose outputs the executor has dropped', async () => {
    const executor = fakeExecutor(registry);
    executor.seconds.set('grid', 3);
    const { workbench, status } = bench(executor);
    workbench.open(genni(), { trusted: true });
    await settle();
    executor.dropped.add('grid');
    executor.computed.length = 0;
    workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon: 0.5 }));
    await settle();
    expect(executor.computed).toEqual([]);
    expect(status('threshold')).toBe('stale');
    expect(status('grid')).toBe('done');
    executor.dropped.clear();
    workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon: 0.6 }));
    await settle();
    expect(executor.computed).toEqual(['threshold']);
  });

  it('takes edits made during a run together after it', async () => {
    const { workbench, executor, status } = await opened();
    let release = () => {};
    executor.gate = new Promise((done) => {
      release = done;
    });
    workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon: 0.5 }));
    await settle();
    expect(status('threshold')).toBe('queued');
    for (const epsilon of [0.6, 0.7, 0.8])
      workbench.edit('Move ε', (d) => setParams(d, 'threshold', { epsilon }), 'threshold.epsilon');
    await settle();
    const runs = executor.runs.length;
    release();
    await settle();
    expect(executor.runs.length).toBe(runs + 1);
    expect(status('threshold')).toBe('done');
  });
});

describe('a failed node', () => {
  it('shows its error, is listed, and recovers when its parameters change', async () => {
    const executor = fakeExecutor(registry);
    executor.failing.set('grid', "node 'grid': out of memory");
    const { workbench, state } = bench(executor);
    workbench.open(genni(), { trusted: true });
    await settle();
    expect(state().nodes.grid).toMatchObject({ status: 'failed', reason: "node 'grid': out of memory" });
    expect(state().nodes.threshold).toMatchObject({ status: 'blocked', reason: 'waits for grid, which failed' });
    expect(state().problems.at(-1)).toMatchObject({ node: 'grid', severity: 'error' });
    expect(state().running).toBe(false);
    executor.failing.clear();
    workbench.edit('Change bound', (d) => setParams(d, 'grid', { points: 20 }));
    await settle();
    expect(state().nodes.threshold?.status).toBe('done');
    expect(state().problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  });

  it('is out of date on another device, as all else is, and may succeed there', async () => {
    const executor = fakeExecutor(registry);
    const { workbench, state } = bench(executor);
    workbench.open(genni(), { trusted: true });
    await settle();
    executor.failing.set('grid', "node 'grid': out of memory");
    workbench.edit('Change bound', (d) => setParams(d, 'grid', { points: 20 }));
    await settle();
    await workbench.chooseDevice('cpu'); // the one that is used already
    expect(state().nodes.grid).toMatchObject({ status: 'failed', reason: "node 'grid': out of memory" });
    await workbench.chooseDevice('wasm');
    expect(state().nodes.search).toMatchObject({ status: 'stale', reason: 'device changed' });
    expect(state().nodes.grid).toMatchObject({ status: 'stale', reason: 'device changed' });
    expect(state().nodes.threshold?.status).toBe('stale');
    expect(state().problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    executor.failing.clear();
    void workbench.run();
    await settle();
    expect(state().nodes.threshold?.status).toBe('done');
  });

  it('what ended early runs to its end on demand, with what was computed from it', async () => {
    const executor = fakeExecutor(registry);
    executor.stopped.add('grid').add('threshold');
    const { workbench, state, status } = bench(executor);
    workbench.open(genni(), { trusted: true });
    await settle();
    expect(state().nodes.grid?.result?.provenance.stopped).toBe('here');
    executor.computed.length = 0;
    void workbench.run(); // is kept as it is
    await settle();
    expect(executor.computed).toEqual([]);
    void workbench.runToEnd('grid');
    await settle();
    expect(executor.computed).toEqual(['grid', 'threshold']);
    expect(state().nodes.grid?.result?.provenance.stopped).toBeUndefined();
    expect([status('grid'), status('threshold'), status('basis')]).toEqual(['done', 'done', 'cached']);
  });

  it('a cancelled run keeps finished steps and stops saying that it runs', async () => {
    const { workbench, executor, state, status } = bench();
    let release = () => {};
    executor.gate = new Promise((done) => {
      release = done;
    });
    workbench.open(genni(), { trusted: true });
    await settle();
    expect(status('grid')).toBe('queued');
    workbench.cancel();
    expect([state().running, state().cancelling]).toEqual([true, true]);
    release();
    await settle();
    expect(executor.cancels).toBe(1);
    expect([state().running, state().cancelling]).toEqual([false, false]);
    workbench.cancel(); // nothing runs
    expect(state().cancelling).toBe(false);
    expect(status('grid')).toBe('idle');
  });
});

describe('autosave', () => {
  it('writes a while after an edit and is found by the next session', async () => {
    const { workbench, storage, state } = await opened();
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.125 }));
    await settle();
    expect(state().savedAt).toBeDefined();
    const saved = await findSaved(storage, 'another-tab', () => false);
    expect(saved?.text).toBe(formatDocument(state().document));
    expect(await findSaved(storage, 'another-tab', (session) => session === 'this-tab')).toBeUndefined();
    await dropSaved(storage, 'this-tab');
    expect(await findSaved(storage, 'another-tab', () => false)).toBeUndefined();
  });

  it('says of a document with a step that was stopped that it does not run by itself', async () => {
    const { workbench, executor, storage } = bench();
    const opens = async (): Promise<boolean | undefined> => {
      workbench.edit('Rename', (d) => setDocumentTitle(d, `${d.title}.`));
      await settle();
      return (await findSaved(storage, 'another-tab', () => false))?.running;
    };
    workbench.open(genni(), { trusted: true });
    await settle();
    expect(await opens()).toBe(false);
    executor.stopped.add('grid');
    workbench.edit('More points', (d) => setParams(d, 'grid', { points: 7 }));
    await settle();
    await workbench.run();
    expect(await opens()).toBe(true);
    await workbench.runToEnd('grid');
    expect(await opens()).toBe(false);
  });

  it("prefers the tab's own document, then the newest", async () => {
    const storage = memoryStorage();
    const saved = (session: string, at: string) => ({ session, text: session, trusted: true, running: false, at });
    await writeSaved(storage, saved('a', '2026-01-01T00:00:00Z'));
    await writeSaved(storage, saved('b', '2026-01-02T00:00:00Z'));
    await storage.set('autosave:broken', 7);
    expect((await findSaved(storage, 'a', () => true))?.session).toBe('a');
    expect((await findSaved(storage, 'c', () => false))?.session).toBe('b');
    expect(await storage.keys()).not.toContain('autosave:broken');
  });

  it('keeps an edited document that another is opened in place of', async () => {
    const { workbench } = await opened();
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.125 }));
    workbench.open(emptyDocument(), { trusted: true });
    await settle();
    const recent = await workbench.recent();
    expect(recent).toHaveLength(1);
    expect(recent[0]?.document.nodes.find((node) => node.id === 'threshold')?.params.epsilon).toBe(0.125);
  });

  it('keeps what was edited before this visit as well, and says where', async () => {
    const { workbench, state } = bench();
    workbench.open(setDocumentTitle(genni(), 'Mine'), { trusted: false, edited: true });
    expect(state().edited).toBe(true);
    workbench.open(emptyDocument(), { trusted: true });
    await settle();
    expect(state().notice?.text).toBe('“Mine” is kept: File, Open here before.');
    expect((await workbench.recent()).map(({ document }) => document.title)).toEqual(['Mine']);
    workbench.open(genni(), { trusted: false }); // an empty one and one as it was opened are not kept
    workbench.open(emptyDocument(), { trusted: true });
    await settle();
    expect(await workbench.recent()).toHaveLength(1);
    expect(state().notice).toBeUndefined();
  });

  it('says of what is saved whether it was edited, so that a reload does not forget it', async () => {
    const { workbench, storage } = await opened();
    expect((await findSaved(storage, 'this-tab', () => true))?.edited).toBe(false);
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.125 }));
    await settle();
    expect((await findSaved(storage, 'this-tab', () => true))?.edited).toBe(true);
  });

  it('keeps what a tab had open when it comes back by a link', async () => {
    const { workbench, storage } = await opened();
    await keepLeft(storage, 'this-tab');
    expect(await workbench.recent()).toEqual([]);
    workbench.edit('Change ε', (d) => setParams(d, 'threshold', { epsilon: 0.125 }));
    await settle();
    await keepLeft(storage, 'this-tab');
    expect(await workbench.recent()).toHaveLength(1);
  });

  it('gives an empty document back to its own tab only, never an older one in its place', async () => {
    const { workbench, storage } = await opened();
    const old = { session: 'closed', text: '{}', trusted: true, running: false, at: '2026-01-01T00:00:00Z' };
    await writeSaved(storage, old);
    workbench.open(emptyDocument(), { trusted: true });
    await settle();
    const own = await findSaved(storage, 'this-tab', () => true);
    expect(own?.text).toBe(formatDocument(emptyDocument()));
    expect((await findSaved(storage, 'new-tab', () => false))?.session).toBe('closed');
  });

  it('leaves the empty document of the start unsaved', async () => {
    const { workbench, storage } = bench();
    workbench.setView({ x: 1, y: 2, zoom: 1 });
    await workbench.saveNow();
    await settle();
    expect(await storage.keys()).toEqual([]);
  });
});

describe('a document that is opened during a run', () => {
  it('hears nothing of the older one', async () => {
    const { workbench, executor, state, status } = await opened();
    let release = () => {};
    executor.gate = new Promise((done) => {
      release = done;
    });
    workbench.edit('Change bound', (d) => setParams(d, 'grid', { low: -3 }));
    void workbench.run();
    await settle();
    executor.deaf = true; // the step that runs ends regardless of the request to cancel
    workbench.open(genni(), { trusted: false });
    release();
    await settle();
    expect(status('grid')).toBe('idle');
    expect(state().nodes.threshold?.result).toBeUndefined();
  });
});

describe('files', () => {
  it('are kept, handed to the executor, and found again by a later session', async () => {
    const storage = memoryStorage();
    const first = bench(fakeExecutor(registry), storage);
    const bytes = Uint8Array.of(1, 2, 3);
    const file = await first.workbench.addFile('points.npy', bytes);
    expect(file).toEqual({
      name: 'points.npy',
      sha256: '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81',
    });
    expect(first.executor.files).toEqual(['points.npy']);

    const later = bench(fakeExecutor(registry), storage);
    const document = genni();
    later.workbench.open(setParams(document, 'inputs', { file }), { trusted: false });
    await vi.waitFor(() => expect(later.executor.files).toEqual(['points.npy'])); // hashing is not on the fake clock
  });
});
