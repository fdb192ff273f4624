/** Elements of the symmetry group of an Architecture, and how they act on parameters. */
import { stream } from '../../tensor/random.js';
import type { Block, ChannelAxis, Channels } from './channels.js';

/**
 * An element g of the group: for each group of channels a permutation (channel i of the new network is channel π(i) of the old), and
 * for each scale the factors of the *new* channels. What is absent is the identity.
 */
export interface Symmetry {
  readonly permutations: readonly (Int32Array | undefined)[]; // by group, [channels]
  readonly scales: readonly (Float64Array | undefined)[]; // by scale, [channels]
}

/** θ [P] and buffers [B] of one network. */
export interface Weights {
  readonly theta: Float32Array | Float64Array;
  readonly buffers: Float32Array | Float64Array;
}

/** Weights in float64. */
export interface ExactWeights {
  readonly theta: Float64Array;
  readonly buffers: Float64Array;
}

/** The element that changes nothing. */
export const identityOf = ({ groups, scales }: Channels): Symmetry => ({
  permutations: groups.map(() => undefined),
  scales: scales.map(() => undefined),
});

/**
 * gθ: every block with its channels permuted and rescaled (survey, Table 1; intertwiner, Proposition 3.4). The function stays the same
 * in evaluation mode: μ becomes g μ and σ² + ε becomes g² (σ² + ε), which is σ² ↦ g² σ² up to the ε of batch normalisation.
 */
export function applySymmetry({ blocks }: Channels, symmetry: Symmetry, weights: Weights): ExactWeights {
  const moved = { theta: new Float64Array(weights.theta.length), buffers: new Float64Array(weights.buffers.length) };
  for (const block of blocks) actOn(block, symmetry, weights[block.source], moved[block.source]);
  return moved;
}

/** The factor of each new channel along an axis: g^power. */
function factorsOf({ scale, power }: ChannelAxis, { scales }: Symmetry): Float64Array | undefined {
  const g = scale < 0 ? undefined : scales[scale];
  return power === 1 ? g : g?.map((value) => value ** power);
}

function actOn(block: Block, symmetry: Symmetry, old: ArrayLike<number>, to: Float64Array): void {
  const { offset, outs, ins, inner, out, role, epsilon } = block;
  const outOrder = symmetry.permutations[out.group];
  const inOrder = block.in && symmetry.permutations[block.in.group];
  const outFactors = factorsOf(out, symmetry);
  const inFactors = block.in && factorsOf(block.in, symmetry);
  for (let o = 0; o < outs; o++)
    for (let i = 0; i < ins; i++) {
      const factor = (outFactors?.[o] ?? 1) / (inFactors?.[i] ?? 1);
      const at = offset + (o * ins + i) * inner;
      const from = offset + ((outOrder?.[o] ?? o) * ins + (inOrder?.[i] ?? i)) * inner;
      if (role === 'variance')
        for (let k = 0; k < inner; k++)
          to[at + k] = factor === 1 ? old[from + k]! : (old[from + k]! + epsilon) * factor ** 2 - epsilon;
      else for (let k = 0; k < inner; k++) to[at + k] = old[from + k]! * factor;
    }
}

/** A random element: uniform permutations of all free groups, and factors e^{σ z} with z from N(0, 1) for every free scale. */
export function randomSymmetry(
  { groups, scales }: Channels,
  { seed, item, sigma }: { readonly seed: number; readonly item: number; readonly sigma: number },
): Symmetry {
  const random = stream(seed, 'symmetry', item);
  return {
    permutations: groups.map(({ fixed, channels }) =>
      fixed ? undefined : Int32Array.from(random.permutation(channels)),
    ),
    scales: scales.map(({ channels }) =>
      sigma === 0 ? undefined : Float64Array.from({ length: channels }, () => Math.exp(sigma * random.normal())),
    ),
  };
}

/** Weights as they are kept, in float32. */
export const rounded = ({ theta, buffers }: ExactWeights): { theta: Float32Array; buffers: Float32Array } => ({
  theta: Float32Array.from(theta),
  buffers: Float32Array.from(buffers),
});
