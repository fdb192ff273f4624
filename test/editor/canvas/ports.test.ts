import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PORT_TYPES, portStyle } from '../../../src/editor/canvas/port-style.js';
import { keyOfEnd, wiredKeys } from '../../../src/editor/canvas/ui-store.js';
import { OUTLINES } from '../../../src/plot/port-shapes.js';
import { dark, light } from '../../../src/plot/theme.js';

const css = readFileSync('src/editor/shell/theme.css', 'utf8');
const [lightCss, darkCss] = css.split('[data-theme="dark"]') as [string, string];
const names = Object.keys(light.types) as (keyof typeof light.types)[];

/** Contrast of two colours, WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * blue!;
  };
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

describe('types of ports', () => {
  it('can be told by their shapes alone', () => {
    expect(new Set(names.map((type) => OUTLINES[portStyle(type).shape])).size).toBe(names.length);
    expect(names.map((type) => portStyle(type).shape)).not.toContain(portStyle(undefined).shape);
  });
  it('are all in the legend', () => expect(PORT_TYPES.map(([type]) => type).sort()).toEqual([...names].sort()));
  it.each([
    ['light', light, lightCss],
    ['dark', dark, darkCss],
  ])('stand out from what they lie on, %s, and look alike in window and report', (_, theme, text) => {
    for (const type of names) {
      const variable = /var\((.+)\)/.exec(portStyle(type).colour)![1]!;
      const colour = new RegExp(`${variable}: (#[0-9a-f]{6});`).exec(text)?.[1];
      expect(colour, type).toBe(theme.types[type]);
      for (const ground of [theme.panel, theme.bg]) expect(contrast(colour!, ground), type).toBeGreaterThanOrEqual(3);
    }
    expect(theme.types.Inputs).not.toBe(theme.types.Outputs);
  });
});

it('an input and an output of one name are wired each for itself', () => {
  const wires = [
    { from: 'points.parameters', to: 'basis.parameters' },
    { from: 'search.parameters', to: 'points-2.parameters' },
  ];
  const input = (node: string) => keyOfEnd({ node, side: 'input', port: 'parameters' });
  const output = (node: string) => keyOfEnd({ node, side: 'output', port: 'parameters' });
  expect(wiredKeys(wires, 'points')).toEqual([output('points')]);
  expect(wiredKeys(wires, 'points-2')).toEqual([input('points-2')]);
});
