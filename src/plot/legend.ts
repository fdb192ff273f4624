/** Legends: the marks of a plot with their J, lines or their states, ε and the cap, cells without a number. */
import { formatNumber } from '../catalog/text.js';
import type { Curve } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { ABOVE_HEX, capText, countAbove } from './above-cap.js';
import { label, type Shape, TEXT, textWidth, wrapText } from './drawing.js';
import { hasMarkers, isStated, lineLook, type Marker, markerShape, stateColour, stateRank } from './line-looks.js';
import { gapShapes } from './matrix-cells.js';
import { isOutside } from './outside.js';
import { type CurvesPlot, hasJ, isRelative, shown } from './range.js';
import { markColour, type Theme } from './theme.js';

interface Entry {
  readonly text: string;
  readonly short: string;
  readonly colour: string;
  /** A dot where absent; hollow: not in the picture; gap: no number; bar and band: a spread. */
  readonly glyph?: 'line' | 'hollow' | 'gap' | 'bar' | 'band' | Marker;
  readonly dash?: readonly number[] | undefined;
}

function entries(plot: PlotData, theme: Theme): Entry[] {
  if (plot.kind === 'curves') {
    const { curve } = plot;
    const level = curve.baseline ? [baselineEntry(curve.baseline.name, theme)] : [];
    const spread = spreadEntries(curve, theme);
    return [...(isStated(curve) ? stateEntries(plot, theme) : lineEntries(plot, theme)), ...level, ...spread];
  }
  if (plot.kind === 'matrix')
    return plot.matrix.values.some(Number.isNaN)
      ? [{ text: 'no value', short: 'no value', colour: theme.grid, glyph: 'gap' }]
      : [];
  if (!hasJ(plot)) return [];
  const relative = isRelative(plot.colouring, plot.scale);
  const list: Entry[] = plot.marks.map((mark, k) => {
    const loss = mark.loss === undefined ? '' : ` ${formatNumber(shown(mark.loss, relative, plot.scale), 2)}`;
    const colour = markColour(mark.name, k);
    if (!isOutside(plot, mark)) return { text: mark.name + loss, short: mark.name, colour };
    return { text: `${mark.name}${loss}, outside`, short: `${mark.name} outside`, colour, glyph: 'hollow' };
  });
  if (plot.epsilon !== undefined && plot.kind !== 'points') {
    const text = `ε = ${formatNumber(shown(plot.epsilon, relative, plot.scale))}${relative ? ' E[φ²]' : ''}`;
    list.push({ text, short: 'ε', colour: theme.accent, glyph: 'line' });
  }
  if (plot.kind !== 'points' && plot.kind !== 'iso-surface' && plot.cap !== undefined && countAbove(plot) > 0)
    list.push({ text: `J ≥ ${capText({ ...plot, cap: plot.cap })}, the cap`, short: '≥ cap', colour: ABOVE_HEX });
  return list;
}

/** The lines by their names; a single one is named by its axis. */
function lineEntries({ curve }: CurvesPlot, theme: Theme): Entry[] {
  if (curve.lines.length < 2) return [];
  return curve.lines.map(({ name }, k) => {
    const { colour, dash, marker } = lineLook(curve, k, theme);
    return { text: name, short: name, colour, dash, glyph: hasMarkers(curve) ? marker : 'line' };
  });
}

const baselineEntry = (name: string, theme: Theme): Entry => ({
  ...{ text: name, short: name, colour: theme.dim, glyph: 'line', dash: [4, 3] },
});

/** What error bars or bands are, where there are any. */
function spreadEntries({ spreadName, places, lines }: Curve, theme: Theme): Entry[] {
  if (spreadName === undefined || !lines.some(({ spread }) => spread)) return [];
  return [{ text: spreadName, short: spreadName, colour: theme.dim, glyph: places ? 'bar' : 'band' }];
}

/** The states of the lines with how many have each. */
function stateEntries(plot: CurvesPlot, theme: Theme): Entry[] {
  return curveStates(plot).map(({ state, count }) => {
    const text = `${state} ${count}`;
    return { text, short: text, colour: stateColour(state, theme), glyph: 'line' };
  });
}

/** The states of a curve's lines and how many lines have each, in order of importance; empty where none has one. */
function curveStates(plot: CurvesPlot): { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { state } of plot.curve.lines) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => ({ state, count }))
    .sort((a, b) => stateRank(a.state) - stateRank(b.state) || a.state.localeCompare(b.state));
}

const GAP = 12; // between the entries of a legend
/** Height of a row of a legend. */
export const LEGEND_ROW = 15;

/**
 * The legend in rows of these widths from the top left: full texts in one row, else short ones in as many as they take; a text that
 * is longer than a row goes on in the next.
 */
export function legendShapes(plot: PlotData, theme: Theme, left: number, top: number, widths: readonly number[]) {
  const list = entries(plot, theme);
  const widthOf = (entry: Entry, text: string): number => glyphWidth(entry) + 4 + textWidth(text, TEXT.label);
  const whole = list.reduce((sum, entry) => sum + widthOf(entry, entry.text) + GAP, -GAP) <= widths[0]!;
  const shapes: Shape[] = [];
  let row = 0;
  let x = left;
  for (const [k, entry] of list.entries()) {
    const text = whole ? entry.text : entry.short;
    const dots = (r: number): number => (r === widths.length - 1 && k < list.length - 1 ? 20 : 0);
    if (x > left && x + widthOf(entry, text) + dots(row) > left + widths[row]!) {
      if (row === widths.length - 1) {
        shapes.push(label(x, top + row * LEGEND_ROW, '…', theme.dim, 'left'));
        break;
      }
      row += 1;
      x = left;
    }
    const y = top + row * LEGEND_ROW;
    shapes.push(...glyphShapes(entry, x, y, theme));
    x += glyphWidth(entry) + 4;
    const room = widths[row]! - (x - left) - dots(row);
    const narrowest = Math.min(...widths.slice(row)) - (x - left) - dots(widths.length - 1);
    const fits = textWidth(text, TEXT.label) <= room;
    const lines = fits ? [text] : wrapText(text, TEXT.label, narrowest, widths.length - row);
    lines.forEach((line, i) => {
      shapes.push(label(x, y + i * LEGEND_ROW, line, theme.dim, 'left'));
    });
    row += Math.max(0, lines.length - 1);
    x += Math.max(0, ...lines.map((line) => textWidth(line, TEXT.label))) + GAP;
  }
  return { shapes, height: list.length > 0 ? 20 + row * LEGEND_ROW : 0 };
}

const glyphWidth = ({ glyph, dash }: Entry): number => (glyph === 'line' || dash ? 16 : 9);

function glyphShapes({ glyph, colour, dash }: Entry, x: number, y: number, theme: Theme): Shape[] {
  const line: Shape = {
    ...{ kind: 'line', points: [x, y, x + 16, y], stroke: colour, width: glyph === 'line' && !dash ? 2.5 : 1.5 },
    ...(dash ? { dash } : {}),
  };
  if (glyph === 'line') return [line];
  const at = dash ? x + 8 : x + 4.5;
  if (glyph === 'hollow') return [{ kind: 'circle', x: at, y, r: 4, fill: theme.panel, stroke: colour }];
  if (glyph === 'gap') return gapShapes(x, y - 4.5, 9, 9, theme);
  if (glyph === 'band') return [{ kind: 'rect', x, y: y - 4.5, width: 9, height: 9, fill: `${colour}40` }];
  if (glyph === 'bar') return barGlyph(at, y, colour);
  return [...(dash ? [line] : []), markerShape(glyph ?? 'circle', at, y, 4.5, colour)];
}

const barGlyph = (x: number, y: number, stroke: string): Shape[] =>
  [
    [x, y - 5, x, y + 5],
    [x - 3, y - 5, x + 3, y - 5],
    [x - 3, y + 5, x + 3, y + 5],
  ].map((points) => ({ kind: 'line', points, stroke, width: 1.3 }));
