/** What runs again after a change, with the nodes that ship. */
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { writeNpz } from '../../src/arrays/npz.js';
import { Registry } from '../../src/catalog/registry.js';
import type { PipelineDocument } from '../../src/document/schema.js';
import { Executor } from '../../src/execute/executor.js';
import { pipeline } from '../cli/harness.js';
import { genni } from './genni.js';

const registry = new Registry(builtin);

test('after a change only what it reaches runs', async () => {
  const executor = new Executor({ registry, device: 'cpu' });
  const ran = async (document: PipelineDocument): Promise<readonly string[]> => {
    const ids: string[] = [];
    const report = await executor.run(document, undefined, (event) => {
      if (event.kind === 'failed') throw new Error(event.message);
      if (event.kind === 'done' && !event.result.cached) ids.push(event.result.id);
    });
    expect(report).toMatchObject({ outcome: 'done', stepsRun: ids.length });
    return ids.sort();
  };
  expect(await ran(genni())).toHaveLength(10);
  expect(await ran(genni())).toEqual([]);
  expect(await ran(genni({ plot: { scale: 'linear' } }))).toEqual(['plot']);
  expect(await ran(genni({ set: { epsilon: 0.6 } }))).toEqual(['parts', 'plot', 'set']);
  expect(await ran(genni({ grid: { points: 10 } }))).toEqual(['grid', 'map', 'parts', 'plot', 'set']);
  const everything = ['grid', 'map', 'parts', 'plane', 'plot', 'search', 'set'];
  expect(await ran(genni({ search: { seed: 5 } }))).toEqual(everything);
  expect(await ran({ ...genni(), title: 'renamed', nodes: genni().nodes.map((n) => ({ ...n, at: [9, 9] })) })).toEqual(
    [],
  );
  await executor.dispose();
});

test('two files of equal bytes are each told by their own name', async () => {
  const files = new MemoryFiles();
  const bytes = writeNpz({ x: { shape: [3, 2], data: new Float32Array(6) } });
  const load = async (name: string) => ['load-arrays', { file: { ...(await files.add(name, bytes)) } }] as const;
  const executor = new Executor({ registry, device: 'cpu', files });
  const said: Record<string, unknown> = {};
  const document = pipeline({ a: await load('train.npz'), b: await load('test.npz') }, []);
  await executor.run(document, undefined, (event) => {
    if (event.kind === 'done') said[event.result.id] = event.result.view.status;
  });
  expect(said).toEqual({ a: 'train.npz', b: 'test.npz' });
  await executor.dispose();
});
