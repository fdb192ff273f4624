/** Names in the order of the numbers in them, so that ten comes after nine. */

/** Compares two names by their numbers, the first that differ; names that have equal ones stay as they are. */
export function byNumbers(a: string, b: string): number {
  const [left, right] = [numbersIn(a), numbersIn(b)];
  const at = left.findIndex((number, i) => number !== right[i]);
  return at < 0 ? 0 : left[at]! - (right[at] ?? -1);
}

const numbersIn = (name: string): number[] => (name.match(/\d+/g) ?? []).map(Number);
