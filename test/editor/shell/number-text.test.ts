import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactNumber, parseNumber, parseNumbers, parseRows } from '../../../src/editor/shell/form/number-text.js';

describe('numbers in fields', () => {
  it('come back exactly as they were written', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (x) => {
        expect(parseNumber(exactNumber(x))).toBe(x === 0 ? 0 : x);
      }),
      { numRuns: 2000 },
    );
  });

  it('are shown with real minus signs and powers of ten', () => {
    expect(exactNumber(-2)).toBe('−2');
    expect(exactNumber(0.02)).toBe('0.02');
    expect(exactNumber(1e-8)).toBe('10⁻⁸');
    expect(exactNumber(-1.5e-8)).toBe('−1.5·10⁻⁸');
    expect(exactNumber(2e25)).toBe('2·10²⁵');
  });

  it.each([
    ['1e-3', 0.001],
    ['2·10⁻³', 0.002],
    ['2*10^-3', 0.002],
    ['10^4', 10_000],
    ['-10⁻⁸', -1e-8],
    ['−0.5', -0.5],
    ['.5', 0.5],
    ['1,000,000', 1_000_000],
    [' 12 ', 12],
  ])('are read as people type them: %s', (text, value) => {
    expect(parseNumber(text)).toBe(value);
  });

  it.each(['', 'many', '1e', '--2', '1.2.3', '1,5', 'Infinity', '1e999', '0x10', 'NaN'])('refuse %s', (text) => {
    expect(parseNumber(text)).toBeUndefined();
  });

  it('make lists and rows', () => {
    expect(parseNumbers('1, −0.8 0.9;1.1')).toEqual([1, -0.8, 0.9, 1.1]);
    expect(parseNumbers('')).toEqual([]);
    expect(parseNumbers('1, x')).toBeUndefined();
    expect(parseRows('1, 2\n\n3 4\n')).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(parseRows('1\ntwo')).toBeUndefined();
  });
});
