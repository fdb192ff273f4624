/** Sorting by one key after the other with a tolerance: what is equal in one key is left to the next. */

const FLOOR = 1e-6; // of the largest key: differences that float32 may have made
const CEILING = 1e-3; // of it: differences that are surely there

/** Channels in sorted order, in sets that no key has told apart yet. */
export type Sets = readonly (readonly number[])[];

/** All channels in one set. */
export const together = (channels: number): Sets => [Array.from({ length: channels }, (_, i) => i)];

/** Whether some channels are still not told apart. */
export const isTied = (sets: Sets): boolean => sets.some((set) => set.length > 1);

/**
 * Sorts each set by `key`, ascending, and cuts it where neighbours differ by more than a tolerance. The tolerance lies in the middle of
 * the widest gap (by ratio) among the differences between 10⁻⁶ and 10⁻³ of the largest key, so that rounding does not decide on which
 * side a difference falls.
 */
export function refine(sets: Sets, key: ArrayLike<number>): Sets {
  let largest = 0;
  for (let c = 0; c < key.length; c++) largest = Math.max(largest, Math.abs(key[c]!));
  if (largest === 0) return sets;
  const sorted = sets.map((set) => (set.length > 1 ? [...set].sort((a, b) => key[a]! - key[b]!) : set));
  const steps = sorted.flatMap((set) => set.slice(1).map((c, i) => key[c]! - key[set[i]!]!));
  const tolerance = toleranceOf(steps, FLOOR * largest, CEILING * largest);
  return sorted.flatMap((set) => cut(set, key, tolerance));
}

/** The middle, by ratio, of the widest gap between `floor`, the steps above it and `ceiling`. */
function toleranceOf(steps: readonly number[], floor: number, ceiling: number): number {
  const edges = [floor, ...steps.filter((step) => step > floor && step < ceiling).sort((a, b) => a - b), ceiling];
  let best = 0;
  for (let i = 1; i + 1 < edges.length; i++) if (edges[i + 1]! / edges[i]! > edges[best + 1]! / edges[best]!) best = i;
  return Math.sqrt(edges[best]! * edges[best + 1]!);
}

function cut(set: readonly number[], key: ArrayLike<number>, tolerance: number): (readonly number[])[] {
  const parts: number[][] = [];
  for (const [i, c] of set.entries())
    if (i === 0 || key[c]! - key[set[i - 1]!]! > tolerance) parts.push([c]);
    else parts.at(-1)!.push(c);
  return parts;
}
