/** Sentences of penalties: each where it is true and only there, with differences taken within pairs. */
import { describe, expect, it } from 'vitest';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { mlp, resnet20 } from '../../../src/catalog/presets.js';
import type { Curve } from '../../../src/catalog/values.js';
import {
  divergedNotes,
  groupNotes,
  orderNotes,
  rankNotes,
  sameDataNotes,
  singleNotes,
  whereText,
} from '../../../src/methods/diagnostics/stitching.js';
import { estimateOf, isAbove, pairedDifference } from '../../../src/methods/models/estimate.js';
import { classDimension } from '../../../src/methods/stitching/classes.js';
import { penaltyCurve, penaltyTable } from '../../../src/methods/stitching/penalties.js';
import { stitchNotes } from '../../../src/methods/stitching/plan.js';

/** A chart of lines [runs][places]. */
function chart(lines: Readonly<Record<string, readonly (readonly number[])[]>>): Curve {
  const [first] = Object.values(lines);
  const places = first![0]!.length;
  return {
    type: 'Curve',
    x: Float64Array.from({ length: places }, (_, i) => i),
    xName: 'layer',
    yName: 'penalty',
    logY: false,
    places: Array.from({ length: places }, (_, i) => `ReLU ${i + 1}`),
    lines: Object.entries(lines).map(([name, runs]) => ({
      name,
      y: Float64Array.from({ length: places }, (_, i) => runs.reduce((sum, run) => sum + run[i]!, 0) / runs.length),
      ...(runs.length > 1 ? { samples: runs.map((run) => Float64Array.from(run)) } : {}),
    })),
  };
}

describe('estimates', () => {
  it('are means with two standard errors', () => {
    const { mean, twice, count } = estimateOf([1, 2, 3, 6]);
    expect(mean).toBe(3);
    expect(twice).toBeCloseTo((2 * Math.sqrt(14 / 3)) / 2, 12);
    expect(count).toBe(4);
    expect(estimateOf([5]).twice).toBeNaN();
  });

  it('of paired differences see what unpaired ones do not', () => {
    const a = [10, 20, 30, 40];
    const b = [9, 18.5, 29.2, 38.9];
    expect(isAbove(pairedDifference(a, b))).toBe(true);
    expect(estimateOf(a).twice).toBeGreaterThan(1.1);
    expect(isAbove(pairedDifference(b, a))).toBe(false);
  });
});

describe('orders', () => {
  const above = { id: 'order', high: 'rank 1', low: 'G_ReLU', how: 'above' } as const;
  const notBelow = { id: 'order', high: 'G_ReLU', low: 'full affine', how: 'not below' } as const;
  const high = [
    [30, 30],
    [34, 31],
    [32, 35],
  ];
  const low = [
    [10, 31],
    [12, 30],
    [11, 36],
  ];

  it('say where the difference is beyond two standard errors and where it is not', () => {
    const [note] = orderNotes(chart({ 'rank 1': high, G_ReLU: low }), [above], 'pairs');
    expect(note!.level).toBe('warning');
    // at ReLU 1: 20, 22, 21, mean 21, 2 · 1 / √3; at ReLU 2: −1, 1, −1, mean −0.33, 2 · 1.155 / √3
    expect(note!.text).toBe(
      'The penalty of rank 1 is above that of G_ReLU by more than two standard errors over 3 pairs at ReLU 1 (21 ± 1.2); at ReLU 2 (−0.33 ± 1.3) it is not.',
    );
  });

  it('hold at every place, or at none', () => {
    const all = orderNotes(chart({ 'rank 1': high, G_ReLU: low.map(([x]) => [x!, 0]) }), [above], 'pairs');
    expect(all[0]!.level).toBe('info');
    expect(all[0]!.text).toContain('at all 2 layers');
    const none = orderNotes(chart({ 'rank 1': low, G_ReLU: high }), [above], 'pairs');
    expect(none[0]!.level).toBe('warning');
    expect(none[0]!.text).toContain('at any of the 2 layers');
  });

  it('that something is not below fail only where it is so beyond two standard errors', () => {
    const text = (affine: number[][]) =>
      orderNotes(chart({ G_ReLU: low, 'full affine': affine }), [notBelow], 'pairs')[0]!;
    const fine = text(low.map(([x, y]) => [x! - 1, y! + (x! % 2 ? 1 : -1)]));
    expect(fine.level).toBe('info');
    expect(fine.text).toContain(
      'is not below that of full affine by more than two standard errors over 3 pairs at any of',
    );
    expect(text(high).level).toBe('warning');
    expect(text(high).text).toContain('at ReLU 1 (−21 ± 1.2); at ReLU 2 (0.33 ± 1.3) it is not.');
  });

  it('of one pair say what it is without an error; of missing lines nothing', () => {
    const one = orderNotes(chart({ 'rank 1': [[5, 1]], G_ReLU: [[2, 3]] }), [above], 'pairs')[0]!;
    expect(one.text).toBe('The penalty of rank 1 is above that of G_ReLU at ReLU 1 (3); at ReLU 2 (−2) it is not.');
    expect(orderNotes(chart({ G_ReLU: low }), [above, notBelow], 'pairs')).toEqual([]);
  });
});

describe('where something is so', () => {
  it.each([
    [['x'], [true], 'A is above B at x.'],
    [['x'], [false], 'A is not above B at x.'],
    [['x', 'y'], [true, true], 'A is above B at all 2 layers: x and y.'],
    [['x', 'y', 'z'], [false, false, false], 'A is not above B at any of the 3 layers: x, y and z.'],
    [['x', 'y', 'z'], [true, false, true], 'A is above B at x and z; at y it is not.'],
    [['x', 'y', 'z', 'w'], [false, true, false, false], 'A is above B at y; at x, z and w it is not.'],
  ])('of %j, %j', (places, so, text) => {
    expect(whereText('A', 'above B', places, so)).toBe(text);
  });
});

describe('other sentences', () => {
  const places = namedPlaces(mlp([2, 2, 2, 2], { name: 'relu' }, true)).filter(
    ({ layer }) => layer.kind === 'activation',
  );
  const free = (group: number[][]) =>
    stitchNotes(chart({ G_ReLU: group }), places, group.length, true).some(({ id }) => id === 'stitched-by-group');

  it('say that G_ReLU is free where it is so for every pair at every layer outside blocks', () => {
    expect(
      free([
        [0.1, 0.2],
        [-3, 0],
      ]),
    ).toBe(true);
    expect(
      free([
        [0.1, 0.2],
        [-3, 0.3],
      ]),
    ).toBe(false);
    const untrained = stitchNotes(chart({ G_ReLU: [[0, 0]] }), places, 1, true, false).map(({ id }) => id);
    expect(untrained).not.toContain('stitched-by-group'); // there is nothing to lose
    const inside = namedPlaces(resnet20([3, 8, 8], 2, 4, { name: 'relu' })).filter(
      ({ layer, top }) => layer.kind === 'activation' && top < 5,
    );
    const at = inside.map((place) => (place.inside ? 50 : 0));
    expect(stitchNotes(chart({ G_ReLU: [at] }), inside, 1, true).map(({ id }) => id)).toContain('stitched-by-group');
  });

  it('name what is missing', () => {
    expect(sameDataNotes(true)).toEqual([]);
    expect(sameDataNotes(false)[0]!.id).toBe('scored-on-training');
    expect(singleNotes(2, 'pair')).toEqual([]);
    expect(singleNotes(1, 'pair')[0]!.text).toBe('One pair only: there is no telling what another seed would give.');
    expect(groupNotes(places)).toEqual([]);
    const tanh = namedPlaces(mlp([2, 2, 2], { name: 'tanh' }, true));
    expect(groupNotes(tanh.slice(1, 2))[0]!.text).toContain('at tanh 1');
  });
});

describe('ranks', () => {
  const places = namedPlaces(mlp([9, 3, 5, 2], { name: 'relu' }, true)).filter(
    ({ layer }) => layer.kind === 'activation',
  );

  it('above the channels of a layer are said, with the layers', () => {
    expect(rankNotes(places, [1, 2, 3])).toEqual([]);
    const [some, all, ...others] = rankNotes(places, [1, 4, 6]);
    expect(others).toEqual([]);
    expect(some!.level).toBe('warning');
    expect(some!.text).toBe(
      'Rank 4 is more than the channels there are at ReLU 1 (3): there it is the full affine stitch, trained as two layers.',
    );
    expect(all!.text).toContain('Rank 6 is more than the channels there are at any of these layers (at most 5)');
  });

  it('count as the number of channels in dimensions', () => {
    const [affine, capped] = [{ kind: 'affine' } as const, { kind: 'rank', rank: 9 } as const];
    expect(classDimension(capped, 3)).toBe(classDimension(affine, 3));
    expect(classDimension({ kind: 'rank', rank: 3 }, 3)).toBe(classDimension(affine, 3));
    expect(classDimension({ kind: 'rank', rank: 2 }, 3)).toBe(2 * 3 * 2 - 4 + 3);
  });
});

describe('penalties', () => {
  const places = namedPlaces(mlp([2, 3, 2], { name: 'relu' }, true)).slice(1, 2);
  const classes = [{ kind: 'group' }, { kind: 'rank', rank: 1 }] as const;
  const found = {
    first: [0.9, 0.8],
    second: [0.7, 0.8],
    stitches: [
      { layer: 0, pair: 0, of: 0, accuracy: 0.75, trainingLoss: 1, diverged: false },
      { layer: 0, pair: 1, of: 0, accuracy: 0.85, trainingLoss: 2, diverged: false },
      { layer: 0, pair: 0, of: 1, accuracy: 0.5, trainingLoss: 3, diverged: false },
      { layer: 0, pair: 1, of: 1, accuracy: 0.4, trainingLoss: 4, diverged: true },
    ],
  };

  it('are (Acc f + Acc f̃) / 2 − Acc S in percentage points, eq. 4.3', () => {
    const [group, rank] = penaltyCurve(found, places, classes).lines;
    expect(group!.samples!.map(([value]) => value!.toFixed(9))).toEqual(['5.000000000', '-5.000000000']);
    expect(rank!.y[0]).toBeCloseTo(35, 10);
    expect(rank!.spread![0]).toBeCloseTo((2 * Math.sqrt(50)) / Math.SQRT2, 10);
  });

  it('say which trainings diverged', () => {
    const [note, ...others] = divergedNotes(penaltyTable(found, places, classes));
    expect(others).toEqual([]);
    expect(note!.text).toContain('were kept: rank 1 at ReLU 1 (layer 1). A');
    const fine = { ...found, stitches: found.stitches.map((each) => ({ ...each, diverged: false })) };
    expect(divergedNotes(penaltyTable(fine, places, classes))).toEqual([]);
  });

  it('are listed with the accuracy of S, the loss and the dimension of the class', () => {
    const { rows } = penaltyTable(found, places, classes);
    expect(rows.map((row) => row.slice(0, 2))).toEqual([
      ['ReLU 1 (layer 1)', 'G_ReLU'],
      ['ReLU 1 (layer 1)', 'rank 1'],
    ]);
    expect(rows[1]!.slice(4)).toEqual([45, 80, 3.5, 2 * 3 - 1 + 3, 1]);
    expect(rows[0]!.slice(7)).toEqual([3, 0]);
  });
});
