import { describe, expect, it } from 'vitest';
import { isTied, refine, together } from '../../../src/methods/weights/refine.js';
import { stream } from '../../../src/tensor/random.js';

describe('sorting with a tolerance', () => {
  it('leaves what is equal in one key to the next', () => {
    const first = refine(together(4), [2, 1, 2 + 1e-8, 1]);
    expect(first.map((set) => [...set].sort())).toEqual([
      [1, 3],
      [0, 2],
    ]);
    expect(isTied(first)).toBe(true);
    const second = refine(first, [5, 7, 4, 6]);
    expect(second).toEqual([[3], [1], [2], [0]]);
    expect(isTied(second)).toBe(false);
  });

  it('leaves sets as they are where a key is 0 everywhere', () => {
    expect(refine(together(3), [0, 0, 0])).toEqual([[0, 1, 2]]);
  });

  it('decides as before when rounding moves every key, whatever their distances', () => {
    let wrong = 0;
    for (let seed = 0; seed < 300; seed++) {
      const draw = stream(seed, 'test', 0);
      const keys = Array.from({ length: 200 }, () => draw.normal());
      for (let i = 0; i < 20; i++) keys[i] = keys[i + 20]! + 10 ** (-7 + 5 * draw.uniform()); // close ones, from 1e-7 to 1e-2
      const moved = keys.map((key) => key * (1 + 1.2e-7 * (draw.uniform() - 0.5)));
      const named = (of: readonly number[]): string[] =>
        refine(together(200), of).map((set) => [...set].sort((a, b) => a - b).join());
      const both = new Set([...named(keys), ...named(moved)]);
      // sets that differ at all: a step within rounding of the tolerance, which hardly ever is
      if (both.size !== named(keys).length) wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(1);
  });
});
