import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contourLines } from '../../src/plot/contour.js';
import { heatPicture } from '../../src/plot/heat.js';
import { jRange } from '../../src/plot/range.js';
import { VIRIDIS } from '../../src/plot/viridis.js';
import { lattice } from './examples.js';

const field = (n0: number, n1: number, f: (i: number, j: number) => number): Float64Array =>
  Float64Array.from({ length: n0 * n1 }, (_, k) => f(Math.floor(k / n1), k % n1));

describe('contour lines', () => {
  it('of a cone form one closed circle of the right length', () => {
    const n = 61;
    const [line, ...rest] = contourLines(
      field(n, n, (i, j) => Math.hypot(i - 30, j - 30)),
      n,
      n,
      20,
    );
    expect(rest).toEqual([]);
    let length = 0;
    for (let k = 0; k + 3 < line!.length; k += 2) {
      expect(Math.hypot(line![k]! - 30, line![k + 1]! - 30)).toBeCloseTo(20, 1);
      length += Math.hypot(line![k + 2]! - line![k]!, line![k + 3]! - line![k + 1]!);
    }
    expect(line!.slice(0, 2)).toEqual(line!.slice(-2));
    expect(length / (2 * Math.PI * 20)).toBeCloseTo(1, 2);
  });

  it('of a plane are one straight open line, exact on a lattice that is not square', () => {
    const lines = contourLines(
      field(7, 12, (i, j) => 2 * i + j),
      7,
      12,
      8.5,
    );
    expect(lines).toHaveLength(1);
    for (let k = 0; k < lines[0]!.length; k += 2) expect(2 * lines[0]![k]! + lines[0]![k + 1]!).toBeCloseTo(8.5, 12);
    expect(lines[0]!.length / 2).toBeGreaterThan(8);
  });

  it('leave out cells without values and levels outside', () => {
    const values = field(5, 5, (i) => i);
    values[12] = Number.NaN;
    const lines = contourLines(values, 5, 5, 1.5);
    for (const line of lines) {
      for (let k = 1; k < line.length; k += 2) expect(line[k]! <= 1 || line[k]! >= 3).toBe(true);
    }
    expect(contourLines(values, 5, 5, 9)).toEqual([]);
  });

  it('separate low from high: every point lies on an edge whose ends are on both sides, and open ends on the border', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 2, max: 7 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 49, maxLength: 49 }),
        (n0, n1, noise) => {
          const values = noise.slice(0, n0 * n1);
          const level = 0.5;
          const lines = contourLines(values, n0, n1, level);
          let segments = 0;
          for (const line of lines) {
            segments += line.length / 2 - 1;
            for (let k = 0; k < line.length; k += 2) {
              const [x, y] = [line[k]!, line[k + 1]!];
              const [a, b] = [values[Math.floor(x) * n1 + Math.floor(y)]!, values[Math.ceil(x) * n1 + Math.ceil(y)]!];
              expect(Math.min(a, b)).toBeLessThanOrEqual(level);
              expect(Math.max(a, b)).toBeGreaterThanOrEqual(level);
            }
            const closed = line[0] === line.at(-2) && line[1] === line.at(-1);
            if (closed) continue;
            for (const [x, y] of [line.slice(0, 2), line.slice(-2)]) {
              expect(x === 0 || x === n0 - 1 || y === 0 || y === n1 - 1).toBe(true);
            }
          }
          // One segment per crossed cell, two per saddle.
          let expected = 0;
          for (let i = 0; i + 1 < n0; i++) {
            for (let j = 0; j + 1 < n1; j++) {
              const corners = [i * n1 + j, (i + 1) * n1 + j, (i + 1) * n1 + j + 1, i * n1 + j + 1];
              const inside = corners.map((k) => values[k]! < level);
              expected += inside.filter((v, k) => v !== inside[(k + 1) % 4]).length / 2;
            }
          }
          expect(segments).toBe(expected);
        },
      ),
    );
  });
});

describe('heat picture', () => {
  it('has axis 0 to the right and axis 1 upwards', () => {
    const plot = lattice('contour', 5, ([x, y]) => x! + 2 * y! + 6);
    const { rgba, width, height } = heatPicture(plot, 5, 5, jRange(plot)!, 8);
    expect([width, height]).toEqual([32, 32]);
    const row = (x: number, y: number): number => {
      const at = 4 * (y * width + x);
      return Array.from({ length: 256 }, (_, k) => k).find((k) =>
        [0, 1, 2].every((d) => VIRIDIS[3 * k + d] === rgba[at + d]),
      )!;
    };
    // J runs from 0 (bottom left) to 12 (top right); pixel centres lie 1/64 of the width inside.
    expect(row(0, 31)).toBe(Math.round((255 * 3) / 64 / 3));
    expect(row(31, 31)).toBeLessThan(row(0, 0));
    expect(row(31, 0)).toBeGreaterThan(row(0, 0));
  });

  it('is transparent beside a value that is not finite', () => {
    const plot = lattice('contour', 3, ([x, y]) => (x === 2 && y === 2 ? Number.NaN : 1 + x!));
    const { rgba, width } = heatPicture(plot, 3, 3, jRange(plot)!, 4);
    expect(rgba[4 * (width - 1) + 3]).toBe(0);
    expect(rgba[4 * (width * (width - 1)) + 3]).toBe(255);
  });
});
