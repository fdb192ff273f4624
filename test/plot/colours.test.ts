import { describe, expect, it } from 'vitest';
import { dark, light, markColour } from '../../src/plot/theme.js';
import { VIRIDIS, viridisHex, viridisRow } from '../../src/plot/viridis.js';

/** Linear light of `#rrggbb`. */
const linear = (hex: string): number[] =>
  [1, 3, 5].map((at) => {
    const v = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  });
/** Relative luminance, WCAG 2.1. */
function luminance(hex: string): number {
  const [r, g, b] = linear(hex);
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

type Rows = readonly (readonly [number, number, number])[];
const times = (rows: Rows, v: readonly number[]): number[] =>
  rows.map((row) => row.reduce((sum, c, k) => sum + c * v[k]!, 0));
/** How colour-blind people see: Machado, Oliveira and Fernandes 2009, Table 1, severity 1. */
const SIGHT: Readonly<Record<string, Rows>> = {
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const XYZ: Rows = [
  [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339 / 1.08883, 0.119192 / 1.08883, 0.9503041 / 1.08883],
];
/** CIELAB, D65. */
function lab(light: readonly number[]): number[] {
  const f = times(
    XYZ,
    light.map((v) => Math.min(1, Math.max(0, v))),
  ).map((v) => (v > 0.008856 ? Math.cbrt(v) : 7.787 * v + 16 / 116));
  return [116 * f[1]! - 16, 500 * (f[0]! - f[1]!), 200 * (f[1]! - f[2]!)];
}
/** Distance of two colours as somebody sees them (ΔE, CIE 1976; 2.3 is just seen). */
function distance(a: string, b: string, sight: Rows): number {
  const [p, q] = [a, b].map((hex) => lab(times(sight, linear(hex))));
  return Math.hypot(...p!.map((v, k) => v - q![k]!));
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

  it.each([light, dark])(
    '$name: Activations are apart from all other types for colour-blind people too',
    ({ types }) => {
      const others = Object.entries(types).filter(([type]) => type !== 'Activations');
      for (const [name, sight] of Object.entries(SIGHT))
        for (const [type, colour] of others)
          expect(distance(types.Activations, colour, sight), `${name} ${type}`).toBeGreaterThan(12);
    },
  );

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
