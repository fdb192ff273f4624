import { describe, expect, it } from 'vitest';
import type { Table } from '../../../src/catalog/values.js';
import {
  averageNotes,
  barrierNotes,
  distanceNotes,
  matchNotes,
  preservationNotes,
  sortNotes,
} from '../../../src/methods/diagnostics/weights.js';
import type { Estimate } from '../../../src/methods/models/estimate.js';
import type { Outcome } from '../../../src/methods/weights/outcomes.js';
import { ALL, SILENT } from '../../../src/methods/weights/rows.js';
import { preservationTable, type Verdict } from '../../../src/methods/weights/verdict.js';

const table = (rows: Table['rows'], columns = 6): Table => ({
  type: 'Table',
  columns: Array.from({ length: columns }, () => ({ name: '' })),
  rows,
});
const ids = (notes: readonly { readonly id: string }[]): string[] => notes.map(({ id }) => id);

const estimate = (mean: number, twice = Number.NaN): Estimate => ({ mean, twice, count: Number.isNaN(twice) ? 1 : 5 });
const outcome = (name: string, barrier: number, twice?: number): Outcome => ({
  name,
  pairs: twice === undefined ? 1 : 5,
  endLoss: estimate(0.1),
  endAccuracy: estimate(95),
  loss: estimate(0.2),
  accuracy: estimate(95 - barrier),
  lossBarrier: estimate(0.1),
  accuracyBarrier: estimate(barrier, twice),
});

describe('sentences about weights', () => {
  it('say of NodeSort that it does not align, only where a barrier stays', () => {
    const three = (sorted: number, twice?: number) =>
      barrierNotes([
        outcome('plain', 40, twice),
        outcome('after NodeSort', sorted, twice),
        outcome('after Match', 0.2, twice),
      ]);
    expect(ids(three(30))).toEqual(['plain-barrier', 'sort-barrier', 'match-no-barrier']);
    expect(three(30)[1]!.text).toContain('NodeSort alone does not align these networks');
    expect(ids(three(0.5))).toEqual(['plain-barrier', 'sort-no-barrier', 'match-no-barrier']);
    expect(ids(three(8, 2))[1]).toBe('sort-barrier');
    expect(ids(three(8, 9))[1]).toBe('sort-no-barrier'); // within two standard errors of none
    expect(ids(barrierNotes([outcome('plain', 0)]))).toEqual(['plain-no-barrier']);
    const infinite = barrierNotes([{ ...outcome('plain', 0), lossBarrier: estimate(Number.NaN) }]);
    expect(ids(infinite)).toEqual(['segment-not-finite']);
  });

  it('say whether a function is preserved, of the network that moved most', () => {
    const row = (network: string, max: number, verdict: Verdict) => ({
      network,
      max,
      rms: max / 2,
      verdict,
      on: '64 draws',
    });
    const of = (...rows: ReturnType<typeof row>[]) => preservationNotes(preservationTable(rows));
    expect(of(row('a', 1e-6, 'preserved'), row('b', 2e-6, 'preserved'))[0]).toMatchObject({
      id: 'function-preserved',
      text: expect.stringContaining('2·10⁻⁶'),
    });
    const broken = of(row('a', 0.5, 'NOT preserved'), row('b', 1e-7, 'preserved'))[0]!;
    expect(broken).toMatchObject({ id: 'function-not-preserved', level: 'problem' });
    expect(broken.text).toContain('NOT preserved');
    expect(broken.text).toContain('a moved most');
    expect(ids(of(row('a', Number.NaN, 'undefined'), row('b', 0.5, 'NOT preserved')))).toEqual(['function-undefined']);
    const infinite = of(row('a', Number.NaN, 'undefined'), row('b', Number.NaN, 'not finite'))[0]!;
    expect(infinite).toMatchObject({ id: 'function-not-finite', level: 'problem' });
    expect(infinite.text).toContain('the output of b is not finite on 64 draws');
    expect(ids(of(row('a', Number.NaN, 'NOT preserved'), row('b', 0.5, 'NOT preserved')))).toEqual([
      'function-not-preserved',
    ]);
  });

  it('name ties by whether they matter, and channels without incoming weights', () => {
    expect(sortNotes(table([]))).toEqual([]);
    const equal = ['seed 0', 'dense 1', 8, 2, 1, 'yes'] as const;
    expect(sortNotes(table([equal]))[0]).toMatchObject({ id: 'sort-ties', level: 'info' });
    expect(sortNotes(table([equal, ['seed 1', 'dense 1', 8, 2, 1, 'no']]))[0]).toMatchObject({ level: 'warning' });
    const silent = sortNotes(table([['seed 0', SILENT, 3, null, null, null]]));
    expect(ids(silent)).toEqual(['sort-silent']);
    expect(silent[0]!.text).toContain('3 channels keep their scale');
  });

  it('tell copies from other networks, and what statistics an average has', () => {
    const pair = (after: number) => table([['seed 0', ALL, 10, 9, 0.01, after]]);
    expect(ids(matchNotes(pair(0.98), 'weights'))).toEqual(['match-copies']);
    expect(ids(matchNotes(pair(0.2), 'activations'))).toEqual(['match-unlike']);
    const dead = (constant: number) => table([['seed 0', ALL, 10, 9, 0.01, 0.2, constant]], 7);
    expect(ids(matchNotes(dead(0), 'activations'))).toEqual(['match-unlike']);
    const [warned, ...rest] = matchNotes(dead(3), 'activations');
    expect(ids(rest)).toEqual(['match-unlike']);
    expect(warned!.text).toContain('Up to 3 of 10 channels are constant');
    const zero = matchNotes(table([['seed 0', ALL, 10, 9, null, null]]), 'weights');
    expect(ids(zero)).toEqual(['match-nothing']);
    const model = { buffers: new Float32Array(2) } as Parameters<typeof averageNotes>[0]['model'];
    expect(ids(averageNotes({ model, data: undefined }))).toEqual(['average-statistics']);
    const data = { source: 'digits' } as Parameters<typeof averageNotes>[0]['data'];
    expect(ids(averageNotes({ model, data }))).toEqual(['average-statistics-anew']);
    expect(averageNotes({ model: { ...model, buffers: new Float32Array(0) }, data: undefined })).toEqual([]);
  });

  it('say how distances changed, and when networks have nothing in common', () => {
    const row = (mean: number, relative: number, ...after: number[]) => [
      'total',
      5,
      mean,
      mean,
      mean,
      relative,
      ...after,
    ];
    expect(distanceNotes(table([row(2, 0.1)]))).toEqual([]);
    expect(ids(distanceNotes(table([row(2, 1.4)])))).toEqual(['distance-unrelated']);
    const [after] = distanceNotes(table([row(4, 1.4, 3, 3, 3, 1)], 10));
    expect(after).toMatchObject({ id: 'distance-after', text: expect.stringContaining('25 % less') });
  });
});
