/** The nodes that compare representations: what they show, say and refuse. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import activationsNode from '../../../nodes/activations.js';
import ccaNode from '../../../nodes/cca.js';
import ckaNode from '../../../nodes/cka.js';
import procrustesNode from '../../../nodes/procrustes.js';
import { MemoryFiles } from '../../../src/arrays/file-source.js';
import { mlp, resnet20 } from '../../../src/catalog/presets.js';
import type { Activations } from '../../../src/catalog/values.js';
import type { Device, RunContext } from '../../../src/catalog/work.js';
import { openDevice } from '../../../src/tensor/device.js';
import { silent } from '../fixtures.js';
import { activationsOf, cnn, perceptron, randomInputs, randomModel } from './models.js';

let device: Device;
let context: RunContext;
beforeAll(async () => {
  device = await openDevice('cpu', { threads: 1 });
  context = { ...silent, device, files: new MemoryFiles() };
});
afterAll(() => device.dispose());

const runCka = (a: Activations, b: Activations, params: object = {}) =>
  ckaNode.run({ params: ckaNode.params.parse(params), inputs: { a, b }, context });

describe('what the nodes show', () => {
  const view = async (a: Activations, b: Activations, params: object = {}) => {
    const outputs = await runCka(a, b, params);
    return ckaNode.view({ params: ckaNode.params.parse(params), inputs: { a, b }, outputs });
  };
  const ids = (shown: Awaited<ReturnType<typeof view>>) => shown.notes.map(({ id }) => id);

  it('one pair: its value, N and the formula; a matrix: means on and off equal positions', async () => {
    const inputs = randomInputs(40, [5]);
    const a = activationsOf(randomModel(perceptron, [1, 2]), inputs, ['1']);
    const b = activationsOf(randomModel(perceptron, [3, 4]), inputs, ['1']);
    const one = await view(a, b, { estimator: 'biased' });
    expect(one.rows[0]![0]).toBe('value');
    expect(one.rows[0]![1]).toMatch(/^0\.\d+ ± 0\.\d+$/);
    expect(one.rows.slice(1)).toEqual([
      ['N', '40'],
      ['d, d′', '8, 8'],
    ]);
    expect(one.status).toBe('linear CKA, biased; higher is closer; mean over 2 pairs of models');
    expect(one.summary.value).toBeGreaterThan(0);
    expect(ids(one)).toEqual(['measure', 'rows']);
    expect(one.notes[0]!.text).toBe(
      'linear CKA, biased: HSIC(K, L) / √(HSIC(K, K) HSIC(L, L)), K = X Xᵀ; HSIC biased. Higher is closer.',
    );
    expect(one.notes[1]!.text).toBe('N = 40 rows (one for each input); d = 8 columns.');
    expect(one.plots.map(({ kind }) => kind)).toEqual(['matrix', 'table', 'table']);
    const two = { ...a, layers: ['1', '3'] };
    const matrix = await view(two, two);
    expect(matrix.summary.equalPositions).toBeCloseTo(1, 12);
    expect(matrix.rows.map(([label]) => label)).toEqual(['equal positions', 'others', 'N']);
    const same = ({ notes }: typeof matrix) => notes.filter(({ id }) => id === 'same-networks').map(({ text }) => text);
    expect(same(matrix)).toEqual([expect.stringMatching(/^2 of 2 pairs are the same network in A and B \(.+\), /)]);
    const half = activationsOf(randomModel(perceptron, [1, 4]), inputs, ['1']);
    expect(same(await view(a, half))).toEqual([expect.stringMatching(/^1 of 2 pairs /)]);
  });

  it('the angular distance says that lower is closer, and its bounds', async () => {
    const inputs = randomInputs(40, [5]);
    const a = activationsOf(randomModel(perceptron, [1]), inputs, ['1', '3']);
    const params = procrustesNode.params.parse({ form: 'angular' });
    const outputs = await procrustesNode.run({ params, inputs: { a, b: a }, context });
    expect(outputs.matrix).toMatchObject({ better: 'lower', range: [0, Math.PI / 2] });
    expect(outputs.matrix.values[0]).toBeLessThan(1e-6);
    expect(outputs.matrix.values[1]).toBeGreaterThan(0.1);
    const shown = procrustesNode.view({ params, inputs: { a, b: a }, outputs });
    expect(shown.notes[0]!.text).toBe(
      'angular Procrustes distance: arccos ‖XᵀY‖_*, X and Y centred, ‖X‖_F = ‖Y‖_F = 1. Lower is closer.',
    );
    expect(shown.status).toBe('angular Procrustes distance; lower is closer');
    expect(outputs.table.columns[2]).toEqual({ name: 'angular Procrustes distance', unit: 'lower is closer' });
  });

  it('says what is missing: dead units, layers without a value, images that differ in size, other inputs', async () => {
    const inputs = randomInputs(30, [5]);
    const p = randomModel(perceptron, [1]);
    const dead = p.theta.slice();
    dead.fill(0, 0, 10); // units 0 and 1 of the first layer
    dead.fill(-1, 40, 42);
    dead.fill(0, 48, 96); // the second layer gives its biases only
    const a = activationsOf({ ...p, theta: dead, flags: ['stopped early'] }, inputs, ['1', '3']);
    const b = activationsOf(p, randomInputs(30, [5], 9), ['1', '3']);
    const shown = await view(a, b);
    expect(ids(shown)).toEqual([
      'measure',
      'rows',
      'constant-columns',
      'no-value',
      'below-zero', // unrelated rows
      'different-inputs',
      'model-flag',
    ]);
    const text = (id: string) => shown.notes.find((note) => note.id === id)!.text;
    expect(text('constant-columns')).toMatch(
      /dropped: 2 of 8 in ReLU 1 \(layer 1\) of A, 6 of 6 in ReLU 2 \(layer 3\) of A/,
    );
    expect(text('no-value')).toBe('Not comparable: ReLU 2 (layer 3) of A (all columns are constant).');
    expect(text('model-flag')).toBe('A: stopped early');
    const heat = shown.plots[0]!;
    const below = heat.kind === 'matrix' ? heat.matrix.values.filter((value) => value < 0).length : 0;
    expect(text('below-zero')).toMatch(new RegExp(`^${below} of 4 values`));
    const table = shown.plots[1]!;
    expect(table.kind === 'table' && table.table.rows[1]![2]).toBeNull();
    await expect(view({ ...a, layers: ['3'] }, { ...b, layers: ['3'] })).rejects.toThrow(
      'linear CKA, unbiased of ReLU 2 (layer 3) of A and ReLU 2 (layer 3) of B: expected layers that can be compared, got in A: all columns are constant; choose',
    );

    const images = randomInputs(10, [2, 8, 8]);
    const c = activationsOf(randomModel(cnn, [1]), images, ['2', '9'], { reading: 'channels' });
    const apart = await view(c, c);
    expect(apart.notes.find(({ id }) => id === 'not-corresponding')!.text).toMatch(/^2 of 4 pairs/);
    const block = activationsOf(randomModel(resnet20([1, 8, 8], 1, 2), [1]), randomInputs(10, [1, 8, 8]), [
      '2',
      '3.block.2',
    ]);
    expect(ids(await view(block, block))).toContain('inside-residual');
  });
});

describe('sentences about rows', () => {
  const inputs = randomInputs(10, [5]);
  const a = activationsOf(randomModel(perceptron, [1]), inputs, ['0']); // 8 linear images of 5 numbers: rank 5
  const b = activationsOf(randomModel(perceptron, [2]), inputs, ['2']);
  const more = randomInputs(40, [5]);
  const on = (of: Activations) => ({ ...of, inputs: more });
  const notesOf = async (
    node: typeof ckaNode | typeof ccaNode | typeof procrustesNode,
    x: Activations,
    y: Activations,
    given: object,
  ) => {
    const params = node.params.parse(given) as never;
    const outputs = await node.run({ params, inputs: { a: x, b: y }, context });
    return node.view({ params, inputs: { a: x, b: y }, outputs }).notes;
  };

  it('correlations that are 1 for any data, counted', async () => {
    const few = await notesOf(ccaNode, a, b, { form: 'mean' });
    // 5 and 6 dimensions in 9, the rows less their mean
    expect(few.find(({ id }) => id === 'forced-correlations')!.text).toBe(
      'Too few rows: in 1 pair of layers some correlations are 1 for any data, up to 2 of 5 between dense 1 (layer 0) of A and dense 2 (layer 2) of B (40 %). Give more inputs, or use SVCCA.',
    );
    const uncentred = await notesOf(ccaNode, a, b, { form: 'mean', centred: false }); // 6 (with the constant) and 6 in 10
    expect(uncentred.find(({ id }) => id === 'forced-correlations')!.text).toContain('up to 2 of 6');
    expect((await notesOf(ccaNode, on(a), on(b), {})).some(({ id }) => id === 'forced-correlations')).toBe(false);
    const same = await ccaNode.run({
      params: ccaNode.params.parse({ form: 'pwcca' }),
      inputs: { a: on(a), b: on({ ...a, layers: ['0'] }) },
      context,
    });
    expect(same.matrix.values[0]).toBeCloseTo(1, 10);
    expect(same.layers.rows.map((row) => row[6])).toEqual([5, 5]); // directions
  });

  it('layers of as many columns as rows, where the measure is then high for any data', async () => {
    const first = (rows: number) => [a, b].map((of) => ({ ...of, rows })) as [Activations, Activations]; // d = 8, d′ = 6
    const wide = async (node: typeof ckaNode | typeof procrustesNode, rows: number, given: object) =>
      (await notesOf(node, ...first(rows), given)).find(({ id }) => id === 'wide-layers')?.text;
    const said =
      /^Too few rows: .* as in dense 1 \(layer 0\) of A \(d = 8, N = 7\), dense 2 \(layer 2\) of B \(d = 6, N = 7\)\. Give/;
    expect(await wide(ckaNode, 7, { estimator: 'biased' })).toMatch(said);
    expect(await wide(ckaNode, 7, {})).toBeUndefined();
    expect(await wide(ckaNode, 8, { estimator: 'biased' })).toBeUndefined();
    for (const form of ['orthogonal', 'angular', 'permutation', 'g-relu']) {
      expect(await wide(procrustesNode, 7, { form })).toMatch(said);
      expect(await wide(procrustesNode, 8, { form })).toBeUndefined();
    }
  });

  it('rows that A and B ask for differently, where that matters', async () => {
    const said = async (x: object, y: object) => {
      const notes = await notesOf(ckaNode, { ...on(a), ...x }, { ...on(b), ...y }, {});
      return notes.filter(({ id }) => id.startsWith('different')).map(({ id, level, text }) => [id, level, text]);
    };
    expect(await said({ rows: 20, seed: 3 }, { rows: 20, seed: 3 })).toEqual([]);
    expect(await said({ rows: 40, seed: 3 }, { rows: 2000, seed: 4 })).toEqual([]); // all 40 of both: nothing is drawn
    expect(await said({ rows: 30, seed: 3 }, { rows: 20, seed: 4 })).toEqual([
      [
        'different-rows',
        'warning',
        expect.stringMatching(/^A asks for at most 30 rows and B for at most 20: both .* at most 20,/),
      ],
      [
        'different-seeds',
        'warning',
        expect.stringMatching(/^A draws its rows by seed 3 and B by seed 4: .* of seed 3,/),
      ],
    ]);
  });

  it('two rows are the same for any layers under rotations', async () => {
    const two = { ...a, rows: 2 };
    const other = { ...b, rows: 2 };
    const value = async (form: string) => {
      const params = procrustesNode.params.parse({ form });
      return (await procrustesNode.run({ params, inputs: { a: two, b: other }, context })).matrix.values[0]!;
    };
    expect(await value('orthogonal')).toBeCloseTo(1, 6);
    expect(await value('angular')).toBeLessThan(1e-6);
  });
});

describe('what is refused before a run', () => {
  const infer = (inputs: object, params: object = {}) =>
    ckaNode.infer({ params: ckaNode.params.parse(params), inputs: inputs as never, files: context.files });
  const side = (rest: object = {}) => ({
    type: 'Activations',
    architecture: perceptron,
    models: 1,
    layers: ['1', '3'],
    count: 50,
    reading: 'mean',
    rows: 2000,
    ...rest,
  });

  it.each([
    ['different numbers of inputs', side({ count: 40 }), side(), {}, /got 40 and 50 inputs; wire the same inputs/],
    ['different numbers of models', side({ models: 2 }), side({ models: 3 }), {}, /got 2 and 3; train as many seeds/],
    [
      'too few rows for the unbiased estimator',
      side({ count: 3 }),
      side({ count: 3 }),
      {},
      /expected N > 3 rows for the unbiased estimator, got 3/,
    ],
    ['too small a minibatch', side(), side(), { batch: 3 }, /N > 3 rows in each minibatch/],
    ['a minibatch of one row', side(), side(), { batch: 1, estimator: 'biased' }, /parameter 'batch': expected 0/],
    ['one row', side({ count: 1 }), side({ count: 1 }), { estimator: 'biased' }, /at least 2 rows, got 1/],
    [
      'a kernel that does not fit',
      side({ count: 20_000, rows: 20_000 }),
      side({ count: 20_000, rows: 20_000 }),
      { kernel: 'rbf' },
      /^RBF CKA, unbiased of ReLU 1 \(layer 1\) \(N = 20,000, d = 8\): expected at most 1\.1 GB at once, got 3\.2 GB; lower/,
    ],
    [
      'images of different sizes, no pair corresponding',
      side({ architecture: cnn, layers: ['2'], reading: 'channels' }),
      side({ architecture: cnn, layers: ['13'], reading: 'channels' }),
      {},
      /got 8 × 8 positions of ReLU 1 \(layer 2\) and 2 × 2 positions of ReLU 4 \(layer 13\); read both as 'mean' or 'flat'/,
    ],
  ] as const)('%s', (_, a, b, params, message) => {
    expect(() => infer({ a, b }, params)).toThrow(message);
  });

  it('a product of all columns with all that does not fit', () => {
    const wide = side({ architecture: mlp([2, 16_384, 1], { name: 'relu' }, true), layers: ['1'] });
    const of = (form: string) =>
      procrustesNode.infer({
        params: procrustesNode.params.parse({ form }),
        inputs: { a: wide, b: wide } as never,
        files: context.files,
      });
    expect(() => of('g-relu')).toThrow(/\(N = 50, d = 16,384\) and .*: expected at most 1\.1 GB at once, got 4\.3 GB/);
    expect(() => of('orthogonal')).not.toThrow(); // of 50 rows, a rotation leaves 50 columns
  });

  it('and what is not', () => {
    const { outputs, cost } = infer({ a: side({ models: 3 }), b: side({ layers: ['4'] }) });
    expect(outputs).toEqual({ matrix: { rows: 2, columns: 1 }, table: {}, layers: {} });
    expect(cost!.points).toBe(6);
    expect(
      infer({ a: side({ count: 3 }), b: side({ count: 3 }) }, { estimator: 'biased' }).cost!.multiplyAdds,
    ).toBeGreaterThan(0);
    expect(() =>
      infer(
        { a: side({ count: 20_000, rows: 20_000 }), b: side({ count: 20_000, rows: 20_000 }) },
        { kernel: 'rbf', batch: 500 },
      ),
    ).not.toThrow();
  });

  it('layers that a model does not have, and inputs that it does not take', () => {
    const of = (layers: string, item = [5]) =>
      activationsNode.infer({
        params: activationsNode.params.parse({ layers }),
        inputs: {
          model: { type: 'Model', architecture: perceptron, count: 2 },
          inputs: { type: 'Inputs', count: 9, item },
        },
        files: context.files,
      });
    expect(of('relu').outputs.activations).toMatchObject({ layers: ['1', '3'], models: 2, count: 9, reading: 'mean' });
    expect(() => of('relu 9')).toThrow("got 'relu 9'; this architecture has dense 1 (layer 0), ReLU 1 (layer 1)");
    expect(() => of('relu', [4])).toThrow("input 'inputs'");
  });

  it('Activations computes nothing, and lists its layers', async () => {
    const model = randomModel(cnn, [1, 2]);
    const inputs = randomInputs(10, [2, 8, 8]);
    const params = activationsNode.params.parse({ layers: 'relu', reading: 'channels', rows: 40 });
    const before = device.dispatches;
    const outputs = await activationsNode.run({ params, inputs: { model, inputs }, context });
    expect(device.dispatches).toBe(before);
    const shown = activationsNode.view({ params, inputs: { model, inputs }, outputs });
    const plot = shown.plots[0]!;
    expect(plot.kind === 'table' && plot.table.rows).toEqual([
      ['ReLU 1 (layer 2)', '2 × 8 × 8', 40, 2, '2 inputs × 20 of 64 positions'],
      ['ReLU 2 (layer 5)', '4 × 8 × 8', 40, 4, '2 inputs × 20 of 64 positions'],
      ['ReLU 3 (layer 9)', '8 × 4 × 4', 32, 8, '2 inputs × all 16 positions'],
      ['ReLU 4 (layer 13)', '16 × 2 × 2', 40, 16, '10 inputs × all 4 positions'],
    ]);
  });
});
