/** The loop of evaluations around block sums that are made up: what it rejects, and that it never rejects too much. */
import { expect, test } from 'vitest';
import type { BlockSums } from '../../src/tensor/block-sums.js';
import { sumMembers } from '../../src/tensor/sum-members.js';

const quiet = { signal: new AbortController().signal, progress: () => undefined };

/** Each member adds `block(member)` with each block, and `first(member)` with a probe. */
function made(blocks: number, power: number, block: (member: number) => number, first: (member: number) => number) {
  const asked: number[] = []; // members of each call
  const sums: BlockSums = {
    ...{ route: 'made', blocks, scale: 1, most: 100, lanes: 1, unit: 1, byBlock: true, callTime: 1, firstCells: 1e6 },
    async add({ members, loss, power: powers }, from, to) {
      asked.push(members.length);
      members.forEach((member, i) => {
        loss[i]! += (to - from) * block(member);
        powers[i]! += (to - from) * power;
      });
    },
    probe: {
      share: 1 / 8,
      async run({ members, loss, power: powers }) {
        members.forEach((member, i) => {
          loss[i] = first(member);
          powers[i] = power / 8;
        });
      },
    },
    close: () => undefined,
  };
  return { sums, asked };
}

test('a probe drops what is above the cap for certain, and leaves the sums of the others as they are', async () => {
  const { sums, asked } = made(
    2,
    0.25,
    (member) => member / 64,
    (member) => member / 64,
  );
  const { loss, power, blocks } = await sumMembers(sums, { start: 0, end: 64 }, { value: 0.5, early: true }, quiet);
  expect(asked).toEqual([33, 32]); // the member whose first inputs are at the cap itself is not certain before its block is
  expect(blocks).toBe(64 / 8 + 65);
  loss.forEach((j, member) => {
    expect(j).toBe(member < 16 ? member / 32 : Number.POSITIVE_INFINITY);
    expect(power[member]).toBe(member < 16 ? 0.5 : Number.NaN);
  });
});

test('a probe that is rounded otherwise, by as much as devices may, drops no member below the cap', async () => {
  const cap = 1e-4;
  const below = cap * (1 - 1e-6);
  const { sums } = made(
    1,
    1, // ten thousand times J: where two outputs nearly cancel, J keeps few digits
    () => below,
    () => below + 1e-4 * (below + 1 / 8),
  );
  const { loss, power } = await sumMembers(sums, { start: 0, end: 3 }, { value: cap, early: true }, quiet);
  expect([...loss]).toEqual(new Array(3).fill(Math.fround(below)));
  expect([...power]).toEqual([1, 1, 1]);
});
