/** How long a search of an adaptive lattice takes, before it has run: a forecast on planes that are drawn. */
import { layoutOf } from '../catalog/architecture.js';
import type { AdaptiveInfo, Work } from '../catalog/info.js';
import { product } from '../catalog/shape.js';
import type { Lattice, Reference } from '../catalog/values.js';
import type { Device } from '../catalog/work.js';
import { together } from '../compile/rates.js';
import { forecastAdaptive } from '../methods/adaptive-forecast.js';
import { gramSchmidt } from '../methods/gram-schmidt.js';
import { scaleOf } from '../methods/null-models.js';
import { around, compared, drawn } from './drawn.js';

const PLANES = 4; // drawn ones, at most: what a search takes depends on the plane
const MOST_NUMBERS = 2e6; // of inputs

/** Work on an adaptive lattice. */
type AdaptiveWork = Extract<Work, { kind: 'evaluate' }> & { readonly adaptive: AdaptiveInfo };

/**
 * Multiply-adds of the whole lattice per second of the search, over all threads: the mean time (geometric) of searches through
 * references that are drawn, as many as there is time for. None where not even one could be forecast.
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
  const times: number[] = [];
  const end = now() + seconds;
  for (let seed = 1; seed <= PLANES && (seed === 1 || now() < end); seed++) {
    const time = await forecast(work, seed, device, signal, now).catch(() => undefined); // the run itself says what is wrong
    if (time === undefined) break;
    times.push(time);
  }
  if (times.length === 0) return undefined;
  return multiplyAdds / Math.exp(times.reduce((sum, time) => sum + Math.log(time), 0) / times.length);
}

/** Seconds of a search through a reference that is drawn. */
async function forecast(
  { architecture, rank, inputs: wanted, cap, adaptive }: AdaptiveWork,
  seed: number,
  device: Device,
  signal: AbortSignal,
  now: () => number,
): Promise<number> {
  const control = { signal, progress: () => undefined };
  const count = Math.min(wanted, Math.floor(MOST_NUMBERS / product(architecture.input)));
  const data = drawn(architecture, count);
  const { origin, basis, size } = around(architecture, rank, seed);
  const theta = new Float32Array((rank + 1) * size);
  theta.set(origin);
  for (let i = 0; i < rank * size; i++) theta[size + i] = origin[i % size]! + basis[i]!;
  const subspace = gramSchmidt({ type: 'Parameters', theta, count: rank + 1, size, flags: [] });
  const y = await device.forward(architecture, subspace.origin, data.inputs, control);
  const { outputs, cap: below } = compared(y, data, cap!);
  const reference: Reference = {
    ...{ type: 'Reference', architecture, inputs: data.inputs, outputs },
    scale: scaleOf(data.inputs, outputs),
  };
  const { points, low, high, margin } = adaptive;
  const lattice: Lattice = { subspace, low, high, points };
  const rule = margin === undefined ? ({ rule: 'proved' } as const) : ({ rule: 'sampled', margin } as const);
  const { judging, evaluating } = await forecastAdaptive(
    lattice,
    reference,
    device,
    control,
    { ...rule, cap: below },
    now,
  );
  return judging + together(evaluating, device.threads ?? 1);
}
