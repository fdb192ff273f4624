/** The second tier in a browser: IndexedDB. */
import { createStore, get, type UseStore } from 'idb-keyval';
import type { StepResult } from './cache.js';
import { settle } from './settle.js';
import { bytesOf, type ResultStore } from './store.js';

/** What is kept, oldest first. */
type Ledger = readonly (readonly [name: string, bytes: number])[];

const LEDGER = 'ledger';

/** Results of one build of the code: another build may compute otherwise, so its results are dropped. The oldest go when there are more than `limit` bytes. */
export class IndexedStore implements ResultStore {
  readonly #store: UseStore;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    readonly build: string,
    readonly limit = 256e6,
    name = 'fiberscope-results',
  ) {
    this.#store = createStore(name, 'steps');
  }

  /** The result of a tag, if it is kept; undefined too where the browser allows no storage. */
  async get(tag: string): Promise<StepResult | undefined> {
    const result = await get<StepResult>(this.#name(tag), this.#store).catch(() => undefined);
    return result && settle(result);
  }

  /** Keeps a result, one at a time. */
  put(tag: string, result: StepResult): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write(this.#name(tag), result)).catch(() => undefined);
    return this.#writing;
  }

  /** One transaction for the ledger and all that it lists: other tabs write too. */
  #write(name: string, result: StepResult): Promise<void> {
    const bytes = bytesOf(result);
    return this.#store(
      'readwrite',
      (steps) =>
        new Promise((resolve, reject) => {
          const { transaction } = steps;
          transaction.oncomplete = () => resolve();
          transaction.onabort = () => reject(transaction.error);
          const asked: IDBRequest<Ledger | undefined> = steps.get(LEDGER);
          asked.onsuccess = () => {
            try {
              const before = asked.result ?? [];
              const ledger = this.#with(before, name, bytes);
              const kept = new Set(ledger.map(([other]) => other));
              for (const [other] of before) if (!kept.has(other)) steps.delete(other);
              if (kept.has(name)) steps.put(result, name);
              steps.put(ledger, LEDGER);
            } catch (error) {
              reject(error); // what cannot be cloned
              transaction.abort();
            }
          };
        }),
    );
  }

  /** The ledger with one more, without those of other builds and without the oldest over the limit. */
  #with(before: Ledger, name: string, bytes: number): Ledger {
    const ours = before.filter(([other]) => other.startsWith(`${this.build} `) && other !== name);
    const ledger = [...ours, [name, bytes] as const];
    let total = ledger.reduce((sum, [, size]) => sum + size, 0);
    while (total > this.limit && ledger.length > 0) total -= ledger.shift()![1];
    return ledger;
  }

  #name(tag: string): string {
    return `${this.build} ${tag}`;
  }
}
