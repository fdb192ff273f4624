/**
 * The authors' recorded grids (GENNI's own code, float32): J of every member. Axis k of the recorded `loss` is the coefficient
 * of basis vector m − 1 − k.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArray } from '../../src/arrays/array-file.js';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import { ROOT, readDocument, runDocument } from './run.js';

const FOLDER = resolve(ROOT, '../shared/reference/genni');
const CASES = ['case_fcn_2d_35', 'case_fcn_3d_50', 'case_lenet_2d_15'];
const there = CASES.filter((name) => existsSync(join(FOLDER, `${name}.npz`)));
console.log(there.length === 0 ? 'reference: absent' : `reference: ${there.length} run`);

const runs = new Map<string, ReturnType<typeof runAnew>>();

/** Each case runs once for all tests. */
function runCase(name: string): ReturnType<typeof runAnew> {
  const run = runs.get(name) ?? runAnew(name);
  runs.set(name, run);
  return run;
}

async function runAnew(name: string) {
  const bytes = new Uint8Array(readFileSync(join(FOLDER, `${name}.npz`)));
  const files = new MemoryFiles();
  files.add(`${name}.npz`, bytes);
  const ran = await runDocument(readDocument(`test/golden/${name}.json`), { files });
  expect(ran.failures).toEqual([]);
  const { data, shape } = readArray(`${name}.npz`, bytes, 'loss');
  return { ran, recorded: { data: data as Float64Array, shape } };
}

describe('recorded grids', () => {
  it('are there where they must be', () => {
    if (process.env.REQUIRE_REFERENCE === '1') expect(there).toEqual(CASES);
  });

  it.each(there)(
    '%s: every member within 10⁻⁴ relative + 10⁻⁹',
    async (name) => {
      const { ran, recorded } = await runCase(name);
      const { values } = await ran.arrays('grid', 'field');
      expect(values!.shape).toEqual(recorded.shape);
      const n = recorded.shape[0]!;
      const m = recorded.shape.length;
      let worst = 0;
      recorded.data.forEach((loss, at) => {
        let rest = at;
        let reversed = 0;
        for (let k = 0; k < m; k++) {
          reversed = reversed * n + (rest % n);
          rest = Math.floor(rest / n);
        }
        worst = Math.max(worst, Math.abs(values!.data[reversed]! - loss) / (1e-4 * loss + 1e-9));
      });
      expect(worst).toBeLessThanOrEqual(1);
    },
    300_000,
  );

  // counts of the recorded losses below 0.0025: 93 of 35², 5,671 of 50³
  it.each(
    [
      ['case_fcn_2d_35', 93],
      ['case_fcn_3d_50', 5671],
    ].filter(([name]) => there.includes(name as string)) as [string, number][],
  )(
    '%s: %i members under 0.0025',
    async (name, count) => {
      const { ran, recorded } = await runCase(name);
      expect(recorded.data.filter((loss) => loss < 0.0025).length).toBe(count);
      expect(ran.results.get('set')!.view.summary.members).toBe(count);
    },
    60_000,
  );

  // what these grids show: E[φ²] 1.58733e−4, J of θ₂ 2.09440e−4; 2,907 of the 5,671 members have Σw‖φ‖² < J by the closed form in NumPy
  it.runIf(there.includes('case_fcn_3d_50'))(
    'the FCN says by itself what is wrong with it',
    async () => {
      const { ran } = await runCase('case_fcn_3d_50');
      const grid = ran.results.get('grid')!.view.notes;
      const set = ran.results.get('set')!.view;
      const text = (id: string): string | undefined => [...grid, ...set.notes].find((note) => note.id === id)?.text;
      expect(text('epsilon-above-zero')).toContain('15.7 × E[φ²]');
      expect(text('epsilon-above-constant')).toBeDefined();
      expect(text('point-worse-than-zero')).toMatch(
        /^θ₂ is worse than the zero function: J = 2.09·10⁻⁴ against 1.59·10⁻⁴/,
      );
      expect(text('point-dead')).toBeUndefined();
      expect(text('set-nearer-zero')).toContain('2,907 of its 5,671 members (51.3 %)');
      expect(set.summary.nearerToZero).toBe(2907);
      expect(ran.results.get('reference')!.view.summary.power).toBeCloseTo(1.58733e-4, 9);
      const losses = set.ruler!.marks.map(({ loss }) => loss);
      [6.7523e-11, 4.98896e-5, 2.0944e-4, 4.33857e-5].forEach((loss, i) => {
        expect(Math.abs(losses[i]! - loss)).toBeLessThanOrEqual(1e-4 * loss + 1e-13);
      });
    },
    60_000,
  );

  // θ₀ of LeNet is dead: its loss 5.44108e−6 is the zero function's; 34 of the 225 members are exactly the zero function
  it.runIf(there.includes('case_lenet_2d_15'))(
    'LeNet says by itself that θ₀ is dead',
    async () => {
      const { ran } = await runCase('case_lenet_2d_15');
      const { notes, summary } = ran.results.get('grid')!.view;
      const set = ran.results.get('set')!.view;
      const text = (id: string): string | undefined => notes.find((note) => note.id === id)?.text;
      expect(text('point-dead')).toMatch(/^θ₀ is dead: the output is 0 on all 500 inputs/);
      expect(text('point-dead')).toContain('5.44·10⁻⁶');
      expect(text('field-zero-members')).toContain('34 of the 225 members');
      expect(summary.zeroMembers).toBe(34);
      expect(set.notes.map(({ id }) => id)).toContain('set-zero-members');
    },
    300_000,
  );
});
