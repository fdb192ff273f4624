/** How many starts of a search descend together, and what memory that takes. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';

const NUMBERS_AT_ONCE = 2 ** 24; // of all starts that descend together: half a gigabyte with what Adam keeps

/** Starts that descend together: all of a round, but for large networks, which go one after the other. */
export function startsAtOnce(architecture: Architecture, starts: number): number {
  return Math.max(1, Math.min(starts, Math.floor(NUMBERS_AT_ONCE / layoutOf(architecture).size)));
}

/** Bytes that a search takes while it runs, for a network of this size. */
export function searchBytes(architecture: Architecture, starts: number, rank: number): number {
  const together = 32 * startsAtOnce(architecture, starts); // start and result, θ and two moments in float64
  const kept = 4 * (rank + 1) + 8 * rank; // the selected, and their directions
  return (together + kept + 8 * 3) * layoutOf(architecture).size; // with the gradient and the θ of one pass
}
