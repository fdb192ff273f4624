/** A side's layers as rows, asked of a device some at a time. */
import type { Activations, Inputs } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { rowsAt } from '../../tensor/chosen-inputs.js';
import { stream } from '../../tensor/random.js';
import { networkAt } from '../models/networks.js';
import { quiet } from '../progress.js';
import type { Rows } from './columns.js';
import { recordedGroups } from './groups.js';
import type { Reading } from './pairing.js';

/** A layer that was recorded: which of the layers asked for, and its rows. */
export interface Recorded {
  readonly place: number;
  readonly rows: Rows;
}

/** Gives the layers of one model of one side; `seed` draws image positions, the same for every layer of that many. */
export class Recorder {
  constructor(
    private readonly side: Activations,
    private readonly inputs: Inputs,
    private readonly seed: number,
    private readonly device: Device,
    private readonly control: WorkControl,
  ) {}

  /** One layer after another, in their order; as many are recorded at once as memory should hold. */
  async *layers(readings: readonly Reading[], model: number): AsyncGenerator<Recorded, void> {
    const { side, inputs, device, control } = this;
    for (const group of recordedGroups(readings)) {
      const layers = group.map((i) => {
        const { place, positions, of } = readings[i]!;
        return positions < of ? { path: place.path, positions: this.positions(positions, of) } : { path: place.path };
      });
      const mean = side.reading === 'mean';
      const networks = networkAt(side.model, model);
      const given = [...(await device.record({ networks, inputs, layers, mean }, quiet(control)))].reverse();
      for (const place of group) yield { place, rows: rowsOf(given.pop()!, readings[place]!) }; // each is let go
    }
  }

  private positions(count: number, of: number): Uint32Array {
    return stream(this.seed, 'sample', of).subset(of, count);
  }
}

/** What was recorded of the first inputs, [≥ inputs, channels, positions], as rows: [inputs · positions, channels]. */
function rowsOf(values: Float32Array, { inputs, positions, count, width }: Reading): Rows {
  if (positions === 1) return { x: values.subarray(0, count * width), count, width };
  const x = new Float32Array(count * width);
  for (let i = 0; i < inputs; i++)
    for (let c = 0; c < width; c++)
      for (let p = 0; p < positions; p++) x[(i * positions + p) * width + c] = values[(i * width + c) * positions + p]!;
  return { x, count, width };
}

/** The order in which inputs give rows, by seed: a layer takes the first ones. Undefined where all layers take all. */
export function orderOf(count: number, seed: number, readings: readonly Reading[]): Uint32Array | undefined {
  if (readings.every(({ inputs }) => inputs === count)) return undefined;
  return stream(seed, 'sample', 0).permutation(count);
}

/** As many inputs, in that order, as the layer takes that takes most. */
export function firstInputs(inputs: Inputs, order: Uint32Array | undefined, readings: readonly Reading[]): Inputs {
  if (order === undefined) return inputs;
  const index = order.subarray(0, Math.max(...readings.map((reading) => reading.inputs)));
  const { type, item, source } = inputs;
  const of = (values: Float32Array): Float32Array => rowsAt(values, inputs.count, index);
  return { type, item, source, count: index.length, x: of(inputs.x), weights: of(inputs.weights) };
}
