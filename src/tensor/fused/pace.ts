/** Keeps long work polite: it yields to the event loop, says how far it is, and stops when asked to. */
import { FiberscopeError } from '../../catalog/errors.js';
import type { WorkControl } from '../../catalog/work.js';

const INTERVAL = 40; // ms between yields: a cancel lands well within a second

/** Lets messages, timers and cancellation in: a macrotask, without the delay that nested timers get in browsers. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

/** Counts work in units of its own choosing and yields every 40 ms. */
export class Pace {
  private done = 0;
  private last = performance.now();

  constructor(
    private readonly control: WorkControl,
    private readonly total: number,
    private readonly describe: (done: number) => string,
  ) {
    this.check();
  }

  private check(): void {
    if (this.control.signal.aborted) throw new FiberscopeError('cancelled', 'evaluation: cancelled');
  }

  /** Milliseconds since the last yield. */
  elapsed(): number {
    return performance.now() - this.last;
  }

  /** Adds `amount` finished units; when it is time to yield, gives a promise to await. */
  advance(amount: number): Promise<void> | undefined {
    this.done += amount;
    return this.elapsed() >= INTERVAL ? this.breathe() : undefined;
  }

  /** Reports, yields and checks for cancellation now. */
  async breathe(): Promise<void> {
    this.control.progress(this.total === 0 ? 1 : this.done / this.total, this.describe(this.done));
    await macrotask();
    this.check();
    this.last = performance.now();
  }
}
