/** Learning rates over a run: closed forms. */
import { expect, test } from 'vitest';
import { rateFactor } from '../../../src/tensor/network/schedule.js';

const at = (...[schedule, steps, epochs]: [Parameters<typeof rateFactor>[0], number, number]): number[] =>
  Array.from({ length: steps }, (_, step) => rateFactor(schedule, step, steps, epochs));

test('constant', () => expect(at({ name: 'constant' }, 3, 1)).toEqual([1, 1, 1]));

test('a cosine begins at 1 and is half way at half', () => {
  const rates = at({ name: 'cosine' }, 6, 2);
  [1, 0.933_012_7, 0.75, 0.5, 0.25, 0.066_987_3].forEach((want, step) => {
    expect(rates[step]).toBeCloseTo(want, 7); // (1 + cos(kπ/6))/2
  });
});

test('steps fall at the start of every so many epochs', () => {
  expect(at({ name: 'step', epochs: 2, factor: 0.1 }, 10, 5).map((rate) => rate.toFixed(3))).toEqual([
    ...new Array(4).fill('1.000'),
    ...new Array(4).fill('0.100'),
    ...new Array(2).fill('0.010'),
  ]);
});

test('one cycle goes up and down in straight lines, and is never 0', () => {
  expect(at({ name: 'one-cycle', warmup: 0.25 }, 8, 1)).toEqual(
    [1, 3, 5, 7, 9, 11, 13, 15].map((t) => (t < 4 ? t / 4 : (16 - t) / 12)),
  );
  expect(at({ name: 'one-cycle', warmup: 0 }, 4, 1)).toEqual([7 / 8, 5 / 8, 3 / 8, 1 / 8]);
  expect(at({ name: 'one-cycle', warmup: 1 }, 4, 1)).toEqual([1 / 8, 3 / 8, 5 / 8, 7 / 8]);
});
