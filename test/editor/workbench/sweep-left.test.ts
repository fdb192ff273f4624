/** What of a sweep is still to compute: its runs that the executor holds neither count nor keep it from running by itself. */
import { expect, it, vi } from 'vitest';
import { compile } from '../../../src/compile/compile.js';
import { setParams } from '../../../src/document/commands.js';
import { statusLine } from '../../../src/editor/canvas/status-text.js';
import { cheapOf, dueSeconds } from '../../../src/editor/workbench/live.js';
import { Results } from '../../../src/editor/workbench/results.js';
import { nodeStates } from '../../../src/editor/workbench/states.js';
import { createWorkbench } from '../../../src/editor/workbench/workbench.js';
import { Executor } from '../../../src/execute/executor.js';
import { SLOW, sweepLab, swept } from '../../compile/sweep-fakes.js';
import { FakeDevice } from '../../execute/fakes.js';

/** The sweep's card and whether it would run by itself, with these copies held; training takes a second for each unit of width. */
function withHeld(held: readonly string[] | undefined) {
  const { registry } = sweepLab();
  const document = swept({ target: 'train.width', values: '2, 3, 8' });
  const plan = compile(document, { registry, rates: { 'node train': 10 } });
  const keys = held && new Set(held.map((id) => plan.copies.get(id)!.key));
  const results = new Results();
  const states = nodeStates({ document, plan, registry, results, said: new Map(), held: keys }, {});
  const due = dueSeconds(plan, states, results);
  return { text: statusLine(states.sweep, plan.nodes.get('sweep')).text, due, cheap: cheapOf(due) };
}

it('is said on its card, all where that is not known', () => {
  expect(withHeld(undefined).text).toMatch(/^3 runs · 13 points · about 13/);
  expect(withHeld([]).text).toMatch(/^3 runs · 13 points · about 13/);
  expect(withHeld(['train@width=8', 'judge@width=8']).text).toMatch(/^3 runs, 2 to compute · 5 points · about 5/);
  expect(withHeld(['train@width=8']).text).toMatch(/^3 runs · 5 points · about 5/); // judged anew, not trained
  const all = [2, 3, 8].flatMap((w) => [`train@width=${w}`, `judge@width=${w}`]);
  expect(withHeld(all).text).toBe('3 runs, all kept');
});

it('decides whether it runs by itself, whatever the document’s own network takes', () => {
  const held = [2, 3, 8].map((w) => `train@width=${w}`);
  const { due, cheap } = withHeld(held);
  expect(due.get('judge')).toBeGreaterThan(4); // its own width, 4, is not held
  expect(cheap).toEqual(['draw', 'sweep']);
  expect(withHeld(held.slice(1)).cheap).toEqual(['draw']);
});

it('a sweep says which copy it has run now, so that it can be told to end early', async () => {
  const { registry } = sweepLab();
  const executor = new Executor({ registry, openDevice: async () => new FakeDevice('cpu') });
  const workbench = createWorkbench({ registry, executor, live: false });
  const said = new Set<string>();
  workbench.store.subscribe(({ nodes: { sweep } }) => {
    if (sweep?.copy !== undefined) said.add(`${sweep.copy}: ${sweep.message}`);
  });
  workbench.open(swept({ target: 'train.width', values: `${SLOW}, 2` }), { trusted: false });
  await workbench.run(['sweep']);
  expect([...said]).toContain(`train@width=${SLOW}: 0 of 2 runs`);
  expect(workbench.store.getState().nodes.sweep).toMatchObject({ status: 'done' });
  expect(workbench.store.getState().nodes.sweep?.copy).toBeUndefined();
  workbench.dispose();
  await executor.dispose();
});

it('is asked of the executor, after edits and over runs', { timeout: 60_000 }, async () => {
  const { registry, runs } = sweepLab();
  const executor = new Executor({ registry, openDevice: async () => new FakeDevice('cpu') });
  const workbench = createWorkbench({ registry, executor, live: false });
  const { store } = workbench;
  const left = () => store.getState().nodes.sweep?.left?.runs;
  workbench.open(swept({ target: 'train.width', values: '1, 2' }), { trusted: false });
  await vi.waitFor(() => expect(left()).toBe(2), { timeout: 20_000 });
  await workbench.run();
  await vi.waitFor(() => expect(left()).toBe(0), { timeout: 20_000 });
  workbench.edit('List', (document) => setParams(document, 'sweep', { values: '1, 2, 3, 5' }));
  await vi.waitFor(() => expect(left()).toBe(2), { timeout: 20_000 });
  expect(runs.train).toBe(3); // 4 is the document's own
  await workbench.chooseDevice('wasm');
  expect(left()).toBeUndefined(); // another device holds nothing of it
  workbench.dispose();
  await executor.dispose();
});
