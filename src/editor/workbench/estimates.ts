/** How fast the device is and what of sweeps is there already, so that nodes say what they will take before they run. */
import type { StoreApi } from 'zustand/vanilla';
import type { Plan } from '../../compile/plan.js';
import type { Rates } from '../../compile/rates.js';
import type { PipelineDocument } from '../../document/schema.js';
import type { ExecutorApi } from '../../execute/protocol.js';
import type { WorkbenchState } from './types.js';

const PAUSE = 300; // ms after an edit or a run

/** The rates that the executor has learnt, and the runs of sweeps that it holds. */
export class Estimates {
  rates: Rates = {};
  /** Keys of the runs of sweeps that need not be computed; undefined before the executor was asked. */
  held: ReadonlySet<string> | undefined;
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
      if (this.#disposed || running) return;
      await this.look(document, plan);
      if (this.#disposed || !plan.order.some((id) => plan.nodes.get(id)!.cost.multiplyAdds > 0)) return;
      const learnt = await this.executor.rates(document).catch(() => this.rates); // the run says what is wrong with a device
      if (this.#disposed || same(learnt, this.rates)) return;
      this.rates = learnt;
      this.changed();
    }, PAUSE);
  }

  /** Forgets what is known of a device that is no longer used. */
  forget(): void {
    this.rates = {};
    this.held = undefined;
  }

  /** Asks which runs of sweeps the executor holds. */
  async look(document: PipelineDocument, { nodes, copies }: Plan): Promise<void> {
    if (copies.size === 0) return;
    const sweeps = [...nodes.values()].flatMap(({ id, sweep }) => (sweep ? [id] : []));
    const pending = await this.executor.pending(document, sweeps).catch(() => undefined); // the run says what is wrong
    if (this.#disposed || pending === undefined) return;
    const missing = new Set(pending);
    const held = [...copies.values()].flatMap(({ id, key }) => (key === '' || missing.has(id) ? [] : [key]));
    if (this.held && held.length === this.held.size && held.every((key) => this.held?.has(key))) return;
    this.held = new Set(held);
    this.changed();
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
  }
}

const same = (a: Rates, b: Rates): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => a[key] === b[key]);
