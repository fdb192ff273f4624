/** A run: what is done in which order, what comes out, and how steps fail. */
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/execute/protocol.js';
import { PACKAGE } from '../../src/execute/version.js';
import { chain, lab, pipeline, runOn } from './fakes.js';

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

test('only what the targets need runs', async () => {
  const bench = lab();
  const run = await runOn(bench.executor(), chain(), ['scale']);
  expect(bench.runs).toEqual({ source: 1, scale: 1 });
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
