/** The rescaling of hidden channels that makes all incoming weights of one length: one representative of each orbit of rescalings. */
import type { Block, ChannelAxis, Channels } from './channels.js';
import type { Symmetry, Weights } from './symmetry.js';

/** Factors that give every channel incoming weights of norm 1. */
export interface UnitScales {
  readonly scales: readonly Float64Array[]; // by scale, [channels], to be applied before any permutation
  readonly silent: number; // channels whose incoming weights are all 0: they keep their scale
}

/**
 * For each scale, from the input on, g^p = 1/‖incoming‖ per channel, where incoming are the weights (after the rescaling of the channels
 * they read) and the bias of the first layer that gives the channel; after batch normalisation (γ, β); before it the weights again.
 */
export function unitScales(channels: Channels, weights: Weights): UnitScales {
  const scales = channels.scales.map((scale) => new Float64Array(scale.channels).fill(1));
  let silent = 0;
  for (const [s, factors] of scales.entries()) {
    const first = writersOf(channels, s)[0]!;
    const squares = new Float64Array(factors.length);
    for (const block of writersOf(channels, s)) {
      if (block.path !== first.path) continue;
      rowSquares(block, weights[block.source], scales).forEach((value, o) => {
        squares[o]! += value;
      });
    }
    squares.forEach((value, o) => {
      if (value > 0) factors[o] = value ** (-1 / (2 * first.out.power));
      else silent++;
    });
  }
  return { scales, silent };
}

/** The same as an element of the group. */
export const unitSymmetry = ({ groups }: Channels, { scales }: UnitScales): Symmetry => ({
  permutations: groups.map(() => undefined),
  scales,
});

/** Tensors of θ whose rows a scale multiplies, in the order of θ. */
export const writersOf = ({ blocks }: Channels, scale: number): readonly Block[] =>
  blocks.filter(({ source, out }) => source === 'theta' && out.scale === scale);

/** Σ of squares of each row of a block, the channels that it reads rescaled already. */
function rowSquares(block: Block, numbers: ArrayLike<number>, scales: readonly Float64Array[]): Float64Array {
  const { offset, outs, ins, inner } = block;
  const factor = (axis: ChannelAxis | undefined, i: number): number =>
    axis === undefined || axis.scale < 0 ? 1 : scales[axis.scale]![i]! ** axis.power;
  const inverse = Float64Array.from({ length: ins }, (_, i) => factor(block.in, i) ** -2);
  const squares = new Float64Array(outs);
  for (let o = 0, at = offset; o < outs; o++)
    for (let i = 0; i < ins; i++) {
      let sum = 0;
      for (let k = 0; k < inner; k++, at++) sum += numbers[at]! ** 2;
      squares[o]! += sum * inverse[i]!;
    }
  return squares;
}
