/** IDX files as a data set, and MNIST's test digits where they are. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../src/document/slices.js';
import { idxClasses, idxImages, readingImages } from '../../../src/methods/data/idx.js';
import { statisticsOf } from '../../../src/methods/data/standardise.js';
import { mnist, mnistIsThere, requireMnist } from './mnist.js';

const named = (name: string, ...bytes: number[]) => ({ name, bytes: Uint8Array.from(bytes) });
const side = (n: number) => [0, 0, 0, n];
const grey = named('images', 0, 0, 8, 3, ...side(2), ...side(1), ...side(3), 0, 51, 102, 153, 204, 255);
const colour = named(
  'images',
  0,
  0,
  8,
  4,
  ...side(1),
  ...side(2),
  ...side(2),
  ...side(3),
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  11,
  12,
);
const readAll = (...given: Parameters<typeof readingImages>) => atOnce(readingImages(...given));
const labels = named('labels', 0, 0, 8, 1, ...side(2), 4, 1);

describe('images', () => {
  it('of one channel are [N, 1, H, W] in [0, 1]', () => {
    const { x, item, count } = readAll(grey, undefined, []);
    expect({ item, count }).toEqual({ item: [1, 1, 3], count: 2 });
    expect([...x]).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1].map(Math.fround));
  });

  it('of several channels get them first', () => {
    const { x, item } = readAll(colour, undefined, []);
    expect(item).toEqual([3, 2, 2]);
    expect([...x].map((value) => Math.round(255 * value))).toEqual([1, 4, 7, 10, 2, 5, 8, 11, 3, 6, 9, 12]);
  });

  it('are unpacked in slices that say how far they are', () => {
    const [count, header] = [8000, new Uint8Array(16)];
    new DataView(header.buffer).setUint32(0, 0x803);
    for (const [axis, side] of [count, 28, 28].entries()) new DataView(header.buffer).setUint32(4 + 4 * axis, side);
    const bytes = new Uint8Array(gzipSync(Buffer.concat([header, Buffer.alloc(784 * count, 51)])));
    const work = readingImages({ name: 'x.gz', bytes }, undefined, []);
    const shares: number[] = [];
    let step = work.next();
    for (; !step.done; step = work.next()) shares.push(step.value);
    expect(shares.length).toBeGreaterThan(9);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
    expect(step.value.x.every((value) => value === Math.fround(0.2))).toBe(true);
  });

  it('must be images', () => {
    expect(() => idxImages(labels)).toThrow(
      `file 'labels': expected images: [N, height, width] or [N, height, width, channels], got [2], which are labels; choose`,
    );
    expect(() => idxImages(named('none', 0, 0, 8, 3, ...side(0), ...side(2), ...side(2)))).toThrow('got [0, 2, 2]');
  });
});

describe('labels', () => {
  it('name classes up to the greatest, or as they are typed', () => {
    expect(readAll(grey, labels, [])).toMatchObject({
      classes: ['0', '1', '2', '3', '4'],
      labels: { 0: 4, 1: 1 },
    });
    expect(readAll(grey, labels, ['a', 'b', 'c', 'd', 'e', 'f']).classes).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('must be as many as images, and have names', () => {
    expect(() => idxClasses(labels, 3, [])).toThrow(
      `file 'labels': expected 3 labels, one for each image, got 2; choose the labels of the same images`,
    );
    expect(() => idxClasses(labels, 2, ['a', 'b'])).toThrow(
      'expected labels from 0 to 1, as 2 classes are named, got 4',
    );
    expect(() => idxClasses(grey, 2, [])).toThrow('expected labels: [N], got [2, 1, 3], which are images; choose');
  });
});

describe('MNIST', () => {
  requireMnist();

  if (mnistIsThere)
    it('has 10,000 digits, as many of each class and as bright as is known', () => {
      const inputs = readAll(mnist('images'), mnist('labels'), []);
      expect(inputs).toMatchObject({ count: 10_000, item: [1, 28, 28] });
      const counts = new Array<number>(10).fill(0);
      for (const label of inputs.labels!) counts[label]!++;
      // numpy.bincount of the labels, and x.mean(), x.std() of x = images / 255 in float64
      expect(counts).toEqual([980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
      const { mean, deviation } = statisticsOf(inputs, 'global');
      expect(mean[0]).toBeCloseTo(0.13251461, 7);
      expect(deviation[0]).toBeCloseTo(0.31048025, 7);
      expect([...inputs.labels!.subarray(0, 5)]).toEqual([7, 2, 1, 0, 4]);
    });
});
