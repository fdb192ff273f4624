/** Speeds of a device of many threads: per thread in the book, all threads in what is estimated. */
import { expect, test } from 'vitest';
import { builtin } from '../../nodes/index.js';
import { Registry } from '../../src/catalog/registry.js';
import type { Device } from '../../src/catalog/work.js';
import { compile } from '../../src/compile/compile.js';
import { speedKey } from '../../src/compile/rates.js';
import type { Params } from '../../src/document/schema.js';
import { Executor } from '../../src/execute/executor.js';
import { openDevice } from '../../src/tensor/device.js';
import { small } from '../cli/harness.js';

const registry = new Registry(builtin);
const document = small();
const { cost } = compile(document, { registry }).nodes.get('grid')!;

/** A device that says that `besides` seconds were computed by its workers in each evaluation of the document, which takes 0.2 s. */
async function deviceOf(threads: number, besides: number): Promise<Device> {
  const real = await openDevice('cpu', { threads: 1 });
  let workerSeconds = 0;
  return {
    name: real.name,
    adapter: real.adapter,
    software: false,
    threads,
    get workerSeconds() {
      return workerSeconds;
    },
    get dispatches() {
      return real.dispatches;
    },
    async evaluate(work, control) {
      if (work.inputs.source === 'drawn') return real.evaluate(work, control); // a calibration
      await new Promise((resolve) => setTimeout(resolve, 200));
      workerSeconds += besides;
      return real.evaluate(work, control);
    },
    descend: (...asked) => real.descend(...asked),
    forward: (...asked) => real.forward(...asked),
    train: (...asked) => real.train(...asked),
    score: (...asked) => real.score(...asked),
    record: (...asked) => real.record(...asked),
    estimateStatistics: (...asked) => real.estimateStatistics(...asked),
    dispose: () => real.dispose(),
  };
}

test('a step that workers helped with teaches the speed of one thread', async () => {
  const key = speedKey('grid', cost.work);
  const device = await deviceOf(4, 1000);
  const executor = new Executor({ registry, openDevice: async () => device });
  expect((await executor.run(document, undefined, () => undefined)).device).toMatchObject({ name: 'cpu', threads: 4 });
  const rates = await executor.rates(document);
  expect(rates.threads).toBe(4);
  // 1,000 s of workers count beside the seconds of this thread, which are few
  expect(rates[key]! * 1000).toBeLessThanOrEqual(cost.multiplyAdds);
  expect(rates[key]! * 1100).toBeGreaterThan(cost.multiplyAdds);
  await executor.dispose();
});

test('a step that skips members teaches its own speed, one that goes on from another none', async () => {
  const device = await deviceOf(1, 0);
  const executor = new Executor({ registry, openDevice: async () => device });
  const keeping = (params: Params) => {
    const nodes = document.nodes.map((node) =>
      node.id === 'grid' ? { ...node, params: { ...node.params, ...params } } : node,
    );
    return { ...document, nodes };
  };
  const runs = async (asked: typeof document) => {
    expect((await executor.run(asked, undefined, () => undefined)).outcome).toBe('done');
    const { work, multiplyAdds } = compile(asked, { registry }).nodes.get('grid')!.cost;
    return { rate: (await executor.rates(asked))[speedKey('grid', work)], multiplyAdds };
  };
  const below = { points: 60, cap: 0.05, capUnit: 'relative' };
  const adaptive = await runs(keeping({ ...below, keep: 'adaptive' }));
  expect(adaptive.rate! * 0.2).toBeLessThanOrEqual(adaptive.multiplyAdds); // one evaluation takes that long
  await runs(keeping({ ...below, keep: 'below' }));
  const raised = await runs(keeping({ ...below, keep: 'below', cap: 500 })); // in 0.2 s, had it been timed
  expect(raised.rate! * 0.2).toBeGreaterThan(raised.multiplyAdds);
  await executor.dispose();
});

test('the number of threads is asked of the device, and names no result', async () => {
  const asked: unknown[] = [];
  const executor = new Executor({
    registry,
    device: 'cpu',
    threads: 3,
    openDevice: async (choice, options) => {
      asked.push([choice, options]);
      return deviceOf(3, 0);
    },
  });
  const finished: string[] = [];
  await executor.run(document, undefined, (event) => {
    if (event.kind === 'done') finished.push(event.result.provenance.device);
  });
  expect(asked).toEqual([['cpu', { threads: 3 }]]);
  expect(new Set(finished)).toEqual(new Set(['cpu (JavaScript)']));
  await executor.dispose();
});
