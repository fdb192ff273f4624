/** Classes of stitching layers φ, as plain knowledge. */

/** What φ may be: the identity; PD with P a permutation and D > 0; an affine map of rank r; any affine map. */
export type StitchClass =
  | { readonly kind: 'identity' | 'group' | 'affine' }
  | { readonly kind: 'rank'; readonly rank: number };

/** What people call a class. */
export function className(of: StitchClass): string {
  switch (of.kind) {
    case 'identity':
      return 'identity';
    case 'group':
      return 'G_ReLU';
    case 'rank':
      return `rank ${of.rank}`;
    case 'affine':
      return 'full affine';
  }
}

/** The rank of a class of rank r between d channels and d: at most d, where it is the full affine class. */
export const rankAt = (rank: number, d: number): number => Math.min(rank, d);

/** Dimension of the class as a manifold, of maps from d channels to d: 0, d, 2dr − r² + d and d² + d (the last two with a bias). */
export function classDimension(of: StitchClass, d: number): number {
  switch (of.kind) {
    case 'identity':
      return 0;
    case 'group':
      return d;
    case 'rank': {
      const r = rankAt(of.rank, d);
      return 2 * d * r - r ** 2 + d;
    }
    case 'affine':
      return d * d + d;
  }
}

/** How many times a class is trained for the stated number of epochs: G_ReLU three times, a soft permutation and two diagonals. */
export const classRuns = ({ kind }: StitchClass): number => ({ identity: 0, group: 3, rank: 1, affine: 1 })[kind];

/** Multiply-adds of φ from d channels to d, for each position. */
export function classWork(of: StitchClass, d: number): number {
  if (of.kind === 'identity') return 0;
  return of.kind === 'rank' ? 2 * d * rankAt(of.rank, d) : d ** 2;
}

/** The column of the mean accuracy of the networks that are stitched. */
export const PARENTS = 'accuracy of A and B';
/** The column of how many trainings diverged. */
export const DIVERGED = 'diverged';
