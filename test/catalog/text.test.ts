import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatPower,
  formatSeconds,
  formatShare,
  subscript,
  superscript,
  unbroken,
} from '../../src/catalog/text.js';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [0.0025, '0.0025'],
    [15.749, '15.7'],
    [1.58733e-4, '1.59·10⁻⁴'],
    [1e-8, '10⁻⁸'],
    [-2, '−2'],
    [-1.5e-7, '−1.5·10⁻⁷'],
    [100, '100'],
    [43661, '43700'],
    [99999, '10⁵'],
    [1234567, '1.23·10⁶'],
    [0.9999, '1'],
    [Number.POSITIVE_INFINITY, '∞'],
    [Number.NaN, 'not a number'],
  ])('formatNumber(%d) is %s', (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });

  it('formatNumber keeps the digits asked for', () => {
    expect(formatNumber(Math.PI, 6)).toBe('3.14159');
    expect(formatNumber(0.12345, 1)).toBe('0.1');
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [125000, '125,000'],
    [-43661, '−43,661'],
    [2 ** 31, '2,147,483,648'],
  ])('formatCount(%d) is %s', (n, text) => {
    expect(formatCount(n)).toBe(text);
  });

  it.each([
    [0.0077, '7.7 ms'],
    [0.9999, '1 s'],
    [3.21, '3.2 s'],
    [59.99, '1 min'],
    [245, '4 min 5 s'],
    [7380, '2 h 3 min'],
    [3599.9, '1 h'],
  ])('formatSeconds(%d) is %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  it.each([
    [512, '512 B'],
    [999, '999 B'],
    [1746440000, '1.7 GB'],
    [999_999, '1 MB'],
  ])('formatBytes(%d) is %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('a share is 0 % or 100 % only when it is', () => {
    expect(formatShare(0)).toBe('0 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatShare(1e-6)).toBe('< 0.1 %');
    expect(formatShare(0.99999)).toBe('> 99.9 %');
    expect(formatShare(2907 / 5671)).toBe('51.3 %');
  });

  it('subscripts, superscripts and powers', () => {
    expect(`θ${subscript(10)}`).toBe('θ₁₀');
    expect(superscript(-12)).toBe('⁻¹²');
    expect(formatPower(50, 3)).toBe('50³');
  });
});

it('numbers and what belongs to them stay on one line; other words may part', () => {
  const words = (text: string) => unbroken(text).split(' ');
  expect(words('of 300 × 3 × 32 × 32 and 4.2 %, 0 %')).toEqual([
    'of',
    '300\u00a0×\u00a03\u00a0×\u00a032\u00a0×\u00a032',
    'and',
    '4.2\u00a0%,',
    '0\u00a0%',
  ]);
  expect(words('ε is 15.7 × E[φ²]')).toHaveLength(5);
});
