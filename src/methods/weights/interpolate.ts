/** Loss and accuracy on the segment between networks: how high the barrier is, before and after they are aligned. */
import type { Inputs } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { part } from '../progress.js';
import type { Alignment } from './alignments.js';
import { between, withStatistics } from './average.js';
import type { Segment } from './outcomes.js';

/** Mean cross-entropy and accuracy on labelled data at (1 − t) A + t B for `points` values of t from 0 to 1. */
export async function segment(
  { name, a, b }: Alignment,
  points: number,
  data: Inputs,
  statistics: Inputs | undefined,
  device: Device,
  control: WorkControl,
): Promise<Segment> {
  const loss: Float64Array[] = [];
  const accuracy: Float64Array[] = [];
  for (let k = 0; k < points; k++) {
    const share = part(control, k / points, (k + 1) / points);
    const t = k / (points - 1);
    share.progress(0, `${name}, t = ${t.toFixed(2)}`);
    const mean = between(a, b, t);
    const model = statistics === undefined ? mean : await withStatistics(mean, statistics, device, share);
    const scores = await device.score(model, { inputs: data }, 'cross-entropy', share);
    loss.push(scores.loss);
    accuracy.push(scores.accuracy);
  }
  return { name, loss, accuracy };
}

/** Segments of all alignments, one after another. */
export async function interpolate(
  alignments: readonly Alignment[],
  options: { readonly points: number; readonly statistics: Inputs | undefined },
  data: Inputs,
  device: Device,
  control: WorkControl,
): Promise<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const [i, alignment] of alignments.entries()) {
    const share = part(control, i / alignments.length, (i + 1) / alignments.length);
    segments.push(await segment(alignment, options.points, data, options.statistics, device, share));
  }
  return segments;
}
