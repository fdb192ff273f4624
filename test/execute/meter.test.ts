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

test('of rounds that may be needed, the rate counts the points of all, and the time left is that of the present one', () => {
  const { now, pass } = clock();
  const meter = new Meter({ points: 1000, rounds: 8 }, now);
  meter.read(0);
  pass(2); // half of the first round: 500 points
  expect(meter.read(1 / 16)).toEqual({ fraction: 1 / 16, message: '250 points/s', secondsLeft: 2 });
  expect(meter.times).toBe(1);
  pass(2);
  expect(meter.read(1 / 8)?.secondsLeft).toBe(4); // it was not enough: a second round begins
  pass(1);
  expect(meter.read(5 / 32)).toMatchObject({ message: '250 points/s', secondsLeft: 3 });
  expect(meter.times).toBe(2);
  pass(40);
  expect(meter.read(1)?.secondsLeft).toBeCloseTo(0);
  expect(meter.times).toBe(8);
});
