import { expect, test } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import { BackedDevice } from '../../src/tensor/backed-device.js';
import type { Data } from '../../src/tensor/chosen-inputs.js';
import { CpuBacking } from '../../src/tensor/cpu-backing.js';
import { byShare, InputOrder, outputShares } from '../../src/tensor/foremost.js';

function data(weights: readonly number[], y: readonly number[]): { inputs: Inputs; outputs: Outputs } {
  const count = weights.length;
  const x = Float32Array.from({ length: 2 * count }, (_, i) => i); // input n is (2n, 2n + 1)
  const inputs = { type: 'Inputs', x, count, item: [2], weights: Float32Array.from(weights), source: 'test' } as const;
  return { inputs, outputs: { type: 'Outputs', y: Float32Array.from(y), count, width: y.length / count } };
}

const byOutput = (given: Data): Data => byShare(given, outputShares(given));

test('inputs come by falling weight times squared output, each with what belongs to it', () => {
  const { inputs, outputs } = byOutput(data([1, 2, 4, 1], [1, 1, -3, 0, 0, 0, 2, 2])); // 2, 18, 0, 8
  expect([...inputs.x]).toEqual([2, 3, 6, 7, 0, 1, 4, 5]);
  expect([...inputs.weights]).toEqual([2, 1, 1, 4]);
  expect([...outputs.y]).toEqual([-3, 0, 2, 2, 1, 1, 0, 0]);
});

test('equal ones keep their order, what is not a number comes first', () => {
  expect([...byOutput(data([1, 1, 1, 1], [2, -2, Number.NaN, 2])).inputs.x]).toEqual([4, 5, 0, 1, 2, 3, 6, 7]);
});

test('data that is in order stays the very same', () => {
  const ordered = data([2, 1], [1, 1]);
  expect(byOutput(ordered).inputs).toBe(ordered.inputs);
});

const counted = (order: InputOrder) => {
  let asked = 0;
  const from = (given: Data, of: readonly unknown[], ...values: number[]) =>
    order.byShares(given, of, () => {
      asked++;
      return Float64Array.from(values);
    });
  return { from, asked: () => asked };
};

test('an order is made once for the same data and purpose, by value, and anew for another', async () => {
  const { from, asked } = counted(new InputOrder());
  const given = data([1, 2], [1, 1]);
  const vectors = {};
  const first = await from(given, [vectors, 0.5, Number.NaN], 0, 1);
  expect([...first.inputs.x]).toEqual([2, 3, 0, 1]);
  expect((await from({ ...given }, [vectors, 0.5, Number.NaN], 1, 0)).inputs).toBe(first.inputs);
  expect(asked()).toBe(1);
  for (const other of [[{}, 0.5, Number.NaN], [vectors, 0.25, Number.NaN], [vectors, 0.5], []])
    expect((await from(given, other, 1, 0)).inputs).toBe(given.inputs);
  expect(asked()).toBe(5);
  expect((await from({ ...given, outputs: { ...given.outputs } }, [], 0, 1)).inputs).not.toBe(given.inputs);
});

test('only the last purpose is remembered, and what goes by outputs beside it', async () => {
  const order = new InputOrder();
  const { from, asked } = counted(order);
  const given = data([1, 2], [1, 1]);
  const plain = order.byOutput(given);
  await from(given, [1], 0, 1);
  expect(order.byOutput(given).inputs).toBe(plain.inputs);
  await from(given, [1], 0, 1);
  expect(asked()).toBe(1);
  await from(given, [2], 0, 1);
  await from(given, [1], 0, 1);
  expect(asked()).toBe(3);
});

test('what does not count is left out once, before shares are asked for', async () => {
  const { from, asked } = counted(new InputOrder());
  const given = data([1, 0, 2], [1, 1, 1]);
  const first = await from(given, [], 0, 1);
  expect([...first.inputs.x]).toEqual([4, 5, 0, 1]);
  const again = await from(given, [], 0, 1);
  expect([again.inputs, again.outputs]).toEqual([first.inputs, first.outputs]);
  expect(again.inputs).toBe(first.inputs);
  expect(asked()).toBe(1);
  const order = new InputOrder();
  expect(order.byOutput(given).inputs).toBe(order.byOutput(given).inputs);
});

test('what fails is asked again, and leaves others that ask meanwhile alone', async () => {
  const order = new InputOrder();
  const given = data([1, 2], [1, 1]);
  const broken = order.byShares(given, [], () => Promise.reject(new Error('no memory')));
  const other = order.byShares(given, [], async () => new Float64Array([0, 1]));
  await expect(broken).rejects.toThrow('no memory');
  expect([...(await other).inputs.weights]).toEqual([2, 1]);
});

test('a device runs pilots once for a lattice, whatever object holds it and whether all inputs count', async () => {
  const backing = new CpuBacking();
  let engines = 0;
  const engine = backing.engine.bind(backing);
  backing.engine = (architecture) => {
    engines++;
    return engine(architecture);
  };
  const device = new BackedDevice(backing);
  const architecture: Architecture = {
    ...{ type: 'Architecture', input: [1, 1, 2] }, // with a pool it is layered
    layers: [
      { kind: 'pool', pool: 'max', size: 1, stride: 1 },
      { kind: 'flatten' },
      { kind: 'dense', units: 1, bias: false },
    ],
  };
  const control = { signal: new AbortController().signal, progress: () => undefined };
  const vectors = { origin: Float32Array.of(1, 2), basis: Float32Array.of(1, 0), coordinates: new Float64Array(1) };
  const subspace = { type: 'Subspace', rank: 1, size: 2, flags: [], ...vectors } as const;
  const lattice = { subspace, low: -1, high: 1.5, points: 4000 };
  for (const weights of [
    [1, 2, 1],
    [1, 0, 1],
  ]) {
    const { inputs, outputs } = data(weights, [2, 5, 9]);
    const given = { architecture, inputs: { ...inputs, item: [1, 1, 2] }, outputs };
    engines = 0;
    const orders = new Set<Inputs>();
    for (let i = 0; i < 3; i++) {
      const again = { ...lattice, subspace: { ...subspace } };
      const work = { ...given, family: { kind: 'members', lattice: again, index: Uint32Array.of(i) } as const };
      orders.add((await device.prepared(work, control)).inputs);
      await device.prepared({ ...given, family: { kind: 'explicit', theta: vectors.origin, count: 1 } }, control);
    }
    expect([engines, orders.size]).toEqual([1, 1]);
    const other = { kind: 'lattice', lattice: { ...lattice, points: 4001 } } as const;
    await device.prepared({ ...given, family: other }, control);
    expect(engines).toBe(2);
  }
});
