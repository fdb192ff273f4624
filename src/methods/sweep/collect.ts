/** The runs of a sweep brought together: a number against a parameter, with its spread over repeats. */
import { FiberscopeError, messageOf } from '../../catalog/errors.js';
import type { SweepRun, Swept, SweptParameter } from '../../catalog/sweep.js';
import type { Curve, Table } from '../../catalog/values.js';
import type { Json } from '../../document/schema.js';
import { joinLines } from './lines.js';
import { meanOf, type Reading, type Readings, readingsOf } from './readings.js';

/** What came of one run. */
export interface Outcome {
  readonly places: readonly number[];
  readonly readings: readonly Reading[]; // none where it failed
  readonly error?: string;
  readonly flag?: string; // what is wrong with the networks behind it
}

/** All that came of a sweep. */
export interface Collected {
  readonly parameters: readonly SweptParameter[];
  readonly name: string; // of the numbers
  readonly how?: string;
  readonly spreadName?: string;
  readonly lines: readonly string[];
  readonly outcomes: readonly Outcome[];
}

/** What is wrong with the networks behind a run: they diverged, or were stopped early. */
export const flagOf = ({ warnings = [], stopped }: SweepRun): string | undefined =>
  warnings.length > 0 ? warnings.join(' ') : stopped ? 'stopped early and kept as it was.' : undefined;

/** The axis of a parameter: `Rank of Stitch`. */
export const axisTitle = ({ name, of, unit }: SweptParameter): string =>
  `${name} of ${of}${unit === undefined ? '' : ` (${unit})`}`;

/** The shortest title that tells a parameter from the others. */
const titleAmong = (parameter: SweptParameter, all: readonly SweptParameter[]): string =>
  all.some((other) => other !== parameter && other.name === parameter.name) ? axisTitle(parameter) : parameter.name;

/** Reads every run. Throws when no run gave a number, with the reason of the first. */
export function collect({ parameters, runs }: Swept, measure: string): Collected {
  let first: Readings | undefined;
  const names = new Set<string>();
  const read = runs.map((run): Outcome => {
    if (run.error !== undefined) return { places: run.places, readings: [], error: run.error };
    try {
      const found = readingsOf(run, measure);
      first ??= found;
      names.add(found.name);
      const flag = flagOf(run);
      return { places: run.places, readings: found.readings, ...(flag === undefined ? {} : { flag }) };
    } catch (error) {
      return { places: run.places, readings: [], error: messageOf(error) };
    }
  });
  if (first === undefined)
    throw new FiberscopeError(
      'parameter',
      `expected a number of at least one of ${runs.length} runs, got none: ${read[0]?.error ?? 'there are no runs'}`,
    );
  const outcomes = joinLines(read, parameters[0]!);
  const lines = [...new Set(outcomes.flatMap(({ readings }) => readings.map(({ line }) => line)))];
  const { how, spreadName } = first;
  return {
    parameters,
    name: names.size === 1 ? first.name : (how ?? 'value'), // another measure at each value
    ...(how === undefined ? {} : { how }),
    ...(spreadName === undefined ? {} : { spreadName }),
    lines,
    outcomes,
  };
}

/**
 * The numbers against the first parameter. With a second one each point is the mean over its values, with their standard deviation
 * (n − 1) and the single runs; else it has the spread and the runs that the result itself has.
 */
export function sweepCurve(collected: Collected): Curve {
  const { parameters, name, spreadName, lines, outcomes } = collected;
  const [main, repeats] = parameters as [SweptParameter, SweptParameter | undefined];
  const values = main.values.map(numberIn);
  const numbers = values.every((value) => value !== undefined);
  const order = main.values.map((_, k) => k);
  if (numbers) order.sort((a, b) => values[a]! - values[b]!);
  const x = Float64Array.from(order, (k, i) => (numbers ? values[k]! : i));
  const at = (k: number, line: string): Reading[] =>
    outcomes.filter(({ places }) => places[0] === k).map((outcome) => readingOf(outcome, line));
  const made = lines.map((line) => {
    const points = order.map((k) => (repeats ? repeated(at(k, line)) : at(k, line)[0]!));
    const most = Math.max(0, ...points.map(({ samples }) => samples?.length ?? 0));
    const spreads = points.map(({ spread }) => spread ?? Number.NaN);
    return {
      name: line === '' ? name : line,
      y: Float64Array.from(points, ({ value }) => value),
      ...(spreads.some(Number.isFinite) ? { spread: Float64Array.from(spreads) } : {}),
      ...(most > 1
        ? {
            samples: Array.from({ length: most }, (_, s) =>
              Float64Array.from(points, ({ samples }) => samples?.[s] ?? Number.NaN),
            ),
          }
        : {}),
    };
  });
  const over = repeats && `± standard deviation over ${repeats.values.length} values of ${axisTitle(repeats)}`;
  const spread = over ?? spreadName;
  const logX = numbers && isGeometric(x);
  return {
    type: 'Curve',
    x,
    xName: axisTitle(main),
    yName: name,
    logY: false,
    lines: made,
    ...(numbers ? {} : { places: order.map((k) => main.texts[k]!) }),
    ...(spread !== undefined && made.some((line) => 'spread' in line) ? { spreadName: spread } : {}),
    ...(logX ? { logX } : {}),
  };
}

/** A value that is a number, or a list of one. */
function numberIn(value: Json | undefined): number | undefined {
  const only = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof only === 'number' ? only : undefined;
}

/** Whether numbers grow by ratios rather than by steps: then their axis is logarithmic. */
function isGeometric(x: Float64Array): boolean {
  if (x.length < 3 || !(x[0]! > 0)) return false;
  const unevenness = (values: Float64Array): number => {
    const gaps = Array.from(values.subarray(1), (value, k) => value - values[k]!);
    const mean = meanOf(gaps);
    return Math.max(...gaps.map((gap) => Math.abs(gap / mean - 1)));
  };
  return unevenness(x.map(Math.log)) < unevenness(x);
}

const readingOf = ({ readings }: Outcome, line: string): Reading =>
  readings.find((reading) => reading.line === line) ?? { line, value: Number.NaN };

/** The mean of several runs, with their standard deviation. */
function repeated(readings: readonly Reading[]): Reading {
  const samples = readings.map(({ value }) => value);
  const known = samples.filter(Number.isFinite);
  const value = meanOf(known);
  const variance = known.reduce((sum, each) => sum + (each - value) ** 2, 0) / (known.length - 1);
  return {
    line: readings[0]?.line ?? '',
    value,
    samples,
    ...(known.length > 1 ? { spread: Math.sqrt(variance) } : {}),
  };
}

/** A row for each run: its values, its numbers, why it has none where it failed, and what is wrong with its networks. */
export function sweepTable({ parameters, name, lines, outcomes }: Collected): Table {
  const failed = outcomes.some(({ error }) => error !== undefined);
  const flagged = outcomes.some(({ flag }) => flag !== undefined);
  const cellOf = (parameter: SweptParameter, place: number): string | number => {
    const value = parameter.values[place];
    return numberIn(value) ?? parameter.texts[place]!;
  };
  return {
    type: 'Table',
    columns: [
      ...parameters.map((parameter) => ({ name: titleAmong(parameter, parameters) })),
      ...lines.map((line) => ({ name: line === '' ? name : line })),
      ...(failed ? [{ name: 'fault' }] : []),
      ...(flagged ? [{ name: 'flag' }] : []),
    ],
    rows: outcomes.map((outcome) => [
      ...parameters.map((parameter, k) => cellOf(parameter, outcome.places[k]!)),
      ...lines.map((line) => {
        const { value } = readingOf(outcome, line);
        return Number.isNaN(value) ? null : value;
      }),
      ...(failed ? [outcome.error ?? null] : []),
      ...(flagged ? [outcome.flag ?? null] : []),
    ]),
  };
}
