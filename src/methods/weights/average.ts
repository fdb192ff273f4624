/** Averages of networks, weight by weight. */
import { formatNumber } from '../../catalog/text.js';
import type { Inputs, Model } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { pairsOf } from '../models/pairs.js';
import { flagsOf, pairNames, weightsAt, withNetworks } from './models.js';
import type { ExactWeights, Weights } from './symmetry.js';

/** Images or vectors that statistics are estimated on at once. */
const STATISTICS_BATCH = 256;

/** Σ_i c_i θ_i and the same of the buffers, in float64. */
export function combination(parts: readonly (readonly [number, Weights])[]): ExactWeights {
  const [[, first]] = parts as [readonly [number, Weights]];
  const theta = new Float64Array(first.theta.length);
  const buffers = new Float64Array(first.buffers.length);
  for (const [c, weights] of parts) {
    for (let k = 0; k < theta.length; k++) theta[k]! += c * weights.theta[k]!;
    for (let k = 0; k < buffers.length; k++) buffers[k]! += c * weights.buffers[k]!;
  }
  return { theta, buffers };
}

/** (1 − t) A + t B of every pair, buffers alike. */
export function between(a: Model, b: Model, t: number): Model {
  const names = pairNames(a, b);
  const networks = names.map((_, i) =>
    combination([
      [1 - t, weightsAt(a, i)],
      [t, weightsAt(b, i)],
    ]),
  );
  return withNetworks(a, networks, {
    names,
    origin: `${formatNumber(1 - t)} A + ${formatNumber(t)} B; A: ${a.origin}; B: ${b.origin}`,
    flags: flagsOf(a, b),
  });
}

/** The mean of all networks of one Model, as one network. */
export function meanOf(model: Model): Model {
  const share = 1 / model.count;
  const parts = model.names.map((_, i) => [share, weightsAt(model, i)] as const);
  return withNetworks(model, [combination(parts)], {
    names: [`mean of ${model.count}`],
    origin: `mean of ${model.count} networks; ${model.origin}`,
  });
}

/** The same networks with the statistics of batch normalisation estimated anew on inputs. */
export async function withStatistics(
  model: Model,
  inputs: Inputs,
  device: Device,
  control: WorkControl,
): Promise<Model> {
  if (model.buffers.length === 0) return model;
  return { ...model, buffers: await device.estimateStatistics(model, inputs, STATISTICS_BATCH, control) };
}

/** (1 − t) A + t B of every pair, or without B the mean of A's networks; with inputs, statistics are estimated anew. */
export async function average(
  a: Model,
  b: Model | undefined,
  t: number,
  inputs: Inputs | undefined,
  device: Device,
  control: WorkControl,
): Promise<Model> {
  const mean = b === undefined ? meanOf(a) : between(a, b, t);
  return inputs === undefined ? mean : withStatistics(mean, inputs, device, control);
}

/** How many networks `average` gives. */
export const averages = (a: { readonly count: number }, b: { readonly count: number } | undefined): number =>
  b === undefined ? 1 : pairsOf(a, b);
