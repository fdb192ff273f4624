/** The time of an adaptive lattice before it has run. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Work } from '../../src/catalog/info.js';
import { genniFcn, lenet5 } from '../../src/catalog/presets.js';
import type { Device } from '../../src/catalog/work.js';
import { estimateFor, speedKey, timedAs } from '../../src/compile/rates.js';
import { calibrate } from '../../src/execute/calibrate.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { openDevice } from '../../src/tensor/device.js';
import { familyCount } from '../../src/tensor/family.js';
import { caseOf, PROVED } from '../methods/adaptive-cases.js';
import { silent } from '../methods/fixtures.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('wasm');
});
afterAll(() => device.dispose());

type AdaptiveWork = Extract<Work, { kind: 'evaluate' }>;

const adaptive = (architecture: Architecture): AdaptiveWork => ({
  ...{ kind: 'evaluate', architecture, rank: 3, inputs: 500, cap: { value: 0.05, relative: true } },
  adaptive: { points: 50, low: -2, high: 2 },
});

/** The device, and a clock that it moves on by a millisecond for every member that it evaluates, and nothing else does. */
function timed(): { device: Device; now: () => number } {
  let time = 0;
  const evaluate: Device['evaluate'] = (work, control) => {
    time += familyCount(work.family) / 1000;
    return device.evaluate(work, control);
  };
  return { device: { ...device, evaluate, forward: (...work) => device.forward(...work) }, now: () => time };
}

it.each([
  ['where all is below the cap', 1e6, 1.05],
  ['of a usual cap', 0.05, 2.5],
])('%s, is forecast for a small network as what searches take', async (_, value, factor) => {
  const work: AdaptiveWork = { ...adaptive(genniFcn()), cap: { value, relative: true } };
  expect(timedAs(work)).toBe(work);
  const { device: one, now } = timed();
  const { signal } = new AbortController();
  const rates = await calibrate(one, [work], { signal, longest: 60, seconds: 1e6, now });
  expect(Object.keys(rates)).toEqual([speedKey('grid', work)]);
  const cost = { points: 125_000, multiplyAdds: 125_000 * 500 * 4, bytes: 0, work };
  const { seconds, atMost } = estimateFor('grid', cost, rates)!;
  expect(atMost).toBe(false);
  const took: number[] = [];
  for (let seed = 1; seed <= 12; seed++) {
    const { reference, lattice } = await caseOf(device, genniFcn(), seed, { rank: 3, points: 50 }, 500);
    const began = now();
    await adaptiveMembers(lattice, reference, one, silent, { ...PROVED, cap: value * reference.scale.power });
    took.push(now() - began);
  }
  const mean = Math.exp(took.reduce((sum, time) => sum + Math.log(time), 0) / took.length);
  expect(seconds / mean).toBeGreaterThan(1 / factor);
  expect(seconds / mean).toBeLessThan(factor);
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
  const seconds = (rates: object, threads: number): number => estimateFor('grid', cost, { ...rates, threads })!.seconds;
  expect(seconds(own, 8)).toBe(seconds(own, 1));
  expect(seconds(whole, 8)).toBeLessThan(seconds(whole, 1) / 4);
});
