import { describe, expect, it } from 'vitest';
import type { SweepRun, Swept } from '../../../src/catalog/sweep.js';
import type { Curve, Matrix } from '../../../src/catalog/values.js';
import { collect, sweepCurve, sweepTable } from '../../../src/methods/sweep/collect.js';
import { sweepView } from '../../../src/methods/sweep/show.js';

const scored = (score: number | string, places: readonly number[]): SweepRun =>
  typeof score === 'number'
    ? { places, summary: { score }, plots: [] }
    : { places, summary: {}, plots: [], error: score };
const parameter = (values: readonly (number | string | number[])[], name = 'Rank') => ({
  ...{ param: name.toLowerCase(), name, of: 'Stitch', values, texts: values.map(String) },
});
/** A score for each value. */
const swept = (values: Parameters<typeof parameter>[0], scores: readonly (number | string)[]): Swept => ({
  parameters: [parameter(values)],
  runs: scores.map((score, k) => scored(score, [k])),
});
const curveOf = (sweep: Swept) => sweepCurve(collect(sweep, ''));

describe('the curve of a sweep', () => {
  it('is sorted by the parameter where that is a number, in the given order where it is a name', () => {
    const numbers = curveOf(swept([4, 1, 2], [40, 10, 20]));
    expect([[...numbers.x], [...numbers.lines[0]!.y]]).toEqual([
      [1, 2, 4],
      [10, 20, 40],
    ]);
    expect(numbers.places).toBeUndefined();
    const names = curveOf(swept(['relu', 'tanh'], [2, 1]));
    expect([names.places, [...names.x], [...names.lines[0]!.y]]).toEqual([
      ['relu', 'tanh'],
      [0, 1],
      [2, 1],
    ]);
    expect(curveOf(swept([[32], [32, 32]], [1, 2])).places).toEqual(['32', '32,32']);
  });

  it.each([
    [[1, 2, 4, 8], true],
    [[0.01, 0.1, 0.5], true],
    [[1, 2, 3, 4], false],
    [[0, 1, 10], false],
    [[1, 100], false], // two values have no spacing
  ])('over %j has a logarithmic axis: %s', (values, expected) => {
    expect(curveOf(swept(values, values)).logX === true).toBe(expected);
  });

  it('is named after what was read, and after how where each value gives another measure', () => {
    const parameters = [parameter(['linear', 'rbf'], 'Kernel')];
    const matrix = (valueName: string): Matrix => ({
      ...{ type: 'Matrix', rows: ['1', '2'], columns: ['1', '2'], rowName: '', columnName: '' },
      ...{ values: Float64Array.of(1, 0, 0, 0.5), valueName },
    });
    const named = (...names: readonly string[]) =>
      curveOf({
        parameters,
        runs: names.map((name, k) => ({ places: [k], summary: {}, plots: [], value: matrix(name) })),
      }).yName;
    expect(named('CKA', 'CKA')).toBe('CKA');
    expect(named('linear CKA', 'RBF CKA')).toBe('mean of the diagonal');
  });

  it('takes over the spread and the runs of a result, where nothing is repeated', () => {
    const result: Curve = {
      type: 'Curve',
      x: Float64Array.of(1),
      xName: 'epoch',
      yName: 'loss',
      logY: false,
      lines: [
        {
          name: 'a',
          y: Float64Array.of(2),
          spread: Float64Array.of(0.5),
          samples: [Float64Array.of(1), Float64Array.of(3)],
        },
      ],
      spreadName: '± standard deviation over 2 seeds',
    };
    const run = (places: readonly number[]): SweepRun => ({ places, value: result, summary: {}, plots: [] });
    const { lines, spreadName } = curveOf({ parameters: [parameter([1, 2])], runs: [run([0]), run([1])] });
    expect(lines[0]).toMatchObject({
      spread: Float64Array.of(0.5, 0.5),
      samples: [Float64Array.of(1, 1), Float64Array.of(3, 3)],
    });
    expect(spreadName).toBe('± standard deviation over 2 seeds');
  });

  it('means over repeats leave out what failed, and have no spread of one run', () => {
    const scores = [
      [1, 'diverged', 3],
      ['diverged', 5, 'diverged'],
      ['diverged', 'diverged', 'diverged'],
    ] as const;
    const runs = scores.flatMap((row, k) => row.map((score, r) => scored(score, [k, r])));
    const collected = collect({ parameters: [parameter([1, 2, 3]), parameter([0, 1, 2], 'Seed')], runs }, '');
    const [line] = sweepCurve(collected).lines;
    expect([...line!.y]).toEqual([2, 5, Number.NaN]);
    expect([...line!.spread!]).toEqual([Math.SQRT2, Number.NaN, Number.NaN]);
    expect(line!.samples!.map(([first]) => first)).toEqual([1, Number.NaN, 3]);
    const table = sweepTable(collected);
    expect(table.columns.map(({ name }) => name)).toEqual(['Rank', 'Seed', 'score', 'fault']);
    expect(table.rows[1]).toEqual([1, 1, null, 'diverged']);
    expect(table.rows[4]).toEqual([2, 1, 5, null]);
  });

  it('has a line for each that any run gives', () => {
    const table = (name: string, value: number) => ({
      ...{ type: 'Table' as const, columns: [{ name: 'class' }, { name: 'loss' }] },
      rows: [
        ['full', 1],
        [name, value],
      ],
    });
    const run = (k: number): SweepRun => ({ places: [k], value: table(`rank ${k}`, 10 * k), summary: {}, plots: [] });
    const { lines } = curveOf({ parameters: [parameter([1, 2])], runs: [run(0), run(1)] });
    expect(lines.map(({ name, y }) => [name, ...y])).toEqual([
      ['full', 1, 1],
      ['rank 0', 0, Number.NaN],
      ['rank 1', Number.NaN, 10],
    ]);
  });

  it('joins lines that are named after the value, and no others', () => {
    const table = (rows: readonly (readonly [string, number])[]) => ({
      ...{ type: 'Table' as const, columns: [{ name: 'class' }, { name: 'loss' }] },
      rows,
    });
    const linesOf = (...runs: readonly (readonly (readonly [string, number])[])[]) =>
      curveOf({
        parameters: [parameter([[1], [2]])],
        runs: runs.map((rows, k) => ({ places: [k], value: table(rows), summary: {}, plots: [] })),
      }).lines.map(({ name, y }) => [name, ...y]);
    const full = ['full', 9] as const;
    expect(linesOf([full, ['rank 1', 5]], [full, ['rank 2', 7]])).toEqual([
      ['full', 9, 9],
      ['rank …', 5, 7],
    ]);
    const layers = [
      ['layer 1', 1],
      ['layer 2', 2],
    ] as const;
    expect(linesOf(layers, layers)).toEqual(layers.map(([name, y]) => [name, y, y]));
    const curve = curveOf(swept([[4], [1]], [40, 10]));
    expect([[...curve.x], curve.places]).toEqual([[1, 4], undefined]); // a list of one number is a number
  });

  it('throws where no run gave anything', () => {
    expect(() => collect(swept([1, 2], ['diverged', 'dead']), '')).toThrow(/one of 2 runs, got none: diverged/);
  });
});

describe('plots of runs beside each other', () => {
  const sweep = (plots: readonly SweepRun['plots'][]): Swept => ({
    parameters: [parameter([1, 2])],
    runs: plots.map((each, k) => ({ places: [k], summary: { score: k }, plots: each })),
  });
  const viewOf = (made: Swept) => {
    const collected = collect(made, '');
    return sweepView(made, '', sweepCurve(collected), sweepTable(collected));
  };
  const curve = (y: number): Curve =>
    ({
      ...{ type: 'Curve', x: Float64Array.of(0, 1), xName: 'layer', yName: 'penalty', logY: false },
      lines: [{ name: 'a', y: Float64Array.of(y, 2 * y), spread: Float64Array.of(1, 0) }],
    }) as Curve;

  it('says at which values networks diverged, and only then', () => {
    const runs = [scored(1, [0]), { ...scored(2, [1]), warnings: ['seed 0 diverged in epoch 1.'] }];
    const ids = (sweep: Swept) => viewOf(sweep).notes.map(({ id }) => id);
    const made = { parameters: [parameter([0.1, 1e6], 'Rate')], runs };
    expect(ids(swept([0.1, 1e6], [1, 2]))).not.toContain('sweep-flagged');
    expect(viewOf(made).notes.find(({ id }) => id === 'sweep-flagged')?.text).toBe(
      'The networks of 1 of 2 runs are not what they should be. Rate 1000000: seed 0 diverged in epoch 1.',
    );
  });

  it('have one y axis where they show one quantity', () => {
    const plots = [3, 7].map((y) => [{ kind: 'curves' as const, title: 'P', curve: curve(y), caption: '' }]);
    const ranges = viewOf(sweep(plots))
      .plots.slice(2)
      .map((plot) => plot.kind === 'curves' && plot.curve.range);
    expect(ranges).toEqual([
      [2, 14],
      [2, 14],
    ]);
  });

  it('have one range of colours, unless a matrix has its own', () => {
    const matrix = (value: number, range?: readonly [number, number]): Matrix =>
      ({
        ...{ type: 'Matrix', rows: ['1'], columns: ['1'], values: Float64Array.of(value) },
        ...{ rowName: '', columnName: '', valueName: 'CKA', ...(range ? { range } : {}) },
      }) as Matrix;
    const rangesOf = (...matrices: readonly Matrix[]) =>
      viewOf(sweep(matrices.map((each) => [{ kind: 'matrix' as const, title: 'M', matrix: each, caption: '' }])))
        .plots.slice(2)
        .map((plot) => plot.kind === 'matrix' && plot.matrix.range);
    expect(rangesOf(matrix(0.25), matrix(0.75))).toEqual([
      [0.25, 0.75],
      [0.25, 0.75],
    ]);
    expect(rangesOf(matrix(0.25, [0, 1]), matrix(0.75, [0, 1]))).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});
