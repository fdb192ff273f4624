import { describe, expect, it } from 'vitest';
import { dark, light, markColour } from '../../src/plot/theme.js';
import { VIRIDIS, viridisHex, viridisRow } from '../../src/plot/viridis.js';

/** Relative luminance, WCAG 2.1. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
const contrast = (a: string, b: string): number => {
  const [high, low] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (high! + 0.05) / (low! + 0.05);
};

describe('viridis', () => {
  it('has the published end and middle colours', () => {
    // matplotlib: viridis(0), viridis(0.5), viridis(1.0)
    expect([0, 0.5, 1].map(viridisHex)).toEqual(['#440154', '#21918c', '#fde725']);
  });

  it('gets lighter all the way: low is dark', () => {
    expect(VIRIDIS).toHaveLength(768);
    const light = Array.from({ length: 256 }, (_, k) => luminance(viridisHex(k / 255)));
    for (let k = 1; k < 256; k++) expect(light[k]!).toBeGreaterThan(light[k - 1]! - 1e-3);
    expect(light[255]!).toBeGreaterThan(light[0]! + 0.7);
  });

  it('clamps and gives row 0 to what is not a number', () => {
    expect([-1, 0, 1, 7, Number.NaN].map(viridisRow)).toEqual([0, 0, 255, 255, 0]);
  });
});

describe('theme', () => {
  it.each([light, dark])('$name: text is readable on both grounds (WCAG AA)', (theme) => {
    for (const ground of [theme.bg, theme.panel]) {
      for (const text of [theme.ink, theme.dim]) expect(contrast(text, ground)).toBeGreaterThan(4.5);
      for (const text of [theme.accent, theme.bad]) expect(contrast(text, ground)).toBeGreaterThan(4);
    }
  });

  it('marks have the colours of the paper by name, wherever they stand in the list', () => {
    expect(['θ₀', 'θ₁', 'θ₂', 'θ₃'].map((name) => markColour(name, 9))).toEqual([
      '#c0362c',
      '#8a63d2',
      '#e0a100',
      '#8b5a2b',
    ]);
    expect(markColour('θ_1', 0)).toBe('#8a63d2');
    expect(markColour('θ', 3)).toBe('#2f6df6');
    expect(markColour('another', 1)).toBe('#8a63d2');
  });
});
