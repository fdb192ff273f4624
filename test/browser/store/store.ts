/** A page with the store of results, for tests with several tabs. */
import { createStore, get, keys } from 'idb-keyval';
import type { StepResult } from '../../../src/execute/cache.js';
import { indexedRates } from '../../../src/execute/indexed-rates.js';
import { IndexedStore } from '../../../src/execute/indexed-store.js';
import type { KeptRates } from '../../../src/execute/rate-book.js';

const result = (numbers: number): StepResult => ({
  outputs: { values: { type: 'Outputs', y: new Float32Array(numbers).fill(numbers), count: numbers, width: 1 } },
  view: { summary: {}, rows: [], notes: [], plots: [] },
  provenance: { documentHash: '', key: '', seeds: [], package: '', device: '', finished: '', seconds: 9 },
});

/** What the test asks of a tab. */
export const tab = {
  /** Keeps results of so many numbers under these tags. */
  async put(build: string, limit: number, tags: readonly string[], numbers: number): Promise<void> {
    const store = new IndexedStore(build, limit);
    await Promise.all(tags.map((tag) => store.put(tag, result(numbers))));
  },
  /** How many numbers of a tag are kept. */
  async count(build: string, tag: string): Promise<number | undefined> {
    return ((await new IndexedStore(build).get(tag))?.outputs.values as { count: number } | undefined)?.count;
  },
  /** Keeps speeds as a build does. */
  async saveRates(build: string, rates: KeptRates): Promise<void> {
    await indexedRates(build).save(rates);
  },
  /** The speeds that a build finds. */
  async rates(build: string): Promise<unknown> {
    return indexedRates(build).load();
  },
  /** Names in the ledger, and names of what is there. */
  async names(): Promise<{ listed: string[]; there: string[] }> {
    const steps = createStore('fiberscope-results', 'steps');
    const ledger = (await get<readonly [string, number][]>('ledger', steps)) ?? [];
    const all = (await keys<string>(steps)).filter((key) => key !== 'ledger');
    return { listed: ledger.map(([name]) => name).sort(), there: all.sort() };
  },
};

declare global {
  interface Window {
    tab: typeof import('./store.js').tab;
  }
}
window.tab = tab;
