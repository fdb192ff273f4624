/** The adaptive lattice against the full one: the same members with the same numbers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Activation, Architecture } from '../../src/catalog/architecture.js';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Lattice, Reference } from '../../src/catalog/values.js';
import type { Device, Evaluation } from '../../src/catalog/work.js';
import { type AdaptiveResult, adaptiveMembers } from '../../src/methods/adaptive.js';
import type { AdaptiveRule } from '../../src/methods/adaptive-judge.js';
import { randomInputs } from '../../src/methods/random-inputs.js';
import { referenceOf } from '../../src/methods/reference.js';
import { openDevice } from '../../src/tensor/device.js';
import { NETWORKS } from '../numeric/networks.js';
import { capOf, caseOf, fully, PROVED, ROOM, SAMPLED } from './adaptive-cases.js';
import { silent } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('wasm');
});
afterAll(() => device.dispose());

/** Members that were not evaluated. */
const skippedOf = ({ refinement }: AdaptiveResult): number =>
  refinement.levels.reduce((sum, { skipped }) => sum + skipped, 0);

async function expectSame(reference: Reference, lattice: Lattice, cap: number, rule: AdaptiveRule): Promise<number> {
  const want = await fully(device, reference, lattice, cap);
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
      const { reference, lattice } = await caseOf(device, genniFcn(), seed, { rank, points });
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
        const { reference, lattice } = await caseOf(device, architecture, 10 * rank + i, { rank, points });
        for (const share of [0.001, 0.02]) {
          const cap = await capOf(device, reference, lattice, share);
          for (const rule of [PROVED, SAMPLED]) skipped += await expectSame(reference, lattice, cap, rule);
        }
      }
      expect(skipped / 16).toBeGreaterThan(0.2); // of the members, on average
    },
    120_000,
  );

  it('seven dimensions, in which many more members make a full lattice that is refused', async () => {
    for (const architecture of [mlp([2, 2, 1], { name: 'relu' }, true), mlp([3, 2, 1], { name: 'tanh' }, false)]) {
      const { reference, lattice } = await caseOf(device, architecture, 3, { rank: 7, points: 6 }); // 279,936
      const cap = await capOf(device, reference, lattice, 0.001);
      for (const rule of [PROVED, SAMPLED])
        expect(await expectSame(reference, lattice, cap, rule)).toBeGreaterThan(0.1);
    }
  });

  it('convolutional networks and pools', async () => {
    let skipped = 0;
    for (const name of ['max pools that overlap', 'mean pools', 'padding and stride', 'tanh, convolutional']) {
      const { reference, lattice } = await caseOf(device, NETWORKS[name]!, 5, { rank: 2, points: 24, bound: 6 }, 150);
      const cap = await capOf(device, reference, lattice, 0.01);
      for (const rule of [PROVED, SAMPLED]) skipped += await expectSame(reference, lattice, cap, rule);
    }
    expect(skipped).toBeGreaterThan(0);
  });

  it('a network that is too large for intervals: by centres alone', async () => {
    const architecture = mlp([40, 500, 1], { name: 'tanh' }, false);
    const { reference, lattice } = await caseOf(device, architecture, 5, { rank: 2, points: 24, bound: 40 }, 150);
    const cap = await capOf(device, reference, lattice, 0.01);
    const run = (rule: AdaptiveRule) => adaptiveMembers(lattice, reference, device, silent, { ...rule, cap }, ROOM);
    for (const rule of [PROVED, SAMPLED]) expect((await run(rule)).refinement.intervals).toBe(0);
    expect(await expectSame(reference, lattice, cap, SAMPLED)).toBeGreaterThan(0.5);
  });

  it('nothing, where no cell is near: intervals tell it without a device', async () => {
    const { reference, lattice } = await caseOf(device, genniFcn(), 1, { rank: 2, points: 40 });
    const away = { ...lattice, low: 50, high: 52 };
    const cap = 0.01 * reference.scale.power;
    expect((await fully(device, reference, away, cap)).index).toEqual([]);
    const got = await adaptiveMembers(away, reference, device, silent, { ...PROVED, cap }, ROOM);
    expect([got.index.length, got.refinement.intervals, got.route]).toEqual([0, 1600, 'fused · rejecting']);
  });

  it('whatever the chunks, and in the same levels', async () => {
    const { reference, lattice } = await caseOf(device, mlp([3, 2, 1], { name: 'tanh' }, false), 4, {
      rank: 3,
      points: 20,
    });
    const cap = await capOf(device, reference, lattice, 0.01);
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
