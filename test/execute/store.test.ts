import { expect, test } from 'vitest';
import type { StepResult } from '../../src/execute/cache.js';
import { type ResultStore, worthKeeping } from '../../src/execute/store.js';
import { lab, pipeline } from './fakes.js';

class MapStore implements ResultStore {
  readonly kept = new Map<string, StepResult>();
  asked = 0;
  async get(tag: string): Promise<StepResult | undefined> {
    this.asked++;
    return structuredClone(this.kept.get(tag)); // as IndexedDB does
  }
  async put(tag: string, result: StepResult): Promise<void> {
    this.kept.set(tag, structuredClone(result));
  }
}

const result = (seconds: number, numbers: number): StepResult => ({
  outputs: { values: { type: 'Outputs', y: new Float32Array(numbers), count: numbers, width: 1 } },
  view: { summary: {}, rows: [], notes: [], plots: [] },
  provenance: { documentHash: '', key: '', seeds: [], package: '', device: '', finished: '', seconds },
});

test('worth keeping is what took long and is small', () => {
  expect(worthKeeping(result(5, 1000))).toBe(true);
  expect(worthKeeping(result(0.1, 1000))).toBe(false);
  expect(worthKeeping(result(5, 1e7))).toBe(false);
});

test('another executor finds what was dear, and only on the same device', async () => {
  const bench = lab();
  const store = new MapStore();
  const document = pipeline({ wait: ['patient'], cut: ['cut'] }, ['wait cut']);
  const quiet = () => undefined;
  expect((await bench.executor({ store }).run(document, undefined, quiet)).stepsRun).toBe(2);
  expect(store.kept.size).toBe(1);
  const later = bench.executor({ store });
  expect((await later.run(document, undefined, quiet)).stepsRun).toBe(1);
  expect(bench.runs).toEqual({ patient: 1, cut: 2 });
  const { asked } = store;
  await later.run(document, undefined, quiet);
  expect(store.asked).toBe(asked);
  const elsewhere = bench.executor({ store, device: 'wasm' });
  expect((await elsewhere.run(document, ['wait'], quiet)).stepsRun).toBe(1);
});

test('outputs that the cache has dropped come from the store again, and nothing is asked for that need not run', async () => {
  const bench = lab();
  const store = new MapStore();
  const nodes = (epsilon: number) =>
    pipeline({ wait: ['patient'], scale: ['scale'], cut: ['cut', { epsilon }] }, ['wait scale', 'scale cut']);
  const one = bench.executor({ store, cacheBytes: 0 }); // views stay, outputs go at once
  const run = (epsilon: number, targets?: readonly string[]) => one.run(nodes(epsilon), targets, () => undefined);
  await run(1);
  for (const epsilon of [2, 3, 4]) await run(epsilon);
  expect(bench.runs.patient).toBe(1);
  const { asked } = store;
  await run(4);
  await run(5, ['wait']);
  expect(store.asked).toBe(asked);
});
