/** What runs again after a change, and what does not; and which steps run on which device. */
import { expect, test } from 'vitest';
import type { PipelineDocument } from '../../src/document/schema.js';
import { chain, FakeDevice, type Lab, lab, pipeline, runOn } from './fakes.js';

const counts = ({ runs }: Lab): Record<string, number> => ({ ...runs });

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
