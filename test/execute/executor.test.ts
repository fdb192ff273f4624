import { expect, test } from 'vitest';
import type { PipelineDocument } from '../../src/document/schema.js';
import type { Executor } from '../../src/execute/executor.js';
import type { RunEvent, RunReport } from '../../src/execute/protocol.js';
import { PACKAGE } from '../../src/execute/version.js';
import { FakeDevice, type Lab, lab, pipeline, story } from './fakes.js';

type Outcome = RunReport & { events: RunEvent[]; story: readonly string[] };

async function runOn(executor: Executor, document: PipelineDocument, targets?: readonly string[]): Promise<Outcome> {
  const events: RunEvent[] = [];
  const report = await executor.run(document, targets, (event) => events.push(event));
  return { ...report, events, story: story(events) };
}

const chain = (params: { epsilon?: number; colouring?: string; factor?: number } = {}): PipelineDocument =>
  pipeline(
    {
      source: ['source'],
      scale: ['scale', { factor: params.factor ?? 2 }],
      cut: ['cut', { epsilon: params.epsilon ?? 17 }],
      paint: ['paint', { colouring: params.colouring ?? 'linear' }],
    },
    ['source scale', 'scale cut', 'cut paint'],
  );

const counts = ({ runs }: Lab): Record<string, number> => ({ ...runs });

test('runs inputs first and reports what came out', async () => {
  const { executor } = lab();
  const run = await runOn(executor(), chain());
  expect(run).toMatchObject({ outcome: 'done', stepsRun: 4, device: { name: 'cpu', adapter: 'fake', dispatches: 1 } });
  expect(run.story).toEqual([
    ...['source queued', 'scale queued', 'cut queued', 'paint queued'],
    ...['source done', 'scale done', 'cut done', 'paint done'],
  ]);
  const last = run.events.at(-1);
  // source: 7, 8, 9, 10; doubled: 14, 16, 18, 20; below 17: two
  expect(last).toMatchObject({ kind: 'done', result: { id: 'paint', view: { summary: { count: 2 } } } });
});

test('the next step waits for what is done with the last one', async () => {
  const { executor } = lab();
  const order: string[] = [];
  let writing = Promise.resolve();
  const listen = (event: RunEvent): void => {
    if (event.kind === 'running' && event.fraction === 0) order.push(`${event.id} begins`);
    if (event.kind !== 'done') return;
    const { id } = event.result;
    writing = new Promise((resolve) => setTimeout(resolve, 5)).then(() => void order.push(`${id} written`));
  };
  await executor().run(pipeline({ a: ['source'], b: ['scale'] }, ['a b']), undefined, listen, () => writing);
  expect(order).toEqual(['a begins', 'a written', 'b begins']);
  await writing;
});

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

test('a run again takes no step', async () => {
  const executor = lab().executor();
  await runOn(executor, chain());
  const again = await runOn(executor, chain());
  expect(again.stepsRun).toBe(0);
  expect(again.story).toEqual(['source cached', 'scale cached', 'cut cached', 'paint cached']);
});

test('colouring runs only the plot; ε only the threshold and what follows; ε back again nothing', async () => {
  const bench = lab();
  const executor = bench.executor();
  await runOn(executor, chain());
  expect((await runOn(executor, chain({ colouring: 'log' }))).stepsRun).toBe(1);
  expect(counts(bench)).toEqual({ source: 1, scale: 1, cut: 1, paint: 2 });
  expect((await runOn(executor, chain({ epsilon: 19 }))).stepsRun).toBe(2);
  expect(counts(bench)).toEqual({ source: 1, scale: 1, cut: 2, paint: 3 });
  expect((await runOn(executor, chain({ epsilon: 17 }))).stepsRun).toBe(0);
});

test('renaming, moving, titles, frames and order of the nodes run nothing', async () => {
  const executor = lab().executor();
  const before = chain();
  await runOn(executor, before);
  const rename = (end: string) => end.replace('source', 'data');
  const after: PipelineDocument = {
    ...before,
    title: 'Another title',
    nodes: before.nodes
      .map((node) => ({ ...node, id: rename(node.id), at: [5, 5] as const, title: 'Renamed' }))
      .reverse(),
    wires: before.wires.map(({ from, to }) => ({ from: rename(from), to: rename(to) })),
    frames: [{ id: 'frame', title: 'All', at: [0, 0], size: [9, 9] }],
  };
  expect((await runOn(executor, after)).stepsRun).toBe(0);
});

test('two equal pipelines on one canvas share every step', async () => {
  const bench = lab();
  const document = pipeline(
    { a: ['source'], b: ['source'], scaleA: ['scale'], scaleB: ['scale'], other: ['scale', { factor: 3 }] },
    ['a scaleA', 'b scaleB', 'b other'],
  );
  const run = await runOn(bench.executor(), document);
  expect(run.stepsRun).toBe(3);
  expect(counts(bench)).toEqual({ source: 1, scale: 2 });
  expect(run.story.filter((line) => line.endsWith('done')).sort()).toEqual([
    'a done',
    'b done',
    'other done',
    'scaleA done',
    'scaleB done',
  ]);
});

test('only what the targets need runs', async () => {
  const bench = lab();
  const run = await runOn(bench.executor(), chain(), ['scale']);
  expect(counts(bench)).toEqual({ source: 1, scale: 1 });
  expect(run.story.at(-1)).toBe('scale done');
});

test('a failure stays on its branch: others go on, what follows says what it waits for', async () => {
  const document = pipeline(
    { bad: ['failing'], cut: ['cut'], paint: ['paint'], source: ['source'], scale: ['scale'] },
    ['bad cut', 'cut paint', 'source scale'],
  );
  const run = await runOn(lab().executor(), document);
  expect(run).toMatchObject({ outcome: 'failed', stepsRun: 2 });
  expect(run.story.filter((line) => !line.endsWith('queued')).sort()).toEqual([
    'bad failed: no candidate reached the tolerance',
    "cut blocked: waits for 'bad', which failed",
    "paint blocked: waits for 'bad', which failed",
    'scale done',
    'source done',
  ]);
});

test('a node that cannot run is blocked with its reason, and the rest runs', async () => {
  const document = pipeline(
    { wrong: ['scale', { factor: 'many' }], lost: ['unheard-of'], source: ['source'], after: ['cut'] },
    ['source wrong', 'wrong after'],
  );
  const run = await runOn(lab().executor(), document);
  expect(run).toMatchObject({ outcome: 'failed', stepsRun: 1 });
  expect(run.story.find((line) => line.startsWith('wrong'))).toMatch(/^wrong blocked: .*number, got "many"/);
  expect(run.story.find((line) => line.startsWith('lost'))).toBe(
    "lost blocked: node type 'unheard-of' is not known here",
  );
  expect(run.story.find((line) => line.startsWith('after'))).toBe("after blocked: waits for 'wrong'");
});

test.each([
  ['faulty', 'internal error: x is undefined; please report it with the saved document'],
  ['empty', "node 'node' output 'values': expected Outputs, got nothing; the node type 'empty' has a fault"],
])('a %s node shows its fault without a stack', async (type, message) => {
  const run = await runOn(lab().executor(), pipeline({ node: [type] }, []));
  expect(run.story.at(-1)).toBe(`node failed: ${message}`);
});

test('values are immutable: a node cannot change its inputs', async () => {
  const executor = lab().executor();
  const run = await runOn(executor, pipeline({ source: ['source'], node: ['meddling'] }, ['source node']));
  expect(run.story.at(-1)).toMatch(/^node failed: internal error: Cannot assign to read only property 'count'/);
});

test('a window into a larger buffer leaves the step as a buffer of its own', async () => {
  const executor = lab().executor();
  const run = await runOn(executor, pipeline({ node: ['windowed'] }, []));
  const done = run.events.at(-1);
  if (done?.kind !== 'done') throw new Error('expected a result');
  const { arrays } = (await executor.arrays(done.result.key, 'values'))!;
  expect(arrays.y?.data.buffer.byteLength).toBe(8);
});

test('provenance names the document, the key, all seeds upstream, the package and the device', async () => {
  const run = await runOn(lab().executor(), chain());
  const done = run.events.at(-1);
  if (done?.kind !== 'done') throw new Error('expected a result');
  expect(done.result.provenance).toMatchObject({
    documentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    key: done.result.key,
    seeds: [7],
    package: PACKAGE,
    device: 'cpu (fake)',
  });
  expect(PACKAGE).toMatch(/^fiberscope \d+\.\d+\.\d+$/);
});

test('progress carries the message', async () => {
  const run = await runOn(lab().executor(), chain());
  const messages = run.events.flatMap((event) => (event.kind === 'running' && event.message ? [event.message] : []));
  expect(messages).toEqual(['half way']);
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

test('devices never mix: another device computes again, and the first one finds its results', async () => {
  const bench = lab();
  const executor = bench.executor();
  await runOn(executor, chain());
  expect(await executor.chooseDevice('wasm')).toMatchObject({ name: 'wasm', dispatches: 0 });
  expect(bench.devices[0]?.disposed).toBe(true);
  expect((await runOn(executor, chain())).stepsRun).toBe(4);
  await executor.chooseDevice('cpu');
  expect((await runOn(executor, chain())).stepsRun).toBe(0);
});

test('a lost device costs one step: it is opened again and the step tried once more', async () => {
  const bench = lab();
  const executor = bench.executor();
  const run = await runOn(executor, pipeline({ source: ['source'], node: ['losing'] }, []));
  expect(run).toMatchObject({ outcome: 'done', stepsRun: 2 });
  expect(bench.devices.map(({ disposed }) => disposed)).toEqual([true, false]);
});

test('a device that cannot be opened rejects, and the one before stays chosen', async () => {
  let devices = 0;
  const executor = lab().executor({
    openDevice: async (choice) => {
      if (choice === 'webgpu') throw new Error('no adapter');
      return new FakeDevice('cpu', `the ${++devices}.`);
    },
  });
  await runOn(executor, chain());
  await expect(executor.chooseDevice('webgpu')).rejects.toThrow('no adapter');
  expect(await executor.device()).toMatchObject({ name: 'cpu', adapter: 'the 2.' });
});

test('dropped outputs are computed again only when something below them must run', async () => {
  const bench = lab();
  const big = (factor: number, epsilon: number) =>
    pipeline({ source: ['source', { count: 1000 }], scale: ['scale', { factor }], cut: ['cut', { epsilon }] }, [
      'source scale',
      'scale cut',
    ]);
  const executor = bench.executor({ cacheBytes: 5000 }); // one array of 1000 float32 and a little
  await runOn(executor, big(2, 20));
  expect((await runOn(executor, big(2, 20))).stepsRun).toBe(0);
  expect((await runOn(executor, big(2, 21))).stepsRun).toBe(1);
  expect(bench.runs).toEqual({ source: 1, scale: 1, cut: 2 });
  expect(await executor.pending(big(2, 21), undefined)).toEqual([]);
  expect(await executor.pending(big(3, 21), ['scale'])).toEqual(['source', 'scale']); // source was dropped
  expect((await runOn(executor, big(3, 21))).stepsRun).toBe(3);
  expect(bench.runs).toEqual({ source: 2, scale: 2, cut: 3 });
});

test('files are checked against their hash', async () => {
  const executor = lab().executor();
  const bytes = new Uint8Array([1, 2, 3]);
  await expect(executor.addFile({ name: 'x.npy', sha256: '0'.repeat(64) }, bytes)).rejects.toThrow(
    /file 'x.npy': expected SHA-256 000000000000…, got 039058c6f2c0…/, // sha256sum of the bytes 1, 2, 3
  );
});

test('arrays of a key that is not here are undefined', async () => {
  expect(await lab().executor().arrays('none', 'values')).toBeUndefined();
});
