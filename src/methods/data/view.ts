/** What is shown of a data set: a strip of samples, its classes, its mean and deviation. */
import type { Cost, Work } from '../../catalog/info.js';
import { product } from '../../catalog/shape.js';
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Inputs, Table } from '../../catalog/values.js';
import type { Note, PlotData, Scalar, View } from '../../catalog/views.js';
import { classNotes } from '../diagnostics/data.js';
import { tablePicture } from '../pictures.js';
import { tableOf } from '../tables.js';
import { samplePicture, sampleRows } from './samples.js';
import { statisticsOf } from './standardise.js';

const ROWS = 20; // of vectors in a table

/** How many examples each class has, and its name; undefined without labels. */
function classCounts({ labels, classes = [] }: Inputs): { name: string; count: number }[] | undefined {
  if (labels === undefined) return undefined;
  const counts = new Array<number>(classes.length).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return Array.from(counts, (count = 0, label) => ({ name: classes[label] ?? String(label), count }));
}

/** All scalars of a data set: how many, of what shape, in how many classes, and how its numbers lie. */
export function dataSummary(inputs: Inputs): Record<string, Scalar> {
  const { mean, deviation } = statisticsOf(inputs, 'global');
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of inputs.x) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const counts = classCounts(inputs)?.map(({ count }) => count);
  return {
    count: inputs.count,
    item: inputs.item.join(' × '),
    classes: counts?.length ?? null,
    leastOfAClass: counts ? Math.min(...counts) : null,
    mostOfAClass: counts ? Math.max(...counts) : null,
    mean: mean[0]!,
    deviation: deviation[0]!,
    least,
    most,
  };
}

/** The strip of samples of images, the first rows of vectors, and the classes. */
export function dataPlots(inputs: Inputs): readonly PlotData[] {
  const image = inputs.item.length === 3;
  const samples = image
    ? samplePicture(inputs, sampleRows(inputs), 'Samples')
    : tablePicture(tableOf(inputs, ROWS), 'First examples', inputs.source);
  const counts = classCounts(inputs);
  if (counts === undefined) return [samples];
  const classes: Table = {
    type: 'Table',
    columns: [{ name: 'label' }, { name: 'class' }, { name: 'examples' }, { name: 'share', unit: '%' }],
    rows: counts.map(({ name, count }, label) => [label, name, count, (100 * count) / inputs.count]),
  };
  return [samples, tablePicture(classes, 'Classes', inputs.source)];
}

/** The view of a node that gives one data set. */
export function dataView(inputs: Inputs, rows: View['rows'] = [], notes: readonly Note[] = []): View {
  const summary = dataSummary(inputs);
  const counts = classCounts(inputs);
  const { mean, deviation } = summary as { mean: number; deviation: number };
  return {
    summary,
    rows: [
      ['examples', `${formatCount(inputs.count)} × ${inputs.item.join(' × ')}`],
      ...(counts ? [['classes', formatCount(counts.length)] as const] : []),
      ...rows,
      ['mean', `${formatNumber(mean)} ± ${formatNumber(deviation)}`],
    ],
    status: inputs.source,
    notes: [...classNotes(counts), ...notes],
    plots: dataPlots(inputs),
  };
}

/** Bytes of a labelled data set: numbers, weights and labels. */
export const dataBytes = (count: number, item: readonly number[]): number => 4 * count * (product(item) + 2);

/** What it takes to generate `count` pictures of so many bytes each. */
export const drawingCost = (of: Extract<Work, { kind: 'draw' }>['of'], count: number, each: number): Cost => ({
  points: 0,
  multiplyAdds: 0,
  work: { kind: 'draw', of, each },
  bytes: count * each,
});
