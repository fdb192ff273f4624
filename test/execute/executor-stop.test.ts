/** Runs that are stopped, by cancel or by the next run. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/execute/protocol.js';
import { chain, lab, pipeline, runOn, story } from './fakes.js';

test('what is done between steps does not keep a run from being stopped', async () => {
  const executor = lab().executor();
  const stop = (event: RunEvent): void => {
    if (event.kind === 'done') executor.cancel();
  };
  const never = new Promise<void>(() => undefined);
  const document = pipeline({ a: ['source'], b: ['scale'] }, ['a b']);
  let steps = 0;
  const between = (): Promise<void> => (steps++ === 0 ? Promise.resolve() : never);
  expect(await executor.run(document, undefined, stop, between)).toMatchObject({ outcome: 'cancelled', stepsRun: 1 });
});

test('cancel keeps finished steps and stops the rest', async () => {
  const bench = lab();
  const executor = bench.executor();
  const document = pipeline({ a: ['source'], wait: ['patient'], after: ['cut'] }, ['a wait', 'wait after']);
  const events: RunEvent[] = [];
  const report = await executor.run(document, undefined, (event) => {
    events.push(event);
    if (event.kind === 'running' && event.id === 'wait' && event.fraction > 0.05) executor.cancel();
  });
  expect(report).toMatchObject({ outcome: 'cancelled', stepsRun: 1 });
  expect(story(events).slice(-2)).toEqual(['wait cancelled', 'after cancelled']);
  const again = await runOn(executor, document, ['a']);
  expect(again.story).toEqual(['a cached']);
});

test('cancel from inside the last event of a step does not call that step cancelled', async () => {
  const executor = lab().executor();
  const events: RunEvent[] = [];
  await executor.run(chain(), undefined, (event) => {
    events.push(event);
    if (event.kind === 'done' && event.result.id === 'scale') executor.cancel();
  });
  expect(story(events).slice(-4)).toEqual(['source done', 'scale done', 'cut cancelled', 'paint cancelled']);
});

test('a step that ignores its signal is abandoned and its late result discarded', async () => {
  const bench = lab();
  const executor = bench.executor();
  const document = pipeline({ node: ['stubborn'] }, []);
  const first = executor.run(document, undefined, (event) => {
    if (event.kind === 'running') setTimeout(() => executor.cancel());
  });
  expect((await first).outcome).toBe('cancelled');
  bench.release();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const again = await runOn(executor, document);
  expect(again).toMatchObject({ outcome: 'done', stepsRun: 1 });
  expect(bench.runs.stubborn).toBe(2);
});

test('a second run cancels the first', async () => {
  const bench = lab();
  const executor = bench.executor();
  const waiting = pipeline({ wait: ['patient'] }, []);
  const events: RunEvent[] = [];
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const first = executor.run(waiting, undefined, (event) => {
    events.push(event);
    if (event.kind === 'running') started();
  });
  await running;
  const second = await runOn(executor, chain());
  expect(await first).toMatchObject({ outcome: 'cancelled', stepsRun: 0 });
  expect(story(events)).toEqual(['wait queued', 'wait cancelled']);
  expect(second).toMatchObject({ outcome: 'done', stepsRun: 4 });
});

test('a second run takes over the running step that it needs too', async () => {
  const bench = lab();
  const executor = bench.executor();
  let started: () => void = () => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const first = executor.run(pipeline({ wait: ['patient'], cut: ['cut'] }, ['wait cut']), undefined, (event) => {
    if (event.kind === 'running' && event.fraction > 0) started();
  });
  await running;
  const second = await runOn(executor, pipeline({ wait: ['patient'], cut: ['cut', { epsilon: 3 }] }, ['wait cut']));
  expect((await first).outcome).toBe('cancelled');
  expect(second).toMatchObject({ outcome: 'done', stepsRun: 2 });
  expect(bench.runs).toEqual({ patient: 1, cut: 1 });
});
