/** How long a search of an adaptive lattice takes, before it has run: a forecast on planes that are drawn. */
import { layoutOf } from '../catalog/architecture.js';
import type { AdaptiveInfo, Work } from '../catalog/info.js';
import { product } from '../catalog/shape.js';
import type { Lattice, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { together } from '../compile/rates.js';
import { type Forecast, forecastAdaptive } from '../methods/adaptive-forecast.js';
import { gramSchmidt } from '../methods/gram-schmidt.js';
import { initialTheta } from '../methods/initialise.js';
import { scaleOf } from '../methods/null-models.js';
import { compared, drawn } from './drawn.js';

const PLANES = 6; // drawn ones, at most: what a search takes depends on the plane
const MOST_NUMBERS = 2e6; // of inputs
const START = 0.15; // seconds that a search takes whatever its size, about: its code is compiled while it runs

/** Work on an adaptive lattice. */
type AdaptiveWork = Extract<Work, { kind: 'evaluate' }> & { readonly adaptive: AdaptiveInfo };

/**
 * Multiply-adds of the whole lattice per second of the search, over all threads, from searches through references that are drawn,
 * as many as there is time for: the mean number (geometric) of cells and of members, and the least time of one. None where not even
 * one search could be forecast.
 */
export async function adaptiveRate(
  work: AdaptiveWork,
  device: Device,
  seconds: number,
  signal: AbortSignal,
  now: () => number,
): Promise<number | undefined> {
  const { points } = work.adaptive;
  const multiplyAdds = points ** work.rank * work.inputs * layoutOf(work.architecture).multiplyAdds;
  const made: Forecast[] = [];
  const end = now() + seconds;
  const control = { signal, progress: () => undefined };
  for (let seed = 1; seed <= PLANES && (seed === 1 || now() < end); seed++) {
    const next = await forecast(work, seed, device, control, now).catch(() => undefined); // the run itself says what is wrong
    if (next === undefined) break;
    made.push(next);
  }
  if (made.length === 0) return undefined;
  const total = (count: (of: Forecast) => number, time: (of: Forecast) => number): number =>
    mean(made.map(count)) * Math.min(...made.map((of) => (count(of) > 0 ? time(of) / count(of) : Infinity)));
  const judging = total(
    ({ cells }) => cells,
    (of) => of.judging,
  );
  const evaluating = total(
    ({ members }) => members,
    (of) => of.evaluating,
  );
  return multiplyAdds / (START + (judging || 0) + together(evaluating || 0, device.threads ?? 1));
}

/** The geometric mean of counts. */
const mean = (counts: readonly number[]): number =>
  Math.expm1(counts.reduce((sum, count) => sum + Math.log1p(count), 0) / counts.length);

/** Of a search through a reference that is drawn. */
async function forecast(
  { architecture, rank, inputs: wanted, cap, adaptive }: AdaptiveWork,
  seed: number,
  device: Device,
  control: WorkControl,
  now: () => number,
): Promise<Forecast> {
  const { points, low, high, margin } = adaptive;
  const data = drawn(architecture, Math.min(wanted, Math.floor(MOST_NUMBERS / product(architecture.input))));
  const { size } = layoutOf(architecture);
  const theta = new Float32Array((rank + 1) * size);
  for (let k = 0; k <= rank; k++) {
    const how = { name: k === 0 ? 'he' : 'normal', deviation: 1 } as const;
    theta.set(await initialTheta(architecture, how, seed, 'calibrate', k, control), k * size);
  }
  const subspace = gramSchmidt({ type: 'Parameters', theta, count: rank + 1, size, flags: [] });
  const y = await device.forward(architecture, subspace.origin, data.inputs, control);
  const { outputs, cap: below } = compared(y, data, cap!);
  const reference: Reference = {
    ...{ type: 'Reference', architecture, inputs: data.inputs, outputs },
    scale: scaleOf(data.inputs, outputs),
  };
  const lattice: Lattice = { subspace, low, high, points };
  const rule = margin === undefined ? ({ rule: 'proved' } as const) : ({ rule: 'sampled', margin } as const);
  return forecastAdaptive(lattice, reference, device, control, { ...rule, cap: below }, now);
}
