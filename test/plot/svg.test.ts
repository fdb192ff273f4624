import { describe, expect, it } from 'vitest';
import type { PlotData } from '../../src/catalog/views.js';
import { DEFAULT_CAMERA, project, projection } from '../../src/plot/camera.js';
import { chart, chartOptions, is3d, isPicture } from '../../src/plot/options.js';
import { readChart, readSpace } from '../../src/plot/readout.js';
import { spaceOf } from '../../src/plot/space.js';
import { plotSvg } from '../../src/plot/svg.js';
import { dark, light } from '../../src/plot/theme.js';
import { curves, lattice, matrix, penalty, pictures, points, training } from './examples.js';

const bowl = (c: readonly number[]): number => c.reduce((sum, v) => sum + v * v, 0.01);
const log = { colouring: { log: true, relative: true } } as const;
const all: Record<string, PlotData> = {
  contour: lattice('contour', 9, bowl, { epsilon: 1 }),
  'contour, log': lattice('contour', 9, bowl, { epsilon: 1, ...log }),
  line: lattice('line', 9, bowl, { epsilon: 1 }),
  'line, log': lattice('line', 9, bowl, { epsilon: 1, ...log }),
  'points in 2-D': points(2),
  'points in 3-D': points(3),
  surface: lattice('surface', 9, bowl),
  'iso-surface': lattice('iso-surface', 9, bowl, { epsilon: 1 }),
  curves,
  matrix: matrix(3, 4, (i, j) => (i === j ? Number.NaN : i - j)),
  'matrix, many cells': matrix(50, 50, (i, j) => i * j),
  pictures: pictures(['7', '', 'three']),
  'curves with error bars': penalty,
  'curves with bands': training,
};

/** Every element is closed and nothing is nested wrongly: enough of XML for files that we write. */
function wellFormed(svg: string): void {
  const open: string[] = [];
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-zA-Z][\w:-]*)(?:"[^"]*"|'[^']*'|[^'">])*?(\/?)>/g)) {
    if (close) expect(open.pop()).toBe(name);
    else if (!self) open.push(name!);
  }
  expect(open).toEqual([]);
}

const textsOf = (svg: string): string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text!);

describe('what XML forbids', () => {
  it.each(Object.entries(all))('is not in a picture: %s', (_, plot) => {
    const title = 'a\u001b[31m\u0000\ud800b\udc00 \ufffe𝔸\u0009é';
    const named = 'title' in plot ? { ...plot, title } : plot;
    const svg = plotSvg(named, light);
    // XML 1.0, production [2] Char; the iterator gives halves of pairs as they are
    const illegal = [...svg].filter((sign) => {
      const point = sign.codePointAt(0)!;
      const legal = [9, 10, 13].includes(point) || (point >= 0x20 && point <= 0xd7ff);
      return !legal && !(point >= 0xe000 && point <= 0xfffd) && !(point >= 0x10000 && point <= 0x10ffff);
    });
    expect(illegal).toEqual([]);
    expect(svg).toContain('𝔸');
    expect(svg).toContain('é');
  });
});

describe('pictures as SVG', { timeout: 30_000 }, () => {
  it.each(Object.entries(all))('%s: whole, finite, in both themes, the same each time', (_, plot) => {
    for (const theme of [light, dark]) {
      const svg = plotSvg(plot, theme);
      wellFormed(svg);
      expect(svg.replace(/base64,[^"]*/g, '')).not.toMatch(/NaN|undefined|Infinity/);
      expect(svg).toContain(theme.panel);
      expect(plotSvg(plot, theme)).toBe(svg);
      const names = [...svg.matchAll(/ id="([^"]*)"/g)].map(([, name]) => name!);
      expect(new Set(names).size).toBe(names.length);
      for (const [, name] of svg.matchAll(/url\(#([^)]*)\)/g)) expect(names).toContain(name);
    }
  });

  it('carry axis names, the bar with its name, marks, count and caption', () => {
    const words = textsOf(plotSvg(lattice('contour', 9, bowl, { epsilon: 1, ...log }), light));
    expect(words).toEqual(
      expect.arrayContaining(['c₁', 'c₂', 'J / E[φ²]', 'θ₀', 'ε', 'ε = 0.5 E[φ²]', 'made for a test', '−2', '2']),
    );
    expect(words).toContain('9 of 81 · 11.1 % under ε');
    expect(textsOf(plotSvg(all['points in 3-D']!, light))).toEqual(expect.arrayContaining(['c₁', 'c₂', 'c₃', 'θ₀']));
    expect(textsOf(plotSvg(curves, light))).toEqual(
      expect.arrayContaining(['step', 'J / E[φ²]', '0.1', 'selected 2', 'θ₀', 'θ₁']),
    );
  });

  it('cannot be broken out of by titles and names', () => {
    const evil = '</text><script>alert(1)</script>"\'&{a|b}';
    for (const plot of Object.values(all)) {
      const hostile = {
        ...plot,
        title: evil,
        caption: evil,
        ...('marks' in plot ? { marks: plot.marks.map((m) => ({ ...m, name: evil })) } : {}),
        ...('axes' in plot ? { axes: plot.axes.map((a) => ({ ...a, name: evil })) } : {}),
        ...(plot.kind === 'curves'
          ? {
              curve: {
                ...plot.curve,
                xName: evil,
                yName: evil,
                lines: plot.curve.lines.map((l) => ({ ...l, name: evil, state: evil })),
                ...(plot.curve.places ? { places: plot.curve.places.map(() => evil) } : {}),
                ...(plot.curve.baseline ? { baseline: { name: evil, y: 0 } } : {}),
              },
            }
          : {}),
        ...(plot.kind === 'matrix'
          ? {
              matrix: {
                ...plot.matrix,
                rows: plot.matrix.rows.map(() => evil),
                columns: plot.matrix.columns.map(() => evil),
                rowName: evil,
                columnName: evil,
                valueName: evil,
              },
            }
          : {}),
        ...(plot.kind === 'pictures' ? { labels: plot.labels.map(() => evil) } : {}),
      } as PlotData;
      const svg = plotSvg(hostile, light);
      expect(svg).not.toContain('<script');
      wellFormed(svg);
    }
  });

  it('know what they can draw', () => {
    expect(
      Object.values(all)
        .filter(is3d)
        .map((p) => p.kind),
    ).toEqual(['points', 'surface', 'iso-surface']);
    const table: PlotData = { kind: 'table', title: 't', caption: '', table: { type: 'Table', columns: [], rows: [] } };
    expect(isPicture(table)).toBe(false);
    expect(() => chartOptions(table, light, { width: 300, height: 200 })).toThrow("plot 't': table is not a 2-D plot");
  });

  it('survive plots without members or finite values', () => {
    const none = { position: new Float32Array(0), values: new Float32Array(0), marks: [] };
    const empty = [
      points(2, none),
      points(3, none),
      lattice('contour', 5, () => Number.NaN),
      lattice('surface', 5, () => Number.NaN),
      lattice('line', 5, () => Number.NaN),
      lattice('iso-surface', 5, () => Number.NaN),
      lattice('contour', 5, () => 0, log),
      { ...curves, curve: { ...curves.curve, x: new Float64Array(0), lines: [] } },
      { ...penalty, curve: { ...penalty.curve, x: new Float64Array(0), places: [], lines: [] } },
      matrix(0, 0, () => 0),
      matrix(2, 2, () => Number.NaN),
      matrix(2, 2, () => Number.POSITIVE_INFINITY),
      pictures([]),
    ];
    for (const plot of empty) wellFormed(plotSvg(plot, light));
  });
});

describe('reading under the pointer', () => {
  const size = { width: 500, height: 400 };

  it('finds the lattice point of a contour map', () => {
    const plot = lattice('contour', 9, ([x, y]) => 10 + x! + 0.2 * y! - 0.1);
    const { frame } = chart(plot, light, size);
    const { grid } = frame;
    const read = readChart(plot, frame, grid.x + 0.76 * grid.width, grid.y + 0.13 * grid.height)!;
    expect(read.lines).toEqual([
      ['c₁', '1'],
      ['c₂', '1.5'],
      ['J', '11.2'],
    ]);
    expect(readChart(plot, frame, 1, 1)).toBeUndefined();
  });

  it('keeps the scale of both axes equal where both are coefficients', () => {
    const { grid } = chart(lattice('contour', 9, bowl), light, { width: 900, height: 300 }).frame;
    expect(grid.width).toBeCloseTo(grid.height, 9);
  });

  it('keeps distances of an embedding true in every direction', () => {
    const axes = [{ name: 'UMAP 1' }, { name: 'UMAP 2' }];
    for (const shape of [
      { width: 800, height: 300 },
      { width: 300, height: 700 },
    ]) {
      const { grid, x, y } = chart(points(2, { axes }), light, shape).frame;
      expect((x.high - x.low) / grid.width / ((y.high - y.low) / grid.height)).toBeCloseTo(1, 1);
      expect(x.low).toBeLessThanOrEqual(-1);
      expect(y.high).toBeGreaterThanOrEqual(1);
    }
  });

  it('reads whole numbers exactly: step 51,126', () => {
    const long = { ...curves, curve: { ...curves.curve, x: Float64Array.of(0, 20000, 51126, 60000) } };
    const { frame } = chart(long, light, size);
    const [px, py] = [frame.grid.x + (51126 / 60000) * frame.grid.width, frame.grid.y + frame.grid.height * 0.66];
    expect(readChart(long, frame, px, py)!.lines[1]).toEqual(['step', '51,126']);
  });

  it('names every mark on a spot, each with its J, and of two near ones the nearer', () => {
    const spot = (name: string, x: number, loss: number) => ({ name, position: [x, 0], loss });
    const marks = [spot('θ₀', 0, 2), spot('θ₁', 0.001, 4), spot('θ₂', 0.03, 6)];
    const plot = lattice('contour', 5, () => 1, { marks, colouring: { log: false, relative: false } });
    const { frame } = chart(plot, light, size);
    const { grid } = frame;
    const [px, py] = [grid.x + grid.width / 2, grid.y + grid.height / 2];
    expect((0.03 / 4) * grid.width).toBeLessThan(4);
    expect(readChart(plot, frame, px, py)!.lines).toEqual([
      ['', 'θ₀, θ₁, θ₂'],
      ['c₁', '0'],
      ['c₂', '0'],
      ['J of θ₀', '2'],
      ['J of θ₁', '4'],
      ['J of θ₂', '6'],
    ]);
    const apart = { ...plot, marks: [marks[0]!, spot('θ₂', (6 / grid.width) * 4, 6)] };
    expect(readChart(apart, frame, px + 5, py)!.lines[0]).toEqual(['', 'θ₂']);
  });

  it('finds points, marks and lines', () => {
    const set = points(2, { marks: [{ name: 'θ₁', position: [0.5, 0.5], loss: 0.5 }] });
    const { frame } = chart(set, light, size);
    const at = (x: number, y: number) =>
      readChart(
        set,
        frame,
        frame.grid.x + ((x + 1) / 2) * frame.grid.width,
        frame.grid.y + ((1 - y) / 2) * frame.grid.height,
      );
    expect(at(-0.5, 1)!.lines).toEqual([
      ['c₁', '−0.5'],
      ['c₂', '1'],
      ['J / E[φ²]', '0.625'],
    ]);
    expect(at(0.5, 0.5)!.lines[0]).toEqual(['', 'θ₁']);
    expect(at(1, 1)).toBeUndefined(); // not in the set
    const drawn = chart(curves, light, size).frame;
    const line = readChart(
      curves,
      drawn,
      drawn.grid.x + drawn.grid.width / 3 + 2,
      drawn.grid.y + drawn.grid.height / 3,
    )!;
    expect(line.lines).toEqual([
      ['', 'θ₀'],
      ['step', '1'],
      ['J / E[φ²]', '0.1'],
      ['', 'selected'],
    ]);
  });

  it('finds the nearer of two points behind each other in 3-D', () => {
    const plot = points(3, {
      position: Float32Array.of(-0.8, 0, 0.4, 0.8, 0, 0.4),
      values: Float32Array.of(0.2, 0.6),
      marks: [],
    });
    const space = spaceOf(plot);
    const view = projection({ ...DEFAULT_CAMERA, azimuth: 0, elevation: 0 }, { x: 0, y: 0, ...size }, space.half);
    const spot = project(view, 0.8, 0, 0.4);
    const read = readSpace(plot, space, view, spot.x + 1, spot.y - 1)!;
    expect(read.lines).toEqual([
      ['c₁', '0.8'],
      ['c₂', '0'],
      ['c₃', '0.4'],
      ['J / E[φ²]', '0.3'],
    ]);
    expect(readSpace(plot, space, view, 3, 3)).toBeUndefined();
  });
});
