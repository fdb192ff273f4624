/** Speeds that an executor learns: what is kept, what is not believed, and that measuring and running do not meet. */
import { expect, test } from 'vitest';
import { z } from 'zod';
import { builtin } from '../../nodes/index.js';
import type { Cost } from '../../src/catalog/info.js';
import { defineNode } from '../../src/catalog/node.js';
import { genniFcn } from '../../src/catalog/presets.js';
import { Registry } from '../../src/catalog/registry.js';
import { defaultParams } from '../../src/catalog/resolve.js';
import { compile } from '../../src/compile/compile.js';
import { NO_FILES } from '../../src/compile/infer.js';
import type { Params } from '../../src/document/schema.js';
import { Executor } from '../../src/execute/executor.js';
import { type KeptRates, RateBook, type RateStore } from '../../src/execute/rate-book.js';
import { openDevice } from '../../src/tensor/device.js';
import { pipeline, small } from '../cli/harness.js';

class MemoryRates implements RateStore {
  kept: unknown;
  saves = 0;
  constructor(kept?: unknown) {
    this.kept = kept;
  }
  async load(): Promise<unknown> {
    return this.kept;
  }
  async save(rates: KeptRates): Promise<void> {
    this.saves++;
    this.kept = JSON.parse(JSON.stringify(rates));
  }
}

const registry = new Registry(builtin);
const cost = (multiplyAdds: number) => ({ type: 'grid', cost: { points: 1, bytes: 0, multiplyAdds } });

test('a book keeps what it was told, by device, and finds it again', async () => {
  const store = new MemoryRates();
  const book = new RateBook(store);
  book.add('wasm SIMD', { 'node a': 2 });
  book.measure('cpu JavaScript', cost(1e9), 2);
  await book.saved();
  const later = new RateBook(store);
  await later.load();
  expect(later.of('wasm SIMD')).toEqual({ 'node a': 2 });
  expect(later.of('cpu JavaScript')).toEqual({ 'node grid': 5e8 });
  expect(later.of('webgpu')).toEqual({});
});

test('what was kept stays, also for a book that measures before it has read; what is measured now counts', async () => {
  const store = new MemoryRates({ 'wasm SIMD': { 'node a': 2 }, 'cpu JavaScript': { 'node grid': 3, 'node b': 4 } });
  const book = new RateBook(store);
  book.measure('cpu JavaScript', cost(1e9), 2);
  await book.saved();
  const kept = { 'wasm SIMD': { 'node a': 2 }, 'cpu JavaScript': { 'node grid': 5e8, 'node b': 4 } };
  expect(store.kept).toEqual(kept);
  expect(book.of('cpu JavaScript')).toEqual(kept['cpu JavaScript']);
});

test('among too many rates, those that were kept are older than those measured before they were read', async () => {
  const old = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`node ${i}`, 1]));
  const book = new RateBook(new MemoryRates({ cpu: old }));
  book.add('cpu', { 'node new': 7 });
  await book.load();
  expect(book.of('cpu')).toMatchObject({ 'node new': 7, 'node 199': 1 });
  expect(book.of('cpu')).not.toHaveProperty('node 0');
});

test('a real run replaces what was estimated; short steps and "at most" say nothing', () => {
  const book = new RateBook();
  book.add('cpu', { 'node grid': 1 });
  book.measure('cpu', cost(1e9), 0.01);
  book.measure('cpu', cost(0), 5);
  book.measure('cpu', { type: 'grid', cost: { ...cost(1e9).cost, atMost: true } }, 5);
  expect(book.of('cpu')).toEqual({ 'node grid': 1 });
  book.measure('cpu', cost(1e9), 4);
  expect(book.of('cpu')).toEqual({ 'node grid': 2.5e8 });
});

test.each([undefined, 'text', { cpu: { a: -1, b: 'fast', c: null, d: Number.NaN } }, { cpu: 5 }, [1]])(
  '%o is no rates, and no error',
  async (kept) => {
    const book = new RateBook(new MemoryRates(kept));
    await book.load();
    expect(book.of('cpu')).toEqual({});
  },
);

test('stores that fail are no error, and old speeds are forgotten', async () => {
  const fails = async () => {
    throw new Error('no place');
  };
  const book = new RateBook({ load: fails, save: fails });
  await book.load();
  for (let i = 0; i < 500; i++) book.add('cpu', { [`node ${i}`]: 1 });
  await book.saved();
  expect(Object.keys(book.of('cpu'))).toHaveLength(200);
  expect(book.of('cpu')['node 499']).toBe(1);
});

test('a plan has times before anything ran, and a second executor measures nothing', async () => {
  const document = small();
  const store = new MemoryRates();
  const executor = new Executor({ registry, device: 'cpu', rates: store });
  const rates = await executor.rates(document);
  const plan = compile(document, { registry, rates });
  expect(plan.nodes.get('grid')!.estimate!.seconds).toBeGreaterThan(0);
  await executor.dispose();
  let evaluations = 0;
  const later = new Executor({
    registry,
    rates: store,
    openDevice: async () => {
      const device = await openDevice('cpu');
      device.evaluate = () => Promise.reject(new Error(`evaluated ${++evaluations}`));
      return device;
    },
  });
  expect(await later.rates(document)).toEqual(rates);
  expect(evaluations).toBe(0);
});

test('a run ends a measurement under way, and nothing is measured while it goes on', async () => {
  const device = await openDevice('cpu');
  let inside = 0;
  let met = false;
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const evaluate = device.evaluate.bind(device);
  device.evaluate = async (work, control) => {
    met ||= inside > 0;
    inside++;
    begun();
    try {
      if (work.inputs.source === 'drawn')
        await new Promise((_, reject) =>
          control.signal.addEventListener('abort', () => reject(new Error('stopped')), { once: true }),
        );
      return await evaluate(work, control);
    } finally {
      inside--;
    }
  };
  const executor = new Executor({ registry, openDevice: async () => device });
  const document = small();
  const asked = executor.rates(document);
  await started;
  const run = executor.run(document, undefined, () => undefined);
  expect(await executor.rates(document)).toEqual({});
  expect((await run).outcome).toBe('done');
  expect(await asked).toEqual({});
  expect(met).toBe(false);
});

test('nothing is measured beside a step that was told to stop and goes on', async () => {
  const device = await openDevice('cpu');
  let inside = 0;
  let met = false;
  let begun = () => {};
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let release = () => {};
  const stubborn = new Promise<void>((resolve) => {
    release = resolve;
  });
  const evaluate = device.evaluate.bind(device);
  device.evaluate = async (work, control) => {
    met ||= inside > 0;
    inside++;
    begun();
    try {
      if (work.inputs.source !== 'drawn') await stubborn;
      return await evaluate(work, control);
    } finally {
      inside--;
    }
  };
  const executor = new Executor({ registry, openDevice: async () => device });
  const running = executor.run(small(), undefined, () => undefined);
  await started;
  executor.cancel();
  expect((await running).outcome).toBe('cancelled');
  expect(await executor.rates(small())).toEqual({}); // it does not stop
  const asked = Promise.all([executor.rates(small()), executor.rates(small())]);
  release();
  for (const rates of await asked) expect(Object.keys(rates)).toHaveLength(1);
  expect(met).toBe(false);
});

test('two documents that are asked about at once are both measured', async () => {
  const executor = new Executor({ registry, device: 'cpu' });
  const other = small({ points: 5 });
  const wider = { ...other, nodes: other.nodes.map((n) => (n.id === 'inputs' ? { ...n, params: { count: 300 } } : n)) };
  const [one, two] = await Promise.all([executor.rates(small()), executor.rates(wider)]);
  expect([one, two].map((rates) => Object.keys(rates).length)).toEqual([1, 2]);
});

test('work that took several rounds teaches the speed of one', async () => {
  const rounds = defineNode({
    type: 'rounds',
    version: 1,
    title: 'Rounds',
    group: 'Look',
    summary: 'A fake.',
    help: 'A fake.',
    params: z.strictObject({}),
    inputs: {},
    outputs: {},
    card: () => [],
    infer: () => ({ outputs: {}, cost: { points: 10, multiplyAdds: 1e6, bytes: 0, rounds: 8 } }),
    async run({ context }) {
      context.progress(0.5 / 8);
      await new Promise((resolve) => setTimeout(resolve, 300));
      context.progress(1.9 / 8); // found in the second round
      return {};
    },
    view: () => ({ summary: {}, rows: [], notes: [], plots: [] }),
  });
  const store = new MemoryRates();
  const executor = new Executor({ registry: new Registry([rounds]), device: 'cpu', rates: store });
  let seconds = 0;
  await executor.run(pipeline({ a: ['rounds'] }, []), undefined, (event) => {
    if (event.kind === 'done') seconds = event.result.provenance.seconds;
  });
  await executor.dispose();
  const rate = Object.values((store.kept as KeptRates)['cpu JavaScript']!)[0]!;
  expect(rate * seconds).toBeCloseTo(2e6, 0);
});

test('a search says that its cost is that of one round, and how many there may be', () => {
  const search = builtin.find(({ type }) => type === 'search')!;
  const reference = { type: 'Reference', architecture: genniFcn(), count: 500 } as const;
  const costOf = (given: Params): Cost | undefined => {
    const params = { ...defaultParams(search), ...given };
    return search.infer({ params, inputs: { reference }, files: NO_FILES }).cost;
  };
  expect(costOf({ rounds: 8, starts: 32, steps: 100 })).toMatchObject({ points: 3200, rounds: 8 });
  expect(costOf({ mode: 'first', rank: 3, steps: 100 })).toMatchObject({ points: 400 });
  expect(costOf({ mode: 'first' })).not.toHaveProperty('rounds');
});
