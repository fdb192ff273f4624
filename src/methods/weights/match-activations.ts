/** Matching by activations: channels that do the same on data. */
import { product } from '../../catalog/shape.js';
import type { Inputs, Model } from '../../catalog/values.js';
import type { Device, Networks, WorkControl } from '../../catalog/work.js';
import { stream } from '../../tensor/random.js';
import { networkAt } from '../models/networks.js';
import { inPair } from '../models/pairs.js';
import { part, quiet } from '../progress.js';
import { requireFinite } from '../similarity/requirements.js';
import type { Channels } from './channels.js';
import { bestOrder, type Matched } from './match.js';
import { MOST_ROWS, positionsRead, valuesRead } from './readings.js';
import { addProduct, type Orders } from './similarity.js';

/** A value whose channels belong to a free group. */
interface Reading {
  readonly path: string;
  readonly label: string;
  readonly group: number;
  readonly positions: Uint32Array | undefined; // of images
}

/**
 * Maximises the sum of the correlations of A's and B's channels on the inputs, for each group by one linear assignment: correlations of
 * its values after activations (of every join, where several are tied), each on at most 4,096 rows, which are inputs and
 * drawn positions of images. A channel that is constant correlates with none. Correlations do not see positive rescalings.
 * Source: Ainsworth, Hayase and Srinivasa 2023 (Git Re-Basin), Section 3.1; Li et al. 2016 for correlations.
 */
export async function matchActivations(
  channels: Channels,
  [modelA, a]: readonly [Model, number],
  [modelB, b]: readonly [Model, number],
  { inputs, seed }: { readonly inputs: Inputs; readonly seed: number },
  device: Device,
  control: WorkControl,
): Promise<Matched> {
  const [x, y] = [networkAt(modelA, inPair(modelA, a)), networkAt(modelB, inPair(modelB, b))];
  const orders: (Int32Array | undefined)[] = channels.groups.map(() => undefined);
  let [before, after, places] = [0, 0, 0];
  const readings = readingsOf(channels, inputs.count, seed);
  const constant = channels.groups.map(() => 0);
  for (const [g, { fixed, channels: n }] of channels.groups.entries()) {
    if (fixed) continue;
    const sum = new Float64Array(n * n);
    const own = readings.filter(({ group }) => group === g);
    const varies = [new Uint8Array(n), new Uint8Array(n)] as const; // of A and of B
    for (const reading of own) {
      const share = part(control, g / channels.groups.length, (g + 1) / channels.groups.length);
      const [p, q] = [
        await rowsOf(x, inputs, reading, { n, who: `A, ${modelA.names[inPair(modelA, a)]}` }, device, share),
        await rowsOf(y, inputs, reading, { n, who: `B, ${modelB.names[inPair(modelB, b)]}` }, device, share),
      ];
      for (const [side, rows] of [p, q].entries())
        for (let c = 0; c < n; c++)
          if (rows.subarray((c * rows.length) / n, ((c + 1) * rows.length) / n).some((value) => value !== 0))
            varies[side]![c] = 1;
      addProduct(sum, p, q, n, p.length / n, 1);
    }
    const order = await bestOrder(sum, n, quiet(control));
    orders[g] = order;
    constant[g] = Math.max(...varies.map((of) => n - of.reduce((sum, one) => sum + one, 0)));
    for (let i = 0; i < n; i++) {
      before += sum[i * n + i]!;
      after += sum[i * n + order[i]!]!;
    }
    places += n * own.length;
  }
  return {
    orders: orders as Orders,
    similarity: after / places,
    before: before / places,
    starts: 1,
    from: 'correlations',
    constant,
  };
}

/** The values that are read, with drawn positions of images. */
function readingsOf(channels: Channels, count: number, seed: number): Reading[] {
  return valuesRead(channels).map(({ path, label, group, to }) => {
    const plane = product(to.slice(1));
    const positions = stream(seed, 'match', 0x20000 + group).subset(plane, positionsRead(count, plane));
    return { path, label, group, positions: to.length > 1 ? positions : undefined };
  });
}

/** The channels of a value on the inputs, [n, rows], each of mean 0 and norm 1; of a constant one zeros. */
async function rowsOf(
  networks: Networks,
  inputs: Inputs,
  { path, positions, label }: Reading,
  { n, who }: { readonly n: number; readonly who: string },
  device: Device,
  control: WorkControl,
): Promise<Float64Array> {
  const count = Math.min(inputs.count, MOST_ROWS);
  const some: Inputs = { ...inputs, x: inputs.x.subarray(0, (inputs.x.length / inputs.count) * count), count };
  const layers = [{ path, ...(positions ? { positions } : {}) }];
  const [values] = await device.record({ networks, inputs: some, layers }, control);
  requireFinite(values!, `${label} of ${who}`);
  const plane = values!.length / (count * n);
  const rows = new Float64Array(n * count * plane);
  for (let c = 0; c < n; c++) {
    const row = rows.subarray(c * count * plane, (c + 1) * count * plane);
    for (let i = 0; i < count; i++)
      for (let p = 0; p < plane; p++) row[i * plane + p] = values![(i * n + c) * plane + p]!;
    normalise(row);
  }
  return rows;
}

const CONSTANT = 1e-7; // relative to its mean: rounding of a channel that does not change

function normalise(row: Float64Array): void {
  let mean = 0;
  for (const value of row) mean += value / row.length;
  let squares = 0;
  for (const value of row) squares += (value - mean) ** 2;
  const norm = Math.sqrt(squares);
  const none = norm <= CONSTANT * Math.abs(mean) * Math.sqrt(row.length);
  for (let i = 0; i < row.length; i++) row[i] = none ? 0 : (row[i]! - mean) / norm;
}
