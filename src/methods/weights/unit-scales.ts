/** The rescaling of hidden channels that makes all incoming weights of one length: one representative of each orbit of rescalings. */
import type { Block, ChannelAxis, Channels } from './channels.js';
import { identityOf, type Symmetry, type Weights } from './symmetry.js';

/** Factors that give every channel incoming weights of norm 1. */
export interface UnitScales {
  readonly scales: readonly Float64Array[]; // by scale, [channels], to be applied before any permutation
  readonly silent: number; // channels that keep their scale: no weights come in, and none go out
}

/**
 * For each scale, from the input on, g^p = 1/‖incoming‖ per channel, where incoming are the weights (after the rescaling of the channels
 * they read) and the bias of the first layer that gives the channel; after batch normalisation (γ, β); before it the weights again.
 * A channel whose incoming weights are all 0 does not count for those that read it, and gets outgoing weights of norm 1 in the end.
 */
export function unitScales(channels: Channels, weights: Weights): UnitScales {
  const scales = channels.scales.map((scale) => new Float64Array(scale.channels).fill(1));
  const mute = channels.scales.map((scale) => new Uint8Array(scale.channels)); // 1: nothing comes in
  const squaresOf = sumsOfSquares(weights, scales, mute);
  for (const [s, factors] of scales.entries()) {
    const writers = writersOf(channels, s);
    const first = writers[0]!;
    const squares = squaresOf(
      writers.filter(({ path }) => path === first.path),
      true,
      factors.length,
    );
    squares.forEach((value, o) => {
      if (value > 0) factors[o] = value ** (-1 / (2 * first.out.power));
      else mute[s]![o] = 1;
    });
  }
  let silent = 0;
  for (const [s, factors] of scales.entries()) {
    if (!mute[s]!.includes(1)) continue;
    const readers = channels.blocks.filter((block) => block.in?.scale === s);
    const power = readers[0]?.in?.power ?? 1;
    const squares = squaresOf(
      readers.filter((block) => block.in!.power === power),
      false,
      factors.length,
    );
    squares.forEach((value, i) => {
      if (mute[s]![i] === 0) return;
      if (value > 0) factors[i] = value ** (1 / (2 * power));
      else silent++;
    });
  }
  return { scales, silent };
}

/** The same as an element of the group. */
export const unitSymmetry = (channels: Channels, { scales }: UnitScales): Symmetry => ({
  ...identityOf(channels),
  scales,
});

/** Tensors of θ whose rows a scale multiplies, in the order of θ. */
const writersOf = ({ blocks }: Channels, scale: number): readonly Block[] =>
  blocks.filter(({ source, out }) => source === 'theta' && out.scale === scale);

/**
 * Σ of squares of each row of some blocks, or of each column: the other side rescaled already, and without the channels there into
 * which nothing comes.
 */
const sumsOfSquares =
  (weights: Weights, scales: readonly Float64Array[], mute: readonly Uint8Array[]) =>
  (blocks: readonly Block[], rows: boolean, channels: number): Float64Array => {
    const squares = new Float64Array(channels);
    const factor = (axis: ChannelAxis | undefined, i: number, sign: 1 | -1): number => {
      if (axis === undefined || axis.scale < 0) return 1;
      return mute[axis.scale]![i] === 1 ? 0 : scales[axis.scale]![i]! ** (2 * sign * axis.power);
    };
    for (const { offset, outs, ins, inner, source, in: from, out } of blocks) {
      const numbers = weights[source];
      const others = rows
        ? Float64Array.from({ length: ins }, (_, i) => factor(from, i, -1))
        : Float64Array.from({ length: outs }, (_, o) => factor(out, o, 1));
      for (let o = 0, at = offset; o < outs; o++)
        for (let i = 0; i < ins; i++) {
          let sum = 0;
          for (let k = 0; k < inner; k++, at++) sum += numbers[at]! ** 2;
          squares[rows ? o : i]! += sum * others[rows ? i : o]!;
        }
    }
    return squares;
  };
