/** Caps: the J from which on the members of a Field are not told apart. */
import { FiberscopeError } from '../catalog/errors.js';
import type { CapInfo } from '../catalog/info.js';
import { formatValue } from '../catalog/text.js';
import type { Field, JScale } from '../catalog/values.js';
import { inPowers } from './null-models.js';

/** A cap as J: `value` itself, or times E[φ²]. Throws a `parameter` error where the cap is relative and E[φ²] is 0. */
export function absoluteCap({ value, relative }: CapInfo, { power }: JScale): number {
  if (!relative) return value;
  if (power === 0)
    throw new FiberscopeError(
      'parameter',
      "parameter 'capUnit': expected an absolute cap because the reference is 0 everywhere and E[φ²] = 0, got a relative one; choose Absolute",
    );
  return value * power;
}

/**
 * Throws a `parameter` error where an ε is above the cap of the Field that it is taken on, as far as that can be told: where both
 * are in one unit. At the cap itself it is allowed: a set holds J < ε, and a censored member has J ≥ cap.
 */
export function requireInReach(epsilon: CapInfo, cap: CapInfo | undefined): void {
  if (cap === undefined || cap.relative !== epsilon.relative || epsilon.value <= cap.value) return;
  const unit = cap.relative ? ' E[φ²]' : '';
  throw new FiberscopeError(
    'parameter',
    `parameter 'epsilon': expected at most the Field's cap of ${formatValue(cap.value, 6)}${unit}, above which its members are not told apart, got ${formatValue(epsilon.value, 6)}${unit}; raise Cap in Grid, or lower ε`,
  );
}

/** An absolute ε on a Field: as it is, or the cap where it exceeds that by rounding only. Throws as `requireInReach`. */
export function withinCap(epsilon: number, { cap, reference: { scale } }: Field): number {
  if (cap === undefined || epsilon <= cap) return epsilon;
  if (epsilon <= cap * (1 + ROUNDING)) return cap;
  const relative = scale.power > 0;
  const unit = relative ? scale.power : 1;
  requireInReach({ value: epsilon / unit, relative }, { value: cap / unit, relative });
  return epsilon;
}

const ROUNDING = 1e-12; // of products with E[φ²]

/** How far a Field goes, as a phrase: `a whole Field`, `a Field below 0.05 E[φ²]`. */
export function describeCap({ cap }: Pick<Field, 'cap'>, scale: JScale): string {
  return cap === undefined ? 'a whole Field' : `a Field below ${inPowers(cap, scale)}`;
}
