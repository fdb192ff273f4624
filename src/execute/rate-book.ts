/** What is known of the speed of each device: measured by calibration, then by the steps that ran, and kept where there is a place. */
import type { PlannedNode } from '../compile/plan.js';
import { amountOf, type Rates, speedKey } from '../compile/rates.js';

/** Rates by device, as they are kept: `{"wasm SIMD": {"node x": 1e9}}`. */
export type KeptRates = Readonly<Record<string, Rates>>;

/** Where rates outlive an executor. Failing to keep or find them is never an error. */
export interface RateStore {
  load(): Promise<unknown>;
  save(rates: KeptRates): Promise<void>;
}

/** A store that keeps rates for one build of the code: those of another are not found, and replaced. */
export function ratesOfBuild(
  build: string,
  place: { load(): Promise<unknown>; save(kept: { build: string; rates: KeptRates }): Promise<void> },
): RateStore {
  return {
    load: async () => {
      const kept = (await place.load()) as { readonly build?: unknown; readonly rates?: unknown } | null | undefined;
      return kept?.build === build ? kept.rates : undefined;
    },
    save: (rates) => place.save({ build, rates }),
  };
}

const LEAST = 0.1; // seconds of a step that says more about speed than about starting
const MOST_KEYS = 200; // of one device; the oldest are forgotten

/** The rates of all devices that this machine was measured with. */
export class RateBook {
  readonly #rates = new Map<string, Map<string, number>>();
  #loaded: Promise<void> | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(readonly store?: RateStore) {}

  /** Reads what was kept, once. What is no rate is passed over. */
  load(): Promise<void> {
    this.#loaded ??= (async () => {
      const kept = await this.store?.load().catch(() => undefined);
      const newer = [...this.#rates].map(([device, rates]) => [device, [...rates]] as const);
      for (const [device, rates] of entries(kept))
        for (const [key, rate] of entries(rates)) if (isRate(rate)) this.#set(device, key, rate);
      for (const [device, rates] of newer) for (const [key, rate] of rates) this.#set(device, key, rate);
    })();
    return this.#loaded;
  }

  /** What is known of one device. */
  of(device: string): Rates {
    return Object.fromEntries(this.#rates.get(device) ?? []);
  }

  /** Takes what a calibration measured. */
  add(device: string, rates: Rates): void {
    for (const [key, rate] of Object.entries(rates)) if (isRate(rate)) this.#set(device, key, rate);
    this.#save();
  }

  /**
   * Takes the time in which a step's cost was paid once, computed and not cached: the sum over all threads that it was spread over.
   * Costs that say "at most" teach nothing.
   */
  measure(device: string, { type, cost }: Pick<PlannedNode, 'type' | 'cost'>, seconds: number): void {
    const amount = amountOf(cost);
    if (amount === 0 || cost.atMost || !(seconds >= LEAST)) return;
    this.#set(device, speedKey(type, cost.work), amount / seconds);
    this.#save();
  }

  #set(device: string, key: string, rate: number): void {
    const rates = this.#rates.get(device) ?? new Map<string, number>();
    this.#rates.set(device, rates);
    rates.delete(key);
    rates.set(key, rate);
    for (const oldest of rates.keys()) {
      if (rates.size <= MOST_KEYS) break;
      rates.delete(oldest);
    }
  }

  /** Keeps all that is known, with what was kept before. */
  #save(): void {
    const { store } = this;
    if (!store) return;
    const save = async (): Promise<void> => {
      await this.load();
      await store.save(Object.fromEntries([...this.#rates.keys()].map((device) => [device, this.of(device)])));
    };
    this.#saving = this.#saving.then(save).catch(() => undefined);
  }

  /** Resolves when all has been kept. */
  saved(): Promise<void> {
    return this.#saving;
  }
}

const entries = (value: unknown): [string, unknown][] =>
  typeof value === 'object' && value !== null ? Object.entries(value) : [];

const isRate = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value > 0;
