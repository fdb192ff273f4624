/** Layers of models, compared on a device: the same numbers as the measures on plain rows. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ckaNode from '../../../nodes/cka.js';
import procrustesNode from '../../../nodes/procrustes.js';
import { MemoryFiles } from '../../../src/arrays/file-source.js';
import type { Activations, Model } from '../../../src/catalog/values.js';
import type { Device, RunContext } from '../../../src/catalog/work.js';
import { cka, ckaMeasure } from '../../../src/methods/similarity/cka.js';
import type { Rows } from '../../../src/methods/similarity/columns.js';
import { compareLayers } from '../../../src/methods/similarity/compare.js';
import { pairingOf, readingsOf, sideOf } from '../../../src/methods/similarity/pairing.js';
import { ckaText } from '../../../src/methods/similarity/texts.js';
import { openDevice } from '../../../src/tensor/device.js';
import { silent } from '../fixtures.js';
import { activationsOf, cnn, perceptron, randomInputs, randomModel } from './models.js';
import { permutationScaling } from './rows.js';

let device: Device;
let context: RunContext;
beforeAll(async () => {
  device = await openDevice('cpu', { threads: 1 });
  context = { ...silent, device, files: new MemoryFiles() };
});
afterAll(() => device.dispose());

const linear = ckaNode.params.parse({});
const runCka = (a: Activations, b: Activations, params: object = {}) =>
  ckaNode.run({ params: ckaNode.params.parse(params), inputs: { a, b }, context });

/** ReLU layers of an MLP [5, 8, 6, 3] in float64, by loops: rows of layers 1 and 3. */
function forward({ theta }: Model, x: Float32Array, count: number): readonly Rows[] {
  const dense = (from: Float64Array, d: number, e: number, at: number): Float64Array =>
    Float64Array.from({ length: count * e }, (_, k) => {
      const [i, j] = [Math.floor(k / e), k % e];
      let sum = theta[at + d * e + j]!;
      for (let c = 0; c < d; c++) sum += theta[at + j * d + c]! * from[i * d + c]!;
      return Math.max(0, sum);
    });
  const first = dense(Float64Array.from(x), 5, 8, 0);
  const second = dense(first, 8, 6, 48);
  return [
    { x: first, count, width: 8 },
    { x: second, count, width: 6 },
  ];
}

describe('layers of models', () => {
  it('have the measures of their activations, computed here in float64', async () => {
    const inputs = randomInputs(60, [5]);
    const [p, q] = [randomModel(perceptron, [1]), randomModel(perceptron, [2])];
    const a = activationsOf(p, inputs, ['1', '3']);
    const b = activationsOf(q, inputs, ['1', '3']);
    const [x, y] = [forward(p, inputs.x, 60), forward(q, inputs.x, 60)];
    for (const params of [
      {},
      { kernel: 'rbf', width: 0.4, estimator: 'biased' },
      { kernel: 'max', batch: 20 },
    ] as const) {
      const { matrix } = await runCka(a, b, params);
      expect(matrix.rows).toEqual(['ReLU 1', 'ReLU 2']);
      for (const i of [0, 1])
        for (const j of [0, 1])
          expect(
            Math.abs(matrix.values[2 * i + j]! - cka(x[i]!, y[j]!, { estimator: 'unbiased', ...params }).value!),
          ).toBeLessThan(1e-5);
    }
  });

  it('images: the mean over positions, all numbers, or rows for each position', async () => {
    const inputs = randomInputs(20, [2, 8, 8]);
    const [p, q] = [randomModel(cnn, [1]), randomModel(cnn, [2])];
    const places = [
      { path: '2', channels: 2, positions: 64 },
      { path: '5', channels: 4, positions: 64 },
    ];
    const recorded = async (model: Model, path: string) =>
      (await device.record({ networks: model, inputs, layers: [{ path }] }, silent))[0]!;
    for (const reading of ['mean', 'flat', 'channels'] as const) {
      const plain = async (model: Model, { path, channels, positions }: (typeof places)[number]): Promise<Rows> => {
        const all = await recorded(model, path); // [20, channels, positions]
        const at = (i: number, c: number, s: number) => all[(i * channels + c) * positions + s]!;
        if (reading === 'flat') return { x: all, count: 20, width: channels * positions };
        if (reading === 'channels') {
          const x = new Float64Array(all.length);
          for (let i = 0; i < 20; i++)
            for (let s = 0; s < positions; s++)
              for (let c = 0; c < channels; c++) x[(i * positions + s) * channels + c] = at(i, c, s);
          return { x, count: 20 * positions, width: channels };
        }
        const x = Float64Array.from({ length: 20 * channels }, (_, k) => {
          let sum = 0;
          for (let s = 0; s < positions; s++) sum += at(Math.floor(k / channels), k % channels, s);
          return sum / positions;
        });
        return { x, count: 20, width: channels };
      };
      const layers = places.map(({ path }) => path);
      const { matrix, table } = await runCka(
        activationsOf(p, inputs, layers, { reading }),
        activationsOf(q, inputs, layers, { reading }),
      );
      for (const [i, one] of places.entries())
        for (const [j, other] of places.entries()) {
          const expected = cka(await plain(p, one), await plain(q, other), { estimator: 'unbiased' }).value!;
          expect(Math.abs(matrix.values[2 * i + j]! - expected)).toBeLessThan(1e-5);
        }
      expect(table.rows[1]!.slice(3, 6)).toEqual(
        { mean: [20, 4, 4], flat: [20, 256, 256], channels: [1280, 4, 4] }[reading],
      );
    }
  });

  it('a model moved by its group is G_ReLU-alike at every ReLU, and not so in other forms', async () => {
    const p = randomModel(perceptron, [3]);
    const theta = p.theta.slice();
    const g = permutationScaling(8, 5); // x ↦ x A: unit `from` becomes unit `to`, times A[from, to]
    for (let from = 0; from < 8; from++)
      for (let to = 0; to < 8; to++) {
        const scale = g[from * 8 + to]!;
        if (scale === 0) continue;
        for (let c = 0; c < 5; c++) theta[to * 5 + c] = scale * p.theta[from * 5 + c]!;
        theta[40 + to] = scale * p.theta[40 + from]!;
        for (let r = 0; r < 6; r++) theta[48 + r * 8 + to] = p.theta[48 + r * 8 + from]! / scale;
      }
    const inputs = randomInputs(200, [5]);
    const a = activationsOf(p, inputs, ['1', '3', '4']);
    const b = activationsOf({ ...p, theta }, inputs, ['1', '3', '4']);
    const diagonal = async (form: 'g-relu' | 'permutation') => {
      const params = procrustesNode.params.parse({ form });
      const { table } = await procrustesNode.run({ params, inputs: { a, b }, context });
      return table.rows.map((row) => row[2] as number);
    };
    const same = await diagonal('g-relu');
    for (const value of same) expect(value).toBeGreaterThan(1 - 1e-5);
    const [first, second, third] = await diagonal('permutation');
    expect(first).toBeLessThan(0.95);
    expect(Math.min(second!, third!)).toBeGreaterThan(1 - 1e-5); // the layers after it are as they were
    const max = (await runCka(a, b, { kernel: 'max' })).table.rows.map((row) => row[2] as number);
    for (const value of max) expect(value).toBeGreaterThan(1 - 1e-5);
  });

  it('several models: i with i, or one with each; mean and deviation over pairs', async () => {
    const inputs = randomInputs(40, [5]);
    const layers = ['1', '3'];
    const on = (model: Model) => activationsOf(model, inputs, layers);
    const many = await runCka(on(randomModel(perceptron, [1, 2, 3])), on(randomModel(perceptron, [4, 5, 6])));
    const each = await Promise.all(
      [1, 2, 3].map((i) => runCka(on(randomModel(perceptron, [i])), on(randomModel(perceptron, [i + 3])))),
    );
    many.matrix.values.forEach((value, at) => {
      const values = each.map(({ matrix }) => matrix.values[at]!);
      const mean = (values[0]! + values[1]! + values[2]!) / 3;
      expect(value).toBeCloseTo(mean, 12);
      expect(many.matrix.spread![at]! ** 2).toBeCloseTo(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 2, 12);
    });
    expect(many.table.rows.map((row) => row[4])).toEqual([3, 3]);
    expect(each[0]!.matrix.spread).toBeUndefined();
    const one = on(randomModel(perceptron, [1]));
    const wide = on(randomModel(perceptron, [4, 5]));
    const [ab, ba] = [await runCka(one, wide), await runCka(wide, one)];
    expect(ab.matrix.values[1]).toBeCloseTo(ba.matrix.values[2]!, 12); // A × B is B × A turned
    const first = await runCka(one, on(randomModel(perceptron, [4])));
    const second = await runCka(one, on(randomModel(perceptron, [5])));
    expect(ab.matrix.values[1]).toBeCloseTo((first.matrix.values[1]! + second.matrix.values[1]!) / 2, 12);
  });

  it('rows up to the cap: the same inputs and positions of both, whatever else is asked for', async () => {
    const inputs = randomInputs(30, [2, 8, 8]);
    const model = randomModel(cnn, [1]);
    const capped = { reading: 'channels', rows: 300, seed: 7 } as const; // 18 inputs × 16 of 64 positions
    const layers = ['2', '5', '9'];
    const a = activationsOf(model, inputs, layers, capped);
    expect(readingsOf(sideOf(a)).map(({ count }) => count)).toEqual([288, 288, 288]);
    const { table, matrix } = await runCka(a, activationsOf(model, inputs, layers, { ...capped, seed: 8, rows: 400 }));
    for (const row of table.rows) expect(row[2]).toBeCloseTo(1, 12); // B is read at A's positions, at A's rows
    const alone = await runCka({ ...a, layers: ['5'] }, { ...a, layers: ['2'] });
    expect(alone.matrix.values[0]).toBeCloseTo(matrix.values[3]!, 12);
    // layer 9 has images of another size: no value, and none is made up
    expect([2, 5, 6, 7].every((at) => Number.isNaN(matrix.values[at]!))).toBe(true);
    const few = activationsOf(model, inputs, ['2'], { rows: 12, seed: 1 });
    const other = { ...few, seed: 2 };
    expect(readingsOf(sideOf(few))[0]).toMatchObject({ inputs: 12, count: 12 });
    const b = activationsOf(randomModel(cnn, [2]), inputs, ['2'], { rows: 12 });
    expect((await runCka(few, b)).matrix.values[0]).not.toBeCloseTo((await runCka(other, b)).matrix.values[0]!, 6);
  });

  it('rows of inputs correspond also where only one side has layers of positions, which take fewer inputs', async () => {
    const inputs = randomInputs(60, [2, 8, 8]);
    const model = randomModel(cnn, [1]);
    const some = { reading: 'channels', rows: 48, seed: 3 } as const; // 3 inputs × 16 positions of layer 2, 48 inputs of the last
    const b = activationsOf(model, inputs, ['16'], some);
    expect(readingsOf(sideOf({ ...b, layers: ['2', '16'] })).map((of) => of.inputs)).toEqual([3, 48]);
    const { matrix } = await runCka({ ...b, layers: ['2', '16'] }, b);
    expect(matrix.values[0]).toBeNaN();
    expect(matrix.values[1]).toBeCloseTo(1, 12);
  });

  it('a model that has diverged is named, with its layer', async () => {
    const inputs = randomInputs(20, [5]);
    const [good, bad] = [randomModel(perceptron, [1]), randomModel(perceptron, [2, 3])];
    const theta = bad.theta.slice();
    theta[theta.length - 1] = Number.NaN; // a bias of the last layer, of the second model
    const b = activationsOf({ ...bad, theta }, inputs, ['1', '4']);
    await expect(runCka(activationsOf(good, inputs, ['1']), b)).rejects.toThrow(
      'dense 3 (layer 4) of B, seed 3: expected finite activations, got others in column 2',
    );
    expect(
      (await runCka(activationsOf(good, inputs, ['1']), { ...b, layers: ['1'] })).matrix.values[0],
    ).toBeGreaterThan(0);
  });

  it('groups change nothing: layers prepared all at once or one by one', async () => {
    const inputs = randomInputs(30, [5]);
    const a = activationsOf(randomModel(perceptron, [1, 2]), inputs, ['0', '1', '2', '3', '4']);
    const b = activationsOf(randomModel(perceptron, [3, 4]), inputs, ['0', '3', '4']);
    const pairing = pairingOf(sideOf(a), sideOf(b));
    const text = ckaText(linear);
    const measure = ckaMeasure(linear);
    const whole = await compareLayers(measure, text, { a, b, pairing }, device, silent);
    const large = { ...text, bytes: () => 2 ** 28 }; // one layer fills what may be held
    const apart = await compareLayers(measure, large, { a, b, pairing }, device, silent);
    expect(apart).toEqual(whole);
    expect(whole.values.every((value) => Math.abs(value) <= 1)).toBe(true);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    stop.abort();
    const a = activationsOf(randomModel(perceptron, [1]), randomInputs(30, [5]), ['1']);
    const params = ckaNode.params.parse({});
    await expect(
      ckaNode.run({ params, inputs: { a, b: a }, context: { ...context, signal: stop.signal } }),
    ).rejects.toThrow('cancelled');
  });
});
