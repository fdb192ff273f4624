/**
 * Numbers that belong to a channel whatever the order of the channels: they are spread from the fixed ends of a network, from the inputs
 * on and from the outputs back, through the weights. Permuting channels permutes their keys and changes nothing else.
 */
import { stream } from '../../tensor/random.js';
import type { Block, Channels } from './channels.js';
import type { Weights } from './symmetry.js';

const SEED = 0; // of the probes, which are the same for all networks

/** Keys by group, [channels, 2·width] each: from the inputs, then from the outputs. */
export type ChannelKeys = readonly Float64Array[];

/**
 * `width` probes from each end. A weight [o, i, k] adds Σ w c_k f(key_i) to the key of o (from the outputs: to that of i), with fixed random
 * c_k and f(z) = z/(1 + |z|) of keys in units of their RMS over the group; what has no input side adds its own numbers.
 */
export function channelKeys(channels: Channels, weights: Weights, width: number): ChannelKeys {
  const forth = spread(channels, weights, width, false);
  const back = spread(channels, weights, width, true);
  return channels.groups.map(({ channels: n }, g) => {
    const keys = new Float64Array(n * 2 * width);
    for (let c = 0; c < n; c++)
      for (let p = 0; p < width; p++) {
        keys[c * 2 * width + p] = forth[g]![c * width + p]!;
        keys[c * 2 * width + width + p] = back[g]![c * width + p]!;
      }
    return keys;
  });
}

/** Keys [channels, width] of every group from one end. */
function spread(
  { groups, blocks, values, architecture }: Channels,
  weights: Weights,
  width: number,
  back: boolean,
): Float64Array[] {
  const keys = groups.map(({ channels }) => new Float64Array(channels * width));
  const end = values.get(back ? String(architecture.layers.length - 1) : '')!.axis.group;
  const probes = stream(SEED, 'match', back ? 1 : 0);
  keys[end]!.forEach((_, at, all) => {
    all[at] = probes.normal();
  });
  const order = blocks.map((block, at) => ({ block, at })).filter(({ block }) => block.source === 'theta');
  for (const { block, at } of back ? order.reverse() : order) {
    const draw = stream(SEED, 'match', 2 + 2 * at + (back ? 1 : 0));
    const coefficients = Float64Array.from({ length: block.inner * width }, () => draw.normal());
    const from = block.in === undefined ? undefined : back ? block.out.group : block.in.group;
    const to = back && block.in !== undefined ? block.in.group : block.out.group;
    if (groups[to]!.fixed) continue;
    const read = from === undefined ? undefined : flattened(keys[from]!);
    add(keys[to]!, block, weights.theta, width, coefficients, read, back);
  }
  return keys;
}

/** f of the keys in units of their RMS. */
function flattened(keys: Float64Array): Float64Array {
  let squares = 0;
  for (const key of keys) squares += key * key;
  const unit = Math.sqrt(squares / keys.length) || 1;
  return keys.map((key) => key / (unit + Math.abs(key)));
}

/** Adds what a block carries from the keys `read` of its other side, or its own numbers where it has no other side. */
function add(
  keys: Float64Array,
  { offset, outs, ins, inner }: Block,
  numbers: ArrayLike<number>,
  width: number,
  coefficients: Float64Array,
  read: Float64Array | undefined,
  back: boolean,
): void {
  for (let o = 0; o < outs; o++)
    for (let i = 0; i < ins; i++) {
      const at = offset + (o * ins + i) * inner;
      const [to, from] = back && read !== undefined ? [i, o] : [o, i];
      for (let p = 0; p < width; p++) {
        let sum = 0;
        for (let k = 0; k < inner; k++) sum += numbers[at + k]! * coefficients[k * width + p]!;
        keys[to * width + p]! += read === undefined ? sum : sum * read[from * width + p]!;
      }
    }
}
