/** Which networks of two Models are compared. */
import { pairsOf } from '../stitching/plan.js';

/** Which pairs of networks: i of A with i of B, every one of A with every one of B, or every two of A. */
export type PairsOf = 'same' | 'all';

/** The pairs as indices into A and B (into A twice, where there is no B). */
export function pairsBetween(
  a: { readonly count: number },
  b: { readonly count: number } | undefined,
  which: PairsOf,
): readonly (readonly [number, number])[] {
  const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
  if (b === undefined) return range(a.count).flatMap((i) => range(i).map((j) => [j, i] as const));
  if (which === 'all') return range(a.count).flatMap((i) => range(b.count).map((j) => [i, j] as const));
  return range(pairsOf(a, b)).map((i) => [a.count === 1 ? 0 : i, b.count === 1 ? 0 : i] as const);
}
