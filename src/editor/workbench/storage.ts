/** Where documents and files are kept between visits: IndexedDB in a browser, a map in tests. */
import { createStore, del, get, keys, set } from 'idb-keyval';

/** Named values that outlive the page. Values are structured-cloneable. */
export interface WorkbenchStorage {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  keys(): Promise<readonly string[]>;
}

/** IndexedDB storage of this origin. */
export function browserStorage(): WorkbenchStorage {
  const store = createStore('fiberscope', 'kept');
  return {
    get: (key) => get(key, store),
    set: (key, value) => set(key, value, store),
    delete: (key) => del(key, store),
    keys: async () => (await keys(store)).map(String),
  };
}

/** Storage that ends with the program. */
export function memoryStorage(): WorkbenchStorage {
  const kept = new Map<string, unknown>();
  return {
    get: async (key) => kept.get(key),
    set: async (key, value) => void kept.set(key, value),
    delete: async (key) => void kept.delete(key),
    keys: async () => [...kept.keys()],
  };
}
