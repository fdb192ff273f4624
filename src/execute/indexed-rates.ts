/** Measured speeds in a browser: IndexedDB. */
import { createStore, get, set } from 'idb-keyval';
import type { KeptRates, RateStore } from './rate-book.js';
import { VERSION } from './version.js';

/** Keeps the rates of this browser, as this version of the package measured them. */
export function indexedRates(): RateStore {
  const store = createStore('fiberscope-rates', 'versions');
  return {
    load: () => get(VERSION, store),
    save: (rates: KeptRates) => set(VERSION, rates, store),
  };
}
