/** Caps: the J from which on the members of a Field are not told apart. */
import { FiberscopeError } from '../catalog/errors.js';
import type { CapInfo } from '../catalog/info.js';
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

/** How far a Field goes, as a phrase: `a whole Field`, `a Field below 0.05 E[φ²]`. */
export function describeCap({ cap }: Pick<Field, 'cap'>, scale: JScale): string {
  return cap === undefined ? 'a whole Field' : `a Field below ${inPowers(cap, scale)}`;
}
