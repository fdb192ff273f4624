import { describe, expect, it } from 'vitest';
import type { Curve, Embedding, Matrix } from '../../src/catalog/values.js';
import {
  automaticKind,
  type Drawable,
  figureOf,
  PLOT_KINDS,
  type PlotKind,
  requireDrawable,
} from '../../src/methods/figure.js';
import { distributionCurve, marksOf, rulerOf } from '../../src/methods/pictures.js';
import { fieldOf, setOf } from './fixtures.js';

const options = { title: '', kind: 'auto', scale: 'log', unit: 'relative', epsilon: 0.02 } as const;
const curve: Curve = {
  type: 'Curve',
  x: Float64Array.of(0, 1),
  xName: 'step',
  yName: 'J',
  logY: true,
  lines: [{ name: 'a', y: Float64Array.of(1, 2) }],
};
const embedding: Embedding = {
  type: 'Embedding',
  position: Float32Array.of(0, 1, 2, 3),
  count: 2,
  dimension: 2,
  values: Float32Array.of(0.1, 0.2),
  marks: [],
  scale: { power: 1, variance: 1, zero: 1, constant: 1 },
  axes: ['UMAP 1', 'UMAP 2'],
  note: 'a note',
};
const matrix: Matrix = {
  type: 'Matrix',
  rows: ['1'],
  columns: ['1', '2'],
  values: Float64Array.of(1, 0.5),
  rowName: 'layers of A',
  columnName: 'layers of B',
  valueName: 'linear CKA',
};
const values = (count: number): number[] => Array.from({ length: count }, (_, i) => (i + 1) / count);
const sampleOf = (type: Drawable['type'], rank: number): Drawable =>
  type === 'Field'
    ? fieldOf(values(3 ** rank), 3, rank)
    : type === 'EpsilonSet'
      ? setOf(values(3 ** rank), 3, rank, 0.5)
      : type === 'Curve'
        ? curve
        : type === 'Matrix'
          ? matrix
          : embedding;

/** What each kind can be made of, as the Plot node's help says: type and m. */
const POSSIBLE: Readonly<Record<Exclude<PlotKind, 'auto'>, readonly string[]>> = {
  line: ['Field 1', 'EpsilonSet 1'],
  surface: ['Field 2', 'EpsilonSet 2'],
  contour: ['Field 2', 'EpsilonSet 2'],
  'iso-surface': ['Field 3', 'EpsilonSet 3'],
  points: ['EpsilonSet 2', 'EpsilonSet 3', 'Embedding'],
  curves: ['Curve'],
  matrix: ['Matrix'],
};

describe('figures', () => {
  const cases = [
    ...(['Field', 'EpsilonSet'] as const).flatMap((type) => [1, 2, 3, 4, 7].map((rank) => [type, rank] as const)),
    ['Embedding', 0] as const,
    ['Curve', 0] as const,
    ['Matrix', 0] as const,
  ];
  it.each(cases)('%s, m = %i: the possible kinds are made, the others refused with a reason', (type, rank) => {
    const name = type === 'Field' || type === 'EpsilonSet' ? `${type} ${rank}` : type;
    const m = rank === 0 ? undefined : rank;
    for (const kind of Object.keys(POSSIBLE) as (keyof typeof POSSIBLE)[]) {
      if (POSSIBLE[kind].includes(name)) {
        expect(() => requireDrawable(kind, type, m)).not.toThrow();
        expect(figureOf(sampleOf(type, rank), { ...options, kind }).kind).toBe(kind);
      } else {
        expect(() => requireDrawable(kind, type, m)).toThrow(
          new RegExp(`^parameter 'kind': ${PLOT_KINDS[kind].toLowerCase()} needs .*, got .*; `),
        );
      }
    }
  });

  it('automatic is possible wherever anything is', () => {
    for (const [type, rank] of cases) {
      const m = rank === 0 ? undefined : rank;
      const possible = Object.values(POSSIBLE)
        .flat()
        .includes(m === undefined ? type : `${type} ${m}`);
      if (possible) expect(() => requireDrawable('auto', type, m)).not.toThrow();
      else expect(() => requireDrawable('auto', type, m)).toThrow();
    }
    expect(automaticKind('Field', 2)).toBe('surface');
  });

  it('names the remedy: UMAP for a set in four dimensions', () => {
    expect(() => requireDrawable('surface', 'Field', 4)).toThrow('got a Field with m = 4; use Threshold ε and UMAP');
    expect(() => requireDrawable('points', 'EpsilonSet', 4)).toThrow('put UMAP before it');
    expect(() => requireDrawable('points', 'Field', 3)).toThrow('put Threshold ε before it');
  });

  it('draws a matrix under the name of what it holds, or its own title', () => {
    expect(figureOf(matrix, options)).toEqual({ kind: 'matrix', title: 'linear CKA', matrix, caption: '' });
    expect(figureOf(matrix, { ...options, title: 'A and B' }).title).toBe('A and B');
    expect(() => requireDrawable('points', 'Matrix', undefined)).toThrow('got a matrix; choose Heat map');
  });

  it('places members at their coefficients, axis k = basis vector k', () => {
    const plot = figureOf(setOf([1, 1, 0.1, 1, 1, 1, 0.2, 1, 1], 3, 2, 0.5), options);
    if (plot.kind !== 'points') throw new Error('not points');
    expect([...plot.position]).toEqual([-1, 1, 1, -1]); // members (0, 2) and (2, 0) of a lattice on [−1, 1]
    expect(plot.total).toBe(9);
    expect(plot.axes.map(({ name }) => name)).toEqual(['c₁', 'c₂']);
  });

  it('titles embeddings by what was embedded, so that those of one set differ', () => {
    const titleOf = (change: Partial<Embedding>): string => figureOf({ ...embedding, ...change }, options).title;
    expect(titleOf({})).toBe('UMAP of the ε-set');
    expect(titleOf({ of: 'coefficients' })).toBe('UMAP of the ε-set');
    expect(titleOf({ of: 'theta' })).toBe('UMAP of θ of the ε-set');
    expect(titleOf({ of: 'coefficients', dimension: 3 })).toBe('UMAP of the ε-set, 3-D');
    expect(titleOf({ of: 'theta', dimension: 3 })).toBe('UMAP of θ of the ε-set, 3-D');
  });

  it('takes the level of an iso-surface in the chosen unit, and colours as asked', () => {
    const scale = { power: 4, variance: 4, zero: 4, constant: 4 };
    const field = fieldOf(values(27), 3, 3, { scale });
    const plot = figureOf(field, { ...options, epsilon: 0.1 });
    expect(plot).toMatchObject({ kind: 'iso-surface', epsilon: 0.4, colouring: { log: true, relative: true } });
    const absolute = figureOf(field, { ...options, epsilon: 0.1, unit: 'absolute', scale: 'linear' });
    expect(absolute).toMatchObject({ epsilon: 0.1, colouring: { log: false, relative: false } });
  });

  it.each(['surface', 'points'] as const)('states ε in the unit in which a %s shows J', (kind) => {
    const set = setOf([1, 1, 0.1, 1, 1, 1, 0.2, 1, 1], 3, 2, 0.5);
    const said = (power: number, unit: 'relative' | 'absolute'): string => {
      const scale = { power, variance: power, zero: power, constant: power };
      const field = { ...set.field, reference: { ...set.field.reference, scale } };
      return figureOf({ ...set, field }, { ...options, kind, unit }).caption;
    };
    expect(said(4, 'relative')).toMatch(/^2 of 9 \(22\.2 %\) with J < 0\.125 E\[φ²\](;|$)/);
    expect(said(4, 'absolute')).toMatch(/^2 of 9 \(22\.2 %\) with J < 0\.5(;|$)/);
    expect(said(0, 'relative')).toMatch(/^2 of 9 \(22\.2 %\) with J < 0\.5(;|$)/);
  });

  it('is never relative to a power of 0', () => {
    const scale = { power: 0, variance: 0, zero: 0, constant: 0 };
    expect(figureOf(fieldOf(values(9), 3, 2, { scale }), options)).toMatchObject({ colouring: { relative: false } });
  });
});

describe('pictures', () => {
  it('marks θ₀ … θₘ at their coordinates with their J', () => {
    const { subspace } = fieldOf([1], 1, 2, { coordinates: Float64Array.of(0, 0, 3, 0, 1, 2) }).lattice;
    expect(marksOf({ ...subspace, pointLoss: Float64Array.of(7, 8, 9) })).toEqual([
      { name: 'θ₀', position: [0, 0], loss: 7 },
      { name: 'θ₁', position: [3, 0], loss: 8 },
      { name: 'θ₂', position: [1, 2], loss: 9 },
    ]);
  });

  it('the distribution starts at the smallest J and ends at the largest', () => {
    const found = distributionCurve(fieldOf([0.4, 0.1, 0.3, 0.2, Number.NaN], 5, 1));
    expect(found.lines[0]!.y[0]).toBeCloseTo(0.1, 6);
    expect(found.lines[0]!.y.at(-1)).toBeCloseTo(0.4, 6);
    expect(found.x[0]).toBeCloseTo(Math.log10(1 / 5), 12);
  });

  it('the ruler marks only points whose J is known', () => {
    const field = fieldOf([0.1], 1, 1);
    expect(rulerOf(field, 0.1, 1, 0.5)).toMatchObject({ marks: [], epsilon: 0.5, lowest: 0.1, highest: 1 });
  });
});
