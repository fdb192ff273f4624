/** Ways to act on a representation before an activation, as plain knowledge, and where that may be done. */
import type { Architecture } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { NamedPlace } from '../../catalog/layer-names.js';
import { formatNumber } from '../../catalog/text.js';

/** A: the identity; a random element of G_ReLU with log D ~ N(0, spread²); a uniform element of O(d); Q^α on the geodesic from I to a uniform Q ∈ SO(d). */
export type Turn =
  | { readonly kind: 'none' | 'orthogonal' }
  | { readonly kind: 'group'; readonly spread: number }
  | { readonly kind: 'geodesic'; readonly alpha: number };

/** What people call it. */
export function turnName(turn: Turn): string {
  switch (turn.kind) {
    case 'none':
      return 'not acted on';
    case 'group':
      return 'G_ReLU';
    case 'orthogonal':
      return 'orthogonal';
    case 'geodesic':
      return `Q^${formatNumber(turn.alpha)}`;
  }
}

/** Throws `parameter` where a layer is no activation. */
export function requireActivation(place: NamedPlace, parameter: string): void {
  if (place.layer.kind !== 'activation')
    throw new FiberscopeError(
      'parameter',
      `parameter '${parameter}': expected activations, got ${place.label}; name the activation that follows what is to be acted on`,
    );
}

/** Throws `parameter` where a layer lies inside a residual block or nothing comes after it, so that it is no place to freeze up to. */
export function requireFreezable(architecture: Architecture, place: NamedPlace, parameter: string): void {
  if (place.inside)
    throw new FiberscopeError(
      'parameter',
      `parameter '${parameter}': expected layers outside residual blocks, got ${place.label}; take the one after the block`,
    );
  if (place.top === architecture.layers.length - 1)
    throw new FiberscopeError(
      'parameter',
      `parameter '${parameter}': expected layers that others come after, got ${place.label}, the last: nothing would be left to train`,
    );
}
