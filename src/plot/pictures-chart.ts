/** Small pictures in rows, each with its label: samples of a data set. */
import type { EChartsOption } from 'echarts';
import { formatCount } from '../catalog/text.js';
import type { Chart } from './chart-frame.js';
import { type Box, fitText, label, type Shape, TEXT, textWidth } from './drawing.js';
import { type FigureSize, layoutFigure } from './figure.js';
import type { Picture } from './heat.js';
import { pictureAddress } from './png.js';
import type { PicturesPlot } from './range.js';
import { shapesToGraphic } from './shapes.js';
import type { Theme } from './theme.js';

const GAP = 6; // between pictures, px
const LABEL = 14; // height of a label, px
const LINE = 12; // px for each further line of it
const LINES = 2; // of a label at most
const WORTH = 0.75; // of the least size, which whole labels are worth
const SMALLEST = 16; // px of the longer side of a picture; twice as much where it has as many pixels
const DENSITY = 2; // pixels of the sheet per px

/** Where pictures lie: `columns` × `rows` of them, each `scale` px per pixel. */
export interface Tiling {
  readonly columns: number;
  readonly rows: number;
  readonly scale: number;
  readonly shown: number; // fewer than there are where they would be too small to see
}

type Sides = Pick<Box, 'width' | 'height'>;

/** The tiling with the largest pictures in a room; `least` px per pixel and fewer pictures where all would be smaller. */
export function tile(count: number, picture: Sides, room: Sides, below: number, least: number, gap = GAP): Tiling {
  const { width, height } = picture;
  const best = largest(count, picture, room, below, gap);
  if (best.scale >= least) return best;
  const columns = Math.max(1, Math.floor(room.width / (least * width + gap)));
  const rows = Math.max(1, Math.floor(room.height / (least * height + gap + below)));
  const shown = Math.min(count, columns * rows);
  return { columns: Math.min(columns, shown), rows: Math.ceil(shown / columns), scale: least, shown };
}

/** All pictures as large as a room allows, in tiles of at least some width. */
function largest(count: number, picture: Sides, room: Sides, below: number, gap: number, wide = 0): Tiling {
  let best: Tiling = { columns: 1, rows: 1, scale: 0, shown: Math.min(1, count) };
  for (let columns = 1; columns <= Math.max(1, count) && room.width / columns >= wide; columns++) {
    const rows = Math.ceil(count / columns);
    const [across, down] = [room.width / columns - gap, room.height / rows - gap - below];
    const scale = Math.min(across / picture.width, down / picture.height);
    if (scale > best.scale) best = { columns, rows, scale, shown: count };
  }
  return { ...best, scale: best.scale >= 1 ? Math.floor(2 * best.scale) / 2 : best.scale };
}

/** How pictures lie with their labels, which take so many lines each and `below` px: whole where that costs the pictures little. */
function laid(
  plot: PicturesPlot,
  room: Sides,
): { readonly tiling: Tiling; readonly below: number; readonly lines: number } {
  const { labels, width, height } = plot;
  const side = Math.max(width, height);
  const least = Math.max(SMALLEST, Math.min(2 * SMALLEST, side)) / side;
  if (labels.every((text) => text === ''))
    return { tiling: tile(labels.length, plot, room, 0, least), below: 0, lines: 0 };
  const whole = Array.from({ length: LINES }, (_, i) => {
    const below = LABEL + LINE * i;
    const wide = Math.max(...labels.map((text) => widthIn(text, i + 1))) + 3;
    return { tiling: largest(labels.length, plot, room, below, GAP, wide), below, lines: i + 1 };
  }).reduce((a, b) => (b.tiling.scale > a.tiling.scale ? b : a));
  if (whole.tiling.scale >= WORTH * least) return whole;
  return { tiling: tile(labels.length, plot, room, LABEL, least), below: LABEL, lines: 1 };
}

/** Where a label may be broken: after a space or a hyphen. */
const partsOf = (text: string): readonly string[] => text.split(/(?<=[\s-])/);
const widthOf = (text: string): number => textWidth(text.trim(), TEXT.tick);

/** The least width at which a label takes no more than some lines. */
function widthIn(text: string, lines: number): number {
  const parts = lines > 1 ? partsOf(text) : [];
  const splits = parts.slice(1).map((_, k) => {
    const [head, rest] = [parts.slice(0, k + 1).join(''), parts.slice(k + 1).join('')];
    return Math.max(widthOf(head), widthIn(rest, lines - 1));
  });
  return Math.min(widthOf(text), ...splits);
}

/** A label in so many lines at most, cut where it does not fit. */
function linesOf(text: string, width: number, most: number): readonly string[] {
  const lines = [''];
  for (const part of partsOf(text)) {
    const longer = lines.at(-1) + part;
    if (lines.at(-1) === '' || lines.length === most || widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => fitText(line.trim(), TEXT.tick, width));
}

/** The pictures with their labels, pixel by pixel, without smoothing. */
export function picturesChart(plot: PicturesPlot, theme: Theme, size: FigureSize): Chart {
  const { labels } = plot;
  const { body, shapes } = layoutFigure(plot, theme, size, undefined);
  const room = { width: body.width - 20, height: body.height - 8 };
  const { tiling, below, lines } = laid(plot, room);
  const cell = cellOf(tiling, plot, room, below, labels, lines);
  const grid = {
    x: body.x + 10 + (room.width - tiling.columns * cell.width) / 2,
    y: body.y + 4 + Math.max(0, (room.height - tiling.rows * cell.height) / 3),
    width: tiling.columns * cell.width,
    height: tiling.rows * cell.height,
  };
  const texts = labels.slice(0, below > 0 ? tiling.shown : 0).flatMap((text, k): Shape[] => {
    const x = grid.x + ((k % tiling.columns) + 0.5) * cell.width;
    const y = grid.y + (Math.floor(k / tiling.columns) + 1) * cell.height - below + LABEL / 2 - 1;
    return linesOf(text, cell.width - 3, lines).map((line, i) => ({
      ...label(x, y + LINE * i, line, theme.dim, 'center'),
      size: TEXT.tick,
    }));
  });
  const rest = labels.length - tiling.shown;
  const note =
    rest > 0
      ? [label(body.x + body.width - 10, body.y + body.height - 4, `${formatCount(rest)} more`, theme.dim, 'right')]
      : [];
  const sheet = sheetOf(plot, tiling, cell);
  const image = { image: (size.image ?? pictureAddress)(sheet), ...grid };
  const graphic = [
    { type: 'image', silent: true, z: 1, style: image },
    ...shapesToGraphic([...shapes, ...texts, ...note], theme.font),
  ];
  const option = { animation: false, backgroundColor: 'transparent', graphic } as EChartsOption;
  return {
    option,
    frame: {
      grid,
      x: { low: 0, high: tiling.columns, log: false },
      y: { low: tiling.rows, high: 0, log: false },
    },
  };
}

/** A tile is as wide as its picture, and wider for its label where there is room. */
function cellOf(
  { columns, rows, scale }: Tiling,
  { width, height }: PicturesPlot,
  room: Sides,
  below: number,
  labels: readonly string[],
  lines: number,
) {
  const widest = Math.max(0, ...labels.map((text) => widthIn(text, Math.max(1, lines)) + 4));
  return {
    width: Math.min(room.width / columns, Math.max(width * scale + GAP, widest)),
    height: Math.min(room.height / rows, height * scale + GAP + below),
  };
}

/** All shown pictures on one transparent sheet of `DENSITY` pixels per px, each pixel of a picture as a block. */
function sheetOf(plot: PicturesPlot, { columns, rows, scale, shown }: Tiling, cell: Sides): Picture {
  const [width, height] = [Math.ceil(columns * cell.width * DENSITY), Math.ceil(rows * cell.height * DENSITY)];
  const rgba = new Uint8ClampedArray(4 * Math.max(1, width) * Math.max(1, height));
  for (let k = 0; k < shown; k++) {
    const left = ((k % columns) * cell.width + (cell.width - plot.width * scale) / 2) * DENSITY;
    const top = (Math.floor(k / columns) * cell.height + GAP / 2) * DENSITY;
    paint(plot, k, { rgba, width: Math.max(1, width), height: Math.max(1, height) }, left, top, scale * DENSITY);
  }
  return { rgba, width: Math.max(1, width), height: Math.max(1, height) };
}

/** Paints picture `k` onto a sheet from (left, top) on, `per` pixels for each of its own. */
export function paint(plot: PicturesPlot, k: number, sheet: Picture, left: number, top: number, per: number): void {
  const { width, height, channels, pixels } = plot;
  const [x0, y0] = [Math.round(left), Math.round(top)];
  const [across, down] = [Math.round(width * per), Math.round(height * per)];
  for (let y = 0; y < down; y++) {
    const row = Math.min(height - 1, Math.floor(((y + 0.5) * height) / down));
    for (let x = 0; x < across; x++) {
      if (x0 + x < 0 || x0 + x >= sheet.width || y0 + y < 0 || y0 + y >= sheet.height) continue;
      const column = Math.min(width - 1, Math.floor(((x + 0.5) * width) / across));
      const from = channels * ((k * height + row) * width + column);
      const [red, green, blue] = [0, 1, 2].map((c) => pixels[from + (channels === 3 ? c : 0)]!);
      sheet.rgba.set([red!, green!, blue!, 255], 4 * ((y0 + y) * sheet.width + x0 + x));
    }
  }
}
