/** What nodes say that they will take, before anything has run. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { speedKey } from '../../../src/compile/rates.js';
import { setParams } from '../../../src/document/commands.js';
import { statusLine } from '../../../src/editor/canvas/status-text.js';
import { createWorkbench } from '../../../src/editor/workbench/workbench.js';
import { fakeExecutor } from './fake-executor.js';
import { genni, registry } from './pipeline.js';

const settle = () => vi.advanceTimersByTimeAsync(2000);
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('a document that has not run says how long its nodes take, and follows each edit', async () => {
  const executor = fakeExecutor(registry);
  const asked = vi.spyOn(executor, 'rates');
  const workbench = createWorkbench({ registry, executor });
  const grid = () => workbench.store.getState().plan.nodes.get('grid')!;
  workbench.open(genni(), { trusted: false });
  executor.speeds = { [speedKey('grid', grid().cost.work)]: grid().cost.multiplyAdds / 100 };
  expect(grid().estimate).toBeUndefined();
  await settle();
  expect(executor.runs).toEqual([]);
  expect(grid().estimate!.seconds).toBeCloseTo(100, 0);
  expect(statusLine(workbench.store.getState().nodes.grid, grid()).text).toMatch(/points · about 1 min 40 s$/);

  const points = Number(grid().params.points);
  workbench.edit('Finer', (d) => setParams(d, 'grid', { points: 2 * points }));
  const { rank } = grid().outputs.field as { rank: number };
  expect(grid().estimate!.seconds / (100 * 2 ** rank)).toBeCloseTo(1, 1);
  await settle();
  expect(asked.mock.calls.length).toBe(2);
  workbench.dispose();
});

it('asks nothing while a run goes on, and again after it', async () => {
  const executor = fakeExecutor(registry);
  const asked = vi.spyOn(executor, 'rates');
  let release = () => {};
  executor.gate = new Promise((done) => {
    release = done;
  });
  const workbench = createWorkbench({ registry, executor });
  workbench.open(genni(), { trusted: true });
  await settle();
  expect(workbench.store.getState().running).toBe(true);
  expect(asked).not.toHaveBeenCalled();
  release();
  await settle();
  expect(asked).toHaveBeenCalledTimes(1);
  workbench.dispose();
});
