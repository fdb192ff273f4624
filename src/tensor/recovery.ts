/** What is tried again on a device after a fault. */
import type { Backing } from './backing.js';
import { faultReason } from './device-fault.js';

const SMALLEST_SCALE = 1 / 64; // of a batch, after lacks of memory

/** Runs work on a backing, alone. */
export class Recovery {
  /** `recovers`: after a lack of memory it tries smaller batches; otherwise that is an error at once. */
  constructor(
    private readonly backing: Backing,
    private readonly recovers: boolean,
  ) {}

  /** Runs `work`; after a lack of memory again with smaller batches, after a loss once more on a rebuilt device. */
  async run<T>(signal: AbortSignal, work: (scale: number) => Promise<T>): Promise<T> {
    let scale = 1;
    let rebuilt = false;
    for (;;) {
      try {
        return await this.backing.alone(() => work(scale));
      } catch (error) {
        const reason = faultReason(error);
        if (signal.aborted || !this.recovers) throw error;
        if (reason === 'memory' && scale > SMALLEST_SCALE) scale /= 4;
        else if (reason === 'lost' && !rebuilt) rebuilt = true;
        else throw error;
        await this.backing.rebuild();
      }
    }
  }
}
