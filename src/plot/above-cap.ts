/** Members at or above a Field's cap: J is not known there, so they have a colour of their own and count as the cap for lines. */
import { formatCount, formatNumber, formatShare } from '../catalog/text.js';
import type { PlotData } from '../catalog/views.js';
import { isRelative, type LatticePlot, shown } from './range.js';

/** Their colour over the ground of a picture: no hue of the map, and as light or dark as the theme. */
export const ABOVE = { red: 128, green: 138, blue: 150, alpha: 90 } as const;
/** The same as `#rrggbbaa`. */
export const ABOVE_HEX = '#808a965a';
/** Their colour on a surface, which is solid. */
export const ABOVE_SOLID = [154, 163, 174] as const;

/** Whether a J stands for "at or above the cap". */
export function isAbove(plot: PlotData, j: number): boolean {
  return j === Number.POSITIVE_INFINITY && 'cap' in plot && plot.cap !== undefined;
}

/** The values of a plot with the cap where J is not below it: what lines and surfaces are interpolated with. */
export function cappedValues(plot: LatticePlot): Float32Array {
  const { values, cap } = plot;
  if (cap === undefined) return values;
  const known = capped.get(values);
  if (known) return known;
  const least = Math.fround(cap);
  const top = least < cap ? Math.fround(least * (1 + 2 ** -23)) : least; // not below the cap after rounding
  const made = values.map((j) => (j === Number.POSITIVE_INFINITY ? top : j));
  capped.set(values, made);
  return made;
}

const capped = new WeakMap<Float32Array, Float32Array>(); // a plot is never changed, and is drawn at every turn

/** How many members are at or above the cap; 0 of a whole Field. */
export function countAbove(plot: LatticePlot): number {
  if (plot.cap === undefined) return 0;
  let count = counts.get(plot.values);
  if (count === undefined) {
    count = 0;
    for (const j of plot.values) if (j === Number.POSITIVE_INFINITY) count++;
    counts.set(plot.values, count);
  }
  return count;
}

const counts = new WeakMap<Float32Array, number>();

/** The cap as it is read on a plot: `0.05 E[φ²]`. */
export function capText(plot: LatticePlot & { readonly cap: number }): string {
  const relative = isRelative(plot.colouring, plot.scale);
  return `${formatNumber(shown(plot.cap, relative, plot.scale))}${relative ? ' E[φ²]' : ''}`;
}

/** `3,214 of 125,000 · 2.6 % below the cap`; undefined of a whole Field. */
export function belowText(plot: LatticePlot): string | undefined {
  if (plot.cap === undefined) return undefined;
  const all = plot.values.length;
  const below = all - countAbove(plot);
  return `${formatCount(below)} of ${formatCount(all)} · ${formatShare(below / all)} below the cap`;
}
