/** Data brought to mean 0 and standard deviation 1. */
import { product } from '../../catalog/shape.js';
import type { Inputs } from '../../catalog/values.js';

/** What has one mean: each channel of images and each feature of vectors, or all numbers. */
export type StandardiseBy = 'channel' | 'global';

/** Mean and standard deviation of each group of numbers. */
export interface Statistics {
  readonly mean: Float64Array; // [groups]
  readonly deviation: Float64Array; // [groups], of the examples as they are: √(Σ(x − mean)² / n)
}

/** How many groups of numbers an input has. */
export const groupsOf = (item: readonly number[], by: StandardiseBy): number => (by === 'global' ? 1 : (item[0] ?? 1));

/** Mean and deviation of each group over all examples and places, each example counted once; float64, in two passes. */
export function statisticsOf({ x, item }: Inputs, by: StandardiseBy): Statistics {
  const groups = groupsOf(item, by);
  const run = product(item) / groups; // numbers of one group side by side
  const each = x.length / groups;
  const mean = new Float64Array(groups);
  const deviation = new Float64Array(groups);
  for (let at = 0, group = 0; at < x.length; at += run, group = (group + 1) % groups) {
    let sum = 0;
    for (let i = at; i < at + run; i++) sum += x[i]!;
    mean[group]! += sum;
  }
  for (let group = 0; group < groups; group++) mean[group]! /= each;
  for (let at = 0, group = 0; at < x.length; at += run, group = (group + 1) % groups) {
    const middle = mean[group]!;
    let sum = 0;
    for (let i = at; i < at + run; i++) sum += (x[i]! - middle) ** 2;
    deviation[group]! += sum;
  }
  for (let group = 0; group < groups; group++) deviation[group] = Math.sqrt(deviation[group]! / each);
  return { mean, deviation };
}

/** (x − mean) / deviation in each group; a group that is constant is only moved. `own` says whether the statistics are those of the inputs. */
export function standardise(inputs: Inputs, by: StandardiseBy, { mean, deviation }: Statistics, own: boolean): Inputs {
  const groups = mean.length;
  const run = product(inputs.item) / groups;
  const x = new Float32Array(inputs.x.length);
  for (let at = 0, group = 0; at < x.length; at += run, group = (group + 1) % groups) {
    const middle = mean[group]!;
    const scale = deviation[group]! > 0 ? deviation[group]! : 1;
    for (let i = at; i < at + run; i++) x[i] = (inputs.x[i]! - middle) / scale;
  }
  const each = by === 'global' ? 'as a whole' : inputs.item.length === 1 ? 'each feature' : 'each channel';
  return { ...inputs, x, source: `${inputs.source}, standardised ${each}${own ? '' : ' by other data'}` };
}
