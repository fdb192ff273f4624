/** Words by which rows of tables are found again. */

/** The row of a pair for all its channels, in Match's table. */
export const ALL = 'all';

/** The row for channels without weights, in NodeSort's table. */
export const SILENT = 'none: no weights come in or go out';
