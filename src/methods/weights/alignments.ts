/** Ways to have two Models before the segment between them is drawn. */
import type { Model } from '../../catalog/values.js';

/** The names of the alignments. */
export const ALIGNMENTS = { plain: 'plain', sorted: 'after NodeSort', matched: 'after Match' } as const;

/** Two Models, or what is known of them, aligned in one way. */
export interface Alignment<M = Model> {
  readonly name: string;
  readonly a: M;
  readonly b: M;
}

/** As they are; where they are given, both sorted; and B matched onto A. */
export function alignmentsOf<M>(of: {
  readonly a: M;
  readonly b: M;
  readonly sortedA: M | undefined;
  readonly sortedB: M | undefined;
  readonly matched: M | undefined;
}): readonly Alignment<M>[] {
  const { a, b, sortedA, sortedB, matched } = of;
  return [
    { name: ALIGNMENTS.plain, a, b },
    ...((sortedA ?? sortedB) ? [{ name: ALIGNMENTS.sorted, a: sortedA ?? a, b: sortedB ?? b }] : []),
    ...(matched ? [{ name: ALIGNMENTS.matched, a, b: matched }] : []),
  ];
}
