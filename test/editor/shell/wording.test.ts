import { expect, it } from 'vitest';
import { statusText } from '../../../src/editor/shell/wording.js';

it('says which round a share is of', () => {
  const running = { status: 'running', fraction: 0.089, secondsLeft: 93 } as const;
  expect(statusText({ ...running, round: 'round 1 of at most 8' })).toBe(
    'running 8 % of round 1 of at most 8 · 1 min 33 s left',
  );
  expect(statusText(running)).toBe('running 8 % · 1 min 33 s left');
});
