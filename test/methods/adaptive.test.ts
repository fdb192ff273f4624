/** The adaptive lattice against the full one: the same members with the same numbers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activation, Architecture } from '../../src/catalog/architecture.js';
import { layoutOf } from '../../src/catalog/architecture.js';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Lattice, Reference } from '../../src/catalog/values.js';
import type { Device, Evaluation, WorkControl } from '../../src/catalog/work.js';
import { type AdaptiveResult, adaptiveMembers } from '../../src/methods/adaptive.js';
import { adaptiveFieldOn } from '../../src/methods/adaptive-field.js';
import type { AdaptiveRule } from '../../src/methods/adaptive-judge.js';
import { adaptiveNotes } from '../../src/methods/diagnostics/adaptive.js';
import { fieldOn } from '../../src/methods/field.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { randomInputs } from '../../src/methods/random-inputs.js';
import { referenceOf } from '../../src/methods/reference.js';
import { openDevice } from '../../src/tensor/device.js';
import { NETWORKS } from '../numeric/networks.js';
import { silent, testRandom } from './fixtures.js';

const PROVED = { rule: 'proved' } as const;
const SAMPLED = { rule: 'sampled', margin: 1.5 } as const;
const ROOM = { first: 64, sampled: 1, chunk: 2 ** 20, cells: 2 ** 25, found: 2 ** 25 }; // so that small lattices have coarse levels too

let device: Device;
beforeAll(async () => {
  device = await openDevice('wasm');
});
afterAll(() => device.dispose());

/** A random reference and a lattice on a random plane through it. */
async function caseOf(
  architecture: Architecture,
  seed: number,
  lattice: { readonly rank: number; readonly points: number; readonly bound?: number },
  count = 400,
): Promise<{ reference: Reference; lattice: Lattice }> {
  const random = testRandom(seed);
  const inputs = randomInputs({
    ...{ shape: architecture.input, count, seed, distribution: 'normal', mean: 0, deviation: 1, low: 0, high: 1 },
  });
  const { size } = layoutOf(architecture);
  const { rank, points, bound = 2 } = lattice;
  const theta = Float32Array.from({ length: (rank + 1) * size }, () => 3 * random() - 1.5);
  const reference = await referenceOf(architecture, theta.slice(0, size), inputs, device, silent);
  const subspace = gramSchmidt({ type: 'Parameters', theta, count: rank + 1, size, flags: [] });
  return { reference, lattice: { subspace, low: -bound, high: bound, points } };
}

/** The members under the cap of the full lattice, with their numbers. */
async function fully({ architecture, inputs, outputs }: Reference, lattice: Lattice, cap: number) {
  const family = { kind: 'lattice', lattice } as const;
  const { loss, power } = await device.evaluate({ architecture, inputs, outputs, family, cap }, silent);
  const index = [...loss.keys()].filter((i) => loss[i]! < cap);
  return { index, values: index.map((i) => loss[i]!), power: index.map((i) => power[i]!) };
}

/** J under which so large a share of a lattice lies. */
async function capOf({ architecture, inputs, outputs }: Reference, lattice: Lattice, share: number): Promise<number> {
  const family = { kind: 'lattice', lattice } as const;
  const { loss } = await device.evaluate({ architecture, inputs, outputs, family }, silent);
  return loss.sort()[Math.ceil(share * loss.length)]!;
}

/** Members that were not evaluated. */
const skippedOf = ({ refinement }: AdaptiveResult): number =>
  refinement.levels.reduce((sum, { skipped }) => sum + skipped, 0);

async function expectSame(reference: Reference, lattice: Lattice, cap: number, rule: AdaptiveRule): Promise<number> {
  const want = await fully(reference, lattice, cap);
  const got = await adaptiveMembers(lattice, reference, device, silent, { ...rule, cap }, ROOM);
  expect([...got.index]).toEqual(want.index);
  expect([...got.values]).toEqual(want.values);
  expect([...got.power]).toEqual(want.power);
  const { levels, intervals, neighbours } = got.refinement;
  const skipped = skippedOf(got);
  expect(levels.at(-1)).toEqual({
    members: 1,
    evaluated: lattice.points ** lattice.subspace.rank - skipped,
    skipped: 0,
  });
  expect(intervals).toBeLessThanOrEqual(skipped);
  const cells = levels.slice(0, -1).reduce((sum, { evaluated }) => sum + evaluated, 0);
  expect(got.evaluated).toBe(cells + levels.at(-1)!.evaluated + neighbours);
  return skipped / lattice.points ** lattice.subspace.rank;
}

describe('an adaptive lattice finds what the full one holds', () => {
  it('also where J of members is less, and that of centres more, than it is by what devices may differ by', async () => {
    const away = (sign: number, got: Evaluation): Evaluation => ({
      ...got,
      loss: got.loss.map((j, i) => j + sign * 4e-5 * (j + got.power[i]!)),
    });
    const inexact: Device = {
      ...device,
      evaluate: async ({ cap: _, ...work }, control) =>
        away(work.family.kind === 'affine' ? 1 : -1, await device.evaluate(work, control)),
    };
    // φ = c on 128 inputs, where y = 0, and φ = y = 10 on all others: most of the power that J is compared with is elsewhere
    const architecture: Architecture = {
      type: 'Architecture',
      input: [2],
      layers: [{ kind: 'dense', units: 1, bias: false }],
    };
    const inputs = {
      ...randomInputs({
        ...{ shape: [2], count: 512, seed: 1, distribution: 'normal', mean: 0, deviation: 1, low: 0, high: 1 },
      }),
      x: Float32Array.from({ length: 1024 }, (_, i) => (i % 2 === (i < 256 ? 0 : 1) ? 1 : 0)),
    };
    const reference = await referenceOf(architecture, Float32Array.of(0, 10), inputs, device, silent);
    const vectors = { origin: Float32Array.of(0, 10), basis: Float32Array.of(1, 0), coordinates: new Float64Array(1) };
    const subspace = { type: 'Subspace', rank: 1, size: 2, flags: [], ...vectors } as const;
    const lattice = { subspace, low: -1, high: 1, points: 4096 };
    const cap = 0.01;
    const family = { kind: 'lattice', lattice } as const;
    const { loss } = await inexact.evaluate({ architecture, inputs, outputs: reference.outputs, family }, silent);
    const got = await adaptiveMembers(lattice, reference, inexact, silent, { ...PROVED, cap }, ROOM);
    expect([...got.index]).toEqual([...loss.keys()].filter((i) => loss[i]! < cap));
    expect(skippedOf(got)).toBeGreaterThan(2000);
  });

  it.each([
    [2, 35],
    [2, 50],
    [3, 35],
    [3, 50],
  ])('the FCN, m = %i, n = %i', async (rank, points) => {
    for (const seed of [1, 2]) {
      const { reference, lattice } = await caseOf(genniFcn(), seed, { rank, points });
      const cap = 0.01 * reference.scale.power;
      for (const rule of [PROVED, SAMPLED])
        expect(await expectSame(reference, lattice, cap, rule)).toBeGreaterThan(rank === 3 ? 0.3 : 0.1);
    }
  });

  const activations: Activation[] = [{ name: 'tanh' }, { name: 'relu' }];
  it.each(activations.flatMap((activation) => [2, 3, 4].map((rank) => [activation.name, rank] as const)))(
    'random MLPs with %s, m = %i',
    async (name, rank) => {
      const points = [0, 0, 41, 21, 13][rank]!;
      let skipped = 0;
      for (const [i, widths] of [
        [1, 4, 1],
        [3, 2, 1],
        [2, 3, 2],
        [2, 4, 3, 1],
      ].entries()) {
        const architecture = mlp(widths, { name } as Activation, i % 2 === 1);
        const { reference, lattice } = await caseOf(architecture, 10 * rank + i, { rank, points });
        for (const share of [0.001, 0.02]) {
          const cap = await capOf(reference, lattice, share);
          for (const rule of [PROVED, SAMPLED]) skipped += await expectSame(reference, lattice, cap, rule);
        }
      }
      expect(skipped / 16).toBeGreaterThan(0.2); // of the members, on average
    },
    120_000,
  );

  it('seven dimensions, in which many more members make a full lattice that is refused', async () => {
    for (const architecture of [mlp([2, 2, 1], { name: 'relu' }, true), mlp([3, 2, 1], { name: 'tanh' }, false)]) {
      const { reference, lattice } = await caseOf(architecture, 3, { rank: 7, points: 6 }); // 279,936
      const cap = await capOf(reference, lattice, 0.001);
      for (const rule of [PROVED, SAMPLED])
        expect(await expectSame(reference, lattice, cap, rule)).toBeGreaterThan(0.1);
    }
  });

  it('convolutional networks and pools', async () => {
    let skipped = 0;
    for (const name of ['max pools that overlap', 'mean pools', 'padding and stride', 'tanh, convolutional']) {
      const { reference, lattice } = await caseOf(NETWORKS[name]!, 5, { rank: 2, points: 24, bound: 6 }, 150);
      const cap = await capOf(reference, lattice, 0.01);
      for (const rule of [PROVED, SAMPLED]) skipped += await expectSame(reference, lattice, cap, rule);
    }
    expect(skipped).toBeGreaterThan(0);
  });

  it('a network that is too large for intervals: by centres alone', async () => {
    const architecture = mlp([40, 500, 1], { name: 'tanh' }, false);
    const { reference, lattice } = await caseOf(architecture, 5, { rank: 2, points: 24, bound: 40 }, 150);
    const cap = await capOf(reference, lattice, 0.01);
    const run = (rule: AdaptiveRule) => adaptiveMembers(lattice, reference, device, silent, { ...rule, cap }, ROOM);
    for (const rule of [PROVED, SAMPLED]) expect((await run(rule)).refinement.intervals).toBe(0);
    expect(await expectSame(reference, lattice, cap, SAMPLED)).toBeGreaterThan(0.5);
  });

  it('nothing, where no cell is near: intervals tell it without a device', async () => {
    const { reference, lattice } = await caseOf(genniFcn(), 1, { rank: 2, points: 40 });
    const away = { ...lattice, low: 50, high: 52 };
    const cap = 0.01 * reference.scale.power;
    expect((await fully(reference, away, cap)).index).toEqual([]);
    const got = await adaptiveMembers(away, reference, device, silent, { ...PROVED, cap }, ROOM);
    expect([got.index.length, got.refinement.intervals, got.route]).toEqual([0, 1600, 'fused · rejecting']);
  });

  it('whatever the chunks, and in the same levels', async () => {
    const { reference, lattice } = await caseOf(mlp([3, 2, 1], { name: 'tanh' }, false), 4, { rank: 3, points: 20 });
    const cap = await capOf(reference, lattice, 0.01);
    for (const rule of [PROVED, SAMPLED]) {
      const run = (chunk: number) =>
        adaptiveMembers(lattice, reference, device, silent, { ...rule, cap }, { ...ROOM, chunk });
      const [one, other] = [await run(2 ** 20), await run(37)];
      expect(other.index).toEqual(one.index);
      expect(other.values).toEqual(one.values);
      expect(other.refinement).toEqual(one.refinement);
    }
  });
});

describe('an adaptive lattice says', () => {
  it('when neighbours had to help', async () => {
    let leaked = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const { reference, lattice } = await caseOf(genniFcn(), seed, { rank: 2, points: 60 });
      const cap = 0.01 * reference.scale.power;
      const want = new Set((await fully(reference, lattice, cap)).index);
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
    const { reference, lattice } = await caseOf(genniFcn(), 1, { rank: 3, points: 30 });
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
    const { reference, lattice } = await caseOf(genniFcn(), 1, { rank: 2, points: 20 });
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
});

describe('an adaptive lattice refuses', () => {
  const small = () => caseOf(genniFcn(), 1, { rank: 2, points: 40 });

  it('more members than an index can name', async () => {
    const { reference, lattice } = await caseOf(mlp([3, 2, 1], { name: 'tanh' }, false), 1, { rank: 6, points: 41 });
    const run = adaptiveMembers(lattice, reference, device, silent, { ...PROVED, cap: 1 });
    await expect(run).rejects.toMatchObject({
      kind: 'limit',
      message: expect.stringContaining('got 41⁶ = 4,750,104,241; use fewer points per axis'),
    });
  });

  it('more cells than there is room for', async () => {
    const { reference, lattice } = await small();
    const cap = await capOf(reference, lattice, 0.05);
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
    const { reference, lattice } = await caseOf(mlp([3, 2, 1], { name: 'tanh' }, false), 1, { rank: 5, points: 20 });
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
