/** Steps that are told to end early and keep what there is. */
import { expect, test } from 'vitest';
import type { StepResult } from '../../src/execute/cache.js';
import type { Executor } from '../../src/execute/executor.js';
import type { NodeResult, RunEvent } from '../../src/execute/protocol.js';
import type { ResultStore } from '../../src/execute/store.js';
import { lab, pipeline, runOn } from './fakes.js';

class MapStore implements ResultStore {
  readonly kept = new Map<string, StepResult>();
  async get(tag: string): Promise<StepResult | undefined> {
    return structuredClone(this.kept.get(tag));
  }
  async put(tag: string, result: StepResult): Promise<void> {
    this.kept.set(tag, structuredClone(result));
  }
}

const document = pipeline({ climb: ['climbing'], scale: ['scale'] }, ['climb scale']);

/** Runs, and tells the climb to finish once it is so far. */
async function stopAt(executor: Executor, share: number): Promise<Readonly<Record<string, NodeResult>>> {
  const results: Record<string, NodeResult> = {};
  const listen = (event: RunEvent): void => {
    if (event.kind === 'running' && event.id === 'climb' && event.fraction >= share) executor.finish();
    if (event.kind === 'done') results[event.result.id] = event.result;
  };
  const report = await executor.run(document, undefined, listen);
  expect(report.outcome).toBe('done');
  return results;
}

test('a step that can end early does so, is marked, and what follows goes on from it', async () => {
  const bench = lab();
  const executor = bench.executor();
  const { climb, scale } = await stopAt(executor, 0.05);
  const height = climb!.view.summary.height as number;
  expect(height).toBeGreaterThan(0);
  expect(height).toBeLessThan(250);
  expect(climb!.provenance.stopped).toBe('here');
  expect(scale!.view.summary.first).toBe(2 * height);
  expect(scale!.provenance.stopped).toBe('above');
  const again = await runOn(executor, document);
  expect(again.story).toEqual(['climb cached', 'scale cached']);
});

test('what ended early is in memory only; forgotten, it is computed to its end, with all that was computed from it', async () => {
  const bench = lab();
  const store = new MapStore();
  const executor = bench.executor({ store });
  const { climb } = await stopAt(executor, 0.9);
  expect(climb!.provenance.seconds).toBeGreaterThan(1); // what is whole would be kept
  expect(store.kept.size).toBe(0);
  expect(await bench.executor({ store }).pending(document, undefined)).toEqual(['climb', 'scale']);
  expect(await executor.pending(document, undefined)).toEqual([]);
  await executor.forget(document, 'scale'); // and what is behind it
  const events: RunEvent[] = [];
  await executor.run(document, undefined, (event) => events.push(event));
  const done = events.flatMap((event) => (event.kind === 'done' ? [event.result] : []));
  expect(done.map(({ view }) => view.summary)).toEqual([{ height: 250 }, { first: 500 }]);
  expect(done.map(({ provenance }) => provenance.stopped)).toEqual([undefined, undefined]);
  expect(store.kept.size).toBe(1);
});

test('a step that cannot end early goes on', async () => {
  const executor = lab().executor();
  const events: RunEvent[] = [];
  const report = await executor.run(pipeline({ a: ['source'], b: ['scale'] }, ['a b']), undefined, (event) => {
    executor.finish();
    events.push(event);
  });
  expect(report).toMatchObject({ outcome: 'done', stepsRun: 2 });
  for (const event of events) if (event.kind === 'done') expect(event.result.provenance.stopped).toBeUndefined();
});
