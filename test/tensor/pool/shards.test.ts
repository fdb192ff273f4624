import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Range } from '../../../src/tensor/blocks.js';
import { byTime, Lane, Shards } from '../../../src/tensor/pool/shards.js';

const times = { usual: 250, least: 20 };

test('every item is done once, whatever is taken, given back and finished in which order', async () => {
  const acts = fc.array(
    fc.tuple(fc.constantFrom('take', 'finish', 'back'), fc.nat(), fc.double({ min: 0.001, max: 1e5, noNaN: true })),
    {
      maxLength: 200,
    },
  );
  await fc.assert(
    fc.asyncProperty(
      acts,
      fc.integer({ min: 1, max: 5000 }),
      fc.integer({ min: 0, max: 50 }),
      async (all, total, start) => {
        const shards = new Shards(
          { start, end: start + total },
          byTime(7, 3, times, () => undefined),
        );
        const lanes = [new Lane(), new Lane()];
        const out: Range[] = [];
        const done = new Uint8Array(start + total);
        const finish = (at: number, ms: number): void => {
          const [range] = out.splice(at, 1) as [Range];
          for (let i = range.start; i < range.end; i++) done[i]!++;
          lanes[at % 2]!.measured(range, ms);
          shards.finish(range);
        };
        for (const [act, which, ms] of all) {
          if (act === 'take' && shards.left > 0) out.push((await shards.take(lanes[which % 2]!))!);
          else if (act === 'finish' && out.length > 0) finish(which % out.length, ms);
          else if (act === 'back' && out.length > 0) shards.giveBack(out.splice(which % out.length, 1)[0]!);
        }
        while (shards.left > 0) out.push((await shards.take(lanes[0]!))!);
        while (out.length > 0) finish(0, 1);
        await shards.finished;
        expect([...done.subarray(start)].every((times) => times === 1)).toBe(true);
        expect(await shards.take(lanes[0]!)).toBeUndefined();
      },
    ),
  );
});

test('shards take the time they should, and less near the end, where all lanes get some', async () => {
  const shards = new Shards(
    { start: 0, end: 100_000 },
    byTime(8, 4, times, () => undefined),
  );
  const lane = new Lane();
  const sizes: number[] = [];
  for (;;) {
    if (shards.left === 0) break;
    const range = (await shards.take(lane))!;
    sizes.push(range.end - range.start);
    lane.measured(range, (range.end - range.start) / 10); // 10 items per ms
    shards.finish(range);
  }
  expect(sizes.slice(0, 6)).toEqual([8, 32, 128, 512, 2048, 2504]); // four times the last, until 250 ms are reached
  expect(Math.max(...sizes)).toBe(2504);
  expect(Math.max(...sizes.slice(-8))).toBeLessThanOrEqual(400); // 20 ms are 200 items
  expect(sizes.reduce((a, b) => a + b)).toBe(100_000);
});

test('who finds nothing left waits, and takes what another gives back', async () => {
  const shards = new Shards({ start: 0, end: 10 }, () => 10);
  const lane = new Lane();
  const all = (await shards.take(lane))!;
  const waiting = shards.take(lane);
  shards.giveBack(all);
  expect(await waiting).toEqual(all);
  const over = shards.take(lane);
  shards.finish(all);
  expect(await over).toBeUndefined();
});

test('a failure ends the job for all, and the first counts', async () => {
  const shards = new Shards({ start: 0, end: 10 }, () => 10);
  const lane = new Lane();
  await shards.take(lane);
  const waiting = shards.take(lane);
  shards.fail(new Error('first'));
  shards.fail(new Error('second'));
  expect(await waiting).toBeUndefined();
  await expect(shards.finished).rejects.toThrow('first');
});

test('what is reported of shards that are out adds up with what is done', async () => {
  const shards = new Shards({ start: 0, end: 100 }, () => 40);
  const lane = new Lane();
  const [a, b] = [(await shards.take(lane))!, (await shards.take(lane))!];
  shards.report(a, 0.5);
  shards.report(b, 0.25);
  expect(shards.done).toBe(30);
  shards.finish(a);
  expect(shards.done).toBe(50);
  shards.giveBack(b);
  expect(shards.done).toBe(40);
  expect(shards.left).toBe(60);
});
