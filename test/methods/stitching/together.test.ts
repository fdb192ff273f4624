/** Work at once: order of results, how many at a time, progress, failure and cancelling. */
import { describe, expect, it } from 'vitest';
import { together } from '../../../src/methods/stitching/together.js';

const later = () => new Promise<void>((resolve) => setTimeout(resolve, 1));
const control = (progress: (fraction: number) => void = () => undefined, signal = new AbortController().signal) => ({
  signal,
  progress,
});

describe('together', () => {
  it('keeps the order, works on at most so many at once, and ends at 1', async () => {
    let now = 0;
    let most = 0;
    const seen: number[] = [];
    const results = await together(
      [5, 3, 1, 4],
      2,
      control((fraction) => seen.push(fraction)),
      async (item, own) => {
        most = Math.max(most, ++now);
        for (let k = 0; k < item; k++) await later();
        own.progress(0.5);
        now--;
        return 10 * item;
      },
    );
    expect(results).toEqual([50, 30, 10, 40]);
    expect(most).toBe(2);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(1);
    expect(await together([], 2, control(), later)).toEqual([]);
  });

  it('throws the first failure after all others were told to stop, and begins no more', async () => {
    const begun: number[] = [];
    const stopped: number[] = [];
    const run = together([0, 1, 2, 3], 2, control(), async (item, own) => {
      begun.push(item);
      if (item === 1) throw new Error('one');
      while (!own.signal.aborted) await later();
      stopped.push(item);
      throw new Error('stopped');
    });
    await expect(run).rejects.toThrow('one');
    expect(begun).toEqual([0, 1]);
    expect(stopped).toEqual([0]);
  });

  it('hands on that it was cancelled', async () => {
    const abort = new AbortController();
    const run = together([0], 1, control(undefined, abort.signal), async (_, own) => {
      abort.abort();
      await later();
      if (own.signal.aborted) throw new Error('cancelled');
    });
    await expect(run).rejects.toThrow('cancelled');
  });
});
