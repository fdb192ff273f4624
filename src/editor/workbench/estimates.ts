/** How fast the device is, so that nodes say what they will take before they run. */
import type { StoreApi } from 'zustand/vanilla';
import type { Rates } from '../../compile/rates.js';
import type { ExecutorApi } from '../../execute/protocol.js';
import type { WorkbenchState } from './types.js';

const PAUSE = 300; // ms after an edit or a run

/** The rates that the executor has learnt. */
export class Estimates {
  rates: Rates = {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #disposed = false;

  constructor(
    readonly executor: ExecutorApi,
    readonly changed: () => void,
  ) {}

  /** Asks a moment later, where there is something to estimate and nothing runs. */
  soon(store: StoreApi<WorkbenchState>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => {
      const { document, running, plan } = store.getState();
      if (this.#disposed || running || !plan.order.some((id) => plan.nodes.get(id)!.cost.multiplyAdds > 0)) return;
      const learnt = await this.executor.rates(document).catch(() => this.rates); // the run says what is wrong with a device
      if (this.#disposed || same(learnt, this.rates)) return;
      this.rates = learnt;
      this.changed();
    }, PAUSE);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}

const same = (a: Rates, b: Rates): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => a[key] === b[key]);
