/** The second tier in a browser: IndexedDB. */
import { createStore, delMany, get, set, type UseStore } from 'idb-keyval';
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

  async #write(name: string, result: StepResult): Promise<void> {
    const before = (await get<Ledger>(LEDGER, this.#store)) ?? [];
    const ours = before.filter(([other]) => other.startsWith(`${this.build} `) && other !== name);
    const ledger = [...ours, [name, bytesOf(result)] as const];
    let total = ledger.reduce((sum, [, bytes]) => sum + bytes, 0);
    while (total > this.limit && ledger.length > 0) total -= ledger.shift()![1];
    const kept = new Set(ledger.map(([other]) => other));
    await delMany(
      before.map(([other]) => other).filter((other) => !kept.has(other)),
      this.#store,
    );
    if (kept.has(name)) await set(name, result, this.#store);
    await set(LEDGER, ledger, this.#store);
  }

  #name(tag: string): string {
    return `${this.build} ${tag}`;
  }
}
