/**
 * How fast a device is at the work of a plan, before any of it has run: a slice of each kind of work, on the same network with
 * drawn numbers, timed for a moment. The time that starting takes is measured apart, because long work starts only once.
 */
import { FiberscopeError } from '../catalog/errors.js';
import type { Work } from '../catalog/info.js';
import type { Device } from '../catalog/work.js';
import { type Rates, speedKey } from '../compile/rates.js';
import { adaptiveRate } from './calibrate-adaptive.js';
import { isLarge, type Slice, sliceOf } from './calibrate-slices.js';

/** How long to measure, how to stop, and the clock in seconds. */
export interface CalibrationOptions {
  readonly signal: AbortSignal;
  readonly seconds?: number; // for all kinds together; 1 when absent
  /** Seconds after which one kind is given up, 2 when absent: on a busy machine even the start takes long. */
  readonly longest?: number;
  readonly now?: () => number;
}

const ENOUGH = 0.03; // seconds of an amount that says something
const SETTLED = 3; // such amounts in a row that were not faster: the code is compiled to its end
const LEAST = 0.1; // seconds for one kind, however many there are

/**
 * Rates of these kinds of work on a device, by `speedKey`: within a second on a machine that does nothing else. A kind that
 * could not be measured in its time, or fails, is left out. Ends soon after `signal` is aborted, with what was measured by then.
 */
export async function calibrate(
  device: Device,
  works: readonly Work[],
  { signal, seconds = 1, longest = 2, now = () => performance.now() / 1000 }: CalibrationOptions,
): Promise<Rates> {
  const kinds = new Map(works.map((work) => [speedKey('', work), work]));
  const end = now() + seconds;
  const rates: Record<string, number> = {};
  let left = kinds.size;
  for (const [key, work] of kinds) {
    if (signal.aborted) break;
    const share = Math.max(LEAST, (end - now()) / left--);
    const late = new AbortController();
    const stop = (): void => late.abort();
    signal.addEventListener('abort', stop, { once: true });
    const timer = setTimeout(stop, 1000 * longest);
    const rate = isLarge(work)
      ? undefined
      : work.kind === 'evaluate' && work.adaptive !== undefined
        ? await adaptiveRate({ ...work, adaptive: work.adaptive }, device, share, late.signal, now)
        : await measured(sliceOf(work, device), share, late.signal, now);
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    if (signal.aborted) break;
    if (rate !== undefined) rates[key] = rate;
  }
  return rates;
}

/**
 * Multiply-adds per second of a slice. The first amounts compile and warm up; it ends when a few in a row were not faster than
 * those before, and takes their mean, or when the time is up.
 */
async function measured(
  slice: Slice,
  seconds: number,
  signal: AbortSignal,
  now: () => number,
): Promise<number | undefined> {
  const end = now() + seconds;
  const took = async (n: number): Promise<number> => {
    const began = now();
    await slice.run(n, { signal, progress: () => undefined });
    return Math.max(now() - began, 1e-6);
  };
  const speeds: number[] = [];
  const rate = (): number => Math.max(mean(speeds.slice(0, -SETTLED)), mean(speeds.slice(-SETTLED)));
  try {
    await took(1); // says more about compiling than about speed
    const start = await took(1);
    speeds.push(slice.multiplyAdds(1) / start);
    for (let n = 4, best = 0, settled = 0; settled < SETTLED; ) {
      const time = await took(n);
      const beyond = time - start;
      // what grew by little says nothing yet; then the whole time is the better measure
      const further = beyond > start / 2 ? (slice.multiplyAdds(n) - slice.multiplyAdds(1)) / beyond : 0;
      const speed = Math.max(further, slice.multiplyAdds(n) / time);
      const enough = time >= ENOUGH;
      if (!enough) speeds.length = 0;
      speeds.push(speed);
      settled = enough && speed < 1.1 * best ? settled + 1 : 0;
      best = Math.max(best, speed);
      const growth = enough ? 1 : Math.min(16, Math.max(2, Math.ceil(ENOUGH / time)));
      if (now() + growth * time > end || growth * n > slice.most) break;
      n *= growth;
    }
    return rate();
  } catch (error) {
    const stopped = error instanceof FiberscopeError && error.kind === 'cancelled';
    return stopped && speeds.length > 0 ? rate() : undefined; // the run itself says what is wrong
  }
}

/** Of speeds: the mean time is what counts. 0 of none. */
const mean = (speeds: readonly number[]): number =>
  speeds.length === 0 ? 0 : speeds.length / speeds.reduce((sum, speed) => sum + 1 / speed, 0);
