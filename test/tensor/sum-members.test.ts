/** The loop of evaluations around block sums that are made up: what it rejects, and that it never rejects too much. */
import { expect, test } from 'vitest';
import type { BlockSums } from '../../src/tensor/block-sums.js';
import { sumMembers } from '../../src/tensor/sum-members.js';

const quiet = { signal: new AbortController().signal, progress: () => undefined };

/** Each member adds `block(member)` with each block, half of it first: what has reached the cap then is left as it is. */
function made(blocks: number, power: number, block: (member: number) => number) {
  const asked: number[] = []; // members of each call
  let spared = 0;
  const sums: BlockSums = {
    ...{ route: 'made', blocks, scale: 1, most: 100, lanes: 1, unit: 1, byBlock: true, callTime: 1, firstCells: 1e6 },
    async add({ members, loss, power: powers }, from, to, _, reached) {
      asked.push(members.length);
      members.forEach((member, i) => {
        loss[i]! += ((to - from) * block(member)) / 2;
        powers[i]! += (to - from) * power;
        if (reached?.(loss[i]!)) spared += (to - from) / 2;
        else loss[i]! += ((to - from) * block(member)) / 2;
      });
    },
    get spared() {
      return spared;
    },
    close: () => undefined,
  };
  return { sums, asked };
}

test('what a route leaves out of a member above the cap is neither in its numbers nor counted', async () => {
  const { sums, asked } = made(2, 0.25, (member) => member / 64);
  const { loss, power, blocks } = await sumMembers(sums, { start: 0, end: 64 }, { value: 0.5, early: true }, quiet);
  expect(asked).toEqual([64, 32]); // half a block of 32 or more, or all of it, has reached the cap
  expect(blocks).toBe(64 + 32 - (32 - 22) / 2); // 22 to 31 reach it in the first half of the second block
  loss.forEach((j, member) => {
    expect(j).toBe(member < 16 ? member / 32 : Number.POSITIVE_INFINITY);
    expect(power[member]).toBe(member < 16 ? 0.5 : Number.NaN);
  });
});

test('sums that may fall, and those without a cap, are asked for to the end', async () => {
  for (const cap of [{ value: 0.5, early: false }, undefined]) {
    const { sums, asked } = made(2, 0.25, (member) => member / 64);
    const { loss, blocks } = await sumMembers(sums, { start: 0, end: 64 }, cap, quiet);
    expect(asked).toEqual([64]);
    expect(blocks).toBe(128);
    expect(loss[40]).toBe(cap ? Number.POSITIVE_INFINITY : 40 / 32);
  }
});
