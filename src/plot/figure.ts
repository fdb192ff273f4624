/** Where the parts of a figure lie, and the parts around the data: heading, legend, colour bar, caption. */
import type { PlotData } from '../catalog/views.js';
import { colourBarShapes, namedBarShapes } from './colour-bar.js';
import { type Box, fitText, label, type Shape, TEXT, textWidth, wrapText } from './drawing.js';
import { headline } from './headline.js';
import type { Picture } from './heat.js';
import { LEGEND_ROW, legendShapes } from './legend.js';
import { matrixName, matrixRange } from './matrix-cells.js';
import type { JRange } from './range.js';
import type { Theme } from './theme.js';

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

const PAD = 10;
const LEGEND_ROWS = 5; // that a legend takes at most, where they leave the data this much
const LEAST_BODY = 110;

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
    const rows = Math.floor((bottom - top - Math.max(LEAST_BODY, 0.5 * height)) / LEGEND_ROW);
    const more = new Array<number>(Math.max(0, Math.min(LEGEND_ROWS, rows) - 1)).fill(room);
    const widths = [room - (size.reserve ?? 0), ...more];
    const legend = legendShapes(plot, theme, PAD, top + 9, widths);
    shapes.push(...legend.shapes);
    top += legend.height;
  }

  if (size.colourBar !== false && range && plot.kind !== 'line') {
    const bar = colourBarShapes(plot, theme, range, width - PAD, top, bottom);
    shapes.push(...bar.shapes);
    right = width - PAD - bar.width;
  }
  if (plot.kind === 'matrix') {
    const bar = namedBarShapes(matrixName(plot.matrix), theme, matrixRange(plot.matrix), width - PAD, top, bottom);
    shapes.push(...bar.shapes);
    right = width - PAD - bar.width;
  }
  return { body: { x: 0, y: top, width: Math.max(1, right), height: Math.max(1, bottom - top) }, shapes };
}
