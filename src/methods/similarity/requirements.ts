/** What measures ask of the number of rows, before and while they run. */
import { FiberscopeError } from '../../catalog/errors.js';
import { formatCount } from '../../catalog/text.js';
import type { Estimator } from './hsic.js';

/** Throws `shape` where two layers have different numbers of rows. */
export function requireEqualRows(a: number, b: number): void {
  if (a !== b)
    throw new FiberscopeError(
      'shape',
      `comparing representations: expected as many rows of both, as row i of each is one input, got N = ${formatCount(a)} and ${formatCount(b)}; wire the same inputs to both`,
    );
}

/** Throws `shape` where there are fewer than two rows: nothing is left of one after centring. */
export function requireTwoRows(count: number): void {
  if (count < 2)
    throw new FiberscopeError(
      'shape',
      `comparing representations: expected at least 2 rows, got ${count}; give more inputs`,
    );
}

/** The error where a layer gives numbers that are not finite; `who` is the layer of a network, `where` they are, ` in column 3`. */
export const notFinite = (who: string, where = ''): FiberscopeError =>
  new FiberscopeError(
    'shape',
    `${who}: expected finite activations, got others${where}; the model has diverged, or its inputs are not finite`,
  );

/** Throws where one of the recorded numbers of a layer is not finite. */
export function requireFinite(values: Float32Array, who: string): void {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) throw notFinite(who);
}

/** Throws `shape` where HSIC cannot be estimated from N rows, `minibatch` says of what: HSIC₁ divides by N (N − 3). */
export function requireEstimator(count: number, estimator: Estimator, minibatch = false): void {
  requireTwoRows(count);
  if (estimator === 'unbiased' && count <= 3)
    throw new FiberscopeError(
      'shape',
      `CKA: expected N > 3 ${minibatch ? 'rows in each minibatch' : 'rows'} for the unbiased estimator, got ${count}; ${minibatch ? 'raise the minibatch' : 'give more inputs'} or choose the biased estimator`,
    );
}

/**
 * How many directions two subspaces of r and q dimensions share whatever they are, as columns of N rows: r + q − (N − 1) where they are
 * centred, r + q − N where not. So many canonical correlations are 1 for any data.
 */
export const forcedDirections = (r: number, q: number, count: number, centred: boolean): number =>
  Math.max(0, r + q - (centred ? count - 1 : count));
