/** The authors' recorded grids in the executor: J of every member, and what the instrument says of them by itself. */
import { describe, expect, it } from 'vitest';
import { MemoryFiles } from '../../src/arrays/file-source.js';
import {
  bytesOf,
  expectRecorded,
  lossOf,
  pipelineOf,
  type RecordedCase,
  requireRecorded,
  there,
} from './recorded-grids.js';
import { readDocument, runDocument } from './run.js';

const runs = new Map<string, ReturnType<typeof runAnew>>();

/** Each case runs once for all tests. */
function runCase(name: RecordedCase): ReturnType<typeof runAnew> {
  const run = runs.get(name) ?? runAnew(name);
  runs.set(name, run);
  return run;
}

async function runAnew(name: RecordedCase) {
  const files = new MemoryFiles();
  await files.add(`${name}.npz`, bytesOf(name));
  const device = name.includes('lenet') ? 'wasm' : 'cpu'; // the faster
  const ran = await runDocument(readDocument(pipelineOf(name)), { files, device });
  expect(ran.failures).toEqual([]);
  return ran;
}

describe('recorded grids', () => {
  requireRecorded();

  it.each(there)(
    '%s: every member within 10⁻⁴ relative + 10⁻⁹',
    async (name) => {
      const { values } = await (await runCase(name)).arrays('grid', 'field');
      expectRecorded(name, values!);
    },
    300_000,
  );

  // counts of the recorded losses below 0.0025: 93 of 35², 5,671 of 50³
  const counts = [
    ['case_fcn_2d_35', 93],
    ['case_fcn_3d_50', 5671],
  ] as const;
  it.each(counts.filter(([name]) => there.includes(name)))(
    '%s: %i members under 0.0025',
    async (name, count) => {
      const ran = await runCase(name);
      expect(lossOf(name).data.filter((loss) => loss < 0.0025).length).toBe(count);
      expect(ran.results.get('set')!.view.summary.members).toBe(count);
    },
    60_000,
  );

  // what these grids show: E[φ²] 1.58733e−4, J of θ₂ 2.09440e−4; 2,907 of the 5,671 members have Σw‖φ‖² < J by the closed form in NumPy
  it.each(there.filter((name) => name === 'case_fcn_3d_50'))(
    '%s says by itself what is wrong with it',
    async (name) => {
      const ran = await runCase(name);
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
  it.each(there.filter((name) => name === 'case_lenet_2d_15'))(
    '%s says by itself that θ₀ is dead',
    async (name) => {
      const ran = await runCase(name);
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
