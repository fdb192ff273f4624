/** What layers of a network give on inputs, in evaluation mode. */
import type { Place } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import { product } from '../../catalog/shape.js';
import type { RecordWork, WorkControl } from '../../catalog/work.js';
import { chunksOf } from '../blocks.js';
import { Pace } from '../pace.js';
import type { NetworkEngine } from './engine.js';
import { checkInputs, checkNetworks } from './examples.js';

/** A layer that is asked for: which of its numbers, or their mean over positions. */
interface Asked {
  readonly channels: number;
  readonly plane: number; // positions of the layer; 1 of a vector
  readonly positions: Uint32Array | undefined;
  readonly mean: boolean;
  readonly width: number; // numbers for each input
}

function askedOf(
  place: Place | undefined,
  layer: RecordWork['layers'][number],
  mean: boolean,
  known: readonly Place[],
): Asked {
  if (place === undefined)
    throw new FiberscopeError(
      'shape',
      `record: layer '${layer.path}': expected one of ${known.map(({ path }) => path).join(', ')}, got no such layer`,
    );
  const [channels, ...sides] = place.to as readonly [number, ...number[]];
  const plane = product(sides);
  const isImage = sides.length > 0;
  const positions = isImage && !mean ? layer.positions : undefined;
  const wrong = positions?.find((position) => position >= plane);
  if (wrong !== undefined)
    throw new FiberscopeError(
      'shape',
      `record: layer '${layer.path}': expected positions 0 to ${plane - 1}, got ${wrong}; choose among its ${sides.join(' × ')} positions`,
    );
  const taken = mean && isImage ? 1 : (positions?.length ?? plane);
  return { channels, plane, positions, mean: mean && isImage, width: channels * taken };
}

/** Brings the numbers that are asked for from `values` [count, channels, plane] to `to` from `at` on. */
function choose(
  { channels, plane, positions, mean, width }: Asked,
  values: Float32Array,
  to: Float32Array,
  at: number,
): void {
  if (!mean && positions === undefined) {
    to.set(values, at);
    return;
  }
  const count = values.length / (channels * plane);
  for (let i = 0; i < count; i++)
    for (let c = 0; c < channels; c++) {
      const from = (i * channels + c) * plane;
      if (positions === undefined) {
        let sum = 0;
        for (let p = 0; p < plane; p++) sum += values[from + p]!;
        to[at + i * width + c] = sum / plane;
        continue;
      }
      const out = at + i * width + c * positions.length;
      for (let p = 0; p < positions.length; p++) to[out + p] = values[from + positions[p]!]!;
    }
}

/** What the layers give, each in the order of the inputs. */
export async function recordWith(
  work: RecordWork,
  engine: NetworkEngine,
  control: WorkControl,
): Promise<readonly Float32Array[]> {
  const { networks, inputs, layers, mean = false } = work;
  const layout = checkNetworks(networks, 'record');
  if (networks.count !== 1)
    throw new FiberscopeError(
      'shape',
      `record: expected one network, got ${networks.count}; record one after the other`,
    );
  checkInputs(inputs, layout, 'record');
  const places = new Map(layout.places.map((place) => [place.path, place]));
  const asked = layers.map((layer) => askedOf(places.get(layer.path), layer, mean, layout.places));
  const taken = asked.map(({ width }) => new Float32Array(inputs.count * width));
  const paths = layers.map(({ path }) => path);
  const features = product(inputs.item);
  const pace = new Pace(control);
  for (const { start, end } of chunksOf(inputs.count, engine.block)) {
    const x = inputs.x.subarray(start * features, end * features);
    const breathe = (share: number): Promise<void> => pace.step((start + share * (end - start)) / inputs.count);
    const values = await engine.forward(networks.theta, networks.buffers, x, end - start, paths, breathe);
    for (const [i, own] of asked.entries()) choose(own, values.layers[i]!, taken[i]!, start * own.width);
    await pace.step(end / inputs.count);
  }
  return taken;
}
