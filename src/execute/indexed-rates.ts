/** Measured speeds in a browser: IndexedDB. */
import { createStore, get, set } from 'idb-keyval';
import { type RateStore, ratesOfBuild } from './rate-book.js';

const KEY = 'latest';

/** Keeps the rates of this browser; those of another build of the code are not found, and replaced. */
export function indexedRates(build: string): RateStore {
  const store = createStore('fiberscope-rates', 'builds');
  return ratesOfBuild(build, { load: () => get(KEY, store), save: (kept) => set(KEY, kept, store) });
}
