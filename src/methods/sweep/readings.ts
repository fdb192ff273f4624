/** What a sweep reads of one run: a number for each line that it will draw. */
import { FiberscopeError } from '../../catalog/errors.js';
import { scalarName } from '../../catalog/scalars.js';
import type { SweepRun } from '../../catalog/sweep.js';
import { listed } from '../../catalog/text.js';
import type { Curve, Matrix, Table, Value } from '../../catalog/values.js';
import { endsInSpread } from '../models/scores.js';

/** A number with what is known of how sure it is. */
export interface Reading {
  readonly line: string; // '' where there is but one
  readonly value: number; // NaN where there is none
  readonly spread?: number;
  readonly samples?: readonly number[];
}

/** The numbers of one run and what they are. */
export interface Readings {
  readonly name: string;
  readonly how?: string; // they were made of the result: 'mean over 3 places'
  readonly readings: readonly Reading[];
  readonly spreadName?: string;
}

/** Most lines of one sweep. */
const MOST_LINES = 24;

/**
 * The numbers of a run. `measure` is a scalar of the summary; of a Curve one of its lines or places; a column of a Table; a row of a
 * square Matrix. Where it is empty: of a Curve each line, its mean over places or its last value; of a Matrix the mean of its diagonal,
 * of all where it is not square; of a Table its first column of numbers, over networks their mean; else the first number of the summary. Throws a
 * `parameter` error where there is no such thing.
 */
export function readingsOf(run: SweepRun, measure: string): Readings {
  const scalar = scalarOf(run, measure);
  const found = scalar ?? readValue(run.value, measure) ?? (measure === '' ? scalarOf(run, undefined) : undefined);
  if (found === undefined) {
    const names = measuresOf(run);
    const has = names.length === 0 ? 'the result has no numbers' : `it gives ${listed(names)}`;
    const got = isText(run, measure) ? `'${measure}', which is text` : JSON.stringify(measure);
    throw new FiberscopeError('parameter', `parameter 'measure': expected a number of the result, got ${got}; ${has}`);
  }
  if (found.readings.length > MOST_LINES)
    throw new FiberscopeError(
      'parameter',
      `parameter 'measure': expected at most ${MOST_LINES} lines, got ${found.readings.length} of ${found.name}; choose one of ${listed(measuresOf(run))}`,
    );
  return found;
}

/** The names that `measure` may have for a run. */
export function measuresOf({ summary, value }: Pick<SweepRun, 'summary' | 'value'>): readonly string[] {
  const scalars = Object.entries(summary).flatMap(([name, scalar]) => (typeof scalar === 'number' ? [name] : []));
  return [...new Set([...scalars, ...namesIn(value)])];
}

/** Whether a name is that of something which is no number: a word of the summary, a column of words. */
function isText({ summary, value }: SweepRun, name: string): boolean {
  const shown = value?.type === 'Figure' ? dataOf(value.plot) : value;
  const column = shown?.type === 'Table' && shown.columns.some((each) => each.name === name);
  return column || typeof summary[name] === 'string';
}

/** The scalar of this name, or the first where none is asked for. */
function scalarOf({ summary }: SweepRun, measure: string | undefined): Readings | undefined {
  const numbers = Object.entries(summary).flatMap(([name, scalar]) =>
    typeof scalar === 'number' ? [{ name, value: scalar }] : [],
  );
  const found =
    measure === undefined ? numbers[0] : numbers.find(({ name }) => name === measure || scalarName(name) === measure);
  return found && { name: scalarName(found.name), readings: [{ line: '', value: found.value }] };
}

function namesIn(value: Value | undefined): readonly string[] {
  switch (value?.type) {
    case 'Curve':
      return [...(value.lines.length > 1 ? value.lines.map(({ name }) => name) : []), ...(value.places ?? [])];
    case 'Matrix':
      return isSquare(value) ? value.rows : [];
    case 'Table':
      return numericColumns(value).map((k) => value.columns[k]!.name);
    case 'Figure':
      return namesIn(dataOf(value.plot));
    default:
      return [];
  }
}

function readValue(value: Value | undefined, measure: string): Readings | undefined {
  switch (value?.type) {
    case 'Curve':
      return readCurve(value, measure);
    case 'Matrix':
      return readMatrix(value, measure);
    case 'Table':
      return readTable(value, measure);
    case 'Figure':
      return readValue(dataOf(value.plot), measure);
    default:
      return undefined;
  }
}

/** What a figure is drawn of, where that is a Curve, a Matrix or a Table. */
function dataOf(plot: Extract<Value, { type: 'Figure' }>['plot']): Value | undefined {
  return plot.kind === 'curves'
    ? plot.curve
    : plot.kind === 'matrix'
      ? plot.matrix
      : plot.kind === 'table'
        ? plot.table
        : undefined;
}

function readCurve(curve: Curve, measure: string): Readings | undefined {
  const { lines, places, xName, yName, spreadName } = curve;
  const named = measure === '' ? -1 : (places?.indexOf(measure) ?? -1);
  const chosen = lines.filter(({ name }) => name === measure);
  if (measure !== '' && measure !== yName && named < 0 && chosen.length === 0) return undefined;
  const at = places?.length === 1 ? 0 : named; // the only place is no mean
  const kept = chosen.length > 0 ? chosen : lines;
  const whole = at < 0 && places !== undefined;
  const reduce = (y: Float64Array): number => (at >= 0 ? y[at]! : places ? meanOf([...y]) : lastOf(y));
  const readings = kept.map(({ name, y, spread, samples }): Reading => {
    const each = samples?.map(reduce);
    const known = at >= 0 ? spread?.[at] : places ? undefined : spread?.[lastIndex(y)];
    return {
      line: lines.length > 1 ? name : '',
      value: reduce(y),
      ...(known === undefined ? {} : { spread: known }),
      ...(each === undefined ? {} : { samples: each }),
    };
  });
  const how = at >= 0 ? `at ${places![at]}` : places ? `mean over ${places.length} places` : `at the last ${xName}`;
  return { name: yName, how, readings, ...(spreadName === undefined || whole ? {} : { spreadName }) };
}

const isSquare = ({ rows, columns }: Matrix): boolean => rows.length === columns.length;

function readMatrix(matrix: Matrix, measure: string): Readings | undefined {
  const { rows, values, spread, valueName } = matrix;
  const m = matrix.columns.length;
  const square = isSquare(matrix);
  const at = square ? rows.indexOf(measure) : -1;
  if (measure !== '' && measure !== valueName && at < 0) return undefined;
  if (at >= 0 || values.length === 1) {
    const place = Math.max(at, 0) * (m + 1);
    const known = spread?.[place];
    const reading = { line: '', value: values[place]!, ...(known === undefined ? {} : { spread: known }) };
    return {
      name: valueName,
      ...(at < 0 ? {} : { how: `of ${measure}` }),
      readings: [reading],
      ...(known === undefined ? {} : { spreadName: '± standard deviation over pairs' }),
    };
  }
  const chosen = square ? rows.map((_, i) => values[i * m + i]!) : [...values];
  const how = square ? 'mean of the diagonal' : 'mean of all pairs';
  return { name: valueName, how, readings: [{ line: '', value: meanOf(chosen) }] };
}

const numericColumns = ({ columns, rows }: Table): readonly number[] =>
  columns.map((_, k) => k).filter((k) => rows.some((row) => typeof row[k] === 'number'));

function readTable(table: Table, measure: string): Readings | undefined {
  const numeric = numericColumns(table);
  const k = measure === '' ? numeric[0] : numeric.find((each) => table.columns[each]!.name === measure);
  if (k === undefined) return undefined;
  const words = table.columns.map((_, each) => each).filter((each) => !numeric.includes(each));
  const { name: column, unit } = table.columns[k]!;
  const name = unit === undefined ? column : `${column} (${unit})`;
  const numbers = table.rows.map((row) => (typeof row[k] === 'number' ? row[k] : Number.NaN));
  if (endsInSpread(table)) {
    const samples = numbers.slice(0, -2);
    const [value, spread] = numbers.slice(-2) as [number, number];
    const spreadName = `± standard deviation over ${samples.length} networks`;
    return { name, how: 'mean over networks', readings: [{ line: '', value, spread, samples }], spreadName };
  }
  const readings = table.rows.map((row, i): Reading => {
    const line = words.map((each) => row[each] ?? '').join(', ');
    return { line: table.rows.length < 2 ? '' : line === '' ? `row ${i + 1}` : line, value: numbers[i]! };
  });
  return { name, readings };
}

/** The mean of the numbers that there are; NaN of none. */
export function meanOf(values: readonly number[]): number {
  const known = values.filter(Number.isFinite);
  return known.reduce((sum, value) => sum + value, 0) / known.length;
}

const lastIndex = (y: Float64Array): number => y.findLastIndex(Number.isFinite);
const lastOf = (y: Float64Array): number => y[lastIndex(y)] ?? Number.NaN;
