/** How well networks do on examples: tables of loss and accuracy, with mean and spread. */
import type { Table } from '../../catalog/values.js';
import type { Scores } from '../../catalog/work.js';
import { type Spread, spreadOf } from './spread.js';

/** Scores on one set of examples. */
export interface Marks extends Scores {
  readonly name: string; // 'training', 'validation'; '' where there is one set only
}

const MEAN = 'mean';
const SPREAD = 'standard deviation';

/**
 * A row for each network and, of several, their mean and sample standard deviation: epochs where they are given, then loss and accuracy
 * in percent on each set of examples; no accuracy where there is none.
 */
export function scoreTable(names: readonly string[], marks: readonly Marks[], epochs?: readonly number[]): Table {
  const columns: NetworkColumn[] = [];
  if (epochs) columns.push({ name: 'epochs', values: epochs });
  for (const { name, loss, accuracy } of marks) {
    columns.push({ name: lossColumn(name), values: [...loss] });
    if (!accuracy.every(Number.isNaN))
      columns.push({ name: accuracyColumn(name), unit: '%', values: [...accuracy].map((share) => 100 * share) });
  }
  return networkTable(names, columns);
}

/** One number for each network. */
export interface NetworkColumn {
  readonly name: string;
  readonly unit?: string;
  readonly values: readonly number[];
}

/** A row for each network and, of several, their mean and sample standard deviation; no number where it is NaN. */
export function networkTable(names: readonly string[], columns: readonly NetworkColumn[]): Table {
  const cell = (value: number): number | null => (Number.isNaN(value) ? null : value);
  const rows = names.map((name, i) => [name, ...columns.map(({ values }) => cell(values[i]!))]);
  const spreads = columns.map(({ values }) => spreadOf(values));
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

/** Mean and spread over the networks of one column of a score table; undefined where it has no such column. */
export function columnSpread(table: Table, column: string): Spread | undefined {
  const at = table.columns.findIndex(({ name }) => name === column);
  if (at < 0) return undefined;
  const networks = table.rows.filter(([name]) => name !== MEAN && name !== SPREAD);
  return spreadOf(networks.map((row) => (typeof row[at] === 'number' ? row[at] : Number.NaN)));
}
