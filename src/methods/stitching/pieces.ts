/**
 * Networks taken apart into layers that carry their own parameters, and put together again: what stitching, rotating and cutting
 * are made of. θ and buffers of a network are those of its layers one after another, so that both ways are concatenations.
 */

import { joined } from '../../arrays/numbers.js';
import { type Architecture, type Layer, layoutOf, type Place } from '../../catalog/architecture.js';
import type { Model } from '../../catalog/values.js';
import type { ParameterRange } from '../../catalog/work.js';

/** One layer with its parameters, and which of them training may move: all, some, or none where absent. */
export interface Leaf {
  readonly layer: Exclude<Layer, { kind: 'residual' }>;
  readonly theta: Float32Array;
  readonly buffers: Float32Array;
  readonly trained?: true | readonly ParameterRange[];
}

/** A residual join. */
export interface Join {
  readonly block: readonly Piece[];
  readonly shortcut: readonly Piece[];
}

/** A layer of a network that was taken apart. */
export type Piece = Leaf | Join;

/** One network: θ [P] and buffers [B] of an Architecture, with the ranges that training may move. */
export interface Network {
  readonly architecture: Architecture;
  readonly theta: Float32Array;
  readonly buffers: Float32Array;
  readonly trainable: readonly ParameterRange[];
}

/** The layers of one of a Model's networks. */
export function piecesOf(
  { architecture, theta, buffers }: Pick<Model, 'architecture' | 'theta' | 'buffers'>,
  index: number,
): readonly Piece[] {
  const layout = layoutOf(architecture);
  const own = theta.subarray(index * layout.size, (index + 1) * layout.size);
  const state = buffers.subarray(index * layout.bufferSize, (index + 1) * layout.bufferSize);
  const chain = (layers: readonly Layer[], prefix: string): Piece[] =>
    layers.map((layer, i) => {
      const path = `${prefix}${i}`;
      if (layer.kind === 'residual')
        return { block: chain(layer.block, `${path}.block.`), shortcut: chain(layer.shortcut, `${path}.shortcut.`) };
      return {
        layer,
        theta: joined(layout.tensors.filter((tensor) => tensor.path === path).map((tensor) => part(own, tensor))),
        buffers: joined(layout.buffers.filter((buffer) => buffer.path === path).map((buffer) => part(state, buffer))),
      };
    });
  return chain(architecture.layers, '');
}

/** Puts layers together: the Architecture with their θ, buffers and trainable ranges. Throws `shape` where they do not fit. */
export function assemble(input: readonly number[], pieces: readonly Piece[]): Network {
  const architecture: Architecture = { type: 'Architecture', input, layers: pieces.map(layerOf) };
  layoutOf(architecture);
  const leaves = pieces.flatMap(leavesOf);
  const trainable: ParameterRange[] = [];
  let offset = 0;
  for (const { theta, trained = [] } of leaves) {
    const ranges = trained === true ? [{ start: 0, end: theta.length }] : trained;
    for (const { start, end } of ranges) if (end > start) trainable.push({ start: offset + start, end: offset + end });
    offset += theta.length;
  }
  return {
    architecture,
    theta: joined(leaves.map(({ theta }) => theta)),
    buffers: joined(leaves.map(({ buffers }) => buffers)),
    trainable,
  };
}

/** S = f̃_{>l} ∘ φ ∘ f_{≤l} after the layer at `path`: inside a residual, what goes round it is f's and the rest of the branch f̃'s. */
export function stitched(
  f: readonly Piece[],
  g: readonly Piece[],
  path: string,
  phi: readonly Piece[],
): readonly Piece[] {
  return along(path, f, g, (before, after, at) => [...before.slice(0, at + 1), ...phi, ...after.slice(at + 1)]);
}

/** The same network with layers more, before the one at `path`. */
export function inserted(pieces: readonly Piece[], path: string, more: readonly Piece[]): readonly Piece[] {
  return along(path, pieces, pieces, (before, after, at) => [...before.slice(0, at), ...more, ...after.slice(at)]);
}

/** A map of channels: a 1 × 1 convolution on images, a dense layer on vectors. */
export const channelLayer = (isImage: boolean, to: number, bias: boolean): Leaf['layer'] =>
  isImage
    ? { kind: 'conv', channels: to, kernel: [1, 1], stride: 1, padding: 0, bias }
    : { kind: 'dense', units: to, bias };

/** An Architecture with one map of channels more, z ↦ Az before the layer at a place. */
export function turnedArchitecture(architecture: Architecture, { path, from }: Place): Architecture {
  const theta = new Float32Array(0); // shapes only
  const buffers = theta;
  const layer = channelLayer(from.length > 1, from[0]!, false);
  const pieces = inserted(piecesOf({ architecture, theta, buffers }, 0), path, [{ layer, theta, buffers }]);
  return assemble(architecture.input, pieces).architecture;
}

/** Goes down to the chain that holds `path` in both networks: what is before stays f's, what comes after is g's. */
function along(
  path: string,
  f: readonly Piece[],
  g: readonly Piece[],
  change: (f: readonly Piece[], g: readonly Piece[], at: number) => readonly Piece[],
): readonly Piece[] {
  const [, index, branch, rest] = /^(\d+)(?:\.(block|shortcut)\.(.+))?$/.exec(path)!;
  const at = Number(index);
  const join = f[at]!;
  const other = g[at]!;
  if (branch === undefined || rest === undefined || !isJoin(join) || !isJoin(other)) return change(f, g, at);
  const side = branch === 'block' ? 'block' : 'shortcut';
  const spliced: Join = { ...join, [side]: along(rest, join[side], other[side], change) };
  return [...f.slice(0, at), spliced, ...g.slice(at + 1)];
}

const isJoin = (piece: Piece): piece is Join => 'block' in piece;

const leavesOf = (piece: Piece): readonly Leaf[] =>
  isJoin(piece) ? [...piece.block, ...piece.shortcut].flatMap(leavesOf) : [piece];

const layerOf = (piece: Piece): Layer =>
  isJoin(piece)
    ? { kind: 'residual', block: piece.block.map(layerOf), shortcut: piece.shortcut.map(layerOf) }
    : piece.layer;

const part = (from: Float32Array, { offset, size }: { readonly offset: number; readonly size: number }) =>
  from.subarray(offset, offset + size);
