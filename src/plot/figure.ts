/** Where the parts of a figure lie, and the parts around the data: heading, legend, colour bar, caption. */
import { formatNumber } from '../catalog/text.js';
import type { PlotData } from '../catalog/views.js';
import { ABOVE_HEX, capText, countAbove } from './above-cap.js';
import { type Box, fitText, type Shape, textWidth, wrapText } from './drawing.js';
import { headline } from './headline.js';
import type { Picture } from './heat.js';
import { isOutside } from './outside.js';
import { hasJ, isRelative, type JRange, measureName, place, rangeTicks, shown } from './range.js';
import { markColour, type Theme } from './theme.js';

/** Size of a figure in CSS px and which of its parts are drawn. */
export interface FigureSize {
  readonly width: number;
  readonly height: number;
  readonly heading?: boolean; // title, count, flags
  readonly source?: string; // whose plot it is, after the title
  readonly legend?: boolean; // default true
  readonly colourBar?: boolean; // default true
  readonly caption?: boolean;
  readonly reserve?: number; // px kept free at the right end of the legend's row, for buttons
  readonly range?: JRange; // shared with other plots
  readonly image?: (picture: Picture) => CanvasImageSource; // how a screen takes a picture; files get a data: address
}

/** A laid-out figure: the rectangle for the data and the shapes around it. */
export interface Figure {
  readonly body: Box;
  readonly shapes: readonly Shape[];
}

/** Text sizes in px. */
export const TEXT = { title: 13, label: 11, tick: 10.5 } as const;
const PAD = 10;
const BAR = 12;
const ABOVE_BOX = 10; // height of what stands for members at or above the cap
const ABOVE_TEXT = '≥ cap';
const TALL = 180; // from here a legend may take two rows

/** Lays out a figure around its data. */
export function layoutFigure(plot: PlotData, theme: Theme, size: FigureSize, range: JRange | undefined): Figure {
  const shapes: Shape[] = [];
  const { width, height } = size;
  let top = PAD * 0.6;
  let bottom = height - PAD * 0.6;
  let right = width;

  if (size.heading) {
    const { title: own, count, flags } = headline(plot);
    const title = size.source && size.source !== own ? `${own} · ${size.source}` : own;
    const countWidth = textWidth(count, TEXT.label);
    const room = width - 2 * PAD - (count ? countWidth + 16 : 0);
    const beside = textWidth(title, TEXT.title, true) <= room || room > width * 0.5;
    const lines = beside
      ? [fitText(title, TEXT.title, room, true)]
      : wrapText(title, TEXT.title, width - 2 * PAD, 2, true);
    for (const text of lines) {
      top += 10;
      shapes.push({ kind: 'text', x: PAD, y: top, text, size: TEXT.title, fill: theme.ink, align: 'left', bold: true });
      top += 9;
    }
    if (count) {
      const y = beside ? top - 9 : top + 8;
      const x = beside ? width - PAD : PAD;
      shapes.push(label(x, y, count, theme.dim, beside ? 'right' : 'left'));
      if (!beside) top += 17;
    }
    for (const flag of flags) {
      for (const text of wrapText(`▲ ${flag}`, TEXT.label, width - 2 * PAD, 2)) {
        top += 8;
        shapes.push(label(PAD, top, text, theme.bad, 'left'));
        top += 7;
      }
    }
    top += 2;
  }

  if (size.caption && plot.caption) {
    const lines = wrapText(
      plot.caption,
      TEXT.label,
      width - 2 * PAD,
      Math.max(1, Math.min(4, Math.floor(height / 100))),
    );
    bottom -= lines.length * 15;
    lines.forEach((text, k) => {
      shapes.push(label(PAD, bottom + 8 + k * 15, text, theme.dim, 'left'));
    });
    bottom -= 4;
  }

  if (size.legend !== false) {
    const room = width - 2 * PAD;
    const widths = [room - (size.reserve ?? 0), ...(height >= TALL ? [room] : [])];
    const legend = legendShapes(plot, theme, PAD, top + 9, widths);
    shapes.push(...legend.shapes);
    top += legend.height;
  }

  if (size.colourBar !== false && range && plot.kind !== 'line') {
    const bar = colourBarShapes(plot, theme, range, width - PAD, top, bottom);
    shapes.push(...bar.shapes);
    right = width - PAD - bar.width;
  }
  return { body: { x: 0, y: top, width: Math.max(1, right), height: Math.max(1, bottom - top) }, shapes };
}

interface Entry {
  readonly text: string;
  readonly short: string;
  readonly colour: string;
  readonly line?: boolean;
  readonly hollow?: boolean; // not in the picture
}

function entries(plot: PlotData, theme: Theme): Entry[] {
  if (plot.kind === 'curves') {
    return curveStates(plot).map(({ state, count }) => {
      const text = `${state} ${count}`;
      return { text, short: text, colour: stateColour(state, theme), line: true };
    });
  }
  if (!hasJ(plot)) return [];
  const relative = isRelative(plot.colouring, plot.scale);
  const list: Entry[] = plot.marks.map((mark, k) => {
    const loss = mark.loss === undefined ? '' : ` ${formatNumber(shown(mark.loss, relative, plot.scale), 2)}`;
    const colour = markColour(mark.name, k);
    if (!isOutside(plot, mark)) return { text: mark.name + loss, short: mark.name, colour };
    return { text: `${mark.name}${loss}, outside`, short: `${mark.name} outside`, colour, hollow: true };
  });
  if (plot.epsilon !== undefined && plot.kind !== 'points') {
    const text = `ε = ${formatNumber(shown(plot.epsilon, relative, plot.scale))}${relative ? ' E[φ²]' : ''}`;
    list.push({ text, short: 'ε', colour: theme.accent, line: true });
  }
  if (plot.kind !== 'points' && plot.kind !== 'iso-surface' && plot.cap !== undefined && countAbove(plot) > 0)
    list.push({ text: `J ≥ ${capText({ ...plot, cap: plot.cap })}, the cap`, short: '≥ cap', colour: ABOVE_HEX });
  return list;
}

/** The states of a curve's lines and how many lines have each, in order of importance; empty where none has one. */
function curveStates(plot: Extract<PlotData, { kind: 'curves' }>): { state: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const { state } of plot.curve.lines) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts]
    .map(([state, count]) => ({ state, count }))
    .sort((a, b) => stateRank(a.state) - stateRank(b.state) || a.state.localeCompare(b.state));
}

const STATES = ['selected', 'spare', 'loss', 'dependent', 'dead', 'diverged'];
/** Rank of a line's state: what matters most first. */
export const stateRank = (state: string | undefined): number => {
  const rank = STATES.indexOf(state ?? '');
  return rank < 0 ? STATES.length : rank;
};

/** Colour of a line by its state. */
export function stateColour(state: string | undefined, theme: Theme): string {
  switch (state) {
    case 'selected':
      return theme.accent;
    case 'spare':
      return theme.types.Model;
    case 'dependent':
      return theme.types.Architecture;
    case 'dead':
    case 'diverged':
      return theme.bad;
    default:
      return theme.faint;
  }
}

const GAP = 12; // between the entries of a legend
const ROW = 15;

/** The legend in rows of these widths from the top left: full texts in one row, else short ones in as many as they take. */
function legendShapes(plot: PlotData, theme: Theme, left: number, top: number, widths: readonly number[]) {
  const list = entries(plot, theme);
  const glyph = (entry: Entry): number => (entry.line ? 16 : 9);
  const widthOf = (entry: Entry, text: string): number => glyph(entry) + 4 + textWidth(text, TEXT.label);
  const whole = list.reduce((sum, entry) => sum + widthOf(entry, entry.text) + GAP, -GAP) <= widths[0]!;
  const shapes: Shape[] = [];
  let row = 0;
  let x = left;
  for (const [k, entry] of list.entries()) {
    const text = whole ? entry.text : entry.short;
    const more = row === widths.length - 1 && k < list.length - 1 ? 20 : 0; // room for the dots
    if (x > left && x + widthOf(entry, text) + more > left + widths[row]!) {
      if (row === widths.length - 1) {
        shapes.push(label(x, top + row * ROW, '…', theme.dim, 'left'));
        break;
      }
      row += 1;
      x = left;
    }
    const y = top + row * ROW;
    if (entry.line) shapes.push({ kind: 'line', points: [x, y, x + 16, y], stroke: entry.colour, width: 2.5 });
    else if (entry.hollow)
      shapes.push({ kind: 'circle', x: x + 4.5, y, r: 4, fill: theme.panel, stroke: entry.colour });
    else shapes.push({ kind: 'circle', x: x + 4.5, y, r: 4.5, fill: entry.colour });
    x += glyph(entry) + 4;
    shapes.push(label(x, y, text, theme.dim, 'left'));
    x += textWidth(text, TEXT.label) + GAP;
  }
  return { shapes, height: list.length > 0 ? 20 + row * ROW : 0 };
}

/** The colour bar as shapes, right-aligned at `right`, between `top` and `bottom`; `width` is what it takes. */
export function colourBarShapes(
  plot: PlotData | undefined,
  theme: Theme,
  range: JRange,
  right: number,
  top: number,
  bottom: number,
): { readonly shapes: Shape[]; readonly width: number } {
  const ticks = rangeTicks(range, Math.max(2, Math.min(7, (bottom - top) / 36)));
  const title = measureName(range.relative);
  const texts = [...ticks.map((tick) => tick.label), ...(range.capped ? [ABOVE_TEXT] : [])];
  const labels = Math.max(0, ...texts.map((text) => textWidth(text, TEXT.tick)));
  const width = Math.max(BAR + 6 + labels + 10, textWidth(title, TEXT.label));
  const x = right - width + 10;
  const above = range.capped ? ABOVE_BOX + 3 : 0;
  const y = top + 22 + above;
  const height = Math.max(10, bottom - y - 10);
  const shapes: Shape[] = [
    { ...label(right - width, top + 8, title, theme.dim, 'left') },
    { kind: 'ramp', x, y, width: BAR, height },
    ...(range.capped
      ? [
          { kind: 'rect', x, y: top + 22, width: BAR, height: ABOVE_BOX, fill: ABOVE_HEX } as const,
          { ...label(x + BAR + 6, top + 22 + ABOVE_BOX / 2, ABOVE_TEXT, theme.dim, 'left'), size: TEXT.tick },
        ]
      : []),
  ];
  let free = Number.POSITIVE_INFINITY; // labels go upwards and never touch the one below
  const ceiling = range.capped ? top + 22 + ABOVE_BOX + TEXT.tick * 0.6 : 0; // nor that of the cap
  for (const tick of ticks) {
    const at = y + height * (1 - tick.t);
    if (at > free || at < ceiling) continue;
    free = at - TEXT.tick * 1.3;
    shapes.push({ kind: 'line', points: [x + BAR, at, x + BAR + 3, at], stroke: theme.faint, width: 1 });
    shapes.push({ ...label(x + BAR + 6, at, tick.label, theme.dim, 'left'), size: TEXT.tick });
  }
  if (plot && hasJ(plot) && plot.epsilon !== undefined) {
    const value = shown(plot.epsilon, isRelative(plot.colouring, plot.scale), plot.scale);
    if (value >= range.low && value <= range.high) {
      const at = y + height * (1 - place(range, value));
      shapes.push({ kind: 'line', points: [x - 3, at, x + BAR, at], stroke: theme.accent, width: 2 });
      shapes.push({ ...label(x - 4, at, 'ε', theme.accent, 'right'), bold: true });
    }
  }
  return { shapes, width: width + 8 };
}

function label(x: number, y: number, text: string, fill: string, align: 'left' | 'right' | 'center') {
  return { kind: 'text', x, y, text, size: TEXT.label, fill, align } as const;
}
