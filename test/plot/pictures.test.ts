import { describe, expect, it } from 'vitest';
import { headline } from '../../src/plot/headline.js';
import { chart } from '../../src/plot/options.js';
import { paint, tile } from '../../src/plot/pictures-chart.js';
import { previewPicture } from '../../src/plot/preview.js';
import { readChart } from '../../src/plot/readout.js';
import { plotSvg } from '../../src/plot/svg.js';
import { light } from '../../src/plot/theme.js';
import { pictures } from './examples.js';
import { svgTexts } from './svg-texts.js';

const size = { width: 400, height: 300 };
const numbers = (count: number) => Array.from({ length: count }, (_, k) => String(k));
const labels = Array.from({ length: 12 }, (_, k) => `class ${k}`);

describe('small pictures', () => {
  it.each([1, 3] as const)('with %i channels keep their pixels: blocks of one colour, no smoothing', (channels) => {
    const plot = pictures(['a', 'b'], channels);
    const sheet = { rgba: new Uint8ClampedArray(4 * 12 * 10), width: 12, height: 10 };
    paint(plot, 1, sheet, 3, 1, 4);
    const at = (x: number, y: number) => [...sheet.rgba.subarray(4 * (y * 12 + x), 4 * (y * 12 + x) + 4)];
    for (const [x, y] of [
      [3, 1],
      [6, 4],
      [10, 4],
      [3, 8],
    ] as const)
      expect(at(x, y)).toEqual([1, 1, 1, 255]); // picture 1 has tone 1
    expect(at(7, 5)).toEqual([255, 255, 255, 255]);
    expect(at(10, 8)).toEqual([255, 255, 255, 255]);
    expect(at(2, 1)).toEqual([0, 0, 0, 0]);
    expect(at(11, 8)).toEqual([0, 0, 0, 0]);
    expect(at(3, 9)).toEqual([0, 0, 0, 0]);
  });

  it('in colour keep red, green and blue in their order', () => {
    const plot = { ...pictures(['a'], 3), pixels: Uint8ClampedArray.from({ length: 12 }, (_, k) => 10 * k) };
    const sheet = { rgba: new Uint8ClampedArray(16), width: 2, height: 2 };
    paint(plot, 0, sheet, 0, 0, 1);
    expect([...sheet.rgba]).toEqual([0, 10, 20, 255, 30, 40, 50, 255, 60, 70, 80, 255, 90, 100, 110, 255]);
  });

  it('are as large as the room allows, and fewer where they would be too small', () => {
    const room = { width: 412, height: 300 };
    const glyph = { width: 28, height: 28 };
    const ten = tile(10, glyph, room, 14, 1);
    expect(ten.shown).toBe(10);
    expect(ten.scale).toBeGreaterThanOrEqual(2);
    for (const count of [1, 10, 37, 500]) {
      const { columns, rows, scale, shown } = tile(count, glyph, room, 14, 1);
      expect(columns * (28 * scale + 6)).toBeLessThanOrEqual(room.width + 1e-9);
      expect(rows * (28 * scale + 6 + 14)).toBeLessThanOrEqual(room.height + 1e-9);
      expect(columns * rows).toBeGreaterThanOrEqual(shown);
      expect((rows - 1) * columns).toBeLessThan(shown); // no empty row
      expect((2 * scale) % 1).toBe(0);
    }
    expect(tile(500, glyph, room, 14, 1).shown).toBe(12 * 6); // ⌊412 / 34⌋ × ⌊300 / 48⌋
  });

  it('carry their labels, and say how many there are and how many are not shown', () => {
    expect(headline(pictures(labels)).count).toBe('12 pictures');
    expect(headline(pictures(['7'])).count).toBe('1 picture');
    const texts = (plot = pictures(labels)) => svgTexts(plotSvg(plot, light, size)).map(({ text }) => text);
    expect(texts()).toEqual(expect.arrayContaining(labels));
    expect(texts().join()).not.toContain('more');
    const large = { ...pictures(numbers(40)), height: 100, width: 100 };
    const many = { ...large, pixels: new Uint8ClampedArray(40 * 100 * 100) };
    const drawn = texts(many).filter((text) => /^\d+$/.test(text)).length;
    expect(drawn).toBe(40); // pictures of 100 px may shrink to 32
    const crowd = pictures(numbers(4000));
    const shown = texts(crowd).filter((text) => /^\d+$|…$/.test(text)).length;
    expect(texts(crowd)).toContain(`${(4000 - shown).toLocaleString('en-US')} more`);
  });

  it('keep their labels whole in a narrow room, in two lines, where the pictures stay large enough', () => {
    const names = ['red triangle', 'cross-hatch', 'plain', 'blue square'];
    const plot = (count: number, word = '') => ({
      ...pictures(Array.from({ length: count }, (_, k) => names[k % 4] + word)),
      height: 32,
      width: 32,
      pixels: new Uint8ClampedArray(count * 32 * 32),
    });
    const texts = (count: number, word?: string) =>
      svgTexts(plotSvg(plot(count, word), light, { width: 258, height: 350 }))
        .map(({ text }) => text)
        .filter((text) => !/^Samples$|pictures$|more$/.test(text));
    expect(new Set(texts(20))).toEqual(new Set(['red', 'triangle', 'cross-', 'hatch', 'plain', 'blue', 'square']));
    expect(new Set(texts(2))).toEqual(new Set(['red triangle', 'cross-hatch'])); // one line where that leaves as large ones
    for (const text of texts(20, 'incomprehensibilities')) expect(text).toMatch(/^\w.*…$/);
  });

  it('are read under the pointer', () => {
    const plot = pictures(labels);
    const { frame } = chart(plot, light, size);
    const [columns, rows] = [frame.x.high, frame.y.low];
    const { grid } = frame;
    const k = columns + 1; // the second of the second row
    const px = grid.x + (1.5 / columns) * grid.width;
    const py = grid.y + (1.5 / rows) * grid.height;
    expect(readChart(plot, frame, px, py)!.lines).toEqual([
      ['picture', String(k)],
      ['label', labels[k]],
    ]);
    expect(readChart(plot, frame, grid.x - 2, py)).toBeUndefined();
    if (columns * rows > 12)
      expect(readChart(plot, frame, grid.x + grid.width - 2, grid.y + grid.height - 2)).toBeUndefined();
  });

  it('have a preview without words', () => {
    const { rgba, width } = previewPicture(pictures(['a', 'b']), 40, 20, 2);
    const whites = Array.from({ length: rgba.length / 4 }, (_, p) => p).filter((p) => rgba[4 * p] === 255);
    const columns = whites.map((p) => p % width);
    expect(Math.min(...columns)).toBeLessThan(width / 2);
    expect(Math.max(...columns)).toBeGreaterThan(width / 2); // the white corner of each
  });
});
