/** Networks of a Model one by one, and Models made of changed networks. */

import { joined } from '../../arrays/numbers.js';
import type { Model } from '../../catalog/values.js';
import { networkAt } from '../models/networks.js';
import { inPair, pairsOf } from '../models/pairs.js';
import { type ExactWeights, rounded, type Weights } from './symmetry.js';

/** θ and buffers of network `i`, or of the only one. */
export const weightsAt = (model: Model, i: number): Weights => networkAt(model, inPair(model, i));

/** A Model of the same Architecture with other networks, in float32. */
export function withNetworks(
  model: Model,
  networks: readonly ExactWeights[],
  told: Pick<Model, 'names' | 'origin'> & { readonly flags?: readonly string[] },
): Model {
  const kept = networks.map(rounded);
  return {
    ...model,
    flags: model.flags,
    ...told,
    theta: joined(kept.map(({ theta }) => theta)),
    buffers: joined(kept.map(({ buffers }) => buffers)),
    count: networks.length,
  };
}

/** What pair `i` of two Models is called: `seed 0 with seed 5`, or one name where both have it. */
export function pairName(a: Model, b: Model, i: number): string {
  const [x, y] = [a, b].map((model) => model.names[inPair(model, i)]!);
  return x === y ? x! : `${x} with ${y}`;
}

/** Names of all pairs of two Models. */
export const pairNames = (a: Model, b: Model): readonly string[] =>
  Array.from({ length: pairsOf(a, b) }, (_, i) => pairName(a, b, i));

/** Flags of several Models, each once. */
export const flagsOf = (...models: readonly Model[]): readonly string[] => [
  ...new Set(models.flatMap(({ flags }) => flags)),
];
