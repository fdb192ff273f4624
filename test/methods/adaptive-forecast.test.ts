/** What is forecast of a search from some of its cells, and the search. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { genniFcn, mlp } from '../../src/catalog/presets.js';
import type { Device } from '../../src/catalog/work.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { Cells } from '../../src/methods/adaptive-cells.js';
import { forecastAdaptive } from '../../src/methods/adaptive-forecast.js';
import { openDevice } from '../../src/tensor/device.js';
import { caseOf, PROVED, SAMPLED, slabCase } from './adaptive-cases.js';
import { silent } from './fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('wasm');
});
afterAll(() => device.dispose());

/** A clock that goes on by a second whenever it is read. */
function ticking(): () => number {
  let time = 0;
  return () => time++;
}

const relu = { name: 'relu' } as const;

describe('a forecast of an adaptive lattice', () => {
  it.each([
    ['the FCN, m = 3', genniFcn(), 3, 100],
    ['an MLP, m = 5', mlp([3, 2, 1], relu, false), 5, 20],
    ['an MLP with biases, m = 6', mlp([2, 2, 1], relu, true), 6, 12],
    ['tanh, m = 4', mlp([3, 2, 1], { name: 'tanh' }, false), 4, 24],
  ])('%s: counts the cells and members that the search takes, about', async (_, architecture, rank, points) => {
    const { reference, lattice } = await caseOf(device, architecture, 1, { rank, points });
    for (const options of [PROVED, SAMPLED]) {
      const work = { ...options, cap: 0.02 * reference.scale.power };
      const { cells, members } = await forecastAdaptive(lattice, reference, device, silent, work);
      const { evaluated, refinement } = await adaptiveMembers(lattice, reference, device, silent, work);
      const last = refinement.levels.at(-1)!.evaluated;
      expect(members).toBeGreaterThan(last / 2);
      expect(members).toBeLessThan(2 * last);
      const looked = evaluated - last - refinement.neighbours;
      expect(cells).toBeGreaterThan(looked / 3); // a level more or less, where it pays little
      expect(cells).toBeLessThan(3 * looked);
    }
  });

  it('takes the time of some cells and members for all of them', async () => {
    const { reference, lattice } = await caseOf(device, genniFcn(), 1, { rank: 3, points: 100 });
    const work = { ...PROVED, cap: 0.02 * reference.scale.power };
    const told = await forecastAdaptive(lattice, reference, device, silent, work, ticking());
    const { cells, judging, members, evaluating } = told;
    expect(members / evaluating).toBeGreaterThan(2048); // about 4,096 in the second that they take
    expect(members / evaluating).toBeLessThan(8192);
    expect(cells / judging).toBeGreaterThan(512); // about 1,024, less the second that a level takes to look at some
    expect(cells / judging).toBeLessThan(2048);
  });

  it('lists few parts of a cell at once, where cells of many sizes cannot be skipped', async () => {
    const { reference, lattice } = await slabCase(device, 2 ** 15);
    const split = vi.spyOn(Cells.prototype, 'split');
    const work = { ...PROVED, cap: 1e-12 };
    const { cells, members } = await forecastAdaptive(lattice, reference, device, silent, work);
    const most = Math.max(...split.mock.calls.map(([, , out]) => out.length));
    split.mockRestore();
    expect(most).toBeGreaterThan(4096); // of 2²² in the coarsest ones
    expect(most).toBeLessThanOrEqual(2 * 4096);
    expect(members).toBe(2 ** 29);
    expect(cells).toBe(256); // the coarsest: no other level is judged
  });

  it('has no members to evaluate where all cells are skipped', async () => {
    const { reference, lattice } = await caseOf(device, genniFcn(), 1, { rank: 2, points: 100 });
    const away = { ...lattice, low: 50, high: 52 };
    const work = { rule: 'proved', cap: 0.01 * reference.scale.power } as const;
    const { cells, members, evaluating } = await forecastAdaptive(away, reference, device, silent, work);
    expect([cells > 0, members, evaluating]).toEqual([true, 0, 0]);
  });

  it('ends when it should', async () => {
    const { reference, lattice } = await caseOf(device, mlp([3, 2, 1], relu, false), 1, { rank: 5, points: 20 });
    const control = { signal: AbortSignal.abort(), progress: () => undefined };
    const work = { rule: 'proved', cap: 0.02 * reference.scale.power } as const;
    await expect(forecastAdaptive(lattice, reference, device, control, work)).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
