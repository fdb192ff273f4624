import { expect, test } from 'vitest';
import type { Cost, Work } from '../../src/catalog/info.js';
import { genniFcn, lenet5, mlp } from '../../src/catalog/presets.js';
import { estimateText, totalTime } from '../../src/compile/limits.js';
import { estimateFor, speedKey } from '../../src/compile/rates.js';

const evaluate = (change: object = {}): Work => ({
  kind: 'evaluate',
  architecture: genniFcn(),
  rank: 3,
  inputs: 500,
  ...change,
});
const descend = (change: object = {}): Work => ({
  kind: 'descend',
  architecture: genniFcn(),
  candidates: 32,
  batch: 256,
  inputs: 500,
  ...change,
});
const cost = (multiplyAdds: number, points: number, work: Work): Cost => ({ multiplyAdds, points, bytes: 0, work });

test('of one speed is what differs in amounts only', () => {
  expect(speedKey('grid', evaluate({ inputs: 512 }))).toBe(speedKey('other', evaluate()));
  expect(speedKey('search', descend({ inputs: 9000 }))).toBe(speedKey('search', descend()));
  const different = [
    evaluate(),
    evaluate({ rank: 2 }),
    evaluate({ inputs: 50 }),
    evaluate({ cap: { value: 0.05, relative: true } }),
    evaluate({ cap: { value: 0.001, relative: true } }),
    evaluate({ cap: { value: 0.05, relative: false } }),
    evaluate({ architecture: lenet5(true) }),
    evaluate({ architecture: lenet5(false) }),
    evaluate({ architecture: mlp([2, 4, 1], { name: 'tanh' }, true) }),
    evaluate({ architecture: mlp([2, 4, 1], { name: 'relu' }, true) }),
    descend(),
    descend({ batch: 16 }),
    descend({ candidates: 1 }),
    { kind: 'embed', neighbours: 20 } as const,
    undefined,
  ];
  expect(new Set(different.map((work) => speedKey('grid', work))).size).toBe(different.length);
});

test('training is of one speed by network and batch, and takes a thread for each network', () => {
  const architecture = mlp([2, 4, 1], { name: 'relu' }, true);
  const train = (change: object = {}): Work => ({ kind: 'train', architecture, batch: 64, ...change });
  const infer: Work = { kind: 'infer', architecture };
  const kinds = [train(), train({ batch: 8 }), infer, { ...infer, architecture: lenet5(true) }];
  expect(new Set(kinds.map((work) => speedKey('model', work))).size).toBe(kinds.length);
  expect(speedKey('model', train({ networks: 3, batch: 60 }))).toBe(speedKey('other', train()));
  const rates = { [speedKey('', train())]: 1e9, [speedKey('', infer)]: 1e9, threads: 4 };
  const seconds = (work: Work): number => estimateFor('model', cost(1e11, 0, work), rates)!.seconds;
  expect(seconds(train())).toBeCloseTo(100.09, 6);
  expect(seconds(train({ networks: 2 }))).toBeCloseTo(0.09 + 0.3 + 99.7 / 2, 6); // the first moment is of one thread
  expect(seconds(train({ networks: 9 }))).toBeCloseTo(seconds(infer), 6);
  expect(seconds(infer)).toBeCloseTo(0.09 + 0.3 + 99.7 / 4, 6);
});

test('time grows with the work at the measured rate', () => {
  const rates = { [speedKey('grid', evaluate())]: 1e9 };
  const seconds = (multiplyAdds: number) => estimateFor('grid', cost(multiplyAdds, 0, evaluate()), rates)!.seconds;
  expect(seconds(3e12) - seconds(1e12)).toBeCloseTo(2000, 6);
  expect(seconds(1)).toBeLessThan(0.1);
});

test('the time of work in rounds is that of one, and of an unknown number of points at most so much', () => {
  const rates = { [speedKey('search', descend())]: 1e9 };
  const of = (change: Partial<Cost>) => estimateFor('search', { ...cost(1e12, 1e6, descend()), ...change }, rates)!;
  expect(of({ rounds: 1 })).toEqual(of({}));
  expect(of({ rounds: 8 })).toEqual({ ...of({}), perRound: true });
  expect(of({ atMost: true })).toEqual({ ...of({}), atMost: true });
  expect(estimateText(of({}))).toMatch(/^about \d+ min/);
  expect(estimateText(of({ rounds: 8 }))).toMatch(/^about \d+ min .*a round$/);
  expect(estimateText(of({ atMost: true }))).toMatch(/^at most \d+ min/);
  expect(estimateText({ seconds: 0.06, atMost: true, perRound: true })).toBe('under 0.1 s a round');
});

test('the time of several steps is at most their sum where one is so, and with one round each where some take more', () => {
  const work = cost(1e9, 1, evaluate());
  const step = (time: object = {}) => ({ cost: work, time: { seconds: 2, atMost: false, ...time } });
  const text = (...steps: Parameters<typeof totalTime>[0]) => estimateText(totalTime(steps));
  expect(text(step(), step())).toBe('about 4 s');
  expect(text(step(), step({ seconds: 3, atMost: true }))).toBe('at most 5 s');
  expect(text(step({ perRound: true }), step())).toBe('about 4 s with one round each');
  expect(text(step({ seconds: 0.01 }), step({ seconds: 0.02 }))).toBe('under 0.1 s');
});

test('steps with work of which no time is known are counted, and a total with such is no whole', () => {
  const work = cost(1e9, 1, evaluate());
  const known = { cost: work, time: { seconds: 2, atMost: false } };
  const unknown = { cost: work };
  const text = (...steps: Parameters<typeof totalTime>[0]) => estimateText(totalTime(steps));
  expect(text(known, unknown)).toBe('at least 2 s; 1 step never timed');
  expect(text(known, unknown, unknown)).toBe('at least 2 s; 2 steps never timed');
  expect(text({ ...known, time: { seconds: 2, atMost: true } }, unknown)).toBe('at most 2 s, and 1 step never timed');
  expect(text(unknown, unknown)).toBe('2 steps never timed');
  expect(text(known, { cost: { points: 0, multiplyAdds: 0, bytes: 1000 } })).toBe('about 2 s'); // puts little together
  expect(text(known, { cost: { points: 0, multiplyAdds: 0, bytes: 1e9 } })).toBe('at least 2 s; 1 step never timed');
  const bound = { points: 0, multiplyAdds: 1e9, bytes: 1e9, atMost: true } as const; // of an ε-set nobody knows the size of
  expect(text(known, { cost: bound })).toBe('about 2 s');
  expect(text(known, { cost: { ...bound, work: evaluate() } })).toBe('at least 2 s; 1 step never timed');
  const sweep = { cost: work, time: totalTime([known, unknown, unknown]) };
  expect(text(known, sweep, unknown)).toBe('at least 4 s; 3 steps never timed');
});

test('plain loops go by the speed of any until the node has its own; what is drawn or read goes by its bytes', () => {
  const loops: Cost = cost(1e10, 0, { kind: 'loops' });
  const any = { [speedKey('', loops.work)]: 1e9 };
  expect(estimateFor('match', loops, any)!.seconds).toBeCloseTo(10.09, 6);
  expect(estimateFor('match', loops, { ...any, [speedKey('match', loops.work)]: 2e9 })!.seconds).toBeCloseTo(5.09, 6);
  const drawn: Cost = { points: 0, multiplyAdds: 0, bytes: 1e8, work: { kind: 'draw', of: 'glyphs', each: 1e3 } };
  expect(estimateFor('glyphs', drawn, { [speedKey('any', drawn.work)]: 1e7 })!.seconds).toBeCloseTo(10.09, 6);
  expect(estimateFor('match', { ...loops, besides: 2e10 }, any)!.seconds).toBeCloseTo(30.09, 6);
  const read: Cost = { points: 0, multiplyAdds: 0, bytes: 1e8 };
  expect(estimateFor('idx-images', read, { 'node idx-images': 1e8 })!.seconds).toBeCloseTo(1.09, 6);
  expect(estimateFor('idx-images', read, any)).toBeUndefined(); // bytes are no loops
});

test('no time is said where no rate is known or nothing is counted', () => {
  const rates = { [speedKey('grid', evaluate())]: 1e9 };
  expect(estimateFor('grid', cost(1e9, 1, evaluate()), undefined)).toBeUndefined();
  expect(estimateFor('grid', cost(1e9, 1, descend()), rates)).toBeUndefined();
  expect(estimateFor('grid', cost(0, 1, evaluate()), rates)).toBeUndefined();
  expect(estimateFor('constructor', { multiplyAdds: 1, points: 1, bytes: 0 }, rates)).toBeUndefined();
});

test('work that gives members up has a speed of its own, and takes at most what all of it would', () => {
  const capped = cost(1e12, 1e6, evaluate({ cap: { value: 0.05, relative: true } }));
  const whole = { [speedKey('grid', evaluate())]: 1e9 };
  const before = estimateFor('grid', capped, whole)!;
  expect(before).toEqual({ ...estimateFor('grid', cost(1e12, 1e6, evaluate()), whole)!, atMost: true });
  const after = estimateFor('grid', capped, { ...whole, [speedKey('grid', capped.work)]: 2e10 })!;
  expect(after.atMost).toBe(false);
  expect(after.perSecond).toBeCloseTo(20 * before.perSecond, 6);
  expect(estimateFor('grid', cost(1e12, 1e6, evaluate()), { [speedKey('grid', capped.work)]: 2e10 })).toBeUndefined();
});

test('long work is done by all threads after a moment alone, short work and other work by one', () => {
  const one = {
    [speedKey('grid', evaluate())]: 1e9,
    [speedKey('search', descend({ candidates: 3 }))]: 1e9,
    'node other': 1e9,
  };
  const ratio = (type: string, of: Cost, threads: number): number =>
    estimateFor(type, of, one)!.seconds / estimateFor(type, of, { ...one, threads })!.seconds;
  expect(ratio('grid', cost(1e12, 0, evaluate()), 8)).toBeCloseTo(8, 0);
  expect(ratio('search', cost(1e12, 0, descend({ candidates: 3 })), 8)).toBeCloseTo(3, 0); // a candidate is not cut
  expect(ratio('other', { multiplyAdds: 1e12, points: 0, bytes: 0 }, 8)).toBe(1);
  expect(ratio('grid', cost(1e8, 0, evaluate()), 8)).toBe(1);
  const seconds = (multiplyAdds: number) =>
    estimateFor('grid', cost(multiplyAdds, 0, evaluate()), { ...one, threads: 8 })!.seconds;
  for (let size = 1e8; size < 1e11; size *= 1.1) expect(seconds(1.1 * size)).toBeGreaterThan(seconds(size));
});
