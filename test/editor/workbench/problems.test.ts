/** Warnings of results in the list of problems. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Note } from '../../../src/catalog/views.js';
import { setParams } from '../../../src/document/commands.js';
import { createWorkbench } from '../../../src/editor/workbench/workbench.js';
import { fakeExecutor } from './fake-executor.js';
import { genni, registry } from './pipeline.js';

const settle = () => vi.advanceTimersByTimeAsync(2000);
const note = (level: Note['level'], id: string, text: string): Note => ({ level, id, text });
const DIVERGED = 'seed 0: diverged in epoch 2 of 9.';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A pipeline that ran, with notes at its reference and behind it. */
async function ran() {
  const executor = fakeExecutor(registry);
  executor.notes.set('reference', [note('warning', 'flag', DIVERGED), note('info', 'fact', 'A fact.')]);
  executor.notes.set('grid', [note('warning', 'flag', `A: ${DIVERGED}`), note('problem', 'lost', 'J is not finite.')]);
  const workbench = createWorkbench({ registry, executor });
  workbench.open(genni(), { trusted: true });
  await settle();
  const said = () =>
    workbench.store.getState().problems.map(({ severity, node, message }) => `${severity} ${node}: ${message}`);
  return { workbench, executor, said };
}

it('each is listed once, at the node where it began; facts are not', async () => {
  const { workbench, said } = await ran();
  expect(said()).toEqual([`warning reference: ${DIVERGED}`, 'warning grid: J is not finite.']);
  const { document, problems, undoLabel } = workbench.store.getState();
  expect(problems.map(({ path }) => document.nodes[Number(/\d+/.exec(path))]!.id)).toEqual(['reference', 'grid']);
  expect(undoLabel).toBeUndefined();
});

it('those of older parameters go, and a failure takes the place of what the node warned of before', async () => {
  const { workbench, executor, said } = await ran();
  workbench.setLive(false);
  workbench.edit('Change bound', (d) => setParams(d, 'grid', { points: 20 }));
  expect(said()).toEqual([`warning reference: ${DIVERGED}`]);
  executor.failing.set('grid', 'out of memory');
  void workbench.run();
  await settle();
  expect(said()).toEqual([`warning reference: ${DIVERGED}`, 'error grid: out of memory']);
});
