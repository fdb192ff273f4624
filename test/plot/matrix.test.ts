import { describe, expect, it } from 'vitest';
import { describe as words } from '../../src/plot/headline.js';
import { cellPicture } from '../../src/plot/matrix-chart.js';
import { chart } from '../../src/plot/options.js';
import { previewPicture } from '../../src/plot/preview.js';
import { readChart } from '../../src/plot/readout.js';
import { plotSvg } from '../../src/plot/svg.js';
import { light } from '../../src/plot/theme.js';
import { VIRIDIS, viridisHex } from '../../src/plot/viridis.js';
import { matrix } from './examples.js';
import { boxesOf, svgTexts } from './svg-texts.js';

const size = { width: 560, height: 430 };
const fills = (svg: string): string[] => [...svg.matchAll(/ fill="(#[0-9a-f]{6})"/g)].map(([, fill]) => fill!);

describe('a heat map', () => {
  it('has a cell of viridis for each number, and the numbers where they fit', () => {
    const plot = matrix(2, 3, (i, j) => (3 * i + j) / 5);
    const svg = plotSvg(plot, light, size);
    for (let k = 0; k < 6; k++) expect(fills(svg)).toContain(viridisHex(k / 5));
    const texts = svgTexts(svg).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['0.00', '0.20', '0.40', '0.60', '0.80', '1.00']));
    expect(texts).toEqual(expect.arrayContaining(['layers of A', 'layers of B', '2.relu', '1.block.0.conv']));
    expect(texts).toContain('linear CKA, unbiased, higher is closer');
    const small = svgTexts(
      plotSvg(
        matrix(20, 20, (i, j) => i + j),
        light,
        size,
      ),
    ).map(({ text }) => text);
    expect(small).not.toContain('0.00'); // no room for numbers
  });

  it('writes out names of rows that there is room for', () => {
    for (let width = 340; width < 420; width++) {
      const rows = ['dense 1', 'ReLU 1', 'dense 2', 'ReLU 2', 'dense 3'];
      const plot = matrix(5, 5, (i, j) => i + j, { rows, columns: rows });
      const texts = svgTexts(plotSvg(plot, light, { width, height: 320 })).map(({ text }) => text);
      expect(texts.filter((text) => text === 'dense 1').length, `${width} px`).toBeGreaterThan(1); // and at its column
    }
  });

  it('says where there is no number, and only then', () => {
    const texts = (v: number) =>
      svgTexts(
        plotSvg(
          matrix(2, 2, (i) => (i === 0 ? v : 1)),
          light,
          size,
        ),
      ).map((t) => t.text);
    expect(texts(Number.NaN)).toContain('no value');
    expect(texts(0)).not.toContain('no value');
  });

  it('keeps to the range that it is given, and says what is beyond', () => {
    const plot = matrix(1, 3, (_, j) => [-0.2, 0.5, 1.4][j]!, { range: [0, 1] });
    const svg = plotSvg(plot, light, size);
    for (const t of [0, 0.5, 1]) expect(fills(svg)).toContain(viridisHex(t));
    const texts = svgTexts(svg).map(({ text }) => text);
    expect(texts).toEqual(expect.arrayContaining(['≤ 0', '≥ 1', '−0.20', '1.40']));
  });

  it.each([
    [20, 20, 560],
    [20, 20, 300],
    [20, 5, 420],
    [5, 40, 420],
    [1, 1, 420],
    [6, 6, 300],
  ])('of %i × %i at %i px: every word inside the picture, none over another', (n, m, width) => {
    const plot = matrix(n, m, (i, j) => i + j / 7);
    const boxes = boxesOf(plotSvg(plot, light, { width, height: Math.round(0.75 * width) }));
    for (const box of boxes) {
      for (const { x, y } of box.corners) {
        expect(x, box.text).toBeGreaterThanOrEqual(-2);
        expect(x, box.text).toBeLessThanOrEqual(width + 2);
        expect(y, box.text).toBeGreaterThanOrEqual(-2);
        expect(y, box.text).toBeLessThanOrEqual(0.75 * width + 2);
      }
      for (const other of boxes)
        if (other !== box) expect(box.meets(other), `${box.text} over ${other.text}`).toBe(false);
    }
    expect(boxes.length).toBeGreaterThan(6);
  });

  it('is read under the pointer: names, value and spread of the cell', () => {
    const plot = matrix(4, 5, (i, j) => (i === 3 && j === 4 ? Number.NaN : i + j / 10), {
      spread: Float64Array.from({ length: 20 }, (_, k) => k / 1000),
    });
    const { frame } = chart(plot, light, size);
    const { x, y, width, height } = frame.grid;
    const at = (i: number, j: number) =>
      readChart(plot, frame, x + ((j + 0.4) / 5) * width, y + ((i + 0.6) / 4) * height);
    expect(at(2, 3)!.lines).toEqual([
      ['layers of A', '2.block.0.conv'],
      ['layers of B', '3.relu'],
      ['linear CKA, unbiased', '2.3 ± 0.013'],
    ]);
    expect(at(2, 3)!.x).toBeCloseTo(x + 0.7 * width, 6);
    expect(at(3, 4)!.lines[2]).toEqual(['linear CKA, unbiased', 'no value']);
    expect(readChart(plot, frame, x - 3, y + 3)).toBeUndefined();
    expect(readChart(plot, frame, x + 3, y + height + 3)).toBeUndefined();
  });

  it('of many cells is a picture with whole cells', () => {
    const { matrix: large } = matrix(60, 50, (i, j) => (i === 7 && j === 9 ? Number.NaN : i / 59 + 0 * j));
    const { rgba, width, height } = cellPicture(large, { width: 300, height: 240 });
    expect([width % 50, height % 60]).toEqual([0, 0]);
    const at = (i: number, j: number) => {
      const from = 4 * (Math.floor(((i + 0.5) * height) / 60) * width + Math.floor(((j + 0.5) * width) / 50));
      return [...rgba.subarray(from, from + 4)];
    };
    expect(at(0, 49)).toEqual([...VIRIDIS.subarray(0, 3), 255]);
    expect(at(59, 0)).toEqual([...VIRIDIS.subarray(765), 255]);
    expect(at(7, 9)).toEqual([0, 0, 0, 0]);
    expect(plotSvg({ ...matrix(1, 1, () => 0), matrix: large }, light, size)).toContain('data:image/png');
  });

  it('has a preview of its cells and a sentence for who cannot see it', () => {
    const plot = matrix(2, 2, (i, j) => i * 2 + j);
    const { rgba, width, height } = previewPicture(plot, 80, 40, 1);
    const at = (px: number, py: number) => [...rgba.subarray(4 * (py * width + px), 4 * (py * width + px) + 4)];
    expect([width, height]).toEqual([80, 40]);
    expect(at(5, 5)).toEqual([...VIRIDIS.subarray(0, 3), 255]); // the first cell, upper left
    expect(at(75, 35)).toEqual([...VIRIDIS.subarray(765), 255]); // the last
    expect(words(plot)).toBe(
      'CKA of A and B. 2 × 2. made for a test. linear CKA, unbiased from 0 to 3, higher is closer',
    );
  });
});
