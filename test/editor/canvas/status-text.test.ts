import { describe, expect, it } from 'vitest';
import type { PlannedNode } from '../../../src/compile/plan.js';
import { statusLine } from '../../../src/editor/canvas/status-text.js';
import type { NodeState } from '../../../src/editor/workbench/types.js';

const planned = (points: number, seconds?: number, atMost = false): PlannedNode => ({
  id: 'grid',
  type: 'grid',
  params: {},
  inputs: {},
  key: 'k',
  outputs: {},
  cost: { points, multiplyAdds: 0, bytes: 0 },
  ...(seconds === undefined ? {} : { estimate: { seconds, atMost, perSecond: points / seconds } }),
});
const result = (status?: string, seconds = 0.0077): NonNullable<NodeState['result']> => ({
  id: 'grid',
  key: 'k',
  cached: false,
  view: { summary: {}, rows: [], notes: [], plots: [], ...(status === undefined ? {} : { status }) },
  provenance: { documentHash: '', key: 'k', seeds: [], package: '', device: '', finished: '', seconds },
});

describe('a card’s line', () => {
  it.each<[string, NodeState | undefined, PlannedNode | undefined, string]>([
    ['costs before a run', { status: 'idle' }, planned(125_000, 0.8), '125,000 points · about 800 ms'],
    ['a moment', { status: 'idle' }, planned(125_000, 0.08), '125,000 points · under 0.1 s'],
    ['costs that may be less', { status: 'idle' }, planned(125_000, 8, true), '125,000 points · at most 8 s'],
    ['costs where no rate is known', { status: 'idle' }, planned(125_000), '125,000 points'],
    ['nothing to count', undefined, planned(1), 'not run yet'],
    ['queued', { status: 'queued' }, undefined, 'queued'],
    [
      'running',
      { status: 'running', fraction: 0.64, message: 'step 640 of 1,000', secondsLeft: 3.2 },
      undefined,
      'step 640 of 1,000 · 3 s left',
    ],
    ['running without words', { status: 'running', fraction: 0.5 }, undefined, '50 %'],
    ['just started', { status: 'running' }, undefined, 'running'],
    ['done', { status: 'done', result: result('125,000 points') }, undefined, '125,000 points · 7.7 ms'],
    ['done in no time', { status: 'done', result: result(undefined, 0) }, undefined, 'done'],
    ['cached', { status: 'cached', result: result('125,000 points') }, undefined, '125,000 points · 7.7 ms · cached'],
    ['stale', { status: 'stale', reason: 'ε changed', result: result() }, undefined, 'stale: ε changed'],
    [
      'stale and dear',
      { status: 'stale', reason: 'ε changed', waits: 12, result: result() },
      undefined,
      'stale: ε changed; waits for Run: about 12 s',
    ],
    [
      'idle and dear',
      { status: 'idle', waits: 12 },
      planned(2_800_000),
      '2,800,000 points · waits for Run: about 12 s',
    ],
    [
      'blocked with an old result',
      { status: 'blocked', reason: 'waits for Grid', result: result() },
      undefined,
      'stale, waits for Grid',
    ],
    ['blocked', { status: 'blocked', reason: 'waits for Grid' }, undefined, 'waits for Grid'],
    ['failed', { status: 'failed', reason: 'node ‘grid’: too large' }, undefined, 'node ‘grid’: too large'],
    [
      'failed, without the name that the card has',
      { status: 'failed', reason: "node 'grid' input 'subspace': expected a Subspace" },
      undefined,
      "input 'subspace': expected a Subspace",
    ],
    ['muted', { status: 'muted' }, undefined, 'muted'],
  ])('%s', (_, state, plan, text) => expect(statusLine(state, plan).text).toBe(text));
  it('has a bar only while running, within its ends', () => {
    expect(statusLine({ status: 'running', fraction: 1.4 }, undefined).fraction).toBe(1);
    expect(statusLine({ status: 'done', result: result() }, undefined).fraction).toBeUndefined();
  });
});
