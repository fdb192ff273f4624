/** Split and Subsample: which examples are drawn, and what goes with them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../../src/catalog/values.js';
import { shares, split, subsample } from '../../../src/methods/data/draw.js';

/** Examples whose one number is their place. */
function labelled(labels: readonly number[]): Inputs {
  const count = labels.length;
  return {
    type: 'Inputs',
    x: Float32Array.from({ length: count }, (_, i) => i),
    count,
    item: [1],
    weights: new Float32Array(count).fill(1 / count),
    labels: Int32Array.from(labels),
    classes: ['a', 'b', 'c', 'd'],
    source: 'places',
  };
}
const counts = ({ labels }: Inputs) => [0, 1, 2, 3].map((label) => labels!.filter((one) => one === label).length);
const lists = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 2, maxLength: 60 });
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe('split', () => {
  it('is disjoint and exhaustive, keeps the order and what belongs to each example', () => {
    fc.assert(
      fc.property(lists, seeds, fc.nat(), fc.boolean(), (labels, seed, pick, stratified) => {
        const whole = labelled(labels);
        const count = 1 + (pick % (labels.length - 1));
        const { train, test } = split(whole, { count, seed, stratified });
        expect(test.count).toBe(count);
        expect([...train.x, ...test.x].sort((a, b) => a - b)).toEqual([...whole.x]);
        for (const part of [train, test]) {
          expect([...part.x]).toEqual([...part.x].sort((a, b) => a - b));
          expect([...part.labels!]).toEqual([...part.x].map((place) => labels[place]));
          expect(part.classes).toEqual(whole.classes);
          expect(part.weights.length).toBe(part.count);
          expect(part.weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        }
      }),
    );
  });

  it('stratified gives each class its share, to less than one example, and as many as were asked for', () => {
    fc.assert(
      fc.property(lists, seeds, fc.nat(), (labels, seed, pick) => {
        const whole = labelled(labels);
        const count = 1 + (pick % (labels.length - 1));
        const { test } = split(whole, { count, seed, stratified: true });
        counts(test).forEach((drawn, label) => {
          expect(Math.abs(drawn - (count * counts(whole)[label]!) / labels.length)).toBeLessThan(1);
        });
      }),
    );
  });

  it('stratified is exact where shares are whole', () => {
    const whole = labelled(Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : i < 80 ? 1 : i < 90 ? 2 : 3)));
    const { train, test } = split(whole, { count: 20, seed: 5, stratified: true });
    expect(counts(test)).toEqual([10, 6, 2, 2]);
    expect(counts(train)).toEqual([40, 24, 8, 8]);
  });

  it('draws every example equally often over seeds', () => {
    const whole = labelled(new Array(10).fill(0));
    const drawn = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 2000; seed++)
      for (const place of split(whole, { count: 3, seed, stratified: false }).test.x) drawn[place]!++;
    for (const times of drawn) expect(Math.abs(times - 600)).toBeLessThan(5 * Math.sqrt(2000 * 0.3 * 0.7));
  });

  it('takes weights, and what is where on images, along', () => {
    const whole: Inputs = {
      ...labelled([0, 1, 0]),
      weights: Float32Array.of(0.5, 0.25, 0.25),
      concepts: { names: ['red', 'blue'], masks: Uint8Array.of(1, 2, 3, 4, 5, 6) },
    };
    const { train, test } = split(whole, { count: 1, seed: 0, stratified: false });
    const [place] = test.x;
    expect([...test.weights]).toEqual([1]);
    expect([...test.concepts!.masks]).toEqual([2 * place! + 1, 2 * place! + 2]);
    const kept = [...train.x].map((at) => whole.weights[at]!);
    expect(train.weights[0]! / train.weights[1]!).toBeCloseTo(kept[0]! / kept[1]!, 6);
  });
});

describe('subsample', () => {
  it('of one seed holds the smaller one in the larger', () => {
    fc.assert(
      fc.property(lists, seeds, fc.nat(), (labels, seed, pick) => {
        const whole = labelled(labels);
        const count = 1 + (pick % (labels.length - 1));
        const small = subsample(whole, { count, seed, stratified: false });
        const large = new Set(subsample(whole, { count: count + 1, seed, stratified: false }).x);
        expect(small.count).toBe(count);
        expect([...small.x].every((place) => large.has(place))).toBe(true);
      }),
    );
  });

  it('of all examples is the whole', () => {
    const whole = labelled([0, 1, 2, 3, 3]);
    for (const stratified of [true, false])
      expect(subsample(whole, { count: 5, seed: 1, stratified })).toMatchObject({ x: whole.x, labels: whole.labels });
  });

  it('draws something else than split does with the same seed', () => {
    const whole = labelled(new Array(60).fill(0));
    const options = { count: 30, seed: 2, stratified: false };
    expect(subsample(whole, options).x).not.toEqual(split(whole, options).test.x);
  });
});

it('shares: by largest remainders', () => {
  expect(shares([5, 3, 2], 5)).toEqual([3, 1, 1]); // 2.5, 1.5, 1: one left, to the first of the equal remainders
  expect(shares([1, 1, 1], 2)).toEqual([1, 1, 0]);
  expect(shares([10, 0, 5], 6)).toEqual([4, 0, 2]);
});
