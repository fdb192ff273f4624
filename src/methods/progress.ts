/** Parts of a long piece of work, each with its share of the progress bar. */
import { FiberscopeError } from '../catalog/errors.js';
import type { WorkControl } from '../catalog/work.js';

/** The same signal without reports, for work too short to show. */
export function quiet(control: WorkControl): WorkControl {
  return { ...ends(control), progress: () => undefined };
}

/** Work that is the part from `from` to `to` (fractions) of the whole. */
export function part(control: WorkControl, from: number, to: number): WorkControl {
  return {
    ...ends(control),
    progress: (fraction, message, curve) => control.progress(from + (to - from) * fraction, message, curve),
  };
}

/** What tells work to end: at once, or soon with what there is. */
const ends = ({ signal, finish }: WorkControl): Pick<WorkControl, 'signal' | 'finish'> =>
  finish === undefined ? { signal } : { signal, finish };

/** Lets other events in (cancel among them), then throws a `cancelled` error if the work should stop. */
export async function breathe(control: WorkControl): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 0));
  if (control.signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
}

/** Does work that comes in slices, each with the share that is done: says how far it is, and ends with a `cancelled` error where it should stop. */
export async function paced<T>(work: Generator<number, T>, control: WorkControl): Promise<T> {
  const pause = breather(control);
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    const pausing = pause(value);
    if (pausing) await pausing;
  }
}

const BETWEEN = 100; // milliseconds

/** For long loops: a function that says how far they are and breathes, when it did so some time ago, and else does nothing. */
export function breather(control: WorkControl): (fraction: number, message?: string) => Promise<void> | undefined {
  let since = performance.now();
  return (fraction, message) => {
    if (performance.now() - since < BETWEEN) return undefined;
    control.progress(fraction, message);
    return breathe(control).then(() => {
      since = performance.now();
    });
  };
}
