/** Copies of networks that compute the same function: random elements of the symmetry group. */
import { formatNumber } from '../../catalog/text.js';
import type { Model } from '../../catalog/values.js';
import { channelsOf } from './channels.js';
import { weightsAt, withNetworks } from './models.js';
import { applySymmetry, randomSymmetry } from './symmetry.js';

/** Every network with its hidden channels permuted at random and rescaled by e^{σ z}, z from N(0, 1); network i draws with (seed, i). */
export function randomCopies(model: Model, { seed, sigma }: { readonly seed: number; readonly sigma: number }): Model {
  const channels = channelsOf(model.architecture);
  const networks = Array.from({ length: model.count }, (_, i) =>
    applySymmetry(channels, randomSymmetry(channels, { seed, item: i, sigma }), weightsAt(model, i)),
  );
  const rescaled = sigma > 0 && channels.scales.length > 0 ? ` and rescaled (σ ${formatNumber(sigma)})` : '';
  return withNetworks(model, networks, {
    names: model.names,
    origin: `${model.origin}; hidden channels permuted${rescaled}, seed ${seed}`,
  });
}
