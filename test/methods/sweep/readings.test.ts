import { describe, expect, it } from 'vitest';
import type { SweepRun } from '../../../src/catalog/sweep.js';
import type { Curve, Matrix, Table } from '../../../src/catalog/values.js';
import { networkTable } from '../../../src/methods/models/scores.js';
import { measuresOf, readingsOf } from '../../../src/methods/sweep/readings.js';
import { itemsOf, spaced } from '../../../src/methods/sweep/spacing.js';

const run = (value: SweepRun['value'], summary: SweepRun['summary'] = {}): SweepRun => ({
  places: [0],
  ...(value ? { value } : {}),
  summary,
  plots: [],
});
const history: Curve = {
  type: 'Curve',
  x: Float64Array.of(1, 2, 3),
  xName: 'epoch',
  yName: 'loss',
  logY: false,
  lines: [
    {
      name: 'training',
      y: Float64Array.of(3, 2, Number.NaN),
      spread: Float64Array.of(1, 0.5, Number.NaN),
      samples: [Float64Array.of(2, 1.5, Number.NaN), Float64Array.of(4, 2.5, Number.NaN)],
    },
    { name: 'validation', y: Float64Array.of(3, 2.5, 2.25) },
  ],
  spreadName: '± standard deviation over 2 seeds',
};
const penalties: Curve = { ...history, yName: 'penalty', places: ['a', 'b', 'c'] };
const matrix: Matrix = {
  type: 'Matrix',
  rows: ['1', '2'],
  columns: ['1', '2'],
  values: Float64Array.of(1, 0.25, 0.5, 0.75),
  spread: Float64Array.of(0, 0.1, 0.2, 0.3),
  rowName: '',
  columnName: '',
  valueName: 'CKA',
};
const table: Table = {
  type: 'Table',
  columns: [{ name: 'class' }, { name: 'layer' }, { name: 'accuracy', unit: '%' }, { name: 'loss' }],
  rows: [
    ['full', 'a', 90, 0.25],
    ['rank', 'a', 80, null],
  ],
};

describe('what a sweep reads of a run', () => {
  it('is the last value of each line of a curve over a quantity, with its spread and runs', () => {
    expect(readingsOf(run(history), '')).toEqual({
      name: 'loss',
      how: 'at the last epoch',
      readings: [
        { line: 'training', value: 2, spread: 0.5, samples: [1.5, 2.5] },
        { line: 'validation', value: 2.25 },
      ],
      spreadName: '± standard deviation over 2 seeds',
    });
    expect(readingsOf(run(history), 'validation').readings).toEqual([{ line: 'validation', value: 2.25 }]);
  });

  it('is the mean over places of each line, or its value at one place', () => {
    expect(readingsOf(run(penalties), '')).toEqual({
      name: 'penalty',
      how: 'mean over 3 places',
      readings: [
        { line: 'training', value: 2.5, samples: [1.75, 3.25] },
        { line: 'validation', value: (3 + 2.5 + 2.25) / 3 },
      ],
    });
    expect(readingsOf(run(penalties), 'b')).toMatchObject({
      name: 'penalty',
      how: 'at b',
      readings: [{ value: 2, spread: 0.5, samples: [1.5, 2.5] }, { value: 2.5 }],
    });
  });

  it('is the diagonal of a square matrix, one entry of it, or the mean of another', () => {
    expect(readingsOf(run(matrix), '')).toEqual({
      name: 'CKA',
      how: 'mean of the diagonal',
      readings: [{ line: '', value: 0.875 }],
    });
    expect(readingsOf(run(matrix), '2').readings).toEqual([{ line: '', value: 0.75, spread: 0.3 }]);
    const flat = { ...matrix, rows: ['1'], values: Float64Array.of(1, Number.NaN) };
    expect(readingsOf(run(flat), '')).toMatchObject({ how: 'mean of all pairs', readings: [{ value: 1 }] });
    const single = { ...flat, columns: ['1'], values: Float64Array.of(0.5), spread: Float64Array.of(0.125) };
    expect(readingsOf(run(single), '')).toMatchObject({ name: 'CKA', readings: [{ value: 0.5, spread: 0.125 }] });
  });

  it('is a column of a table, a line for each row by its words', () => {
    expect(readingsOf(run(table), '')).toEqual({
      name: 'accuracy (%)',
      readings: [
        { line: 'full, a', value: 90 },
        { line: 'rank, a', value: 80 },
      ],
    });
    const [, second] = readingsOf(run(table), 'loss').readings;
    expect(second).toEqual({ line: 'rank, a', value: Number.NaN });
    expect(readingsOf(run({ ...table, rows: [['full', 'a', 90, 1]] }), 'loss').readings).toEqual([
      { line: '', value: 1 },
    ]);
  });

  it('is the number at the only place of a curve, with its spread', () => {
    const lines = [{ name: 'rank 1', y: Float64Array.of(3), spread: Float64Array.of(0.5) }];
    const only: Curve = { ...history, x: Float64Array.of(0), places: ['ReLU 1'], lines };
    expect(readingsOf(run(only), '')).toMatchObject({ how: 'at ReLU 1', readings: [{ value: 3, spread: 0.5 }] });
    expect(readingsOf(run(only), '').spreadName).toBe(history.spreadName);
  });

  it('is the mean of a column over networks, with their deviation and each of them', () => {
    const { name, readings, spreadName } = readingsOf(
      run(networkTable(['a', 'b'], [{ name: 'loss', values: [1, 3] }])),
      '',
    );
    expect(name).toBe('loss');
    expect(readings).toEqual([{ line: '', value: 2, spread: Math.SQRT2, samples: [1, 3] }]);
    expect(spreadName).toBe('± standard deviation over 2 networks');
  });

  it('is a scalar of the summary by its name, before anything else, or the first where there is nothing else', () => {
    const summary = { route: 'fused', score: 3, rank: 4 };
    expect(readingsOf(run(history, summary), 'score')).toEqual({ name: 'score', readings: [{ line: '', value: 3 }] });
    expect(readingsOf(run(history, summary), 'dimension m').readings[0]!.value).toBe(4); // as people read it
    expect(readingsOf(run(undefined, summary), '').readings[0]!.value).toBe(3);
    const plot = { kind: 'pictures', title: '', height: 1, width: 1, channels: 1, caption: '' } as const;
    const figure = { type: 'Figure', plot: { ...plot, pixels: new Uint8ClampedArray(0), labels: [] } } as const;
    expect(readingsOf(run(figure, summary), '').readings[0]!.value).toBe(3);
  });

  it('is read of what a figure is drawn of', () => {
    const plot = { kind: 'matrix', title: '', matrix, caption: '' } as const;
    expect(readingsOf(run({ type: 'Figure', plot }), '')).toEqual(readingsOf(run(matrix), ''));
    expect(measuresOf(run({ type: 'Figure', plot }))).toEqual(['1', '2']);
  });

  it('says what there is where there is no such thing', () => {
    expect(measuresOf(run(penalties, { score: 1, route: 'x' }))).toEqual([
      'score',
      'training',
      'validation',
      'a',
      'b',
      'c',
    ]);
    expect(measuresOf(run(table))).toEqual(['accuracy', 'loss']);
    expect(() => readingsOf(run(table), 'acuracy')).toThrow(
      /parameter 'measure': expected a number of the result, got "acuracy"; it gives accuracy, loss/,
    );
    expect(() => readingsOf(run(undefined), '')).toThrow(/the result has no numbers/);
    const rows = Array.from({ length: 30 }, (_, k) => [`row ${k}`, k]);
    const long: Table = { type: 'Table', columns: [{ name: 'a' }, { name: 'b' }], rows };
    expect(() => readingsOf(run(long), '')).toThrow(/at most 24 lines, got 30 of b/);
  });
});

describe('values of a sweep', () => {
  it('are parted by commas and lines', () => {
    expect(itemsOf(' 1,2 ,, relu\n32 32 ')).toEqual(['1', '2', 'relu', '32 32']);
    expect(itemsOf(' \n')).toEqual([]);
    expect(itemsOf('relu 1, relu 2; relu 3;')).toEqual(['relu 1, relu 2', 'relu 3']);
  });

  it('are spaced evenly or by ratios, with exact ends', () => {
    expect(spaced(0, 1, 5, 'linear')).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(spaced(0.001, 10, 5, 'log')).toEqual([0.001, 0.01, 0.1, 1, 10]);
    expect(spaced(0.1, 0.7, 7, 'linear')).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]);
    expect(spaced(4, 1, 2, 'log')).toEqual([4, 1]);
  });
});
