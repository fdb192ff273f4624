/** Stitching layers φ: maps of channels, as 1 × 1 convolutions on images and dense layers on vectors. */

import { joined } from '../../arrays/numbers.js';
import type { Constraint } from '../../catalog/work.js';
import { assign } from '../../tensor/assignment.js';
import { columnScales, doublyStochastic } from '../../tensor/network/constraint.js';
import type { AffineFit, GroupFit, RankFit } from './fits.js';
import { channelLayer, type Leaf } from './pieces.js';

/** A map of channels W [to, from], with a bias where one is given. */
export function channelMap(
  weight: ArrayLike<number>,
  from: number,
  isImage: boolean,
  bias?: ArrayLike<number>,
): Omit<Leaf, 'trained'> {
  return {
    layer: channelLayer(isImage, weight.length / from, bias !== undefined),
    theta: joined([Float32Array.from(weight), Float32Array.from(bias ?? [])]),
    buffers: new Float32Array(0),
  };
}

/** φ of any affine maps. */
export const affinePhi = ({ weight, bias }: AffineFit, from: number, isImage: boolean): readonly Leaf[] => [
  { ...channelMap(weight, from, isImage, bias), trained: true },
];

/** φ of rank r: two layers, the bias on the second. */
export function rankPhi({ inner, outer, bias }: RankFit, from: number, isImage: boolean): readonly Leaf[] {
  const rank = inner.length / from;
  return [
    { ...channelMap(inner, from, isImage), trained: true },
    { ...channelMap(outer, rank, isImage, bias), trained: true },
  ];
}

/** φ = PD in G_ReLU, of which training moves the d entries of D only. */
export function groupPhi({ source, scale }: GroupFit, isImage: boolean): readonly Leaf[] {
  const d = source.length;
  const places = Array.from(source, (i, j) => j * d + i);
  return [
    {
      ...channelMap(groupMatrix({ source, scale }), d, isImage),
      trained: places.map((start) => ({ start, end: start + 1 })),
    },
  ];
}

/** The constraint that keeps the entries of a `groupPhi` at `offset` of θ above 0. */
export const positive = (offset: number, { source }: GroupFit): Constraint => ({
  kind: 'positive',
  ranges: Array.from(source, (i, j) => {
    const start = offset + j * source.length + i;
    return { start, end: start + 1 };
  }),
});

const MIXED = 0.5; // share of the soft start that is spread over all channels

/**
 * φ = MD with M doubly stochastic, halfway between a permutation and the matrix of 1/d, and D that of the fit: where the search for a
 * better permutation begins.
 */
export function softPhi({ source, scale }: GroupFit, isImage: boolean): readonly Leaf[] {
  const d = source.length;
  const weight = new Float64Array(d * d);
  for (let j = 0; j < d; j++) weight[j * d + source[j]!] = 1 - MIXED;
  const columns = new Float64Array(d);
  for (let j = 0; j < d; j++) columns[source[j]!] = scale[j]!;
  for (let at = 0; at < weight.length; at++) weight[at] = (weight[at]! + MIXED / d) * columns[at % d]!;
  return [{ ...channelMap(weight, d, isImage), trained: true }];
}

/** The permutation nearest to M of φ = MD at `offset` of θ, by linear assignment, with the scales of D. */
export function rounded(theta: Float32Array, offset: number, d: number): GroupFit {
  const w = Float64Array.from(theta.subarray(offset, offset + d * d));
  const columns = columnScales(w, d);
  for (let at = 0; at < w.length; at++) w[at]! /= columns[at % d]!;
  doublyStochastic(w, d);
  const source = assign(
    w.map((share) => -share),
    d,
  ).columns;
  return { source, scale: Float64Array.from(source, (i) => columns[i]!) };
}

/** PD as a matrix [d, d]. */
function groupMatrix({ source, scale }: GroupFit): Float64Array {
  const d = source.length;
  const matrix = new Float64Array(d * d);
  for (let j = 0; j < d; j++) matrix[j * d + source[j]!] = scale[j]!;
  return matrix;
}
