/** Work in slices: how far it is, and how it is stopped. */
import { describe, expect, it } from 'vitest';
import { FiberscopeError } from '../../src/catalog/errors.js';
import { partOf } from '../../src/document/slices.js';
import { paced } from '../../src/methods/progress.js';

function* counting(to: number): Generator<number, string> {
  for (let i = 0; i < to; i++) yield (i + 1) / to;
  return 'done';
}

describe('paced work', () => {
  it('gives what it makes, and its parts have their share', async () => {
    const control = { signal: new AbortController().signal, progress: () => undefined };
    expect(await paced(counting(5), control)).toBe('done');
    const part = partOf(counting(4), 0.5, 0.9);
    expect(Array.from({ length: 4 }, () => part.next().value)).toEqual(
      [0.6, 0.7, 0.8, 0.9].map((x) => expect.closeTo(x as number)),
    );
    expect(part.next()).toEqual({ done: true, value: 'done' });
  });

  it('without end says how far it is, and stops when it is told to', async () => {
    const controller = new AbortController();
    const told: number[] = [];
    const progress = (share: number) => {
      told.push(share);
      if (told.length === 2) controller.abort();
    };
    const error = await paced(counting(1e12), { signal: controller.signal, progress }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(FiberscopeError);
    expect((error as FiberscopeError).kind).toBe('cancelled');
    expect(told).toHaveLength(2);
    expect(told[1]).toBeGreaterThan(told[0]!);
  });
});
