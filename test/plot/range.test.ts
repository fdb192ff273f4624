import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jRange, place, rangeTicks, sharedRange, sharedRanges } from '../../src/plot/range.js';
import { linearTicks, logTicks } from '../../src/plot/ticks.js';
import { lattice, points } from './examples.js';

describe('ticks', () => {
  it('are round', () => {
    expect(linearTicks(-2, 2, 4).map((t) => t.label)).toEqual(['−2', '−1', '0', '1', '2']);
    expect(linearTicks(0, 0.02, 4).map((t) => t.label)).toEqual(['0', '0.005', '0.01', '0.015', '0.02']);
    expect(logTicks(1e-8, 1, 5).map((t) => t.label)).toEqual(['10⁻⁸', '10⁻⁶', '10⁻⁴', '0.01', '1']);
    expect(logTicks(0.5, 30, 6).map((t) => t.label)).toEqual(expect.arrayContaining(['0.5', '1', '10', '20']));
  });

  it('have separators in thousands, all in one way', () => {
    expect(linearTicks(0, 100000, 5).map((t) => t.label)).toEqual([
      '0',
      '20,000',
      '40,000',
      '60,000',
      '80,000',
      '100,000',
    ]);
    expect(linearTicks(-2000, 2000, 4).map((t) => t.label)).toEqual(['−2,000', '−1,000', '0', '1,000', '2,000']);
    expect(linearTicks(0, 900, 3).map((t) => t.label)).toEqual(['0', '200', '400', '600', '800']);
  });

  it('are powers of ten on a logarithmic scale, written in one way from 10⁴ on', () => {
    expect(logTicks(0.1, 2e6, 9).map((t) => t.label)).toEqual(['0.1', '1', '10', '100', '1,000', '10⁴', '10⁵', '10⁶']);
  });

  it('lie inside, ascend, are few and have different labels', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.integer({ min: 2, max: 10 }),
        (low, width, count) => {
          const high = low + width;
          fc.pre((high - low) / Math.max(Math.abs(low), Math.abs(high)) > 1e-4);
          const ticks = linearTicks(low, high, count);
          expect(ticks.length).toBeLessThanOrEqual(2 * count + 1);
          for (const { value } of ticks) {
            expect(value).toBeGreaterThanOrEqual(low - 1e-6 * width);
            expect(value).toBeLessThanOrEqual(high + 1e-6 * width);
          }
          expect(new Set(ticks.map((t) => t.label)).size).toBe(ticks.length);
          for (let k = 1; k < ticks.length; k++) expect(ticks[k]!.value).toBeGreaterThan(ticks[k - 1]!.value);
        },
      ),
    );
    fc.assert(
      fc.property(fc.integer({ min: -14, max: 6 }), fc.double({ min: 0.3, max: 14, noNaN: true }), (from, decades) => {
        const low = 10 ** from * 1.3;
        const high = low * 10 ** decades;
        const ticks = logTicks(low, high, 6);
        for (const { value } of ticks) {
          expect(value).toBeGreaterThanOrEqual(low * (1 - 1e-8));
          expect(value).toBeLessThanOrEqual(high * (1 + 1e-8));
        }
        for (let k = 1; k < ticks.length; k++) expect(ticks[k]!.value).toBeGreaterThan(ticks[k - 1]!.value);
      }),
    );
  });
});

describe('range of J', () => {
  it('spans the finite values, divided by E[φ²] where relative', () => {
    const plot = lattice('contour', 5, ([x, y]) => x! * x! + y! * y!);
    expect(jRange(plot)).toMatchObject({ low: 0, high: 8, log: false, relative: false });
    expect(jRange({ ...plot, colouring: { log: false, relative: true } })).toMatchObject({ low: 0, high: 4 });
    const holes = Float32Array.from(plot.values, (v) => (v === 8 ? Number.POSITIVE_INFINITY : v));
    expect(jRange({ ...plot, values: holes })).toMatchObject({ low: 0, high: 5 });
    expect(jRange({ ...plot, values: new Float32Array(25).fill(Number.NaN) })).toBeUndefined();
  });

  it('is absolute where the reference is the zero function', () => {
    const plot = points(2, { scale: { power: 0, variance: 0, zero: 0, constant: 0 } });
    expect(jRange(plot)).toMatchObject({ relative: false });
  });

  it('of an ε-set reaches up to ε', () => {
    expect(jRange(points(2))).toMatchObject({ low: 0, high: 1.3 / 2, relative: true });
  });

  it('on a logarithmic scale is bounded below, and says so on the bar', () => {
    const plot = lattice('contour', 5, ([x, y]) => x! * x! + y! * y!, { colouring: { log: true, relative: false } });
    expect(jRange(plot)).toMatchObject({ low: 1, high: 8, log: true, clipped: true, capped: false });
    const deep = lattice('contour', 5, ([x]) => 10 ** (-6 * (2 - x!)), { colouring: { log: true, relative: false } });
    const range = jRange(deep)!;
    expect(range.high / range.low).toBeCloseTo(1e8, -2);
    expect(rangeTicks(range)[0]!.label).toBe('≤ 10⁻⁸');
  });

  it('shares one range, so that equal colours are equal J; not across units', () => {
    const a = points(3);
    const b = points(3, { values: a.values.map((v) => 10 * v), epsilon: 13 });
    const shared = sharedRange([a, b])!;
    expect(shared).toMatchObject({ low: 0, high: 6.5 });
    expect(sharedRange([a, { ...b, colouring: { log: true, relative: true } }])).toBeUndefined();
    expect(sharedRange([a, { ...b, colouring: { log: false, relative: false } }])).toBeUndefined();
    expect(sharedRange([])).toBeUndefined();
  });

  it('shares by kind: two logarithmic plots beside a linear one have one range, and it is said', () => {
    const over = (low: number, high: number, log: boolean) =>
      lattice('contour', 3, ([x]) => low * (high / low) ** ((x! + 2) / 4), { colouring: { log, relative: false } });
    const plots = [over(0.01, 8e4, false), over(0.01, 1e4, true), over(1e-6, 1, true)];
    const { ranges, whole, text } = sharedRanges(plots);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]!.high).toBeCloseTo(1e4, 0);
    expect(ranges[1]!.low).toBeCloseTo(1e-6, 8);
    expect(ranges[2]).toBe(ranges[1]);
    expect(whole).toBeUndefined();
    expect(text).toBe('colour scales shared by kind: 1 linear J, 2 logarithmic J');
    expect(sharedRanges(plots.slice(1))).toMatchObject({ whole: ranges[1], text: 'colour scale shared' });
    expect(sharedRanges(plots.slice(0, 2))).toMatchObject({ ranges: [undefined, undefined], whole: undefined });
    const table = { kind: 'table', title: '', caption: '', table: { type: 'Table', columns: [], rows: [] } } as const;
    expect(sharedRanges([table, ...plots.slice(1)]).ranges).toEqual([undefined, ranges[1], ranges[1]]);
  });

  it('places values monotonically in [0, 1]', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.double({ min: 1e-6, max: 10, noNaN: true }),
        fc.double({ min: 1.01, max: 1e6, noNaN: true }),
        fc.array(fc.double({ min: -1, max: 1e8, noNaN: true }), { minLength: 2, maxLength: 8 }),
        (log, low, times, values) => {
          const range = { low, high: low * times, log, relative: false, clipped: false, capped: false };
          expect(place(range, low)).toBeCloseTo(0, 12);
          expect(place(range, low * times)).toBeCloseTo(1, 12);
          const sorted = [...values].sort((p, q) => p - q).map((v) => place(range, v));
          for (let k = 0; k < sorted.length; k++) {
            expect(sorted[k]).toBeGreaterThanOrEqual(k === 0 ? 0 : sorted[k - 1]!);
            expect(sorted[k]).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
    expect(place({ low: 1, high: 2, log: true, clipped: false }, Number.NaN)).toBeNaN();
  });

  it('of a constant field has a width', () => {
    for (const log of [false, true]) {
      const range = jRange(lattice('contour', 4, () => 3, { colouring: { log, relative: false } }))!;
      expect(range.high).toBeGreaterThan(range.low);
      expect(place(range, 3)).toBeGreaterThanOrEqual(0);
    }
  });
});
