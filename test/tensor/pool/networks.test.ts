/** train, score, record and estimateStatistics on many threads: the bits of one thread, whoever asks and however many at once. */
import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshBuffers, layoutOf } from '../../../src/catalog/architecture.js';
import { myrtle } from '../../../src/catalog/presets.js';
import type { Curve } from '../../../src/catalog/values.js';
import type { Networks, TrainWork, WorkControl } from '../../../src/catalog/work.js';
import { openDevice } from '../../../src/tensor/device.js';
import { faultReason } from '../../../src/tensor/device-fault.js';
import type { Order } from '../../../src/tensor/pool/messages.js';
import type { PooledDevice } from '../../../src/tensor/pool/pooled-device.js';
import type { Thread } from '../../../src/tensor/pool/thread.js';
import { turn } from '../../held.js';
import { normals, someInputs } from '../../numeric/oracle.js';
import { builtWorker, poolOf, removeWorkers, same, withWorkers } from './workers.js';

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
const architecture = myrtle([1, 8, 8], 2, 3);
const { size, bufferSize } = layoutOf(architecture);

function networks(count: number): Networks {
  const buffers = new Float32Array(count * bufferSize);
  for (let i = 0; i < count; i++) buffers.set(freshBuffers(architecture), i * bufferSize);
  return { architecture, theta: normals(count * size, 0.3, 4), buffers, count };
}

const labelled = (count: number, seed: number) => ({
  ...someInputs([1, 8, 8], count, seed),
  labels: Int32Array.from({ length: count }, (_, i) => (i * 7) % 3),
});

const work = (count: number, epochs: number): TrainWork => ({
  networks: networks(count),
  examples: { inputs: labelled(90, 1) },
  validation: { inputs: labelled(40, 2) },
  objective: 'cross-entropy',
  optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
  weightDecay: 1e-3,
  schedule: { name: 'cosine' },
  epochs,
  batch: 32,
  seeds: Array.from({ length: count }, (_, i) => i),
  statistics: 'batch',
});

let path: string;
beforeAll(async () => {
  path = await builtWorker();
});
afterAll(removeWorkers);

describe.each(['cpu', 'wasm'] as const)('%s', (name) => {
  let pool: PooledDevice;
  beforeAll(async () => {
    pool = await poolOf(name, 3, path);
  });
  afterAll(() => pool.dispose());

  test('training: the bits of one thread, with a curve of all networks', async () => {
    const one = await openDevice(name, { threads: 1 });
    const expected = await one.train(work(5, 4), quiet);
    const curves: Curve[] = [];
    const progress: WorkControl['progress'] = (_, message, curve) => {
      if (message !== undefined) expect(message).toMatch(/^epoch [1-4] of 4$/);
      if (curve) curves.push(curve);
    };
    expect(await withWorkers(pool, () => pool.train(work(5, 4), { ...quiet, progress }))).toEqual(expected);
    for (const { x, lines } of curves)
      for (const line of lines) for (const sample of line.samples!) expect(sample.length).toBe(x.length);
  });

  test('scores, activations and statistics: the bits of one thread', async () => {
    const one = await openDevice(name, { threads: 1 });
    const inputs = labelled(2000, 3); // more than one piece
    const three = networks(3);
    const scored = await withWorkers(pool, () => pool.score(three, { inputs }, 'cross-entropy', quiet));
    expect(scored).toEqual(await one.score(three, { inputs }, 'cross-entropy', quiet));
    const recorded = {
      networks: networks(1),
      inputs,
      layers: [{ path: '3' }, { path: '4', positions: Uint32Array.of(0, 9) }, { path: '15' }],
    };
    const [expected, got] = [
      await one.record(recorded, quiet),
      await withWorkers(pool, () => pool.record(recorded, quiet)),
    ];
    expect(got.map((layer, i) => same(layer, expected[i]!))).toEqual([true, true, true]);
    const statistics = await withWorkers(pool, () => pool.estimateStatistics(three, inputs, 64, quiet));
    expect(statistics).toEqual(await one.estimateStatistics(three, inputs, 64, quiet));
  });
});

describe('a pool', () => {
  test('shares its threads among all who ask at once', async () => {
    const device = await poolOf('wasm', 3, path);
    const one = await openDevice('wasm', { threads: 1 });
    const expected = await one.train(work(1, 2), quiet);
    const all = await withWorkers(device, () =>
      Promise.all(Array.from({ length: 12 }, () => device.train(work(1, 2), quiet))),
    );
    for (const got of all) expect(got).toEqual(expected);
    await device.dispose();
  });

  test('replaces a worker that ends, and its network begins again', async () => {
    const ended: number[] = [];
    const meddle = (order: Order, thread: Thread, worker: number): Order => {
      if (order.kind === 'network' && worker === 0) {
        ended.push(worker);
        setTimeout(() => thread.terminate(), 5);
      }
      return order;
    };
    const device = await poolOf('wasm', 2, path, meddle);
    const one = await openDevice('wasm', { threads: 1 });
    const expected = await one.train(work(4, 12), quiet);
    while (ended.length === 0) expect(await device.train(work(4, 12), quiet)).toEqual(expected);
    expect(await withWorkers(device, () => device.train(work(4, 12), quiet))).toEqual(expected);
    await device.dispose();
  });

  test('whose workers end again and again says so', async () => {
    const meddle = (order: Order, thread: Thread): Order => {
      if (order.kind === 'network') setTimeout(() => thread.terminate(), 5);
      return order;
    };
    const device = await poolOf('wasm', 2, path, meddle);
    const fault = await device.train(work(2, 100_000), quiet).catch((error: unknown) => error);
    expect(faultReason(fault)).toBe('lost');
    expect((fault as Error).message).toMatch(/\(4 workers have stopped, .*\); run again/);
    await device.dispose();
  });

  test('lets a worker without memory go, and this thread does its part', async () => {
    let given = 0;
    const meddle = (order: Order): Order => {
      if (order.kind === 'network') given++;
      return order;
    };
    const poor = await builtWorker('test/tensor/pool/out-of-memory.ts', 'poor');
    const device = await poolOf('wasm', 2, poor, meddle);
    const expected = await (await openDevice('wasm', { threads: 1 })).train(work(4, 4), quiet);
    while (given === 0) {
      // or the test times out
      expect(await device.train(work(4, 4), quiet)).toEqual(expected);
      await turn(); // what started meanwhile is heard
    }
    expect([device.workerSeconds, device.threads]).toEqual([0, 1]);
    await device.dispose();
  });

  test('told to finish, gives what every network is by then', async () => {
    const device = await poolOf('wasm', 2, path);
    await withWorkers(device, () => device.train(work(2, 2), quiet));
    const finish = new AbortController();
    const progress: WorkControl['progress'] = (_, __, curve) => {
      const begun = curve?.lines[0]?.samples?.filter(([loss]) => Number.isFinite(loss)) ?? [];
      if (begun.length === 2) finish.abort(); // both have done an epoch
    };
    const training = device.train(work(2, 100_000), { ...quiet, progress, finish: finish.signal });
    const { ended, epochs, networks: found, history } = await training;
    expect(ended).toEqual(['finished', 'finished']);
    expect(Math.min(...epochs)).toBeGreaterThan(0);
    expect(Math.max(...epochs)).toBeLessThan(100_000);
    epochs.forEach((own, i) => {
      expect([history.loss[2 * (own - 1) + i], history.loss[2 * own + i]]).toEqual([expect.any(Number), Number.NaN]);
      expect(history.loss[2 * (own - 1) + i]).not.toBeNaN();
    });
    expect([...found.theta]).not.toEqual([...networks(2).theta]);
    await device.dispose();
  });

  test('cancelled, rejects, is free for other work, and leaves no listeners behind', async () => {
    const device = await poolOf('wasm', 2, path);
    await withWorkers(device, () => device.train(work(2, 2), quiet));
    const stop = new AbortController();
    const training = device.train(work(6, 100_000), { ...quiet, signal: stop.signal });
    setTimeout(() => stop.abort(), 100);
    await expect(training).rejects.toMatchObject({ kind: 'cancelled' });
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
    expect((await withWorkers(device, () => device.train(work(2, 2), quiet))).ended).toEqual(['done', 'done']);
    await device.dispose();
  });

  test('closed, rejects what goes on', async () => {
    const device = await poolOf('wasm', 2, path);
    const training = device.train(work(3, 100_000), quiet);
    setTimeout(() => void device.dispose(), 100);
    await expect(training).rejects.toMatchObject({ kind: 'cancelled', message: expect.stringContaining('closed') });
  });

  test('refuses work that does not fit before any thread sees it', async () => {
    const device = await poolOf('wasm', 2, path);
    await expect(device.train({ ...work(2, 1), seeds: [1] }, quiet)).rejects.toMatchObject({ kind: 'parameter' });
    const { labels: _, ...unlabelled } = labelled(9000, 1);
    await expect(device.score(networks(1), { inputs: unlabelled }, 'cross-entropy', quiet)).rejects.toThrow(/labels/);
    await device.dispose();
  });
});
