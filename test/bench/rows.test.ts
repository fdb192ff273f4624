import { describe, expect, it } from 'vitest';
import { difference, inTurns, median } from '../../bench/measure.js';
import { missingRow, rowOf, sameBits, sameWithin, sideOf } from '../../bench/rows.js';
import { lines, markdown, verdict } from '../../bench/table.js';

const told = { who: 'a', how: 'b', threads: 1, count: 200 };
const fast = sideOf(told, { times: [100, 90, 400] }); // 2,000 a second at the median
const slow = sideOf(told, { times: [1000] }); // 200 a second
const answer = 'the same';

describe('rows', () => {
  it('compare rates at the median, and work of different sizes by a scale', () => {
    expect(fast.rate).toBe(2000);
    expect(rowOf({ job: 'j', ours: fast, against: slow }, { same: true, answer }).ratio).toBe(10);
    expect(rowOf({ job: 'j', ours: fast, against: slow }, { scale: 1.5, same: true, answer }).ratio).toBe(15);
  });

  it('are met where the ratio is reached and the answer the same, and say nothing where nothing is promised', () => {
    const met = (atLeast: number | undefined, same: boolean) =>
      rowOf({ job: 'j', ours: fast, against: slow }, { atLeast, same, answer }).met;
    expect(met(10, true)).toBe(true);
    expect(met(10.1, true)).toBe(false);
    expect(met(2, false)).toBe(false);
    expect(met(undefined, true)).toBeNull();
    expect(met(undefined, false)).toBe(false);
  });

  it('without a peer are not measured, and not missed', () => {
    const row = missingRow('j', 'no Python', 2);
    expect([row.met, row.ratio, verdict(row)]).toEqual([null, null, 'not measured']);
    expect(lines(row)).toEqual(['j', '  not measured: no Python']);
    expect(markdown([row])).toContain('| j | – | – | – | – | 2 × | not measured | no Python |');
  });
});

describe('answers', () => {
  it('of peers may differ by what float32 sums do, relative to J + Σ w‖φ‖²', () => {
    const ours = Float32Array.of(1, 0, 3);
    const power = Float32Array.of(1, 1, 1);
    expect(difference(ours, Float32Array.of(1, 2 ** -10, 3), power)).toBeCloseTo(2 ** -10, 5);
    expect(sameWithin(difference(ours, ours, power)).same).toBe(true);
    expect(sameWithin(difference(ours, Float32Array.of(1, 0, 3.01), power)).same).toBe(false);
    expect(sameWithin(difference(ours, Float32Array.of(1, 0, Number.NaN), power)).same).toBe(false);
  });

  it('of our own are the same to the bit, with +∞ and NaN in their places', () => {
    const a = Float32Array.of(1, Number.POSITIVE_INFINITY, Number.NaN);
    expect(sameBits(a, a.slice()).same).toBe(true);
    expect(sameBits(a, Float32Array.of(1, 5, Number.NaN)).answer).toBe('J differs at 1: Infinity and 5');
    expect(sameBits(a, a.subarray(0, 2)).same).toBe(false);
  });
});

describe('timing', () => {
  it('takes the lower middle of an even number of values', () => {
    expect([median([3, 1, 2]), median([4, 1, 3, 2])]).toEqual([2, 2]);
  });

  it('runs in turns after one warm-up each, and what takes long only once', async () => {
    const order: string[] = [];
    const runner = (name: string, time: number) => async () => {
      order.push(name);
      return { values: Float32Array.of(order.length), time };
    };
    const [quick, long] = await inTurns([runner('a', 5), runner('b', 30_000)], 2);
    expect(order.join('')).toBe('abaa');
    expect([quick!.times, long!.times]).toEqual([[5, 5], [30_000]]);
    expect([quick!.values[0], long!.values[0]]).toEqual([4, 2]);
  });
});
