/** What a step with a cap would take, after others. */
import { expect, it } from 'vitest';
import { genniFcn } from '../../../src/catalog/presets.js';
import type { Effort } from '../../../src/catalog/work.js';
import type { PlannedNode } from '../../../src/compile/plan.js';
import { expectedSeconds } from '../../../src/editor/workbench/live.js';
import type { Results } from '../../../src/editor/workbench/results.js';

const grid = (cap: number | undefined, guess: number, adaptive?: number): PlannedNode => ({
  id: 'grid',
  type: 'grid',
  params: {},
  inputs: {},
  key: `below ${cap}`,
  outputs: {},
  cost: {
    points: 1e6,
    multiplyAdds: 1e10,
    bytes: 8e6,
    work: {
      kind: 'evaluate',
      architecture: genniFcn(),
      rank: 3,
      inputs: 2500,
      ...(cap === undefined ? {} : { cap: { value: cap, relative: true } }),
      ...(adaptive === undefined ? {} : { adaptive: { points: adaptive, low: -2, high: 2 } }),
    },
  },
  estimate: { seconds: guess, atMost: false, perSecond: 1e6 / guess },
});

/** The last result of the node: this plan's, in so many seconds. */
const last = (planned: PlannedNode, seconds: number, effort: Partial<Effort> = {}): Results =>
  ({
    of: () => ({
      planned,
      result: {
        cached: false,
        provenance: { seconds, device: 'here', effort: { members: 1e6, evaluated: 1e6, ...effort } },
      },
    }),
  }) as unknown as Results;

it('a run with the same cap tells what the next takes', () => {
  expect(expectedSeconds(grid(0.05, 9), last(grid(0.05, 9), 2), 'here')).toBe(2);
});

it('a run with another cap, or none, does not', () => {
  expect(expectedSeconds(grid(undefined, 90), last(grid(0.05, 9), 0.2), 'here')).toBe(90);
  expect(expectedSeconds(grid(0.5, 9), last(grid(0.05, 9), 0.2), 'here')).toBe(9);
});

it('nor does one that went on from another and had little left to do', () => {
  const effort = { evaluated: 0, from: 'a whole Field' };
  expect(expectedSeconds(grid(0.05, 9), last(grid(0.05, 9), 0.01, effort), 'here')).toBe(9);
});

it('an adaptive lattice, which skips members by itself, tells what the next takes, and nothing of other ways', () => {
  const effort = { evaluated: 3000 };
  expect(expectedSeconds(grid(0.05, 9, 100), last(grid(0.05, 9, 100), 2, effort), 'here')).toBe(2);
  expect(expectedSeconds(grid(0.05, 9), last(grid(0.05, 9, 100), 2, effort), 'here')).toBe(9);
});

it('what was never timed has no time where no rate is assumed', () => {
  const { estimate: _, ...unknown } = grid(undefined, 9);
  const none = { of: () => undefined } as unknown as Results;
  expect(expectedSeconds(unknown, none)).toBe(1e10 / 2e8);
  expect(expectedSeconds(unknown, none, 'here', undefined, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(expectedSeconds(grid(undefined, 9), none, 'here', undefined, 0)).toBe(9);
});
