/** What data nodes show. */
import { describe, expect, it } from 'vitest';
import type { Inputs } from '../../../src/catalog/values.js';
import type { PlotData } from '../../../src/catalog/views.js';
import { resizeArea } from '../../../src/methods/data/resize.js';
import { samplePicture, sampleRows } from '../../../src/methods/data/samples.js';
import { dataView } from '../../../src/methods/data/view.js';

const images = (x: readonly number[], item: readonly number[], labels?: readonly number[]): Inputs => {
  const count = x.length / item.reduce((a, b) => a * b, 1);
  const named = labels ? { labels: Int32Array.from(labels), classes: ['cat', 'dog', 'emu'] } : {};
  const weights = new Float32Array(count).fill(1 / count);
  return { type: 'Inputs', x: Float32Array.from(x), count, item, weights, ...named, source: 'typed' };
};
const pictures = (plot: PlotData) => {
  if (plot.kind !== 'pictures') throw new Error(`expected pictures, got ${plot.kind}`);
  return plot;
};

describe('resizeArea', () => {
  const grid = (plot: Float32Array, width: number) =>
    Array.from({ length: plot.length / width }, (_, row) => [...plot.subarray(row * width, (row + 1) * width)]);

  it('takes the mean of what a pixel covers', () => {
    const four = Float32Array.from({ length: 16 }, (_, i) => i);
    expect(grid(resizeArea(four, 1, 4, 4, 2, 2), 2)).toEqual([
      [2.5, 4.5],
      [10.5, 12.5],
    ]);
    const [a, b] = resizeArea(Float32Array.of(0, 3, 6), 1, 1, 3, 1, 2); // 0 and half of 3, half of 3 and 6
    expect(a).toBeCloseTo(1, 6);
    expect(b).toBeCloseTo(5, 6);
  });

  it('repeats pixels when it enlarges by whole numbers, each channel by itself', () => {
    expect([...resizeArea(Float32Array.of(1, 2, 8, 9), 2, 1, 2, 2, 4)]).toEqual([
      1, 1, 2, 2, 1, 1, 2, 2, 8, 8, 9, 9, 8, 8, 9, 9,
    ]);
  });

  it.each([
    [5, 7, 3, 4],
    [3, 4, 5, 7],
    [1, 1, 3, 2],
    [6, 5, 1, 1],
  ])('keeps the mean from %i × %i to %i × %i', (h, w, h2, w2) => {
    const image = Float32Array.from({ length: h * w }, (_, i) => Math.sin(i * i));
    const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
    expect(mean(resizeArea(image, 1, h, w, h2, w2))).toBeCloseTo(mean(image), 6);
  });
});

describe('the strip of samples', () => {
  it('has the first of each class, then the second', () => {
    const set = images(new Array(7).fill(0), [1, 1, 1], [2, 2, 0, 1, 2, 0, 0]);
    expect([...sampleRows(set)]).toEqual([2, 3, 0, 5, 1, 6, 4]);
    expect([...sampleRows(set, 4)]).toEqual([2, 3, 0, 5]);
    expect([...sampleRows(images(new Array(30).fill(0), [1, 1, 1]))]).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('shows red, green and blue side by side, and the names of the classes', () => {
    const set = images([0, 0.2, 0.4, 0.6, 0.8, 1, 1, 1, 1, 1, 1, 1], [3, 1, 2], [1, 0]);
    const plot = pictures(samplePicture(set, Uint32Array.of(0), 'Samples'));
    expect(plot).toMatchObject({ height: 1, width: 2, channels: 3, labels: ['dog'], caption: 'typed' });
    expect([...plot.pixels]).toEqual([0, 102, 204, 51, 153, 255]);
  });

  it('spreads what is not within 0 and 1, and says so', () => {
    const plot = pictures(samplePicture(images([-2, 0, 1, 2], [1, 2, 2]), Uint32Array.of(0), 'Samples'));
    expect([...plot.pixels]).toEqual([0, 128, 191, 255]);
    expect(plot.caption).toBe('typed; black is −2, white 2');
  });

  it('makes large images smaller and keeps their form', () => {
    const plot = pictures(samplePicture(images(new Array(200 * 100).fill(1), [1, 200, 100]), Uint32Array.of(0), 'S'));
    expect(plot).toMatchObject({ height: 64, width: 32 });
    expect(plot.pixels.every((value) => value === 255)).toBe(true);
  });
});

describe('the view', () => {
  it('counts classes, and says which have no example', () => {
    const view = dataView(images([0, 1, 0.5, 0.5], [1, 1, 1], [0, 0, 0, 1]));
    expect(view.summary).toMatchObject({ count: 4, classes: 3, leastOfAClass: 0, mostOfAClass: 3, mean: 0.5 });
    expect(view.summary.deviation).toBeCloseTo(Math.sqrt(1 / 8), 14);
    expect(view.notes.map(({ id, text }) => [id, text])).toEqual([
      ['classes-without-examples', "1 of 3 classes has no example: 'emu'."],
    ]);
    const table = view.plots[1]!;
    expect(table.kind === 'table' && table.table.rows).toEqual([
      [0, 'cat', 3, 75],
      [1, 'dog', 1, 25],
      [2, 'emu', 0, 0],
    ]);
  });

  it('says nothing of classes where each has an example, or where there are none', () => {
    expect(dataView(images([0, 1, 1], [1, 1, 1], [0, 1, 2])).notes).toEqual([]);
    expect(dataView(images([0, 1, 1], [1, 1, 1])).notes).toEqual([]);
  });

  it('lists the first vectors', () => {
    const [plot, more] = dataView(images([1, 2, 3, 4], [2])).plots;
    expect(more).toBeUndefined();
    expect(plot!.kind === 'table' && plot!.table.rows).toEqual([
      [0, 1, 2, 0.5],
      [1, 3, 4, 0.5],
    ]);
  });
});
