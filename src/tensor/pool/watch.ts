/** Many who wait for one signal, behind a single listener: Node warns of a leak where one signal has more than ten. */

/** Signals that somebody waits for. */
export class Watch {
  readonly #watched = new Map<AbortSignal, { readonly calls: Set<() => void>; readonly listener: () => void }>();

  /** Calls `call` when the signal is aborted, until the answer is called. */
  add(signal: AbortSignal, call: () => void): () => void {
    let known = this.#watched.get(signal);
    if (known === undefined) {
      const calls = new Set<() => void>();
      const listener = (): void => {
        for (const each of [...calls]) each();
      };
      known = { calls, listener };
      this.#watched.set(signal, known);
      signal.addEventListener('abort', listener);
    }
    const { calls, listener } = known;
    calls.add(call);
    return () => {
      if (!calls.delete(call) || calls.size > 0) return;
      signal.removeEventListener('abort', listener);
      this.#watched.delete(signal);
    };
  }
}
