/** Members at or above a cap: seen, named and left out of every number. */
import { describe, expect, it } from 'vitest';
import { plotCsv } from '../../src/execute/csv.js';
import { ABOVE, cappedValues } from '../../src/plot/above-cap.js';
import { projection, startCamera } from '../../src/plot/camera.js';
import { colourBarShapes } from '../../src/plot/colour-bar.js';
import { contourLines } from '../../src/plot/contour.js';
import { layoutFigure } from '../../src/plot/figure.js';
import { headline, describe as inWords } from '../../src/plot/headline.js';
import { heatPicture } from '../../src/plot/heat.js';
import { chart } from '../../src/plot/options.js';
import { type JRange, jRange, readJ, sharedRange } from '../../src/plot/range.js';
import { rasterise } from '../../src/plot/raster.js';
import { readChart } from '../../src/plot/readout.js';
import { layoutRuler, roundEpsilon } from '../../src/plot/ruler.js';
import { spaceOf } from '../../src/plot/space.js';
import { packSpace, unpackSpace } from '../../src/plot/space-pack.js';
import { light } from '../../src/plot/theme.js';
import { lattice, scale } from './examples.js';

const CAP = 1;
const square = (c: readonly number[]): number => c.reduce((sum, v) => sum + v * v, 0);
const cut = (c: readonly number[]): number => (square(c) < CAP ? square(c) : Number.POSITIVE_INFINITY);
const capped = (kind: Parameters<typeof lattice>[0], n: number, more: Parameters<typeof lattice>[3] = {}) =>
  lattice(kind, n, cut, { cap: CAP, ...more });

describe('colours', () => {
  it('end at the cap, and go on to the largest J where none is above it', () => {
    expect(jRange(capped('contour', 9))).toMatchObject({ low: 0, high: CAP, capped: true });
    expect(jRange(lattice('contour', 9, square, { cap: 100 }))).toMatchObject({ high: 8, capped: false });
    expect(jRange(lattice('contour', 9, () => Number.POSITIVE_INFINITY, { cap: CAP }))).toMatchObject({ capped: true });
    expect(jRange(lattice('contour', 9, () => Number.POSITIVE_INFINITY))).toBeUndefined(); // J overflowed: no cap
  });

  it('of several plots end at the highest, and the bar says that there is more', () => {
    const shared = sharedRange([capped('contour', 9), lattice('contour', 9, square)])!;
    expect(shared).toMatchObject({ high: 8, capped: true });
    const words = (range: JRange): string[] =>
      colourBarShapes(undefined, light, range, 100, 0, 200).shapes.flatMap((s) => (s.kind === 'text' ? [s.text] : []));
    expect(words(shared)).toContain('≥ cap');
    expect(words({ ...shared, capped: false })).not.toContain('≥ cap');
  });

  it('a pixel is neutral exactly where its nearest member is above the cap', () => {
    const n = 9;
    const plot = capped('contour', n);
    const per = 4;
    const { rgba, width, height } = heatPicture(plot, n, n, jRange(plot)!, per);
    let neutral = 0;
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const [u, v] = [(x + 0.5) / per, (height - y - 0.5) / per];
        if ([u, v].some((at) => Math.abs(at - Math.floor(at) - 0.5) < 0.01)) continue; // between two
        const is = plot.values[Math.round(u) * n + Math.round(v)] === Number.POSITIVE_INFINITY;
        const pixel = [...rgba.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
        const grey = [ABOVE.red, ABOVE.green, ABOVE.blue, ABOVE.alpha];
        if (is) expect(pixel).toEqual(grey);
        else expect(pixel[3]).toBe(255);
        if (is) neutral++;
      }
    expect(neutral).toBeGreaterThan(width * height * 0.5);
    expect(neutral).toBeLessThan(width * height);
  });
});

describe('lines and surfaces', () => {
  it('the border of an ε-set is closed also where its neighbours are above the cap', () => {
    const plot = capped('contour', 5, { epsilon: 0.9 }); // spacing 1: only the middle is below
    expect(plot.values.filter(Number.isFinite)).toHaveLength(1);
    expect(contourLines(plot.values, 5, 5, 0.9)).toEqual([]);
    const [line, ...more] = contourLines(cappedValues(plot), 5, 5, 0.9);
    expect(more).toEqual([]);
    expect(line!.slice(0, 2)).toEqual(line!.slice(-2));
    for (let k = 0; k + 1 < line!.length; k += 2)
      expect(Math.abs(line![k]! - 2) + Math.abs(line![k + 1]! - 2)).toBeLessThanOrEqual(1);
  });

  it('an iso-surface has no holes towards members above the cap, also at the cap itself', () => {
    for (const epsilon of [0.3, CAP, 0.1 + 0.2]) {
      const { mesh } = spaceOf(
        lattice('iso-surface', 9, (c) => (square(c) < epsilon ? square(c) : Number.POSITIVE_INFINITY), {
          cap: epsilon,
          epsilon,
        }),
      );
      const sides = new Map<string, number>();
      for (let t = 0; t < mesh!.index.length; t += 3)
        for (const [a, b] of [
          [0, 1],
          [1, 2],
          [2, 0],
        ] as const) {
          const ends = [mesh!.index[t + a]!, mesh!.index[t + b]!].map((k) =>
            [...mesh!.position.subarray(3 * k, 3 * k + 3)].map((x) => x.toFixed(5)).join(),
          );
          if (ends[0] === ends[1]) continue; // collapsed onto a member
          const name = ends.sort().join(' ');
          sides.set(name, (sides.get(name) ?? 0) + 1);
        }
      expect(sides.size).toBeGreaterThan(20);
      expect([...sides.values()].filter((count) => count % 2 === 1)).toEqual([]);
    }
  });

  it('a surface has a plateau of its own colour at the cap, also in a file', () => {
    const n = 9;
    const plot = capped('surface', n);
    const space = spaceOf(plot);
    const all = new Set<number>(space.plateau!.index);
    for (const k of all) expect(plot.values[k]).toBe(Number.POSITIVE_INFINITY);
    for (const k of all) expect(space.plateau!.position[3 * k + 2]).toBeCloseTo(space.half[2], 5);
    expect(space.mesh!.index.length + space.plateau!.index.length).toBe(6 * (n - 1) ** 2); // nothing is left out
    const view = projection(startCamera(plot), { x: 0, y: 0, width: 200, height: 160 }, space.half);
    const figure = {
      width: 200,
      height: 160,
      body: view.body,
      shapes: [],
      theme: 'light',
      camera: startCamera(plot),
    } as const;
    const back = unpackSpace(packSpace({ ...figure, space })).space;
    expect(back.plateau!.index).toEqual(space.plateau!.index);
    const { rgba } = rasterise(space, view, 1);
    const grey = rgba.filter(
      (_, i) => i % 4 === 0 && rgba[i + 3] === 255 && Math.abs(rgba[i + 2]! - rgba[i]! * (174 / 154)) < 3,
    );
    expect(grey.length).toBeGreaterThan(1000);
    expect(spaceOf(lattice('surface', n, square)).plateau).toBeUndefined();
  });

  it('a line stops at the cap, under a band that says so', () => {
    const { option } = chart(capped('line', 41), light, { width: 400, height: 300 });
    const [line] = option.series as {
      data: number[][];
      markArea?: { data: { yAxis?: number; label?: { formatter: string } }[][] };
    }[];
    expect(line!.data.filter(([, y]) => !Number.isNaN(y)).length).toBe(19); // |c| < 1 in steps of 0.1
    expect(line!.markArea!.data[0]![0]).toMatchObject({ yAxis: CAP, label: { formatter: '≥ 1, the cap' } });
    const whole = chart(lattice('line', 41, square), light, { width: 400, height: 300 }).option;
    expect((whole.series as object[])[0]).not.toHaveProperty('markArea');
  });
});

describe('words', () => {
  it('a member above the cap is read as that, in the unit shown', () => {
    const plot = capped('contour', 9, { colouring: { log: true, relative: true } });
    expect(readJ(plot, Number.POSITIVE_INFINITY)).toEqual(['J / E[φ²]', '≥ 0.5, the cap']); // 1 / scale.power
    expect(readJ(plot, 0.5)).toEqual(['J / E[φ²]', '0.25']);
    expect(scale.power).toBe(2);
    const { frame } = chart(plot, light, { width: 400, height: 400 });
    const corner = readChart(plot, frame, frame.grid.x + 1, frame.grid.y + 1)!;
    expect(corner.lines.at(-1)).toEqual(['J / E[φ²]', '≥ 0.5, the cap']);
  });

  it('headline, description and legend say how many are below', () => {
    const plot = capped('contour', 9);
    const below = plot.values.filter(Number.isFinite).length;
    expect(headline(plot).count).toMatch(new RegExp(`^${below} of 81 · .* below the cap$`));
    expect(inWords(plot)).toContain('below the cap');
    const texts = (one: typeof plot): string[] =>
      layoutFigure(one, light, { width: 700, height: 400 }, jRange(one)).shapes.flatMap((s) =>
        s.kind === 'text' ? [s.text] : [],
      );
    expect(texts(plot)).toContain('J ≥ 1, the cap');
    expect(texts(lattice('contour', 9, square, { cap: 100 }))).not.toContain('J ≥ 100, the cap'); // none is
  });

  it('a CSV leaves a gap, with the cap beside it', () => {
    const rows = plotCsv(capped('line', 5)).trim().split('\r\n');
    expect(rows[0]).toBe('name,c₁,J,J / E[φ²],J at least');
    expect(rows[1]).toBe(',-2,,,1');
    expect(rows[3]).toBe(',0,0,0,');
  });
});

describe('the ruler', () => {
  const ruler = { scale, marks: [], lowest: 1e-4, highest: 0.9, epsilon: 0.1, cap: 0.4 };

  it('marks the cap where it lies', () => {
    const layout = layoutRuler(ruler, 800);
    expect(layout.labels.map(({ text }) => text)).toContain('cap 0.2');
    expect(layout.cap!).toBeGreaterThan(layout.epsilon!);
    expect(layout.cap!).toBeLessThan(layout.nulls[0]!.x);
    const { cap: _, ...whole } = ruler;
    expect(layoutRuler(whole, 800).cap).toBeUndefined();
  });

  it('gives no ε above the cap, whatever its digits', () => {
    expect(roundEpsilon(0.123456)).toBe(0.123);
    expect(roundEpsilon(9, 0.05)).toBe(0.05);
    for (const cap of [0.061772, 0.0999999, 1, 12345.6, 1e-9, 0.05 * 15.7]) {
      const given = roundEpsilon(Number.MAX_VALUE, cap);
      expect(given).toBeLessThanOrEqual(cap);
      expect(given).toBeGreaterThan(0.99 * cap);
    }
    expect(roundEpsilon(1, (0.05 * 0.7964220814218093) / 0.7964220814218093)).toBe(0.05); // a division's rounding is no less
  });
});
