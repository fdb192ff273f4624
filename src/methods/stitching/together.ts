/** Independent pieces of work at once: a device spreads them over its threads. */
import type { WorkControl } from '../../catalog/work.js';

/**
 * Works on all items, at most `most` at once, in the order of the items; progress is the mean of theirs. When one fails the others are
 * stopped, and its error is thrown.
 */
export async function together<T, R>(
  items: readonly T[],
  most: number,
  control: WorkControl,
  work: (item: T, control: WorkControl) => Promise<R>,
): Promise<R[]> {
  const stop = new AbortController();
  const onAbort = (): void => stop.abort();
  if (control.signal.aborted) stop.abort();
  control.signal.addEventListener('abort', onAbort);
  const fractions = new Float64Array(items.length);
  const results: R[] = new Array(items.length);
  let failure: { readonly error: unknown } | undefined;
  let next = 0;
  const report = (i: number, fraction: number, message?: string): void => {
    fractions[i] = Math.max(fractions[i]!, fraction);
    control.progress(fractions.reduce((sum, each) => sum + each, 0) / items.length, message);
  };
  const lane = async (): Promise<void> => {
    while (next < items.length && failure === undefined) {
      const i = next++;
      try {
        results[i] = await work(items[i]!, {
          signal: stop.signal,
          ...(control.finish ? { finish: control.finish } : {}),
          progress: (fraction, message) => report(i, fraction, message),
        });
        report(i, 1);
      } catch (error) {
        failure ??= { error };
        stop.abort();
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(most, items.length)) }, lane));
  control.signal.removeEventListener('abort', onAbort);
  if (failure !== undefined) throw failure.error;
  return results;
}
