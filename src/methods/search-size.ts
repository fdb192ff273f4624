/** How many starts of a search descend together, and what memory that takes. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';

const NUMBERS_AT_ONCE = 2 ** 24; // of all starts that descend together: half a gigabyte with what Adam keeps

const GRADIENT_NUMBERS = 2 ** 22; // of those starts whose gradients a device gives at once

/** Starts that descend together: all of a round, but for large networks, which go one after the other. */
export function startsAtOnce(architecture: Architecture, starts: number): number {
  return Math.max(1, Math.min(starts, Math.floor(NUMBERS_AT_ONCE / layoutOf(architecture).size)));
}

/** Bytes that a search takes while it runs, for a network of this size. */
export function searchBytes(architecture: Architecture, starts: number, rank: number): number {
  const { size } = layoutOf(architecture);
  const atOnce = startsAtOnce(architecture, starts);
  const together = 32 * atOnce; // start and result, θ and two moments in float64
  const gradients = 20 * Math.min(atOnce, Math.max(1, Math.floor(GRADIENT_NUMBERS / size))); // and the device's sums
  const kept = 4 * (rank + 1) + 8 * rank; // the selected, and their directions
  return (together + gradients + kept + 8 * 2) * size; // with the θ of one pass
}
