/** Sentences about data sets. Each appears when it is true and only then. */
import { formatCount, listed } from '../../catalog/text.js';
import type { Note } from '../../catalog/views.js';

/** A class with no example; nothing without labels. */
export function classNotes(counts: readonly { readonly name: string; readonly count: number }[] | undefined): Note[] {
  const empty = counts?.filter(({ count }) => count === 0) ?? [];
  if (empty.length === 0) return [];
  const names = listed(empty.map(({ name }) => `'${name}'`));
  return [
    {
      level: 'warning',
      id: 'classes-without-examples',
      text: `${formatCount(empty.length)} of ${formatCount(counts!.length)} classes ${empty.length === 1 ? 'has' : 'have'} no example: ${names}.`,
    },
  ];
}

/** Channels or features that do not vary where the statistics are from: they are moved, not scaled. */
export function constantNotes(deviation: Float64Array, what: string): Note[] {
  const constant = deviation.filter((value) => value === 0).length;
  if (constant === 0) return [];
  return [
    {
      level: 'info',
      id: 'constant-features',
      text: `${formatCount(constant)} of ${formatCount(deviation.length)} ${what} ${constant === 1 ? 'does' : 'do'} not vary: moved by the mean, not scaled.`,
    },
  ];
}
