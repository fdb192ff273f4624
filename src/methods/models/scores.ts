/** How well networks do on examples: tables of loss and accuracy, with mean and spread. */
import type { Table } from '../../catalog/values.js';
import type { Scores } from '../../catalog/work.js';
import { type Spread, spreadOf } from './spread.js';

/** Scores on one set of examples. */
export interface Marks extends Scores {
  readonly name: string; // 'training', 'validation'; '' where there is one set only
}

const EPOCHS = 'epochs';
const MEAN = 'mean';
const SPREAD = 'standard deviation';

/** A network table: epochs where they are given, then loss and accuracy in percent on each set of examples; no accuracy where there is none. */
export function scoreTable(names: readonly string[], marks: readonly Marks[], epochs?: readonly number[]): Table {
  const columns: NetworkColumn[] = [];
  if (epochs) columns.push(epochsColumn(epochs));
  for (const { name, loss, accuracy } of marks) {
    columns.push({ name: lossColumn(name), values: [...loss] });
    if (!accuracy.every(Number.isNaN))
      columns.push({ name: accuracyColumn(name), unit: '%', values: [...accuracy].map((share) => 100 * share) });
  }
  return networkTable(names, columns);
}

/** Those networks that count in a mean: those that were trained for an epoch at least; all where none was, or epochs are not given. */
function counted<T>(networks: readonly T[], epochs: readonly unknown[] | undefined): readonly T[] {
  const trained = networks.filter((_, i) => epochs && Number(epochs[i]) > 0);
  return trained.length > 0 ? trained : networks;
}

/** One number for each network. */
export interface NetworkColumn {
  readonly name: string;
  readonly unit?: string;
  readonly values: readonly number[];
}

/** How many epochs each network did, which says in a network table which of them count in its means. */
export const epochsColumn = (epochs: readonly number[]): NetworkColumn => ({ name: EPOCHS, values: epochs });

/**
 * A row for each network and, of several, their mean and sample standard deviation; no number where it is NaN. Where there is a column
 * of epochs, networks that did none do not count in mean and deviation, unless none did any.
 */
export function networkTable(names: readonly string[], columns: readonly NetworkColumn[]): Table {
  const epochs = columns.find(({ name }) => name === EPOCHS)?.values;
  const cell = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const rows = names.map((name, i) => [name, ...columns.map(({ values }) => cell(values[i]!))]);
  const spreads = columns.map(({ values }) => spreadOf(counted(values, epochs)));
  if (names.length > 1)
    rows.push(
      [MEAN, ...spreads.map(({ mean }) => cell(mean))],
      [SPREAD, ...spreads.map(({ deviation }) => cell(deviation))],
    );
  return {
    type: 'Table',
    columns: [{ name: 'network' }, ...columns.map(({ name, unit }) => ({ name, ...(unit ? { unit } : {}) }))],
    rows,
  };
}

/** The column of the loss on a set of examples. */
export const lossColumn = (name = ''): string => `${name} loss`.trim();
/** The column of the accuracy. */
export const accuracyColumn = (name = ''): string => `${name} accuracy`.trim();

/** Mean and spread over the networks of one column of a score table, as in its last rows; undefined where it has no such column. */
export function columnSpread(table: Table, column: string): Spread | undefined {
  const at = table.columns.findIndex(({ name }) => name === column);
  if (at < 0) return undefined;
  const networks = table.rows.filter(isNetwork);
  const numbers = networks.map((row) => (typeof row[at] === 'number' ? row[at] : Number.NaN));
  return spreadOf(counted(numbers, epochsIn(table)));
}

/** How many epochs each network of a score table did; undefined where it does not say. */
export function epochsIn({ columns, rows }: Table): readonly number[] | undefined {
  const at = columns.findIndex(({ name }) => name === EPOCHS);
  return at < 0 ? undefined : rows.flatMap((row) => (isNetwork(row) ? [Number(row[at])] : []));
}

/** Whether a table's last rows are mean and deviation of the others. */
export const endsInSpread = ({ rows }: Table): boolean => rows.at(-2)?.[0] === MEAN && rows.at(-1)?.[0] === SPREAD;

const isNetwork = ([name]: Table['rows'][number]): boolean => name !== MEAN && name !== SPREAD;
