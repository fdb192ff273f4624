/** Numbers in tables. */

/** A number as a cell of a Table: nothing where it is not finite. */
export const cell = (value: number): number | null => (Number.isFinite(value) ? value : null);
