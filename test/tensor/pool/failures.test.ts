/** Workers that end, throw, run out of memory or never start; work that is cancelled or whose device is closed. All for real. */
import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { FiberscopeError } from '../../../src/catalog/errors.js';
import type { DescendWork, EvaluateWork, WorkControl } from '../../../src/catalog/work.js';
import { BackedDevice } from '../../../src/tensor/backed-device.js';
import { openDevice } from '../../../src/tensor/device.js';
import { faultReason } from '../../../src/tensor/device-fault.js';
import type { Order } from '../../../src/tensor/pool/messages.js';
import { PooledDevice } from '../../../src/tensor/pool/pooled-device.js';
import type { Thread } from '../../../src/tensor/pool/thread.js';
import { openWasm } from '../../../src/tensor/wasm-backing.js';
import { turn } from '../../held.js';
import { FCN } from '../../numeric/networks.js';
import { normals, someInputs, someOutputs } from '../../numeric/oracle.js';
import { mlp, someSubspace } from '../fused/oracles.js';
import { builtWorker, poolOf, removeWorkers, same, withWorkers } from './workers.js';

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
const work: EvaluateWork = {
  architecture: FCN,
  inputs: someInputs([1], 500, 1),
  outputs: someOutputs(500, 1, 2),
  family: { kind: 'lattice', lattice: { subspace: someSubspace(3, 4, 3), low: -1, high: 1, points: 36 } },
};
const network = mlp([4, 16, 12, 2], { name: 'relu' }, true);
const descent: DescendWork = {
  architecture: network,
  inputs: someInputs([4], 300, 7),
  outputs: someOutputs(300, 2, 8),
  start: normals(24 * layoutOf(network).size, 0.3, 6),
  count: 24,
  optimizer: { name: 'sgd', learningRate: 0.01, momentum: 0.9 },
  steps: 200,
  batch: 64,
  seed: 9,
  record: 50,
};
let path: string;
let expected: Awaited<ReturnType<typeof reference>>;
const reference = async () => {
  const one = await openDevice('wasm', { threads: 1 });
  return { evaluation: await one.evaluate(work, quiet), descent: await one.descend(descent, quiet) };
};
beforeAll(async () => {
  path = await builtWorker();
  expected = await reference();
});
afterAll(removeWorkers);

/** Calls `harm` with the thread just after it was given its n-th order of this kind. */
function upon(kind: Order['kind'], n: number, harm: (thread: Thread, worker: number) => void) {
  const seen = new Map<number, number>();
  return (order: Order, thread: Thread, worker: number): Order => {
    if (order.kind !== kind) return order;
    seen.set(worker, (seen.get(worker) ?? 0) + 1);
    if (seen.get(worker) === n) setTimeout(() => harm(thread, worker), 5);
    return order;
  };
}

const endless: EvaluateWork = {
  ...work,
  family: { kind: 'lattice', lattice: { subspace: someSubspace(3, 4, 3), low: -1, high: 1, points: 400 } },
};

describe('a worker that is no more', () => {
  test('is replaced, and what it had not finished is done by others', async () => {
    const ended: number[] = [];
    const meddle = upon('shard', 3, (thread, worker) => {
      if (worker > 1) return;
      ended.push(worker);
      thread.terminate();
    });
    const device = await poolOf('wasm', 3, path, meddle);
    const larger = { ...endless, range: { start: 0, end: 800_000 } };
    const one = await openDevice('wasm', { threads: 1 });
    const { loss } = await one.evaluate(larger, quiet);
    while (ended.length === 0) expect(same((await device.evaluate(larger, quiet)).loss, loss)).toBe(true);
    const later = await withWorkers(device, () => device.evaluate(work, quiet));
    expect(same(later.loss, expected.evaluation.loss)).toBe(true);
    expect(device.threads).toBe(3);
    await device.dispose();
  });

  test('in a descent: its candidates start again elsewhere', async () => {
    let ended = false;
    const meddle = upon('descend', 1, (thread, worker) => {
      if (worker === 0) thread.terminate();
      ended = true;
    });
    const device = await poolOf('wasm', 2, path, meddle);
    expect(await withWorkers(device, () => device.descend(descent, quiet))).toEqual(expected.descent);
    expect(ended).toBe(true);
    await device.dispose();
  });

  test('may throw what nobody caught', async () => {
    let thrown = false;
    const meddle = (order: Order, _: Thread, worker: number): Order => {
      if (order.kind !== 'shard' || worker > 0) return order;
      thrown = true;
      return null as unknown as Order; // its listener throws a TypeError
    };
    const device = await poolOf('cpu', 2, path, meddle);
    const one = await openDevice('cpu', { threads: 1 });
    const got = await withWorkers(device, () => device.evaluate(work, quiet));
    expect(thrown).toBe(true);
    expect(same(got.loss, (await one.evaluate(work, quiet)).loss)).toBe(true);
    await device.dispose();
  });

  test('again and again is a fault that says so', async () => {
    const device = await poolOf(
      'wasm',
      2,
      path,
      upon('shard', 1, (thread) => thread.terminate()),
    );
    const fault = await device.evaluate(endless, quiet).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(FiberscopeError);
    expect(faultReason(fault)).toBe('lost');
    expect((fault as Error).message).toMatch(
      /^device wasm: the device was lost \(4 workers have stopped, .*\); run again/,
    );
    await device.dispose();
  });
});

test('an error in a worker comes over as it is', async () => {
  const meddle = (order: Order): Order =>
    order.kind === 'evaluate'
      ? { ...order, work: { ...order.work, outputs: { ...order.work.outputs, width: 2 } } }
      : order;
  const device = await poolOf('wasm', 2, path, meddle);
  const fault = await device.evaluate(endless, quiet).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(FiberscopeError);
  expect(fault).toMatchObject({ kind: 'shape', message: "evaluate: width of 'outputs': expected 1, got 2" });
  await device.dispose();
});

test('a worker without memory is let go, and the others do its part', async () => {
  const poor = await builtWorker('test/tensor/pool/out-of-memory.ts', 'poor');
  let given = 0;
  const meddle = (order: Order): Order => {
    if (order.kind === 'shard') given++;
    return order;
  };
  const device = await poolOf('wasm', 2, poor, meddle);
  while (given === 0) {
    // or the test times out
    expect(same((await device.evaluate(work, quiet)).loss, expected.evaluation.loss)).toBe(true);
    await turn(); // what started meanwhile is heard
  }
  expect(device.workerSeconds).toBe(0);
  expect(device.threads).toBe(1);
  await device.dispose();
});

test('where no worker can be started, this thread does it all', async () => {
  const device = await poolOf('wasm', 4, `${path}.missing.js`);
  const larger = { ...endless, range: { start: 0, end: 800_000 } };
  const { loss } = await device.evaluate(larger, quiet);
  expect(loss.length).toBe(800_000);
  while (device.threads > 1) await turn(); // or the test times out
  expect(same((await device.evaluate(work, quiet)).loss, expected.evaluation.loss)).toBe(true);
  await device.dispose();
});

test('where a page forbids workers, this thread does it all', async () => {
  const forbidden = (): never => {
    throw new DOMException('Access to the script is denied', 'SecurityError');
  };
  const own = new BackedDevice(await openWasm());
  const device = new PooledDevice(own, 4, { device: 'wasm' }, forbidden, { size: 1e6, ready: 1, starting: 1 });
  const { loss } = await device.evaluate({ ...endless, range: { start: 0, end: 800_000 } }, quiet);
  expect(loss.length).toBe(800_000);
  expect(device.threads).toBe(1);
  expect(await device.descend(descent, quiet)).toEqual(expected.descent);
  await device.dispose();
});

test.each(['evaluate', 'shard', 'descend'] as const)(
  'a worker that no %s can be copied to is let go, and the others do its part',
  async (kind) => {
    let refused = 0;
    const meddle = (order: Order): Order => {
      if (order.kind !== kind) return order;
      refused++;
      throw new DOMException('Data cannot be cloned, out of memory.', 'DataCloneError');
    };
    const device = await poolOf('wasm', 2, path, meddle);
    const run = async (): Promise<void> => {
      if (kind === 'descend') expect(await device.descend(descent, quiet)).toEqual(expected.descent);
      else expect(same((await device.evaluate(work, quiet)).loss, expected.evaluation.loss)).toBe(true);
    };
    while (refused === 0) {
      await run(); // or the test times out
      await turn(); // what started meanwhile is heard
    }
    await run();
    expect([refused, device.threads, device.workerSeconds]).toEqual([1, 1, 0]);
    await device.dispose();
  },
);

describe('work that is told to stop while workers are at it', () => {
  /** Does `stop` once a worker computes. */
  async function stopped(stop: (device: Awaited<ReturnType<typeof poolOf>>, controller: AbortController) => void) {
    let ends = 0;
    let begun: () => void = () => undefined;
    const computing = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const watched = new Set<Thread>();
    const meddle = (order: Order, thread: Thread): Order => {
      if (!watched.has(thread))
        thread.listen(
          () => undefined,
          () => ends++,
        );
      watched.add(thread);
      if (order.kind === 'shard') begun();
      return order;
    };
    const device = await poolOf('wasm', 3, path, meddle);
    const controller = new AbortController();
    const running = device.evaluate(endless, { ...quiet, signal: controller.signal });
    const outcome = running.catch((error: unknown) => error);
    await computing;
    await new Promise((resolve) => setTimeout(resolve, 50));
    const told = performance.now();
    stop(device, controller);
    const fault = await outcome;
    return { device, fault, took: performance.now() - told, signal: controller.signal, ends: () => ends, watched };
  }

  test('by its signal: it rejects, and the workers are free for the next', async () => {
    const { device, fault, signal } = await stopped((_, controller) => controller.abort());
    expect(fault).toMatchObject({ kind: 'cancelled', message: 'cancelled' });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    const next = await withWorkers(device, () => device.evaluate(work, quiet));
    expect(same(next.loss, expected.evaluation.loss)).toBe(true);
    await device.dispose();
  });

  test('by closing the device: it rejects, and every thread ends', async () => {
    const { fault, ends, watched } = await stopped((device) => void device.dispose());
    expect(fault).toMatchObject({ kind: 'cancelled', message: 'device wasm: closed while it computed' });
    while (ends() < watched.size) await new Promise((resolve) => setTimeout(resolve, 10)); // or the test times out
  });

  test('before it began', async () => {
    const device = await poolOf('wasm', 2, path);
    await expect(device.evaluate(work, { ...quiet, signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'cancelled',
    });
    await device.dispose();
  });
});
