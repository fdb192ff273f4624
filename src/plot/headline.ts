/** What is said of a plot in words: title, how many members are in the set, and the null models that ε passes. */
import { formatCount, formatNumber, formatShare } from '../catalog/text.js';
import type { JScale, Matrix } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { epsilonFlags } from '../methods/diagnostics/epsilon.js';
import { belowText } from './above-cap.js';
import { extent } from './extent.js';
import { matrixName } from './matrix-cells.js';
import { outsideNames } from './outside.js';
import { hasJ } from './range.js';

/** Title, count and honest flags of a plot. */
export interface Headline {
  readonly title: string;
  readonly count: string; // '5,671 of 125,000 · 4.5 %', or ''
  readonly flags: readonly string[];
}

/** The strongest sentence that is true of an ε (absolute) beside the null models, as Threshold ε says it; empty where it passes none. */
export function nullModelFlags(epsilon: number, scale: JScale): string[] {
  if (!(epsilon > 0)) return [];
  return epsilonFlags(epsilon, scale)
    .slice(0, 1)
    .map(({ text }) => text);
}

/** How many of the values lie under ε. */
function countUnder(values: Float32Array, epsilon: number): number {
  let count = 0;
  for (const value of values) if (value < epsilon) count++;
  return count;
}

/** Title, count and flags of a plot. */
export function headline(plot: PlotData): Headline {
  const { title } = plot;
  if (plot.kind === 'table') return { title, count: rows(plot.table.rows.length), flags: [] };
  if (plot.kind === 'curves') {
    const { lines } = plot.curve;
    const selected = lines.filter((line) => line.state === 'selected').length;
    return {
      title,
      count: selected > 0 ? `${formatCount(selected)} selected of ${formatCount(lines.length)}` : '',
      flags: [],
    };
  }
  if (plot.kind === 'matrix') {
    const { rows, columns } = plot.matrix;
    return { title, count: `${formatCount(rows.length)} × ${formatCount(columns.length)}`, flags: [] };
  }
  if (plot.kind === 'pictures') return { title, count: picturesText(plot.labels.length), flags: [] };
  const flags = plot.epsilon === undefined ? [] : nullModelFlags(plot.epsilon, plot.scale);
  if (plot.kind === 'points') {
    const count = plot.values.length;
    if (plot.total === undefined || plot.total < count) return { title, count: `${formatCount(count)} points`, flags };
    return { title, count: share(count, plot.total), flags };
  }
  if (plot.epsilon === undefined)
    return { title, count: belowText(plot) ?? `${formatCount(plot.values.length)} points`, flags };
  return { title, count: `${share(countUnder(plot.values, plot.epsilon), plot.values.length)} under ε`, flags };
}

/** One sentence that stands for the picture where it cannot be seen. */
export function describe(plot: PlotData): string {
  const { title, count, flags } = headline(plot);
  const parts = [title, count, ...flags, plot.caption];
  if (hasJ(plot)) {
    const marks = plot.marks.map((m) => (m.loss === undefined ? m.name : `${m.name} J ${formatNumber(m.loss)}`));
    if (marks.length > 0) parts.push(`marked: ${marks.join(', ')}`);
    const outside = outsideNames(plot);
    if (outside.length > 0) parts.push(`outside the picture: ${outside.join(', ')}`);
  }
  if (plot.kind === 'matrix') parts.push(matrixText(plot.matrix));
  if (plot.kind === 'curves' && plot.curve.spreadName) parts.push(plot.curve.spreadName);
  return parts.filter((part) => part !== '').join('. ');
}

/** `linear CKA from 0.12 to 0.98, higher is closer`. */
function matrixText(matrix: Matrix): string {
  const numbers = matrix.values.filter(Number.isFinite);
  const [low, high] = extent(numbers);
  const [name, ...way] = matrixName(matrix);
  if (numbers.length === 0) return `${name}: no values`;
  return [`${name} from ${formatNumber(low)} to ${formatNumber(high)}`, ...way].join(', ');
}

const picturesText = (n: number): string => `${formatCount(n)} ${n === 1 ? 'picture' : 'pictures'}`;
const rows = (n: number): string => `${formatCount(n)} ${n === 1 ? 'row' : 'rows'}`;
const share = (count: number, total: number): string =>
  `${formatCount(count)} of ${formatCount(total)}${total > 0 ? ` · ${formatShare(count / total)}` : ''}`;
