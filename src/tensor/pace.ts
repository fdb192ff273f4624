/** Keeps long work polite: it lets messages in, hears that it should stop, and says how far it is, a few times per second. */
import { FiberscopeError } from '../catalog/errors.js';
import type { Curve } from '../catalog/values.js';
import type { WorkControl } from '../catalog/work.js';
import { nextTurn } from '../document/slices.js';

const YIELD_MS = 25; // computing time between two chances for messages
const REPORT_MS = 200; // at most five reports per second

/** Called between slices of one long computation, with the share of it that is done; throws when it should stop. */
export type Breathe = (share: number) => Promise<void>;

/** Throws the typed error of cancelled work if `signal` says so. */
function stopIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new FiberscopeError('cancelled', 'cancelled');
}

/** The pace of one piece of work. Call `step` between slices of at most some tens of milliseconds. */
export class Pace {
  private yielded = performance.now();
  private reported = performance.now();

  constructor(private readonly control: WorkControl) {
    stopIfCancelled(control.signal);
  }

  /** Whether `step` would yield now: asked where a promise per slice would cost more than the slice. */
  get due(): boolean {
    return performance.now() - this.yielded >= YIELD_MS;
  }

  /** Reports `fraction` (and what `curve` makes, asked only when it is shown), yields and stops as needed. */
  async step(fraction: number, message?: string, curve?: () => Curve): Promise<void> {
    const now = performance.now();
    if (now - this.yielded < YIELD_MS) return;
    if (now - this.reported >= REPORT_MS) {
      this.reported = now;
      this.control.progress(fraction, message, curve?.());
    }
    await nextTurn();
    this.yielded = performance.now();
    stopIfCancelled(this.control.signal);
  }
}
