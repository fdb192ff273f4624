import { expect, test } from 'vitest';
import { Meter } from '../../src/execute/meter.js';

function clock() {
  let seconds = 0;
  return { now: () => seconds, pass: (s: number) => (seconds += s) };
}

test('a rate and the time left, once there is something to go by', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 1000 }, now);
  expect(meter.read(0)).toEqual({ fraction: 0 });
  pass(0.2);
  expect(meter.read(0.1, 'first')).toEqual({ fraction: 0.1, message: 'first' });
  pass(1.8);
  expect(meter.read(0.25, 'then')).toEqual({ fraction: 0.25, message: 'then · 125 points/s', secondsLeft: 6 });
});

test('a slow start is forgotten after five seconds', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 1000 }, now);
  meter.read(0);
  pass(10);
  expect(meter.read(0.01)?.secondsLeft).toBeCloseTo(990);
  for (let i = 1; i <= 6; i++) {
    pass(1);
    meter.read(0.01 + i / 10);
  }
  pass(1);
  expect(meter.read(0.71)).toEqual({ fraction: 0.71, message: '100 points/s', secondsLeft: expect.closeTo(2.9) });
});

test('work that hardly moves for some seconds is not taken for the pace of all, and less than a point a second is no rate', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 4 }, now);
  meter.read(0);
  pass(2);
  meter.read(0.3); // the quick third
  for (let i = 1; i <= 10; i++) {
    pass(1);
    meter.read(0.3 + i / 2000);
  }
  expect(meter.read(0.305)).toBeUndefined();
  pass(1); // 0.3055 in 13 s, not 0.0025 in five
  expect(meter.read(0.3055)).toEqual({ fraction: 0.3055, secondsLeft: expect.closeTo((13 * 0.6945) / 0.3055) });
  for (let i = 1; i <= 20; i++) {
    pass(1);
    meter.read(0.3055 + i / 2000);
  }
  pass(1); // the quick third is more than a hundredth away: 0.0005 a second
  expect(meter.read(0.316)?.secondsLeft).toBeCloseTo(0.684 / 0.0005);
});

test('reports in quick succession are dropped, the end never', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 0 }, now);
  expect(meter.read(0.1)).toBeDefined();
  pass(0.01);
  expect(meter.read(0.2)).toBeUndefined();
  expect(meter.read(1)).toEqual({ fraction: 1 });
});

test('fractions outside [0, 1] are brought inside', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 0 }, now);
  expect(meter.read(-1)?.fraction).toBe(0);
  pass(1);
  expect(meter.read(7)).toEqual({ fraction: 1, secondsLeft: 0 });
});

test('of rounds that may be needed, fraction and time left are of the present one, which is named', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 1000, rounds: 8 }, now);
  expect(meter.read(0)).toEqual({ fraction: 0, round: 'round 1 of at most 8' });
  pass(2); // half of the first round: 500 points
  const half = { fraction: 0.5, round: 'round 1 of at most 8', message: '250 points/s', secondsLeft: 2 };
  expect(meter.read(1 / 16)).toEqual(half);
  expect(meter.times).toBe(1);
  pass(2);
  expect(meter.read(1 / 8)).toMatchObject({ fraction: 1, round: 'round 1 of at most 8', secondsLeft: 0 });
  pass(1); // it was not enough: a second round
  const quarter = { fraction: 0.25, round: 'round 2 of at most 8', message: '250 points/s', secondsLeft: 3 };
  expect(meter.read(5 / 32)).toEqual(quarter);
  expect(meter.times).toBe(2);
  pass(40);
  expect(meter.read(1)).toMatchObject({ fraction: 1, round: 'round 8 of at most 8', secondsLeft: 0 });
  expect(meter.times).toBe(8);
});

test('of steps done at an even pace, fraction and time left tell of the same whole', () => {
  for (const rounds of [undefined, 1, 8]) {
    const { now, pass } = clock();
    const meter = new Meter({ points: 60_000, ...(rounds === undefined ? {} : { rounds }) }, now);
    pass(10);
    const { fraction, secondsLeft, round } = meter.read(0.1 / (rounds ?? 1))!;
    expect(fraction).toBeCloseTo(0.1, 12);
    expect(secondsLeft).toBeCloseTo(90, 9); // a tenth took 10 s
    expect(round).toBe(rounds === 8 ? 'round 1 of at most 8' : undefined);
  }
});
