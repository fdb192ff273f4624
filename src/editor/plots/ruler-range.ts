/** The range of the J ruler: it stands still while only ε moves, so that a handle stays where it was let go. Pure. */
import type { RulerData } from '../../catalog/views.js';
import { type RulerComparison, type RulerDomain, rulerDomain } from '../../plot/ruler.js';

/** A range and what it was made for. */
export interface Range {
  readonly domain: RulerDomain;
  readonly made: string;
}

/** The range of before where everything but ε is as it was and ε lies inside; otherwise a new one. */
export function standing(
  before: Range | undefined,
  ruler: RulerData,
  comparisons: readonly RulerComparison[] | undefined,
): Range {
  const { epsilon, ...rest } = ruler;
  const made = JSON.stringify([rest, comparisons]);
  if (before?.made === made) {
    const { low, high, unit } = before.domain;
    if (epsilon === undefined || (epsilon >= low * unit && epsilon <= high * unit)) return before;
  }
  return { domain: rulerDomain(ruler, comparisons), made };
}
