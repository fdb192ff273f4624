/** The numbers of a plot as CSV (RFC 4180): full precision, plain ASCII minus signs and e-notation, one header line. */
import type { PlotData } from '../catalog/views.js';
import { hasJ } from './range.js';

/** The data of a plot as CSV text; marks come last, named in the first column. */
export function plotCsv(plot: PlotData): string {
  const lines: string[] = [];
  const row = (cells: readonly (string | number | null | undefined)[]): void => {
    lines.push(cells.map(cell).join(','));
  };
  if (plot.kind === 'table') {
    row(plot.table.columns.map(({ name, unit }) => (unit ? `${name} (${unit})` : name)));
    for (const cells of plot.table.rows) row(cells);
  } else if (plot.kind === 'curves') {
    const { curve } = plot;
    row([curve.xName, ...curve.lines.map(({ name, state }) => (state ? `${name} (${state})` : name))]);
    curve.x.forEach((x, k) => {
      row([x, ...curve.lines.map((line) => line.y[k])]);
    });
  } else if (hasJ(plot)) {
    const names = plot.axes.map((axis, k) => axis.name || `x${k + 1}`);
    const power = plot.scale.power > 0 ? plot.scale.power : undefined;
    row(['name', ...names, 'J', ...(power ? ['J / E[φ²]'] : [])]);
    const member = (name: string, position: readonly number[], j: number | undefined): void => {
      row([name, ...position, j, ...(power ? [j === undefined ? undefined : j / power] : [])]);
    };
    const dimension = names.length;
    if (plot.kind === 'points') {
      plot.values.forEach((j, k) => {
        member('', [...plot.position.subarray(k * plot.dimension, (k + 1) * plot.dimension)], j);
      });
    } else {
      const at = new Array<number>(dimension).fill(0);
      plot.values.forEach((j) => {
        member(
          '',
          at.map((i, d) => plot.axes[d]!.values[i]!),
          j,
        );
        for (let d = dimension - 1; d >= 0; d--) {
          at[d]!++;
          if (at[d]! < plot.axes[d]!.values.length) break;
          at[d] = 0;
        }
      });
    }
    for (const mark of plot.marks) member(mark.name, mark.position, mark.loss);
  }
  return `${lines.join('\r\n')}\r\n`;
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
