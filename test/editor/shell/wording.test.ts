import { expect, it } from 'vitest';
import { costText, statusText, timeOf } from '../../../src/editor/shell/wording.js';

it('says which round a share is of', () => {
  const running = { status: 'running', fraction: 0.089, secondsLeft: 93 } as const;
  expect(statusText({ ...running, round: 'round 1 of at most 8' })).toBe(
    'running 8 % of round 1 of at most 8 · 1 min 33 s left',
  );
  expect(statusText(running)).toBe('running 8 % · 1 min 33 s left');
});

it('says the estimate of a step as it is, and else what runs have told', () => {
  const cost = { points: 0, multiplyAdds: 0, bytes: 0 };
  const estimate = { seconds: 3, atMost: true, perRound: true } as const;
  expect(costText(cost, timeOf(estimate, 3))).toBe('at most 3 s a round');
  expect(costText(cost, timeOf(estimate, 2))).toBe('about 2 s');
  expect(timeOf(estimate, undefined)).toBe(estimate);
  expect(costText(cost, timeOf(undefined, undefined))).toBe('');
});
