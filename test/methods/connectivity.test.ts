import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import node from '../../nodes/connectivity.js';
import type { EpsilonSet, Table } from '../../src/catalog/values.js';
import { connectivity, connectivityTable, faceOffsets, fullOffsets } from '../../src/methods/connectivity.js';
import { flood, setOf, silent, testRandom } from './fixtures.js';

const summaryOf = (set: EpsilonSet, components: Table) =>
  node.view({ params: { rows: 20 }, inputs: { set }, outputs: { components } }).summary;

describe('connectivity', () => {
  it.each([1, 2, 3, 4, 7])('m = %i has 2m and 3^m − 1 neighbours', (m) => {
    const both = (offsets: readonly (readonly number[])[]): Set<string> =>
      new Set(offsets.flatMap((o) => [o.join(), o.map((step) => 0 - step).join()]));
    expect(both(faceOffsets(m)).size).toBe(2 * m);
    expect(both(fullOffsets(m)).size).toBe(3 ** m - 1);
  });

  it('finds the components that flooding finds (fuzz)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.nat(),
        fc.double({ min: 0.1, max: 0.7 }),
        async (rank, seed, share) => {
          const points = [9, 6, 4, 3][rank - 1]!;
          const random = testRandom(seed);
          const values = Array.from({ length: points ** rank }, () => random());
          const set = setOf(values, points, rank, share);
          const found = await connectivity(set, silent);
          const index = [...set.index];
          expect(found.faces.components.map(({ size }) => size)).toEqual(flood(index, points, rank, true));
          expect(found.full.components.map(({ size }) => size)).toEqual(flood(index, points, rank, false));
        },
      ),
      { seed: 3, numRuns: 60 },
    );
  });

  it('a diagonal is one component at 3^m − 1 neighbours and many at 2m', async () => {
    const values = Array.from({ length: 25 }, (_, i) => (Math.floor(i / 5) === i % 5 ? 0 : 1));
    const set = setOf(values, 5, 2, 0.5);
    const found = await connectivity(set, silent);
    expect(found.full.components.length).toBe(1);
    expect(found.faces.components.length).toBe(5);
    const components = connectivityTable(found, 2);
    expect(components.rows).toEqual([
      ['2m', 1, 5, 1, 0, 'yes'],
      ['2m', 2, 5, 1, 0, 'no'],
      ['3ᵐ − 1', 1, 1, 5, 0, 'yes'],
    ]);
    expect(components.more).toBe(3);
    expect(summaryOf(set, components)).toEqual({
      components2m: 5,
      components3m: 1,
      members: 5,
      share: 0.2,
      touchesBorder: true,
    });
  });

  it('the summary is of the whole set, whatever the table lists', async () => {
    for (const [members, border] of [
      [[2, 3, 5], false],
      [[2, 3, 8], true], // 8 is the end of the row, and its component is not listed
    ] as const) {
      const set = setOf(
        Array.from({ length: 9 }, (_, i) => ((members as readonly number[]).includes(i) ? 0 : 1)),
        9,
        1,
        0.5,
      );
      const components = connectivityTable(await connectivity(set, silent), 1);
      expect(components.rows).toEqual([
        ['2m', 1, 2, 2, 0, 'no'],
        ['3ᵐ − 1', 1, 2, 2, 0, 'no'],
      ]);
      expect(summaryOf(set, components)).toMatchObject({ components2m: 2, members: 3, touchesBorder: border });
    }
  });

  it('the node says that the grid does not decide where the two counts differ, and only there', async () => {
    const seen = { decided: 0, undecided: 0 };
    for (let seed = 0; seed < 60; seed++) {
      const random = testRandom(seed);
      const set = setOf(
        Array.from({ length: 25 }, () => random()),
        5,
        2,
        0.1 + 0.8 * random(),
      );
      const components = connectivityTable(await connectivity(set, silent), 20);
      const { notes } = node.view({ params: { rows: 20 }, inputs: { set }, outputs: { components } });
      const index = [...set.index];
      const [faces, full] = [true, false].map((only) => flood(index, 5, 2, only).length) as [number, number];
      seen[faces === full ? 'decided' : 'undecided']++;
      expect(notes.map(({ text }) => text)).toEqual(
        faces === full ? [] : [expect.stringContaining(`${faces} components at 4 neighbours but ${full} at 8:`)],
      );
    }
    expect(Math.min(seen.decided, seen.undecided)).toBeGreaterThan(5);
  });

  it('the ends of a row are no neighbours of the next row', async () => {
    const values = [1, 1, 0, 0, 1, 1, 1, 1, 1]; // (0, 2) and (1, 0): adjacent in memory only
    const found = await connectivity(setOf(values, 3, 2, 0.5), silent);
    expect(found.full.components.length).toBe(2);
  });

  it('an empty set has no components', async () => {
    const set = setOf([1, 1, 1], 3, 1, 0.5);
    const found = await connectivity(set, silent);
    expect(found.faces.components).toEqual([]);
    const components = connectivityTable(found, 5);
    expect(components).toMatchObject({ rows: [] });
    expect(components.more).toBeUndefined();
    expect(summaryOf(set, components)).toEqual({
      components2m: 0,
      components3m: 0,
      members: 0,
      share: 0,
      touchesBorder: false,
    });
  });
});
