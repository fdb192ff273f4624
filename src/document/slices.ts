/** Long work in slices, as a generator that yields wherever it may be interrupted: at once, or with pauses that let a window answer. */

/** Longest stretch between two pauses, in milliseconds. */
const STRETCH = 12;

/** Does all of it at once. */
export function atOnce<T>(work: Generator<unknown, T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
  }
}

/** Work that is the part from `from` to `to` (shares) of the whole. */
export function* partOf<T>(work: Generator<number, T>, from: number, to: number): Generator<number, T> {
  let step = work.next();
  for (; !step.done; step = work.next()) yield from + (to - from) * step.value;
  return step.value;
}

/** Does it with pauses. */
export async function inSlices<T>(work: Generator<unknown, T>): Promise<T> {
  let since = performance.now();
  for (;;) {
    const { done, value } = work.next();
    if (done) return value as T;
    if (performance.now() - since < STRETCH) continue;
    await nextTurn();
    since = performance.now();
  }
}

/**
 * Lets messages and timers have their turn; unlike a timer, not clamped to milliseconds and not slowed in a hidden tab, and unlike
 * a microtask after what waits already.
 */
export function nextTurn(): Promise<void> {
  const immediate = (globalThis as { setImmediate?: (f: () => void) => unknown }).setImmediate;
  if (immediate !== undefined) return new Promise((resolve) => void immediate(() => resolve()));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
