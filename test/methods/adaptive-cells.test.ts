import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Candidates, Cells, levelsOf } from '../../src/methods/adaptive-cells.js';
import { Found } from '../../src/methods/adaptive-found.js';
import { completeByNeighbours } from '../../src/methods/adaptive-neighbours.js';
import { IndexPlaces } from '../../src/methods/index-places.js';
import { latticeCoefficients } from '../../src/tensor/family.js';
import { fieldOf, testRandom } from './fixtures.js';

const latticeOf = (points: number, rank: number) => ({ ...fieldOf([0], 2, rank).lattice, points, low: -1, high: 2 });

describe('cells of a lattice', () => {
  it.each([
    [9, [4, 4], [2, 4]],
    [7, [2, 2, 1], [2, 1, 1]],
    [5, [8, 4, 2, 2], [4, 2, 1, 1]],
    [6, [4], [2]],
    [13, [8, 4], [1, 1]],
    [7, [4, 4, 4], [1, 2, 4]],
  ])('n = %i, strides %j and %j: every member is in one cell, within half of its centre', (points, strides, half) => {
    const rank = strides.length;
    const lattice = latticeOf(points, rank);
    const cells = new Cells(lattice, strides);
    const finer = new Cells(lattice, half);
    const centre = new Float64Array(rank);
    const held = new Array<number>(cells.count).fill(0);
    for (let member = 0; member < points ** rank; member++) {
      const cell = cells.holding(member);
      held[cell]!++;
      const c = latticeCoefficients(lattice, member);
      cells.centre(cell, centre);
      c.forEach((value, k) => {
        expect(Math.abs(value - centre[k]!)).toBeLessThanOrEqual(cells.half[k]! + 1e-12);
      });
    }
    expect(held).toEqual(Array.from({ length: cells.count }, (_, cell) => cells.size(cell)));
    const out = new Uint32Array(cells.parts(finer));
    const parts: number[] = [];
    for (let cell = 0; cell < cells.count; cell++) {
      const end = cells.split(cell, finer, out, 0);
      const some = [...out.subarray(0, end)];
      expect(some.reduce((sum, part) => sum + finer.size(part), 0)).toBe(cells.size(cell));
      parts.push(...some);
    }
    expect(parts.sort((a, b) => a - b)).toEqual(Array.from({ length: finer.count }, (_, i) => i));
  });

  it('start where there are few enough and halve half of the axes at a time, down to members', () => {
    const strides = (points: number, rank: number) => levelsOf(latticeOf(points, rank), 100).map((one) => one.strides);
    expect(strides(20, 3)).toEqual([
      [8, 8, 8],
      [4, 4, 8],
      [4, 4, 4],
      [2, 2, 4],
      [2, 2, 2],
      [1, 1, 2],
      [1, 1, 1],
    ]);
    expect(strides(300, 1)).toEqual([[4], [2], [1]]);
    expect(strides(10, 2)).toEqual([[1, 1]]);
  });

  it('of a level: all, or those inside the kept ones, in chunks or evenly drawn', () => {
    const lattice = latticeOf(13, 3);
    const coarse = new Cells(lattice, [4, 4, 4]);
    const fine = new Cells(lattice, [2, 1, 2]);
    const kept = Uint32Array.from({ length: coarse.count / 2 }, (_, i) => 2 * i);
    const listed = (candidates: Candidates, most: number): number[] =>
      [...candidates.chunks(most)].flatMap(({ chunk }) => [...chunk]);
    const all = new Candidates(fine);
    const some = new Candidates(fine, { cells: coarse, kept });
    const inside = listed(some, 1e6);
    expect(new Set(inside).size).toBe(inside.length);
    expect(fine.sizes(Uint32Array.from(inside))).toBe(coarse.sizes(kept));
    expect(listed(all, 1e6)).toEqual(Array.from({ length: fine.count }, (_, i) => i));
    for (const candidates of [all, some]) {
      expect(candidates.count).toBeGreaterThanOrEqual(listed(candidates, 1e6).length);
      expect(listed(candidates, 17)).toEqual(listed(candidates, 1e6));
      const every = [...candidates.sample(1e6)];
      expect(every).toEqual(listed(candidates, 1e6));
      for (const most of [3, 50]) {
        const drawn = [...candidates.sample(most)];
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(drawn.every((cell) => every.includes(cell))).toBe(true);
        expect(drawn.length).toBeGreaterThan(most / 2);
        expect(drawn.length).toBeLessThan(2 * most + 1);
      }
    }
  });

  it('are members where all strides are 1', () => {
    const lattice = latticeOf(7, 3);
    const cells = new Cells(lattice, [1, 1, 1]);
    const centre = new Float64Array(3);
    for (let member = 0; member < 343; member++) {
      expect([cells.holding(member), cells.size(member)]).toEqual([member, 1]);
      cells.centre(member, centre);
      latticeCoefficients(lattice, member).forEach((value, k) => {
        expect(centre[k]).toBeCloseTo(value, 12);
      });
    }
  });
});

describe('lists of members', () => {
  it('come out by ascending index with their numbers', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 2 ** 32 - 2 }), { maxLength: 3000 }), (indices) => {
        const found = new Found();
        indices.forEach((index, i) => {
          found.add(index, i, -i);
        });
        const { index, values, power } = found.sorted();
        expect([...index]).toEqual([...indices].sort((a, b) => a - b));
        index.forEach((member, i) => {
          expect(indices[values[i]!]).toBe(member);
          expect(power[i]).toBe(-values[i]!);
        });
      }),
      { seed: 4, numRuns: 50 },
    );
  });

  it('know the place of each and of nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 ** 32 - 2 }), { maxLength: 3000 }), (indices) => {
        const places = new IndexPlaces();
        const known = new Map<number, number>();
        for (const index of indices) {
          expect(places.add(index)).toBe(!known.has(index));
          if (!known.has(index)) known.set(index, known.size);
        }
        expect(places.size).toBe(known.size);
        for (const index of indices)
          for (const near of [index, index ^ 1]) expect(places.place(near)).toBe(known.get(near) ?? -1);
      }),
      { seed: 5, numRuns: 50 },
    );
  });
});

describe('neighbours of what was found', () => {
  it('complete the components that were touched, and only these', async () => {
    const random = testRandom(8);
    for (const [points, rank] of [
      [12, 2],
      [6, 3],
    ] as const) {
      const count = points ** rank;
      const below = Array.from({ length: count }, () => random() < 0.45);
      const covered = Array.from({ length: count }, () => random() < 0.2);
      const found = new Found();
      const evaluated = new Set<number>();
      const evaluate = async (members: Uint32Array): Promise<void> => {
        for (const member of members) {
          expect(covered[member] || evaluated.has(member)).toBe(false); // nothing twice
          evaluated.add(member);
          if (below[member]) found.add(member, 0, 0);
        }
      };
      for (let i = 0; i < count; i++) if (below[i] && covered[i]) found.add(i, 0, 0);
      const touched = new Set([...found.sorted().index]);
      const more = await completeByNeighbours(
        latticeOf(points, rank),
        found,
        (member) => covered[member]!,
        evaluate,
        3,
      );
      expect(more).toBe(evaluated.size);
      const all = [...below.keys()].filter((i) => below[i]);
      const got = new Set(found.sorted().index);
      for (const start of all) {
        const component = reach(start, all, points, rank);
        const isTouched = component.some((i) => touched.has(i));
        expect(got.has(start)).toBe(isTouched);
      }
    }
  });
});

/** Members of `all` that `start` reaches by steps along axes: flooding from the definition. */
function reach(start: number, all: readonly number[], points: number, rank: number): number[] {
  const place = (member: number): number[] =>
    Array.from({ length: rank }, (_, k) => Math.floor(member / points ** (rank - 1 - k)) % points);
  const open = new Set(all);
  const queue = [start];
  open.delete(start);
  for (const at of queue) {
    const from = place(at);
    for (const other of [...open]) {
      const apart = place(other).reduce((sum, i, k) => sum + Math.abs(i - from[k]!), 0);
      if (apart !== 1) continue;
      open.delete(other);
      queue.push(other);
    }
  }
  return queue;
}
