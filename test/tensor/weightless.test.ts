import { expect, test } from 'vitest';
import { genniFcn } from '../../src/catalog/presets.js';
import type { WorkControl } from '../../src/catalog/work.js';
import { openDevice } from '../../src/tensor/device.js';
import { counting } from '../../src/tensor/weightless.js';

const quiet: WorkControl = { signal: new AbortController().signal, progress: () => undefined };
const inputs = (weights: number[]) =>
  ({
    type: 'Inputs',
    x: Float32Array.from({ length: 2 * weights.length }, (_, i) => i),
    count: weights.length,
    item: [2],
    weights: Float32Array.from(weights),
    labels: new Int32Array(weights.length),
    source: 'test',
  }) as const;
const outputs = (count: number) =>
  ({ type: 'Outputs', y: Float32Array.from({ length: count }, (_, i) => 10 * i), count, width: 1 }) as const;

test('only inputs with a weight are left, each with its own output', () => {
  const all = { inputs: inputs([0.5, 0.5]), outputs: outputs(2) };
  expect(counting(all)).toBe(all);
  const { inputs: kept, outputs: y } = counting({ inputs: inputs([0, 0.25, 0, 0.75]), outputs: outputs(4) });
  expect(kept).toMatchObject({ count: 2, x: Float32Array.of(2, 3, 6, 7), weights: Float32Array.of(0.25, 0.75) });
  expect(y).toMatchObject({ count: 2, y: Float32Array.of(10, 30), width: 1 });
});

test.each(['cpu', 'wasm'] as const)('on %s, J is 0 where every weight is, and a descent goes on', async (name) => {
  const device = await openDevice(name);
  const data = {
    architecture: genniFcn(),
    inputs: { ...inputs([0, 0]), x: new Float32Array(2).fill(3e38), item: [1] },
    outputs: outputs(2),
  };
  const theta = Float32Array.of(1e30, 1e30, 1e30, 1e30);
  const { loss, power } = await device.evaluate({ ...data, family: { kind: 'explicit', theta, count: 1 } }, quiet);
  expect([...loss, ...power]).toEqual([0, 0]);
  const optimizer = { name: 'sgd', learningRate: 0.1, momentum: 0 } as const;
  const work = {
    ...data,
    start: Float32Array.of(1, 1, 1, 1),
    count: 1,
    optimizer,
    steps: 2,
    batch: 1,
    seed: 1,
    record: 1,
  };
  expect((await device.descend({ ...work, inputs: { ...data.inputs, x: new Float32Array(2) } }, quiet)).theta).toEqual(
    work.start,
  );
});
