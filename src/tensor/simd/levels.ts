/** Rows that a step reads or writes, as nested loops: emitted code walks them by adding constants, without tables. */

/** One loop: `count` times, each `step` rows further. */
export interface Level {
  readonly count: number;
  readonly step: number; // rows
}

/** The loops, outermost first, that give the rows of `rows` in order; `rows[0]` is where they start. None for a single row. */
export function levelsOf(rows: ArrayLike<number>): Level[] {
  if (rows.length <= 1) return [];
  const step = rows[1]! - rows[0]!;
  let count = 2;
  while (count < rows.length && rows[count]! - rows[count - 1]! === step) count++;
  const outer: number[] = [];
  for (let i = 0; i < rows.length; i += count) {
    for (let j = 0; j < count; j++)
      if (rows[i + j] !== rows[i]! + j * step) throw new RangeError('levelsOf: expected rows of nested loops');
    outer.push(rows[i]!);
  }
  return [...levelsOf(outer), { count, step }];
}

/** How many rows the loops give. */
export function countOf(levels: readonly Level[]): number {
  return levels.reduce((all, { count }) => all * count, 1);
}

/** Loops of equal counts walked at once, with the step of each walk. */
export interface Walk {
  readonly count: number;
  readonly steps: readonly number[]; // of each pointer, in rows
}

/** The loops of two walks over equally many rows as one, where one of them goes through rows that follow one another. */
export function beside(levels: readonly Level[], consecutive = 1): Walk[] {
  let below = consecutive;
  return levels
    .toReversed()
    .map(({ count, step }) => {
      const walk = { count, steps: [step, below] };
      below *= count;
      return walk;
    })
    .toReversed();
}
