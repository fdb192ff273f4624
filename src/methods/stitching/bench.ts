/** What the classes of φ share at one layer of one pair: both networks taken apart, recorded values, and moments to start from. */
import type { NamedPlace } from '../../catalog/layer-names.js';
import { product } from '../../catalog/shape.js';
import type { Inputs, Model } from '../../catalog/values.js';
import type { Device, Examples, Networks, WorkControl } from '../../catalog/work.js';
import { rowsAt } from '../../tensor/chosen-inputs.js';
import { networkAt } from '../models/networks.js';
import { part } from '../progress.js';
import { requireFinite } from '../similarity/requirements.js';
import { cutInputs, cutOf, headOf, shapeBefore } from './cut.js';
import { type LayerValues, type Moments, momentsOf, sampledInputs } from './moments.js';
import { assemble, type Leaf, type Network, type Piece, piecesOf, stitched } from './pieces.js';

/** Everything that one layer of one pair needs. */
export interface Bench {
  readonly f: readonly Piece[];
  readonly g: readonly Piece[];
  readonly place: NamedPlace;
  readonly at: number; // where the network is cut
  readonly item: readonly number[]; // the shape there
  readonly train: Examples;
  readonly test: Examples;
  readonly moments: Moments;
}

/** Records what the classes share. */
export async function prepared(
  of: {
    readonly a: Model;
    readonly b: Model;
    readonly i: number;
    readonly j: number;
    readonly place: NamedPlace;
    readonly train: Inputs;
    readonly test: Inputs;
    readonly device: Device;
  },
  control: WorkControl,
): Promise<Bench> {
  const { a, b, i, j, place, train, test, device } = of;
  const [from, to] = [networkAt(a, i), networkAt(b, j)];
  const sample = sampled(train, product(place.to.slice(1)));
  const values = async (networks: Networks, who: string, share: WorkControl): Promise<LayerValues> => {
    const layers = [{ path: place.path }];
    const head = headOf(networks, place.top + 1);
    const [recorded] = await device.record({ networks: head, inputs: sample, layers }, share);
    requireFinite(recorded!, `${place.label} of ${who}`);
    return { values: recorded!, count: sample.count, channels: place.to[0]! };
  };
  const x = await values(from, `A, ${a.names[i]}`, part(control, 0, 0.2));
  const moments = momentsOf(x, await values(to, `B, ${b.names[j]}`, part(control, 0.2, 0.4)));
  const at = cutOf(a.architecture, place, Math.max(train.count, test.count));
  return {
    f: piecesOf(a, i),
    g: piecesOf(b, j),
    place,
    at,
    item: at === 0 ? a.architecture.input : shapeBefore(a.architecture, at),
    train: { inputs: await cutInputs(from, at, train, device, part(control, 0.4, 0.8)) },
    test: { inputs: await cutInputs(from, at, test, device, part(control, 0.8, 1)) },
    moments,
  };
}

/** As many inputs as give enough rows of a layer with so many positions for its moments, spread evenly over all. */
function sampled(inputs: Inputs, positions: number): Inputs {
  const count = sampledInputs(inputs.count, positions);
  if (count === inputs.count) return inputs;
  const index = Uint32Array.from({ length: count }, (_, k) => Math.floor((k * inputs.count) / count));
  return {
    type: 'Inputs',
    x: rowsAt(inputs.x, inputs.count, index),
    count,
    item: inputs.item,
    weights: new Float32Array(count).fill(1 / count),
    source: inputs.source,
  };
}

/** S from the cut on, with this φ. */
export function spliced({ f, g, place, at, item }: Bench, phi: readonly Leaf[]): Network {
  return assemble(item, stitched(f, g, place.path, phi).slice(at));
}
