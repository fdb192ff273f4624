/** What was made for a key, so that it is made once; the least recently used goes when there are more than `limit`. */
export class Recent<V> {
  readonly #values = new Map<string, V>(); // oldest use first

  constructor(readonly limit: number) {}

  /** The value of a key, made where there is none. */
  get(key: string, make: () => V): V {
    const value = this.#values.has(key) ? this.#values.get(key)! : make();
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.limit) this.#values.delete(oldest!);
    return value;
  }

  /** Forgets a key. */
  delete(key: string): void {
    this.#values.delete(key);
  }
}
