/** What the nodes that compare representations have in common: ports, cost, run and view. They differ in the measure. */
import { FiberscopeError } from '../../catalog/errors.js';
import type { Cost, Infos } from '../../catalog/info.js';
import { formatCount } from '../../catalog/text.js';
import type { Activations, Matrix } from '../../catalog/values.js';
import type { PlotData, View } from '../../catalog/views.js';
import type { RunContext } from '../../catalog/work.js';
import { tablePicture } from '../pictures.js';
import type { Comparison } from './compare.js';
import { comparisonCost } from './groups.js';
import type { Measure } from './measure.js';
import { type Compared, comparisonNotes, rangeText, rowsText, valueText } from './notes.js';
import type { Outcome } from './outcome.js';
import { correspond, type Pairing, pairingOf, sideOf } from './pairing.js';
import type { MeasureText } from './texts.js';

/** Two models' layers on the same inputs. */
export const MEASURE_INPUTS = {
  a: { types: ['Activations'], label: 'A', help: 'layers of one model, or of several' },
  b: { types: ['Activations'], label: 'B', help: 'layers of the other, on the same inputs' },
} as const;

/** What all measures give. */
export const MEASURE_OUTPUTS = {
  matrix: { type: 'Matrix', label: 'Layers × layers', help: 'the measure of each layer of A with each of B' },
  table: { type: 'Table', label: 'Pairs', help: 'layers of equal position, with their spread over pairs of models' },
  layers: { type: 'Table', label: 'Layers', help: 'rows, columns and constant columns of each layer' },
} as const;

/** Shapes and cost; `check` sees the number of rows of each pair of layers. Throws as `pairingOf` and `comparisonCost` do. */
export function inferMeasure(
  text: MeasureText,
  { a, b }: { readonly a: Infos['Activations']; readonly b: Infos['Activations'] },
  check: (count: number) => void,
): {
  readonly outputs: {
    readonly matrix: Infos['Matrix'];
    readonly table: Infos['Table'];
    readonly layers: Infos['Table'];
  };
  readonly cost: Cost;
} {
  const pairing = pairingOf(a, b);
  for (const x of pairing.a) if (pairing.b.some((y) => correspond(x, y))) check(x.count);
  return {
    outputs: { matrix: { rows: pairing.a.length, columns: pairing.b.length }, table: {}, layers: {} },
    cost: comparisonCost(pairing, text),
  };
}

/** Compares on the device of the context. */
export async function runMeasure<P>(
  measure: Measure<P>,
  text: MeasureText,
  { a, b }: { readonly a: Activations; readonly b: Activations },
  context: RunContext,
): Promise<Outcome> {
  const { compareLayers } = await import('./compare.js');
  const { outcomeOf } = await import('./outcome.js');
  const pairing = pairingOf(sideOf(a), sideOf(b));
  const found = await compareLayers(measure, text, { a, b, pairing }, context.device, context);
  const only = pairing.a.length === 1 && pairing.b.length === 1 && found.counted[0] === 0;
  if (only)
    throw new FiberscopeError(
      'shape',
      `${text.name} of ${pairing.a[0]!.place.label} of A and ${pairing.b[0]!.place.label} of B: expected layers that can be compared, got ${whyNot(found)}; choose other layers, or give more inputs`,
    );
  return outcomeOf(found, pairing, text);
}

/** Why the only pair of layers has no value. */
function whyNot({ a: [x], b: [y] }: Comparison): string {
  const said = [x?.why && `in A: ${x.why}`, y?.why && `in B: ${y.why}`].filter(Boolean);
  return said.length > 0 ? said.join('; ') : 'no value';
}

/** The matrix as a heat map, its pairs and layers as tables, and what they say. */
export function viewMeasure(
  text: MeasureText,
  { a, b }: { readonly a: Activations; readonly b: Activations },
  outcome: Outcome,
): View {
  const pairing = pairingOf(sideOf(a), sideOf(b));
  const compared: Compared = { a, b, pairing, outcome, text };
  const { matrix, table, layers } = outcome;
  const dropped = layers.rows.reduce((sum, row) => sum + Number(row[4]), 0);
  const way = `${text.better} is closer`;
  const pairs = pairing.pairs > 1 ? `; mean over ${formatCount(pairing.pairs)} pairs of models` : '';
  const caption = `${text.name} = ${text.formula}; ${way}; ${rowsText(compared)} ${a.inputs.source}${pairs}`;
  return {
    summary: {
      ...numbers(matrix, pairing),
      measure: text.name,
      rows: pairing.a[0]!.count,
      pairs: pairing.pairs,
      dropped,
    },
    rows: lines(matrix, pairing),
    status: `${text.name}; ${way}${pairs}${dropped > 0 ? `; ${formatCount(dropped)} constant columns dropped` : ''}`,
    notes: comparisonNotes(compared),
    plots: [
      matrixPicture(matrix, text, caption),
      tablePicture(table, 'Layers of equal position', caption),
      tablePicture(layers, 'Layers'),
    ],
  };
}

const matrixPicture = (matrix: Matrix, text: MeasureText, caption: string): PlotData => ({
  kind: 'matrix',
  title: text.name,
  matrix,
  caption,
});

/** The mean over layers of equal position and over all others; NaN of none. */
function means({ values, rows, columns }: Matrix): { readonly same: number; readonly other: number } {
  const mean = (keep: (i: number, j: number) => boolean): number => {
    const kept = Array.from(values).filter(
      (value, at) => !Number.isNaN(value) && keep(Math.floor(at / columns.length), at % columns.length),
    );
    return kept.length === 0 ? Number.NaN : kept.reduce((sum, value) => sum + value, 0) / kept.length;
  };
  return rows.length === 0
    ? { same: Number.NaN, other: Number.NaN }
    : { same: mean((i, j) => i === j), other: mean((i, j) => i !== j) };
}

const single = ({ a, b }: Pairing): boolean => a.length === 1 && b.length === 1;
const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

function numbers(matrix: Matrix, pairing: Pairing): Record<string, number | null> {
  const { same, other } = means(matrix);
  return single(pairing)
    ? { value: orNull(matrix.values[0]), ...(matrix.spread && { deviation: orNull(matrix.spread[0]) }) }
    : { equalPositions: orNull(same), others: orNull(other) };
}

function lines(matrix: Matrix, pairing: Pairing): readonly (readonly [string, string])[] {
  const { same, other } = means(matrix);
  return single(pairing)
    ? [
        ['value', valueText(matrix.values[0]!, matrix.spread?.[0])],
        ['N', formatCount(pairing.a[0]!.count)],
        ['d, d′', `${formatCount(pairing.a[0]!.width)}, ${formatCount(pairing.b[0]!.width)}`],
      ]
    : [
        ['equal positions', valueText(same, undefined)],
        ['others', valueText(other, undefined)],
        ['N', rangeText([...pairing.a, ...pairing.b].map(({ count }) => count))],
      ];
}
