/** Words and places by which rows and columns of tables are found again. */
import type { Table } from '../../catalog/values.js';

/** The row of a pair for all its channels, in Match's table. */
export const ALL = 'all';

/** The row for channels without weights, in NodeSort's table. */
export const SILENT = 'none: no weights come in or go out';

/** The column of channels that are constant on the data, in Match's table by activations. */
export const MATCH_CONSTANT = 6;

/** The mean of a column of Match's table over rows; NaN where one has no number. */
export const matchMean = (rows: Table['rows'], column: number): number =>
  rows.reduce((sum, row) => sum + Number(row[column] ?? Number.NaN), 0) / rows.length;
