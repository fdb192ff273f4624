/** evaluate and descend on many threads: the bits of one thread, with progress, for every kind of family and both routes. */
import { getEventListeners } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import type { Curve } from '../../../src/catalog/values.js';
import type { DescendWork, EvaluateWork, WorkControl } from '../../../src/catalog/work.js';
import { BackedDevice, type ShardSource } from '../../../src/tensor/backed-device.js';
import { CpuBacking } from '../../../src/tensor/cpu-backing.js';
import { openDevice } from '../../../src/tensor/device.js';
import { familyCount } from '../../../src/tensor/family.js';
import { PooledDevice } from '../../../src/tensor/pool/pooled-device.js';
import { startThread } from '../../../src/tensor/pool/thread.js';
import { held, turn } from '../../held.js';
import { familyTheta } from '../../numeric/family.js';
import { FCN, LENET } from '../../numeric/networks.js';
import { normals, someInputs, someOutputs } from '../../numeric/oracle.js';
import { mlp, someSubspace } from '../fused/oracles.js';
import { builtWorker, poolOf, removeWorkers, same, withWorkers } from './workers.js';

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
let path: string;
beforeAll(async () => {
  path = await builtWorker();
});
afterAll(removeWorkers);

/** An evaluation on a lattice; of the LeNet, layer by layer. */
function latticeWork(architecture: EvaluateWork['architecture'], points: number, count: number): EvaluateWork {
  const { size, outputs } = layoutOf(architecture);
  return {
    architecture,
    inputs: someInputs(architecture.input, count, 1),
    outputs: someOutputs(count, outputs, 2),
    family: { kind: 'lattice', lattice: { subspace: someSubspace(3, size, 3), low: -1, high: 1, points } },
  };
}

const fcn = latticeWork(FCN, 30, 400); // 27,000 members
const { lattice } = fcn.family as Extract<EvaluateWork['family'], { kind: 'lattice' }>;
const count = familyCount(fcn.family);
const scattered = Uint32Array.from({ length: 17_001 }, (_, i) => (i * 7919) % count);

/** Works that differ in what the pool has to get right. */
const WORKS: Readonly<Record<string, EvaluateWork>> = {
  'a lattice': fcn,
  'a range of a lattice': { ...fcn, range: { start: 2_345, end: 26_999 } },
  'chosen members': { ...fcn, family: { kind: 'members', lattice, index: scattered } },
  'listed coefficients': {
    ...fcn,
    family: { kind: 'affine', subspace: lattice.subspace, coefficients: Float64Array.from(normals(3 * 20_000, 1, 5)) },
  },
  'vectors one by one': {
    ...fcn,
    family: { kind: 'explicit', theta: normals(4 * 20_000, 1, 4).fill(Number.NaN, 77_000, 77_004), count: 20_000 },
  },
  'a range of vectors': {
    ...fcn,
    family: { kind: 'explicit', theta: normals(4 * 20_000, 1, 4), count: 20_000 },
    range: { start: 3_456, end: 19_999 },
  },
  'members below a cap': { ...fcn, cap: 0.3 },
  'a projected first layer': latticeWork(mlp([30, 12, 2], { name: 'tanh' }, true), 12, 200),
  'a network in layers': latticeWork(LENET, 4, 10),
};

describe.each(['cpu', 'wasm'] as const)('%s', (name) => {
  let pools: PooledDevice[];
  beforeAll(async () => {
    pools = [await poolOf(name, 2, path), await poolOf(name, 4, path)];
  });
  afterAll(() => Promise.all(pools.map((device) => device.dispose())));

  test.each(Object.entries(WORKS))('%s: the bits of one thread on two and on four', async (_, work) => {
    const one = await openDevice(name, { threads: 1 });
    const expected = await one.evaluate(work, quiet);
    for (const device of pools) {
      const got = await withWorkers(device, () => device.evaluate(work, quiet));
      expect([same(got.loss, expected.loss), same(got.power, expected.power)]).toEqual([true, true]);
      expect([got.route, got.blocks]).toEqual([expected.route, expected.blocks]);
    }
  });
});

/** A device that has nothing to compute, and notes whether messages had their turn before each of its shards. */
class Idle extends BackedDevice {
  readonly turned: boolean[] = [];

  override async evaluateShards(_: EvaluateWork, source: ShardSource): Promise<void> {
    for (;;) {
      let turned = false;
      setImmediate(() => {
        turned = true;
      });
      const range = await source.next();
      if (range === undefined) return;
      this.turned.push(turned);
      const numbers = (): Float32Array => new Float32Array(range.end - range.start);
      source.done(range, { loss: numbers(), power: numbers(), route: 'idle', blocks: 0 });
    }
  }
}

test('workers are heard between shards of this thread, however short these are', async () => {
  const own = new Idle(new CpuBacking());
  const device = new PooledDevice(own, 2, { device: 'cpu' }, () => startThread(path), {
    size: 1,
    ready: 1e9,
    starting: 1e9,
  });
  await device.evaluate(fcn, quiet);
  expect(own.turned.length).toBeGreaterThan(1);
  expect(own.turned).not.toContain(false);
  await device.dispose();
});

test('what workers computed is put where it belongs: J of single members, one by one', async () => {
  const device = await poolOf('wasm', 3, path);
  const { loss } = await withWorkers(device, () => device.evaluate(fcn, quiet));
  for (const member of [0, 1, 14_321, count - 1]) {
    const theta = familyTheta(fcn.family, member);
    const { inputs, outputs } = fcn;
    let sum = 0;
    for (let n = 0; n < inputs.count; n++) {
      const x = inputs.x[n]!;
      const [a, b, c, d] = theta as unknown as [number, number, number, number];
      sum += inputs.weights[n]! * (c * Math.max(0, a * x) + d * Math.max(0, b * x) - outputs.y[n]!) ** 2;
    }
    expect(Math.abs(loss[member]! - sum)).toBeLessThan(1e-5 * (1 + sum));
  }
  await device.dispose();
});

test('progress adds up: it never goes back, and counts points', async () => {
  const device = await poolOf('wasm', 3, path);
  const fractions: number[] = [];
  const messages = new Set<string | undefined>();
  await withWorkers(device, () => {
    fractions.length = 0;
    const progress: WorkControl['progress'] = (fraction, message) => {
      fractions.push(fraction);
      messages.add(message);
    };
    return device.evaluate(latticeWork(FCN, 60, 30_000), { ...quiet, progress });
  });
  expect(fractions.length).toBeGreaterThan(1);
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  expect(fractions.at(-1)).toBeLessThanOrEqual(1);
  for (const message of messages) expect(message).toMatch(/^[\d.,\u202f k M]+ of 216.* points$/);
  await device.dispose();
});

const descent = (candidates: number, steps: number): DescendWork => {
  const architecture = mlp([4, 16, 12, 2], { name: 'relu' }, true);
  const { size } = layoutOf(architecture);
  const start = normals(candidates * size, 0.3, 6);
  start.fill(1e30, 2 * size, 2 * size + 40); // one that diverges
  return {
    architecture,
    inputs: someInputs([4], 300, 7),
    outputs: someOutputs(300, 2, 8),
    start,
    count: candidates,
    optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    steps,
    batch: 64,
    seed: 9,
    record: 7,
  };
};

describe.each(['cpu', 'wasm'] as const)('descend on %s', (name) => {
  test.each([
    [3, 2000],
    [37, 150],
  ])('%i candidates: the bits of one thread', async (candidates, steps) => {
    const work = descent(candidates, steps);
    const one = await openDevice(name, { threads: 1 });
    const expected = await one.descend(work, quiet);
    const device = await poolOf(name, 3, path);
    const curves: (Curve | undefined)[] = [];
    const progress: WorkControl['progress'] = (_, message, curve) => {
      expect(message).toMatch(/^step [\d,]+ of /);
      curves.push(curve);
    };
    const got = await withWorkers(device, () => device.descend(work, { ...quiet, progress }));
    expect(got).toEqual(expected);
    expect([...got.theta.subarray(2 * (got.theta.length / candidates)).subarray(0, 3)]).toEqual([NaN, NaN, NaN]);
    for (const curve of curves)
      for (const { name: line, y } of curve?.lines ?? []) {
        expect(line).toMatch(/^candidate \d+$/);
        expect(y.length).toBe(curve!.x.length);
      }
    await device.dispose();
  });
});

test('small work stays in one thread, and leaves nothing behind', async () => {
  const device = await poolOf('wasm', 2, path);
  const controller = new AbortController();
  const control = { ...quiet, signal: controller.signal };
  const small = { ...fcn, range: { start: 0, end: 50 } };
  expect(await held(1000, () => device.evaluate(small, control))).toBeLessThan(5);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  expect(device.workerSeconds).toBe(0);
  await device.dispose();
});

test('work in workers leaves no listeners and no results behind', async () => {
  const device = await poolOf('wasm', 2, path);
  const controller = new AbortController();
  const control = { ...quiet, signal: controller.signal };
  const work = { ...fcn, range: { start: 0, end: 20_000 } };
  await withWorkers(device, () => device.evaluate(work, control));
  const before = device.workerSeconds;
  const heard = async () => {
    await turn(); // that workers are free again
    return device.evaluate(work, control);
  };
  expect(await held(40, heard)).toBeLessThan(5);
  expect(device.workerSeconds).toBeGreaterThan(before);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  await device.dispose();
});
