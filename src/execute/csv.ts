/** Values and plots as CSV (RFC 4180): full precision, plain minus signs and e-notation, one header line, one record per row. */
import { FiberscopeError } from '../catalog/errors.js';
import type { PortType, Table, Value } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { type Listed, type Records, recordsOf } from '../methods/records.js';

/** Types whose rows mean one thing; the others (a Reference: θ beside inputs beside outputs) are saved as arrays only. */
const RECORDS: ReadonlySet<PortType> = new Set<PortType>([
  'Table',
  'Parameters',
  'Field',
  'EpsilonSet',
  'Embedding',
  'Curve',
  'Matrix',
  'Inputs',
  'Outputs',
  'Model',
  'Figure',
]);

/** Longest text, in characters: beyond it a string does not fit. */
const LONGEST = 2 ** 28;

/** Whether values of a type are written as CSV. A Subspace is not: its origin, basis and points are three kinds of rows. */
export function hasRecords(type: PortType): boolean {
  return RECORDS.has(type);
}

/** A value as CSV text. */
export function outputCsv(value: Value): string {
  if (value.type === 'Figure') return plotCsv(value.plot);
  if (!hasRecords(value.type))
    throw new FiberscopeError('file', `CSV: expected a value of rows, got ${value.type}; save its arrays as .npz`);
  const records = recordsOf(value as Listed);
  if (value.type !== 'Curve' && value.type !== 'Matrix') return csvText(records);
  return csvText({ ...records, columns: records.columns.map(({ name }) => ({ name })) }); // one unit for all
}

/** The data of a plot as CSV text; marks come last, named in the first column. */
export function plotCsv(plot: PlotData): string {
  if (plot.kind === 'table') return csvText(recordsOf(plot.table));
  if (plot.kind === 'curves') return outputCsv(plot.curve);
  if (plot.kind === 'matrix') return outputCsv(plot.matrix);
  if (plot.kind === 'pictures') return csvText(pictureRecords(plot));
  const { marks, scale, values } = plot;
  const names = plot.axes.map((axis, k) => axis.name || `x${k + 1}`);
  const member = plot.kind === 'points' ? plot.member : undefined;
  const power = scale.power > 0 ? scale.power : undefined;
  const place = plot.kind === 'points' ? pointPlace(plot) : latticePlace(plot.axes);
  const cap = plot.kind === 'points' ? undefined : plot.cap;
  const loss = (j: number | undefined) => {
    const above = cap !== undefined && j === Number.POSITIVE_INFINITY;
    const known = above ? undefined : j;
    const numbers = [known ?? null, ...(power ? [known === undefined ? null : known / power] : [])];
    return cap === undefined ? numbers : [...numbers, above ? cap : null];
  };
  return csvText({
    columns: [
      'name',
      ...(member ? ['member'] : []),
      ...names,
      'J',
      ...(power ? ['J / E[φ²]'] : []),
      ...(cap === undefined ? [] : ['J at least']),
    ].map((name) => ({ name })),
    count: values.length + marks.length,
    row: (i) => {
      const mark = marks[i - values.length];
      return mark
        ? [mark.name, ...(member ? [null] : []), ...mark.position, ...loss(mark.loss)]
        : ['', ...(member ? [member[i]!] : []), ...place(i), ...loss(values[i])];
    },
  });
}

/** A record for each picture: its label, then its pixels by row, column and channel. */
function pictureRecords({ height, width, channels, pixels, labels }: Extract<PlotData, { kind: 'pictures' }>): Records {
  const size = height * width * channels;
  return {
    columns: [
      { name: 'picture' },
      { name: 'label' },
      ...Array.from({ length: size }, (_, k) => ({ name: `pixel[${k}]` })),
    ],
    count: labels.length,
    row: (i) => [i, labels[i]!, ...pixels.subarray(i * size, (i + 1) * size)],
  };
}

function pointPlace({ position, dimension }: Extract<PlotData, { kind: 'points' }>) {
  return (i: number): readonly number[] => [...position.subarray(i * dimension, (i + 1) * dimension)];
}

/** Coordinates of a lattice point by its index, the last axis fastest. */
function latticePlace(axes: readonly { readonly values: Float64Array }[]) {
  return (i: number): readonly number[] => {
    let rest = i;
    return axes
      .toReversed()
      .map(({ values }) => {
        const at = values[rest % values.length]!;
        rest = Math.floor(rest / values.length);
        return at;
      })
      .reverse();
  };
}

/** Records as CSV text. */
function csvText({ columns, count, row }: Records): string {
  const parts: string[] = [line(columns.map(heading))];
  let length = 0;
  for (let i = 0; i < count; i++) {
    const part = line(row(i));
    parts.push(part);
    length += part.length;
    if (length > LONGEST)
      throw new FiberscopeError(
        'limit',
        `CSV: expected at most ${LONGEST / 2 ** 20} million characters, got more at row ${i + 1} of ${count}; save the arrays as .npz`,
      );
  }
  return parts.join('');
}

/** `J / E[φ²]` for what is given in units of a quantity, `time (s)` for a plain unit. */
const heading = ({ name, unit }: Table['columns'][number]): string =>
  unit === undefined ? name : unit.includes('[') ? `${name} / ${unit}` : `${name} (${unit})`;

const line = (cells: Table['rows'][number]): string => `${cells.map(cell).join(',')}\r\n`;

function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
