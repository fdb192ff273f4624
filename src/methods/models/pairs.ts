/** Which networks of two Models are compared. */

import { range } from '../../arrays/numbers.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Infos } from '../../catalog/info.js';
import { describeArchitecture } from '../../catalog/presets.js';

/** As many networks. */
interface Counted {
  readonly count: number;
}

/** How many pairs two Models make: network i with network i, or the only one with each. */
export const pairsOf = (a: Counted, b: Counted): number => Math.max(a.count, b.count);

/** Which of a Model's networks is in pair `i`: the only one, or network i. */
export const inPair = ({ count }: Counted, i: number): number => (count === 1 ? 0 : i);

/** Throws where two Models cannot be paired: other Architectures, or counts that are neither equal nor 1. */
export function requirePair(a: Infos['Model'], b: Infos['Model']): void {
  if (JSON.stringify(a.architecture) !== JSON.stringify(b.architecture))
    throw new FiberscopeError(
      'shape',
      `input 'b': expected networks of A's architecture, got ${describeArchitecture(b.architecture)} where A has ${describeArchitecture(a.architecture)}; wire one Architecture into both Models`,
    );
  if (a.count !== b.count && a.count !== 1 && b.count !== 1)
    throw new FiberscopeError(
      'shape',
      `input 'b': expected ${a.count} networks as in A, or one, got ${b.count}; give both Models as many seeds`,
    );
}

/** Which pairs of networks: i of A with i of B, every one of A with every one of B, or every two of A. */
export type PairsOf = 'same' | 'all';

/** The pairs as indices into A and B (into A twice, where there is no B). */
export function pairsBetween(
  a: Counted,
  b: Counted | undefined,
  which: PairsOf,
): readonly (readonly [number, number])[] {
  if (b === undefined) return range(a.count).flatMap((i) => range(i).map((j) => [j, i] as const));
  if (which === 'all') return range(a.count).flatMap((i) => range(b.count).map((j) => [i, j] as const));
  return range(pairsOf(a, b)).map((i) => [inPair(a, i), inPair(b, i)] as const);
}
