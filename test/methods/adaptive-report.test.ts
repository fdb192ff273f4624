/** What an adaptive lattice says of its search, while it goes on and after, and what it refuses. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Device, Effort, WorkControl } from '../../src/catalog/work.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { adaptiveFieldOn } from '../../src/methods/adaptive-field.js';
import { adaptiveNotes } from '../../src/methods/diagnostics/adaptive.js';
import { fieldOn } from '../../src/methods/field.js';
import { openDevice } from '../../src/tensor/device.js';
import { capOf, caseOf, fully, PROVED, ROOM, SAMPLED, slabCase } from './adaptive-cases.js';
import { silent } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('wasm');
});
afterAll(() => device.dispose());

describe('an adaptive lattice says', () => {
  it('when neighbours had to help', async () => {
    let leaked = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const { reference, lattice } = await caseOf(device, genniFcn(), seed, { rank: 2, points: 60 });
      const cap = 0.01 * reference.scale.power;
      const want = new Set((await fully(device, reference, lattice, cap)).index);
      const low = { rule: 'sampled', margin: 0.4, cap } as const; // too low, so that cells are skipped that should not be
      const got = await adaptiveMembers(lattice, reference, device, silent, low, ROOM);
      expect([...got.index].every((member) => want.has(member))).toBe(true);
      const { found, neighbours } = got.refinement;
      expect(neighbours).toBeGreaterThanOrEqual(found);
      const notes = adaptiveNotes({ lattice, refinement: got.refinement });
      const ids = ['field-adaptive-sampled', ...(found > 0 ? ['field-adaptive-leaked'] : [])];
      expect(notes.map(({ id }) => id)).toEqual(ids);
      if (found === 0) continue;
      leaked++;
      expect(notes[1]!.text).toContain(`${found} members below the cap lay in skipped cells`);
    }
    expect(leaked).toBeGreaterThan(0);
    expect(leaked).toBeLessThan(8);
  });

  it('what it skipped, and by which rule', async () => {
    const { reference, lattice } = await caseOf(device, genniFcn(), 1, { rank: 3, points: 30 });
    const cap = 0.01 * reference.scale.power;
    const field = await adaptiveFieldOn(lattice, reference, device, silent, { ...PROVED, cap });
    expect(field.route).toMatch(/ · rejecting · adaptive$/);
    const [note, ...more] = adaptiveNotes(field);
    expect([note!.id, more]).toEqual(['field-adaptive-proved', []]);
    const skipped = field.refinement!.levels.reduce((sum, level) => sum + level.skipped, 0);
    expect(note!.text).toContain(`${skipped.toLocaleString('en-US')} of the 27,000 members`);
    const { intervals } = field.refinement!;
    expect(intervals).toBeGreaterThan(0);
    expect(note!.text.includes('interval arithmetic')).toBe(true);
    expect(note!.text.includes('In the others the function moves less')).toBe(intervals < skipped);
    const centres = adaptiveNotes({ ...field, refinement: { ...field.refinement!, intervals: 0 } })[0]!.text;
    expect(centres).toContain('In these cells the function moves less');
    expect(centres).not.toContain('interval arithmetic');
    expect(adaptiveNotes(await fieldOn(lattice, reference, device, silent, { cap }))).toEqual([]);
  });

  it('that nothing was skipped where no cell could be', async () => {
    const { reference, lattice } = await caseOf(device, genniFcn(), 1, { rank: 2, points: 20 });
    const field = await adaptiveFieldOn(lattice, reference, device, silent, { ...SAMPLED, cap: 1 });
    const [note] = adaptiveNotes(field);
    expect(note!.id).toBe('field-adaptive-whole');
    expect(note!.text).toBe('No cell could be skipped: all 400 members were evaluated.'); // no more than the first level has
    const proved = {
      ...field,
      lattice: { ...lattice, points: 30 },
      refinement: { ...field.refinement!, margin: undefined },
    };
    expect(adaptiveNotes(proved)[0]!.text).toContain('sampled slopes may skip more');
    expect(adaptiveNotes({ ...proved, refinement: field.refinement! })[0]!.text).toMatch(/cap and spacing\.$/);
  });

  it('how many cells it judged: none of a level that goes on with all of them', async () => {
    const { reference, lattice } = await slabCase(device, 256); // half of the coarsest cells are skipped
    const options = { ...PROVED, cap: 1e-9 };
    const room = { ...ROOM, first: 4 };
    const { index, refinement, evaluated } = await adaptiveMembers(lattice, reference, device, silent, options, room);
    expect(index.length).toBe(2 ** 15);
    expect(refinement.levels.map(({ members, evaluated }) => [members, evaluated])).toEqual([
      [2 ** 14, 4],
      [2, 0], // before which a kept cell would have had too many parts
      [1, 2 ** 15],
    ]);
    expect(evaluated).toBe(4 + 2 ** 15);
  });

  it('how many cells it judged beside the members that it evaluated', async () => {
    const { reference, lattice } = await caseOf(device, genniFcn(), 1, { rank: 3, points: 30 });
    let effort: Effort | undefined;
    const account = (taken: Effort): void => {
      effort = taken;
    };
    const options = { ...PROVED, cap: 0.01 * reference.scale.power };
    const { refinement } = await adaptiveFieldOn(lattice, reference, device, silent, options, account);
    const { judged = 0, evaluated } = effort!;
    expect(judged).toBeGreaterThan(0);
    expect(evaluated - judged).toBe(refinement!.levels.at(-1)!.evaluated);
  });

  it.each([PROVED, SAMPLED])('how far it is, and never goes back: $rule', async (rule) => {
    const { reference, lattice } = await caseOf(device, mlp([3, 2, 1], { name: 'tanh' }, false), 4, {
      rank: 3,
      points: 20,
    });
    const telling: Device = {
      ...device,
      evaluate: async (work, control) => {
        for (const fraction of [0, 0.5, 1]) control.progress(fraction);
        return device.evaluate(work, { ...silent, signal: control.signal });
      },
      forward: (...work) => device.forward(...work),
    };
    const cap = await capOf(device, reference, lattice, 0.01);
    let clock = 0;
    const moved = vi.spyOn(performance, 'now').mockImplementation(() => (clock += 25)); // so that every wait is long enough to tell
    const told: number[] = [];
    const control = { ...silent, progress: (fraction: number) => void told.push(fraction) };
    await adaptiveMembers(lattice, reference, telling, control, { ...rule, cap }, { ...ROOM, chunk: 300 });
    moved.mockRestore();
    expect(told.length).toBeGreaterThan(30);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBeLessThanOrEqual(1);
  });
});

describe('an adaptive lattice refuses', () => {
  const small = () => caseOf(device, genniFcn(), 1, { rank: 2, points: 40 });

  it('more members than an index can name', async () => {
    const { reference, lattice } = await caseOf(device, mlp([3, 2, 1], { name: 'tanh' }, false), 1, {
      rank: 6,
      points: 41,
    });
    const run = adaptiveMembers(lattice, reference, device, silent, { ...PROVED, cap: 1 });
    await expect(run).rejects.toMatchObject({
      kind: 'limit',
      message: expect.stringContaining('got 41⁶ = 4,750,104,241; use fewer points per axis'),
    });
  });

  it('more cells than there is room for', async () => {
    const { reference, lattice } = await small();
    const cap = await capOf(device, reference, lattice, 0.05);
    const run = adaptiveMembers(lattice, reference, device, silent, { ...PROVED, cap }, { ...ROOM, cells: 20 });
    await expect(run).rejects.toMatchObject({ kind: 'limit', message: expect.stringContaining('at most 20 cells') });
  });

  it('more members below the cap than a result holds', async () => {
    const { reference, lattice } = await small();
    const run = adaptiveMembers(lattice, reference, device, silent, { ...PROVED, cap: 1e6 }, { ...ROOM, found: 100 });
    await expect(run).rejects.toMatchObject({ kind: 'limit', message: expect.stringContaining('use a smaller cap') });
  });

  it('weights that are negative', async () => {
    const { reference, lattice } = await small();
    const weights = reference.inputs.weights.map((w, i) => (i === 3 ? -w : w));
    const inputs = { ...reference.inputs, weights };
    const run = adaptiveMembers(lattice, { ...reference, inputs }, device, silent, { ...PROVED, cap: 1 });
    await expect(run).rejects.toMatchObject({ kind: 'parameter', message: expect.stringContaining('negative') });
  });

  it('to go on once it is told to stop', async () => {
    const { reference, lattice } = await caseOf(device, mlp([3, 2, 1], { name: 'tanh' }, false), 1, {
      rank: 5,
      points: 20,
    });
    const stop = new AbortController();
    let reports = 0;
    const control: WorkControl = {
      signal: stop.signal,
      progress: () => {
        reports++;
        stop.abort();
      },
    };
    const cap = 0.05 * reference.scale.power;
    const run = adaptiveMembers(lattice, reference, device, control, { ...PROVED, cap });
    await expect(run).rejects.toMatchObject({ kind: 'cancelled' });
    expect(reports).toBe(1);
  });
});
