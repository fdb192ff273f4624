/** Waits that end when what they wait on is gone: a lost GPU, a worker that has stopped. */

/**
 * Holds until it is cut; then every wait on it rejects. Unlike a `Promise.race` with a promise that settles only at the end,
 * a wait that is over leaves nothing behind: such a promise would keep every result that was ever raced with it.
 */
export class Lifeline {
  #reason: { readonly error: unknown } | undefined;
  readonly #waits = new Set<(error: unknown) => void>();

  /** Ends every wait, now and later, with this error. The first cut counts. */
  cut(error: unknown): void {
    this.#reason ??= { error };
    for (const end of this.#waits) end(this.#reason.error);
    this.#waits.clear();
  }

  /** Settles as `work` does, or rejects when the line is cut first. */
  within<T>(work: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const over = (): void => void this.#waits.delete(reject);
      work.then(resolve, reject).finally(over);
      if (this.#reason) reject(this.#reason.error);
      else this.#waits.add(reject);
    });
  }
}
