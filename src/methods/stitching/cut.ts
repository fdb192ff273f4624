/** Networks cut in two: what comes before is frozen, so its values are recorded once and only what comes after is run. */
import { type Architecture, layoutOf, type Place } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import { product } from '../../catalog/shape.js';
import { formatBytes } from '../../catalog/text.js';
import type { Inputs } from '../../catalog/values.js';
import type { Device, Networks, WorkControl } from '../../catalog/work.js';

/** The most bytes of one network's recorded values that are held at once. */
const MOST_RECORDED = 1.5e9;

/** The shape before layer `at` of the sequence. */
export const shapeBefore = (architecture: Architecture, at: number): readonly number[] =>
  layoutOf(architecture).shapes[at]!;

/** Bytes that the values before layer `at` take, of `count` inputs. */
export const recordedBytes = (architecture: Architecture, at: number, count: number): number =>
  at === 0 ? 0 : 4 * count * product(shapeBefore(architecture, at));

/** The layer of the sequence before which a stitch at a place begins to run, of `count` inputs at once: 0 where their values do not fit. */
export function cutOf(architecture: Architecture, { inside, top }: Place, count: number): number {
  const at = inside ? top : top + 1;
  return recordedBytes(architecture, at, count) > MOST_RECORDED ? 0 : at;
}

/** Throws a `limit` error where the values before layer `at` do not fit. `who` asks. */
export function requireRecordable(architecture: Architecture, at: number, count: number, who: string): void {
  const bytes = recordedBytes(architecture, at, count);
  if (bytes > MOST_RECORDED)
    throw new FiberscopeError(
      'limit',
      `${who}: expected at most ${formatBytes(MOST_RECORDED)} of values before layer ${at}, got ${formatBytes(bytes)}; put a Subsample before it, or choose a later layer`,
    );
}

/** The first `count` layers of one network: their θ and buffers come first, as layers follow one another in both. */
export function headOf({ architecture, theta, buffers }: Networks, count: number): Networks {
  const head: Architecture = { ...architecture, layers: architecture.layers.slice(0, count) };
  const { size, bufferSize } = layoutOf(head);
  return { architecture: head, theta: theta.subarray(0, size), buffers: buffers.subarray(0, bufferSize), count: 1 };
}

/** The inputs as layer `at` of one network sees them: what the layers before give, with the same labels. */
export async function cutInputs(
  network: Networks,
  at: number,
  inputs: Inputs,
  device: Device,
  control: WorkControl,
): Promise<Inputs> {
  if (at === 0) return inputs;
  const layers = [{ path: String(at - 1) }];
  const [x] = await device.record({ networks: headOf(network, at), inputs, layers }, control);
  const { count, weights, labels, classes, source } = inputs;
  return {
    type: 'Inputs',
    x: x!,
    count,
    item: shapeBefore(network.architecture, at),
    weights,
    ...(labels ? { labels } : {}),
    ...(classes ? { classes } : {}),
    source: `${source}, after layer ${at - 1}`,
  };
}
