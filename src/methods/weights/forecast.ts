/** What the nodes of Weights will take: plain counting, without a device. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import type { Cost } from '../../catalog/info.js';
import { product } from '../../catalog/shape.js';
import { type ChannelAxis, type Channels, channelsOf } from './channels.js';
import { MOST_ROWS, positionsRead, valuesRead } from './readings.js';
import { DRAWN } from './verdict.js';

/** Bytes of so many networks. */
export function modelBytes(architecture: Architecture, count: number): number {
  const { size, bufferSize } = layoutOf(architecture);
  return 4 * count * (size + bufferSize);
}

/** Forward passes of `networks` networks on so many inputs each, and `bytes` kept. */
export function passes(architecture: Architecture, networks: number, inputs: number, bytes: number): Cost {
  return {
    points: networks * inputs,
    multiplyAdds: networks * inputs * layoutOf(architecture).multiplyAdds,
    work: { kind: 'infer', architecture },
    bytes,
  };
}

/** Changing `count` networks and measuring their functions before and after, on `inputs` inputs where some are wired. */
export const changing = (architecture: Architecture, count: number, inputs = DRAWN): Cost =>
  passes(architecture, 2 * count, inputs, modelBytes(architecture, count));

const VISITS = 3; // of a group in one start, about: until nothing changes
const SHORT = 1 / 16; // of d³ that a linear assignment takes, about: most of its paths are short
const RESCALED = 3000; // multiply-adds that take as long as it does to find what a parameter is rescaled by, about

/**
 * Matching `count` pairs: of each group of d channels the products that its sides need and a linear assignment, of order d³; by weights
 * some times for each start, by activations once, with what records them; rescaling; and the functions before and after.
 */
export function matching(
  architecture: Architecture,
  count: number,
  how: { readonly by: 'weights' | 'activations'; readonly rescale: boolean; readonly restarts: number },
  inputs: number | undefined,
): Cost {
  const channels = channelsOf(architecture);
  const { multiplyAdds: whole, size } = layoutOf(architecture);
  const check = changing(architecture, count, inputs);
  const assignments = channels.groups.reduce((sum, group) => sum + (group.fixed ? 0 : SHORT * group.channels ** 3), 0);
  const found =
    how.by === 'weights' || inputs === undefined
      ? productsOf(channels, how.restarts * VISITS) + how.restarts * VISITS * assignments
      : assignments + comparing(channels, inputs, whole);
  return {
    points: check.points,
    multiplyAdds: check.multiplyAdds + count * found,
    ...(how.rescale && { besides: count * RESCALED * size }),
    work: { kind: 'loops' },
    bytes: check.bytes,
  };
}

/** Every free side of a tensor, d² products of its rows or columns: once where the other side stays, else `times`. */
function productsOf({ blocks, groups }: Channels, times: number): number {
  const free = (axis: ChannelAxis | undefined): boolean => axis !== undefined && !groups[axis.group]!.fixed;
  return blocks
    .filter(({ source }) => source === 'theta')
    .reduce((sum, { outs, ins, inner, out, in: from }) => {
      const [own, other] = [free(out) ? outs : 0, free(from) ? ins : 0];
      return sum + (own > 0 && other > 0 ? times : 1) * (own + other) * outs * ins * inner;
    }, 0);
}

/** Recording both networks for each value, and the correlations of its channels. */
function comparing(channels: Channels, inputs: number, whole: number): number {
  const used = Math.min(inputs, MOST_ROWS);
  return valuesRead(channels).reduce((sum, { to }) => {
    const rows = used * positionsRead(inputs, product(to.slice(1)));
    return sum + 2 * used * whole + rows * to[0]! ** 2;
  }, 0);
}
