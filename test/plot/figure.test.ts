import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlotData } from '../../src/catalog/views.js';
import { plotCsv } from '../../src/execute/csv.js';
import { escapeXml, fitText, overlap, textBox, textWidth, wrapText } from '../../src/plot/drawing.js';
import { layoutFigure } from '../../src/plot/figure.js';
import { headline, describe as words } from '../../src/plot/headline.js';
import { encodePng } from '../../src/plot/png.js';
import { previewPicture } from '../../src/plot/preview.js';
import { previewCurves } from '../../src/plot/preview-lines.js';
import { jRange } from '../../src/plot/range.js';
import { light } from '../../src/plot/theme.js';
import { curves, lattice, penalty, points } from './examples.js';

const bowl = ([x, y]: readonly number[]): number => x! * x! + (y ?? 0) ** 2;
const plots = [
  lattice('contour', 9, bowl, { epsilon: 3 }),
  lattice('line', 9, bowl, { epsilon: 3 }),
  points(2),
  points(3),
  curves,
];

describe('words of a plot', () => {
  it('count the set and its share', () => {
    expect(headline(points(2)).count).toBe('21 of 25 · 84 %');
    expect(headline(points(2, { total: undefined })).count).toBe('21 points');
    expect(headline(lattice('contour', 5, bowl, { epsilon: 1.5 })).count).toBe('5 of 25 · 20 % under ε');
    expect(headline(curves).count).toBe('2 selected of 3');
  });

  it('name the node that a picture is of, after the title', () => {
    const plot = lattice('contour', 9, bowl);
    const drawn = (source?: string): string[] =>
      layoutFigure(plot, light, { width: 900, height: 600, heading: true, ...(source ? { source } : {}) }, jRange(plot))
        .shapes.filter((shape) => shape.kind === 'text' && shape.bold)
        .map((shape) => (shape.kind === 'text' ? shape.text : ''));
    expect(drawn()).toEqual([plot.title]);
    expect(drawn('Grid · published')).toEqual([`${plot.title} · Grid · published`]);
    expect(drawn(plot.title)).toEqual([plot.title]); // not twice
  });

  it('flag an ε above the null models in the picture and in the sentence for screen readers', () => {
    const plot = points(2, { epsilon: 5 });
    expect(headline(plot).flags).toEqual(['ε is 2.5 × E[φ²]: the zero function counts as equivalent']);
    const figure = layoutFigure(plot, light, { width: 500, height: 400, heading: true }, jRange(plot));
    const flag = figure.shapes.find((s) => s.kind === 'text' && s.text.includes('zero function'));
    expect(flag).toMatchObject({ fill: light.bad });
    expect(words(plot)).toContain('the zero function counts as equivalent');
    expect(words(plot)).toContain('θ₀ J 0');
  });
});

describe('figure layout', () => {
  it('keeps every word inside, apart from each other, and leaves room for the data', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...plots),
        fc.integer({ min: 240, max: 1200 }),
        fc.integer({ min: 240, max: 900 }),
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('ε-set', 'A rather long title of a plot that would not fit beside its count in a small card'),
        (plot, width, height, heading, caption, title) => {
          const named = { ...plot, title, caption: 'A caption of some words that may need two lines.' };
          const figure = layoutFigure(named, light, { width, height, heading, caption }, jRange(named));
          const texts = figure.shapes.filter((s) => s.kind === 'text');
          const boxes = texts.map((t) => {
            const box = textBox(t.x, t.y, t.text, t.size, t.align);
            return { ...box, width: textWidth(t.text, t.size, t.bold) };
          });
          boxes.forEach((a, i) => {
            expect(a.x).toBeGreaterThanOrEqual(0);
            expect(a.x + a.width, texts[i]!.text).toBeLessThanOrEqual(width + 1);
            boxes.slice(0, i).forEach((b, j) => {
              expect(overlap(a, b), `${texts[i]!.text} over ${texts[j]!.text}`).toBe(false);
            });
          });
          expect(figure.body.width).toBeGreaterThan(0.5 * width);
          expect(figure.body.height).toBeGreaterThan(0.3 * height);
        },
      ),
      { numRuns: 4000 },
    );
  });

  it('writes every word of a legend in the inspector, in rows and where need be over two', () => {
    for (const width of [220, 268, 560]) {
      const { shapes } = layoutFigure(penalty, light, { width, height: 240, reserve: 60 }, undefined);
      const text = shapes.flatMap((shape) => (shape.kind === 'text' ? shape.text : [])).join(' ');
      for (const name of [...penalty.curve.lines.map((line) => line.name), penalty.curve.spreadName!])
        expect(text).toContain(name);
      expect(text).not.toContain('…');
    }
  });

  it('shortens texts to fit', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 300 }), (text, width) => {
        expect(textWidth(fitText(text, 12, width), 12)).toBeLessThanOrEqual(width);
        expect(wrapText(text, 12, width, 3).length).toBeLessThanOrEqual(3);
      }),
    );
    expect(wrapText('one two three four', 12, 60, 5).join(' ')).toBe('one two three four');
  });

  it('escapes what a hostile title would do', () => {
    expect(escapeXml(`</text><script>alert("1'2")</script>&`)).not.toMatch(/[<>"']/);
  });
});

describe('marks outside of what a plot spans', () => {
  const marks = [
    { name: 'θ₀', position: [0, 0, 0], loss: 0.25 },
    { name: 'θ₁', position: [-3.4, 1, 0], loss: 0.5 },
    { name: 'θ₂', position: [2, 2, 2] }, // on the border
  ];
  const legend = (plot: PlotData) =>
    layoutFigure(plot, light, { width: 700, height: 400 }, undefined).shapes.flatMap((shape) =>
      shape.kind === 'text' ? shape.text : [],
    );

  it.each(['contour', 'surface', 'iso-surface', 'line'] as const)('of a %s are said in the legend', (kind) => {
    const plot = lattice(kind, 3, () => 1, { marks });
    expect(legend(plot)).toEqual(expect.arrayContaining(['θ₀ 0.25', 'θ₁ 0.5, outside', 'θ₂']));
    expect(words(plot)).toContain('outside the picture: θ₁');
  });

  it('of a narrow picture are all there too, in a second row', () => {
    const narrow = (height: number) =>
      layoutFigure(
        lattice('contour', 3, () => 1, { marks }),
        light,
        { width: 130, height },
        undefined,
      );
    const texts = narrow(240).shapes.flatMap((shape) => (shape.kind === 'text' ? shape.text : []));
    expect(texts).toEqual(['θ₀', 'θ₁ outside', 'θ₂']);
    expect(narrow(240).body.y).toBeGreaterThan(narrow(120).body.y);
  });

  it('of points are said where the axes have ends; an embedding makes room for all', () => {
    const axes = ['c₁', 'c₂'].map((name) => ({ name, low: -2, high: 2 }));
    expect(legend(points(2, { marks, axes }))).toContain('θ₁ 0.25, outside');
    const free = points(2, { marks, axes: [{ name: 'UMAP 1' }, { name: 'UMAP 2' }] });
    expect(legend(free).join()).not.toContain('outside');
    expect(words(free)).not.toContain('outside');
  });
});

describe('data export', () => {
  it('holds every member with its coordinates, J and J / E[φ²], then the marks', () => {
    const plot = lattice('contour', 3, ([x, y]) => 10 + x! + 0.1 * y!);
    const rows = plotCsv(plot).trim().split('\r\n');
    expect(rows).toHaveLength(1 + 9 + 2);
    expect(rows[0]).toBe('name,c₁,c₂,J,J / E[φ²]');
    expect(rows.slice(1, 4).map((row) => row.split(',').slice(1, 3).join())).toEqual(['-2,-2', '-2,0', '-2,2']);
    for (const row of rows.slice(1, 10)) {
      const [name, x, y, j, relative] = row.split(',');
      expect(name).toBe('');
      expect(Number(j)).toBeCloseTo(10 + Number(x) + 0.1 * Number(y), 5);
      expect(Number(relative)).toBe(Number(j) / 2);
    }
    expect(rows[10]).toBe('θ₀,0,0,0.25,0.125');
    expect(plotCsv(points(3)).trim().split('\r\n')).toHaveLength(1 + points(3).values.length + 1);
  });

  it('quotes as RFC 4180 says', () => {
    const table = {
      type: 'Table' as const,
      columns: [{ name: 'a,b' }, { name: 'c', unit: 's' }],
      rows: [['x"y\nz', null]],
    };
    expect(plotCsv({ kind: 'table', title: '', caption: '', table })).toBe('"a,b",c (s)\r\n"x""y\nz",\r\n');
    expect(plotCsv(curves).split('\r\n')[0]).toBe('step,θ₀ (selected),θ₁ (selected),candidate 7 (loss)');
  });
});

describe('PNG', () => {
  it('holds the pixels, with right checksums', () => {
    const rgba = Uint8Array.from({ length: 4 * 5 * 3 }, (_, k) => (k * 37) % 256);
    const file = encodePng(rgba, 5, 3);
    const view = new DataView(file.buffer);
    expect([...file.subarray(1, 4)].map((c) => String.fromCharCode(c)).join('')).toBe('PNG');
    const chunks = new Map<string, Uint8Array>();
    for (let at = 8; at < file.length; ) {
      const size = view.getUint32(at);
      const typed = file.subarray(at + 4, at + 8 + size);
      expect(view.getUint32(at + 8 + size)).toBe(crc32(typed));
      chunks.set(new TextDecoder().decode(typed.subarray(0, 4)), typed.subarray(4));
      at += 12 + size;
    }
    expect([...chunks.keys()]).toEqual(['IHDR', 'IDAT', 'IEND']);
    const raw = inflateSync(chunks.get('IDAT')!);
    for (let y = 0; y < 3; y++) {
      expect([...raw.subarray(y * 21 + 1, (y + 1) * 21)]).toEqual([...rgba.subarray(20 * y, 20 * (y + 1))]);
    }
  });
});

describe('previews', () => {
  it('draw every kind of plot in the room they have', () => {
    for (const plot of [
      ...plots,
      lattice('surface', 9, bowl),
      lattice('iso-surface', 9, (c) => bowl(c) + c[2]! ** 2, { epsilon: 1 }),
    ]) {
      if (plot.kind === 'curves' || plot.kind === 'line') continue;
      const { rgba, width, height } = previewPicture(plot, 60, 30, 2);
      expect([width, height, rgba.length]).toEqual([120, 60, 120 * 60 * 4]);
      expect(rgba.some((v, k) => k % 4 === 3 && v > 0)).toBe(true);
    }
  });

  it('fill the card with what there is, however small its part of the box', () => {
    const near = points(3, { marks: [] });
    const small = {
      ...near,
      position: near.position.map((v) => 0.1 * v),
      axes: near.axes.map((a) => ({ ...a, low: -1, high: 1 })),
    };
    const extentOf = (plot: PlotData): [number, number] => {
      const { rgba, width, height } = previewPicture(plot, 100, 60, 1);
      const rows = new Set<number>();
      const columns = new Set<number>();
      for (let k = 0; k < width * height; k++)
        if (rgba[4 * k + 3]! > 0) [rows.add(Math.floor(k / width)), columns.add(k % width)];
      return [columns.size, rows.size];
    };
    expect(extentOf(small)[1]).toBeGreaterThan(8); // at most 2.5 times as large as in its box
    expect(extentOf(near)[1]).toBeGreaterThan(42);
    expect(extentOf(near)[1]).toBeLessThanOrEqual(60);
    const [columns, rows] = extentOf({ ...points(2, { marks: [] }), axes: [{ name: 'UMAP 1' }, { name: 'UMAP 2' }] });
    expect(Math.abs(columns - rows)).toBeLessThanOrEqual(2); // as wide as high: a picture of distances
  });

  it('draw lines inside the card, selected ones last, broken where a value is missing', () => {
    const lines = previewCurves(curves, 100, 40);
    expect(lines.map((line) => line.strong)).toEqual([false, true, true]);
    for (const { path } of lines) {
      for (const [, x, y] of path.matchAll(/[ML](-?[\d.]+) (-?[\d.]+)/g)) {
        expect(Number(x)).toBeGreaterThanOrEqual(0);
        expect(Number(x)).toBeLessThanOrEqual(100);
        expect(Number(y)).toBeGreaterThanOrEqual(0);
        expect(Number(y)).toBeLessThanOrEqual(40);
      }
    }
    expect(lines[0]!.path.match(/[ML]/g)).toHaveLength(3);
    expect(previewCurves(points(2), 10, 10)).toEqual([]);
  });
});
