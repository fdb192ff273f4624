/** What is forecast of a search from some of its cells, and the search. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import type { Work } from '../../src/catalog/info.js';
import { genniFcn, lenet5, mlp } from '../../src/catalog/presets.js';
import type { Device } from '../../src/catalog/work.js';
import { estimateFor, speedKey, timedAs } from '../../src/compile/rates.js';
import { calibrate } from '../../src/execute/calibrate.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { forecastAdaptive } from '../../src/methods/adaptive-forecast.js';
import { gramSchmidt } from '../../src/methods/gram-schmidt.js';
import { randomInputs } from '../../src/methods/random-inputs.js';
import { referenceOf } from '../../src/methods/reference.js';
import { openDevice } from '../../src/tensor/device.js';
import { silent, testRandom } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('wasm');
});
afterAll(() => device.dispose());

async function caseOf(architecture: Architecture, seed: number, rank: number, points: number) {
  const random = testRandom(seed);
  const inputs = randomInputs({
    ...{ shape: architecture.input, count: 400, seed, distribution: 'normal', mean: 0, deviation: 1, low: 0, high: 1 },
  });
  const { size } = layoutOf(architecture);
  const theta = Float32Array.from({ length: (rank + 1) * size }, () => 3 * random() - 1.5);
  const reference = await referenceOf(architecture, theta.slice(0, size), inputs, device, silent);
  const subspace = gramSchmidt({ type: 'Parameters', theta, count: rank + 1, size, flags: [] });
  return { reference, lattice: { subspace, low: -2, high: 2, points } };
}

const relu = { name: 'relu' } as const;

describe('a forecast of an adaptive lattice', () => {
  it.each([
    ['the FCN, m = 3', genniFcn(), 3, 100],
    ['an MLP, m = 5', mlp([3, 2, 1], relu, false), 5, 20],
    ['an MLP with biases, m = 6', mlp([2, 2, 1], relu, true), 6, 12],
    ['tanh, m = 4', mlp([3, 2, 1], { name: 'tanh' }, false), 4, 24],
  ])('%s: counts the cells and members that the search takes, about', async (_, architecture, rank, points) => {
    const { reference, lattice } = await caseOf(architecture, 1, rank, points);
    for (const options of [{ rule: 'proved' }, { rule: 'sampled', margin: 1.5 }] as const) {
      const work = { ...options, cap: 0.02 * reference.scale.power };
      const { cells, members, judging, evaluating } = await forecastAdaptive(lattice, reference, device, silent, work);
      const { evaluated, refinement } = await adaptiveMembers(lattice, reference, device, silent, work);
      const last = refinement.levels.at(-1)!.evaluated;
      expect(members).toBeGreaterThan(last / 2);
      expect(members).toBeLessThan(2 * last);
      const looked = evaluated - last - refinement.neighbours;
      expect(cells).toBeGreaterThan(looked / 3); // a level more or less, where it pays little
      expect(cells).toBeLessThan(3 * looked);
      expect(judging).toBeGreaterThan(0);
      expect(evaluating).toBeGreaterThan(0);
    }
  });

  it('has no members to evaluate where all cells are skipped', async () => {
    const { reference, lattice } = await caseOf(genniFcn(), 1, 2, 100);
    const away = { ...lattice, low: 50, high: 52 };
    const work = { rule: 'proved', cap: 0.01 * reference.scale.power } as const;
    const { cells, members, evaluating } = await forecastAdaptive(away, reference, device, silent, work);
    expect([cells > 0, members, evaluating]).toEqual([true, 0, 0]);
  });

  it('ends when it should', async () => {
    const { reference, lattice } = await caseOf(mlp([3, 2, 1], relu, false), 1, 5, 20);
    const control = { signal: AbortSignal.abort(), progress: () => undefined };
    const work = { rule: 'proved', cap: 0.02 * reference.scale.power } as const;
    await expect(forecastAdaptive(lattice, reference, device, control, work)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});

describe('the time of an adaptive lattice before it has run', () => {
  const adaptive = (architecture: Architecture): Extract<Work, { kind: 'evaluate' }> => ({
    ...{ kind: 'evaluate', architecture, rank: 3, inputs: 500, cap: { value: 0.05, relative: true } },
    adaptive: { points: 50, low: -2, high: 2 },
  });

  it('is forecast for a small network, and is about that', async () => {
    const work = adaptive(genniFcn());
    expect(timedAs(work)).toBe(work);
    const rates = await calibrate(device, [work], { signal: new AbortController().signal, longest: 20 });
    expect(Object.keys(rates)).toEqual([speedKey('grid', work)]);
    const cost = { points: 125_000, multiplyAdds: 125_000 * 500 * 4, bytes: 0, work };
    const { seconds, atMost } = estimateFor('grid', cost, rates)!;
    expect(atMost).toBe(false);
    expect(seconds).toBeGreaterThan(0.1); // to start alone
  });

  it('is at most that of the whole lattice for a large one', () => {
    const work = adaptive(lenet5(true));
    expect(timedAs(work)).toEqual({ ...work, adaptive: undefined });
  });

  it('is all threads’ together, and does not fall with their number', () => {
    const work = adaptive(genniFcn());
    const cost = { points: 1e9, multiplyAdds: 1e12, bytes: 0, work };
    const own = { [speedKey('grid', work)]: 1e10 };
    const whole = { [speedKey('grid', { ...work, adaptive: undefined })]: 1e10 };
    const seconds = (rates: object, threads: number): number =>
      estimateFor('grid', cost, { ...rates, threads })!.seconds;
    expect(seconds(own, 8)).toBe(seconds(own, 1));
    expect(seconds(whole, 8)).toBeLessThan(seconds(whole, 1) / 4);
  });
});
