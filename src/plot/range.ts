/** How J becomes a colour: the range of a plot, shared ranges of several plots, and the ticks of the colour bar. */
import { formatNumber } from '../catalog/text.js';
import type { JScale } from '../catalog/values.js';
import type { Colouring, PlotData } from '../catalog/views.js';
import { linearTicks, logTicks, type Tick } from './ticks.js';

/** A plot whose arrays are a lattice of J. */
export type LatticePlot = Extract<PlotData, { kind: 'surface' | 'contour' | 'line' | 'iso-surface' }>;
/** A plot of points coloured by J. */
export type PointsPlot = Extract<PlotData, { kind: 'points' }>;
/** A plot of lines. */
export type CurvesPlot = Extract<PlotData, { kind: 'curves' }>;
/** A plot of a matrix. */
export type MatrixPlot = Extract<PlotData, { kind: 'matrix' }>;
/** A plot of small pictures. */
export type PicturesPlot = Extract<PlotData, { kind: 'pictures' }>;
/** A plot that carries J. */
export type JPlot = LatticePlot | PointsPlot;

/** The interval of numbers that colours span. */
export interface ColourRange {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly clipped: boolean; // smaller values exist and have the lowest colour
  readonly over?: boolean; // larger values exist and have the highest colour
}

/** The interval of J that the colours span, in shown units: J, or J / E[φ²] where `relative`. */
export interface JRange extends ColourRange {
  readonly relative: boolean;
  readonly capped: boolean; // members at or above a cap exist and have a colour of their own
}

/** A logarithmic scale spans at most this many decades below its top: one point at rounding error must not take all colours. */
const DECADES = 8;
/** One for several plots spans more: what is rounding error beside the largest J of one may be all there is of another. */
const SHARED_DECADES = 12;

/** True for a plot that carries J. */
export function hasJ(plot: PlotData): plot is JPlot {
  return 'scale' in plot;
}

/** Whether J is shown divided by E[φ²]; it is not where the reference is the zero function. */
export function isRelative(colouring: Colouring, scale: JScale): boolean {
  return colouring.relative && scale.power > 0;
}

/** J in shown units. */
export function shown(j: number, relative: boolean, scale: JScale): number {
  return relative ? j / scale.power : j;
}

/** Name of the shown quantity. */
export function measureName(relative: boolean): string {
  return relative ? 'J / E[φ²]' : 'J';
}

/** A J as people read it on this plot: in shown units with its name. */
export function readJ(plot: JPlot, j: number): readonly [name: string, text: string] {
  const relative = isRelative(plot.colouring, plot.scale);
  const above = plot.kind !== 'points' && plot.cap !== undefined && j === Number.POSITIVE_INFINITY;
  const text = formatNumber(shown(above ? plot.cap : j, relative, plot.scale));
  return [measureName(relative), above ? `≥ ${text}, the cap` : text];
}

/** The range of one plot: its finite values, up to ε for an ε-set and to the cap for a Field with one. Undefined where there is no finite value. */
export function jRange(plot: PlotData): JRange | undefined {
  if (!hasJ(plot)) return undefined;
  const known = ranges.get(plot);
  if (known) return known;
  const range = rangeOf(plot);
  if (range) ranges.set(plot, range);
  return range;
}

const ranges = new WeakMap<JPlot, JRange>(); // a plot is never changed, and its range is asked for at every turn

function rangeOf(plot: JPlot): JRange | undefined {
  const relative = isRelative(plot.colouring, plot.scale);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let positive = Number.POSITIVE_INFINITY;
  let capped = false;
  const cap = plot.kind === 'points' ? undefined : plot.cap;
  for (const value of plot.values) {
    if (!Number.isFinite(value)) {
      capped ||= cap !== undefined && value === Number.POSITIVE_INFINITY;
      continue;
    }
    if (value < low) low = value;
    if (value > high) high = value;
    if (value > 0 && value < positive) positive = value;
  }
  if (plot.kind === 'points' && plot.epsilon !== undefined && plot.epsilon > 0) high = Math.max(high, plot.epsilon);
  if (capped && cap !== undefined) {
    high = cap;
    low = Math.min(low, cap);
    positive = Math.min(positive, cap);
  }
  if (!(high >= low)) return undefined;
  const { log } = plot.colouring;
  const ends = (from: number, clipped: boolean): JRange =>
    order(shown(from, relative, plot.scale), shown(high, relative, plot.scale), { log, relative, clipped, capped });
  if (!log) return ends(low, false);
  if (!(high > 0)) return { low: 0, high: 1, log: false, relative, clipped: false, capped };
  const bottom = Math.max(Math.min(positive, high), high * 10 ** -DECADES);
  return ends(bottom, low < bottom);
}

/** One range for several plots, so that equal colours mean equal J; undefined where their units or scales differ. */
export function sharedRange(plots: readonly PlotData[]): JRange | undefined {
  const ranges = plots.map(jRange).filter((range) => range !== undefined);
  const first = ranges[0];
  if (!first || ranges.some((r) => r.log !== first.log || r.relative !== first.relative)) return undefined;
  const high = Math.max(...ranges.map((r) => r.high));
  const lowest = Math.min(...ranges.map((r) => r.low));
  const low = first.log ? Math.max(lowest, high * 10 ** -SHARED_DECADES) : lowest;
  const clipped = lowest < low || ranges.some((r) => r.clipped && r.low <= low);
  const capped = ranges.some((r) => r.capped);
  return order(low, high, { log: first.log, relative: first.relative, clipped, capped });
}

/** What several plots have in common: the range of each that shares one with another, and how that is said. */
export interface SharedRanges {
  readonly ranges: readonly (JRange | undefined)[]; // by plot; undefined where it keeps its own
  readonly whole: JRange | undefined; // where all plots of J have the same
  readonly text: string;
}

/** Ranges of plots beside each other: those of one unit and one kind of scale share it, whatever the others are. */
export function sharedRanges(plots: readonly PlotData[]): SharedRanges {
  const groups = new Map<string, { readonly name: string; readonly members: PlotData[] }>();
  for (const plot of plots) {
    const range = jRange(plot);
    if (!range) continue;
    const name = `${range.log ? 'logarithmic' : 'linear'} ${measureName(range.relative)}`;
    const group = groups.get(name) ?? { name, members: [] };
    groups.set(name, group);
    group.members.push(plot);
  }
  const shared = new Map<PlotData, JRange>();
  for (const { members } of groups.values()) {
    const range = members.length > 1 ? sharedRange(members) : undefined;
    if (range) for (const plot of members) shared.set(plot, range);
  }
  const whole = groups.size === 1 ? [...shared.values()][0] : undefined;
  const each = [...groups.values()].map(({ name, members }) => `${members.length} ${name}`).join(', ');
  return {
    ranges: plots.map((plot) => shared.get(plot)),
    whole,
    text: whole
      ? 'colour scale shared'
      : shared.size > 0
        ? `colour scales shared by kind: ${each}`
        : `colour scales differ: ${each}`,
  };
}

/** Place of a shown value in the range, 0 at the bottom, 1 at the top, clamped; NaN for what is not finite. */
export function place(range: ColourRange, value: number): number {
  if (!Number.isFinite(value)) return Number.NaN;
  const t = range.log
    ? Math.log(Math.max(value, range.low) / range.low) / Math.log(range.high / range.low)
    : (value - range.low) / (range.high - range.low);
  return Math.min(1, Math.max(0, t));
}

/** Ticks of the colour bar, lowest first; a clipped bottom reads `≤`, a clipped top `≥`. */
export function rangeTicks(range: ColourRange, count = 6): (Tick & { readonly t: number })[] {
  const ticks = range.log ? logTicks(range.low, range.high, count) : linearTicks(range.low, range.high, count);
  const placed = ticks.map((tick) => ({ ...tick, t: place(range, tick.value) }));
  const bottom = placed[0];
  if (range.clipped && bottom && bottom.t < 0.02) placed[0] = { ...bottom, label: `≤ ${bottom.label}` };
  const top = placed[placed.length - 1];
  if (range.over && top && top.t > 0.98) placed[placed.length - 1] = { ...top, label: `≥ ${top.label}` };
  return placed;
}

function order(low: number, high: number, rest: Omit<JRange, 'low' | 'high'>): JRange {
  if (high > low) return { low, high, ...rest };
  // A constant field: a range of some width keeps every quotient finite.
  if (rest.log) return { low: low / 10, high, ...rest };
  return { low, high: low + (Math.abs(low) || 1), ...rest };
}
