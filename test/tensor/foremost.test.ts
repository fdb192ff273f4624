import { expect, test } from 'vitest';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import { byShare, type Data, InputOrder, outputShares } from '../../src/tensor/foremost.js';

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

test('an order is made once for the same data and purpose, and anew for another', async () => {
  const order = new InputOrder();
  const given = data([1, 2], [1, 1]);
  const [one, other] = [{}, {}];
  let asked = 0;
  const shares =
    (...values: number[]) =>
    () => {
      asked++;
      return Float64Array.from(values);
    };
  const first = await order.foremostFirst(given, one, shares(0, 1));
  expect([...first.inputs.x]).toEqual([2, 3, 0, 1]);
  expect((await order.foremostFirst({ ...given }, one, shares(1, 0))).inputs).toBe(first.inputs);
  expect((await order.foremostFirst(given, other, shares(1, 0))).inputs).toBe(given.inputs);
  expect(asked).toBe(2);
});

test('what fails is asked again', async () => {
  const order = new InputOrder();
  const given = data([1, 2], [1, 1]);
  const broken = order.foremostFirst(given, order, () => Promise.reject(new Error('no memory')));
  await expect(broken).rejects.toThrow('no memory');
  const { inputs } = await order.foremostFirst(given, order, () => new Float64Array([0, 1]));
  expect([...inputs.weights]).toEqual([2, 1]);
});
