/** What is said of a name that is not known, with the known one that was meant. */
import { shown } from './shown.js';

/** `unknown parameter "pionts"; did you mean "points"?` */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = closest(name, known);
  const remedy = nearest === undefined ? '' : `; did you mean ${shown(nearest)}?`;
  return `unknown ${what} ${shown(name)}${remedy}`;
}

/** The known name nearest to a mistyped one, if any is near. */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best;
}

/** Edit distance with transpositions of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const equal = a[i - 1] === b[j - 1];
      const changed = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + (equal ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = swapped ? Math.min(changed, rows[i - 2]![j - 2]! + 1) : changed;
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
