import { describe, expect, it } from 'vitest';
import type { Curve } from '../../src/catalog/values.js';
import { headline } from '../../src/plot/headline.js';
import { lineLook, placeOf } from '../../src/plot/line-looks.js';
import { chart } from '../../src/plot/options.js';
import { previewCurves } from '../../src/plot/preview-lines.js';
import { readChart } from '../../src/plot/readout.js';
import { plotSvg } from '../../src/plot/svg.js';
import { light } from '../../src/plot/theme.js';
import { curves, penalty, training } from './examples.js';
import { boxesOf, svgTexts } from './svg-texts.js';

const size = { width: 560, height: 430 };
const words = (plot: typeof penalty, width = 560) =>
  svgTexts(plotSvg(plot, light, { width, height: 430 })).map(({ text }) => text);
const of = (curve: Partial<Curve>): typeof penalty => ({ ...penalty, curve: { ...training.curve, ...curve } });

describe('curves over places', () => {
  it('name their places, their lines, the baseline, and what an error bar is', () => {
    expect(words(penalty)).toEqual(
      expect.arrayContaining(['1.relu', '4.relu', '7.relu', 'layer', 'penalty', 'full', 'rank 1', 'no penalty']),
    );
    expect(words(penalty)).toContain('± 2 standard errors over 2 pairs');
    expect(headline(curves).count).toBe('2 selected of 3');
  });

  it('stand beside each other, so that no error bar covers another, and stay at their place', () => {
    for (const lines of [2, 5, 12]) {
      const curve = { ...penalty.curve, lines: Array.from({ length: lines }, () => penalty.curve.lines[0]!) };
      const at = Array.from({ length: lines }, (_, k) => placeOf(curve, k, 1));
      for (let k = 1; k < lines; k++) expect(at[k]).toBeGreaterThan(at[k - 1]!);
      expect(at[0]! + at[lines - 1]!).toBeCloseTo(2, 12); // around 1
      expect(at[lines - 1]! - at[0]!).toBeLessThanOrEqual(0.5);
    }
  });

  it('have room for the error bars, the runs and the baseline', () => {
    const { y } = chart(penalty, light, size).frame;
    expect(y.high).toBeGreaterThan(22); // 20 + 2
    expect(y.low).toBeLessThan(0);
    const far = { ...penalty, curve: { ...penalty.curve, baseline: { name: 'chance', y: 90 } } };
    expect(chart(far, light, size).frame.y.high).toBeGreaterThan(90);
  });

  it('draw an error bar from y − s to y + s', () => {
    const plot = { ...penalty, curve: { ...penalty.curve, lines: [penalty.curve.lines[1]!] } };
    const { grid, y } = chart(plot, light, { ...size, heading: true, caption: true }).frame;
    const toY = (value: number) => grid.y + ((y.high - value) / (y.high - y.low)) * grid.height;
    const bars = [...plotSvg(plot, light, size).matchAll(/<polyline points="([^"]*)"[^>]*stroke="#2f6df6"/g)]
      .map(([, points]) => points!.split(' ').map(Number))
      .filter(([x0, , x1]) => x0 === x1)
      .map(([, low, , high]) => [low, high]);
    expect(bars).toHaveLength(2); // none where there is no value
    for (const [k, [low, high]] of [
      [9, 11],
      [18, 22],
    ].entries()) {
      expect(bars[k]![0]).toBeCloseTo(toY(low!), 0);
      expect(bars[k]![1]).toBeCloseTo(toY(high!), 0);
    }
  });

  it.each([300, 560])('with long names at %i px: every word inside the picture, none over another', (width) => {
    const places = Array.from({ length: 19 }, (_, i) => `${i}.block.1.batch-norm`);
    const x = Float64Array.from(places, (_, i) => i);
    const plot = {
      ...penalty,
      curve: {
        ...penalty.curve,
        x,
        places,
        lines: [
          { name: 'A', y: x },
          { name: 'B', y: x.map((v) => 2 * v) },
        ],
      },
    };
    const height = 0.75 * width;
    const boxes = boxesOf(plotSvg(plot, light, { width, height }));
    for (const box of boxes) {
      for (const corner of box.corners) {
        expect(corner.x, box.text).toBeGreaterThanOrEqual(-2);
        expect(corner.x, box.text).toBeLessThanOrEqual(width + 2);
        expect(corner.y, box.text).toBeLessThanOrEqual(height + 2);
      }
      for (const other of boxes)
        if (other !== box) expect(box.meets(other), `${box.text} over ${other.text}`).toBe(false);
    }
    expect(boxes.filter(({ text }) => text.includes('norm')).length).toBeGreaterThan(5);
  });

  it('are read under the pointer: the nearer line, its spread and its runs', () => {
    const { frame } = chart(penalty, light, size);
    const { grid, x, y } = frame;
    const spot = (k: number, i: number, value: number) =>
      readChart(
        penalty,
        frame,
        grid.x + ((placeOf(penalty.curve, k, i) - x.low) / (x.high - x.low)) * grid.width,
        grid.y + ((y.high - value) / (y.high - y.low)) * grid.height,
      );
    expect(spot(0, 1, 2)!.lines).toEqual([
      ['', 'full'],
      ['layer', '4.relu'],
      ['penalty', '2 ± 0.5'],
      ['runs', '2'],
    ]);
    expect(spot(1, 1, 20)!.lines).toEqual([
      ['', 'rank 1'],
      ['layer', '4.relu'],
      ['penalty', '20 ± 2'],
    ]);
  });
});

describe('curves over a quantity', () => {
  it('have a legend where their lines have no state, and bands for the spread, broken at gaps', () => {
    expect(words(training)).toEqual(expect.arrayContaining(['training', 'validation', 'epoch', 'cross-entropy']));
    const bands = [...plotSvg(training, light, size).matchAll(/fill-opacity="0\.16"|opacity="0\.16"/g)];
    expect(bands).toHaveLength(3); // one, and two around the gap
    const plain = of({ lines: training.curve.lines.map(({ name, y }) => ({ name, y })) });
    expect(plotSvg(plain, light, size)).not.toContain('opacity="0.16"');
  });

  it('a single line is named by its axis', () => {
    expect(words(of({ lines: [training.curve.lines[0]!] }))).not.toContain('training');
  });

  it('may have a logarithmic x', () => {
    const x = Float64Array.of(0.01, 0.1, 1);
    const plot = of({ x, logX: true, lines: [{ name: 'a', y: Float64Array.of(3, 2, 1) }] });
    expect(words(plot)).toEqual(expect.arrayContaining(['0.01', '0.1', '1']));
    const { frame } = chart(plot, light, size);
    const read = readChart(plot, frame, frame.grid.x + frame.grid.width / 2, frame.grid.y + frame.grid.height * 0.4)!;
    expect(read.lines[1]).toEqual(['epoch', '0.1']);
    const [line] = previewCurves(plot, 100, 40);
    expect([...line!.path.matchAll(/[ML]([\d.]+) /g)].map(([, px]) => Number(px))).toEqual([0, 50, 100]);
  });

  it('with more lines than hues are told by dashes', () => {
    const curve = of({ lines: Array.from({ length: 24 }, (_, k) => ({ name: `${k}`, y: training.curve.x })) }).curve;
    const looks = curve.lines.map((_, k) =>
      JSON.stringify([lineLook(curve, k, light).colour, lineLook(curve, k, light).dash]),
    );
    expect(new Set(looks).size).toBe(24);
  });
});

describe('previews of curves', () => {
  it('draw error bars inside the card and give each line its hue', () => {
    const lines = previewCurves(penalty, 100, 40);
    expect(lines.map(({ hue }) => hue).sort()).toEqual([0, 1]);
    for (const { path } of lines)
      for (const [, x, y] of path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(100);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(40);
      }
    const full = lines.find(({ hue }) => hue === 0)!;
    expect(full.path.match(/M/g)).toHaveLength(1 + 3);
    expect(previewCurves(curves, 100, 40).every(({ hue }) => hue === undefined)).toBe(true);
  });

  it('show a point that stands alone, the only one of a curve or one between gaps', () => {
    const pathOf = (...y: readonly number[]): string => {
      const { curve } = of({ x: Float64Array.from(y, (_, i) => i), lines: [{ name: '', y: Float64Array.from(y) }] });
      return previewCurves({ ...penalty, curve }, 100, 40)[0]!.path;
    };
    expect(pathOf(5)).toMatch(/^M46\.0 [\d.]+h8$/);
    expect(pathOf(1, Number.NaN, 5, 6).match(/M[\d. -]+h8|L/g)).toEqual([expect.stringMatching(/h8$/), 'L']);
  });

  it('write out a long name of an axis', () => {
    const xName = 'Slope for negative values of Architecture';
    const plot = of({ xName });
    const boxes = boxesOf(plotSvg(plot, light, { width: 236, height: 240 }));
    expect(boxes.map(({ text }) => text).join(' ')).toContain(xName);
    for (const { corners, text } of boxes)
      for (const corner of corners) {
        expect(corner.x, text).toBeLessThanOrEqual(237);
        expect(corner.y, text).toBeLessThanOrEqual(240);
      }
  });

  it('over whole numbers have no ticks between them', () => {
    for (const count of [1, 2, 3, 5]) {
      const x = Float64Array.from({ length: count }, (_, i) => i + 1);
      const drawn = chart(of({ x, lines: [{ name: 'training', y: x }] }), light, { width: 560, height: 430 });
      const { customValues } = (drawn.option.xAxis as { axisTick: { customValues: number[] } }).axisTick;
      expect(customValues, `${count} epochs`).toEqual([...x]);
    }
  });
});
