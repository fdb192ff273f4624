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
const SMALLEST = 16; // px of the longer side of a picture; twice as much where it has as many pixels
const DENSITY = 2; // pixels of the sheet per px

/** Where pictures lie: `columns` × `rows` of them, each `scale` px per pixel. */
export interface Tiling {
  readonly columns: number;
  readonly rows: number;
  readonly scale: number;
  readonly shown: number; // fewer than there are where they would be too small to see
}

/** The tiling with the largest pictures in a room; `least` px per pixel and fewer pictures where all would be smaller. */
export function tile(
  count: number,
  { width, height }: Pick<PicturesPlot, 'width' | 'height'>,
  room: Pick<Box, 'width' | 'height'>,
  below: number,
  least: number,
  gap = GAP,
): Tiling {
  let best: Tiling = { columns: 1, rows: 1, scale: 0, shown: Math.min(1, count) };
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    const scale = Math.min((room.width / columns - gap) / width, (room.height / rows - gap - below) / height);
    if (scale > best.scale) best = { columns, rows, scale, shown: count };
  }
  if (best.scale >= least) return { ...best, scale: best.scale >= 1 ? Math.floor(2 * best.scale) / 2 : best.scale };
  const columns = Math.max(1, Math.floor(room.width / (least * width + gap)));
  const rows = Math.max(1, Math.floor(room.height / (least * height + gap + below)));
  const shown = Math.min(count, columns * rows);
  return { columns: Math.min(columns, shown), rows: Math.ceil(shown / columns), scale: least, shown };
}

/** The pictures with their labels, pixel by pixel, without smoothing. */
export function picturesChart(plot: PicturesPlot, theme: Theme, size: FigureSize): Chart {
  const { labels, width, height } = plot;
  const { body, shapes } = layoutFigure(plot, theme, size, undefined);
  const below = labels.some((text) => text !== '') ? LABEL : 0;
  const room = { width: body.width - 20, height: body.height - 8 };
  const side = Math.max(width, height);
  const least = Math.max(SMALLEST, Math.min(2 * SMALLEST, side)) / side;
  const tiling = tile(labels.length, plot, room, below, least);
  const cell = cellOf(tiling, plot, room, below, labels);
  const grid = {
    x: body.x + 10 + (room.width - tiling.columns * cell.width) / 2,
    y: body.y + 4 + Math.max(0, (room.height - tiling.rows * cell.height) / 3),
    width: tiling.columns * cell.width,
    height: tiling.rows * cell.height,
  };
  const texts = labels.slice(0, tiling.shown).map((text, k): Shape => {
    const x = grid.x + ((k % tiling.columns) + 0.5) * cell.width;
    const y = grid.y + (Math.floor(k / tiling.columns) + 1) * cell.height - LABEL / 2 - 1;
    return { ...label(x, y, fitText(text, TEXT.tick, cell.width - 3), theme.dim, 'center'), size: TEXT.tick };
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
    ...shapesToGraphic([...shapes, ...(below > 0 ? texts : []), ...note], theme.font),
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
  room: Pick<Box, 'width' | 'height'>,
  below: number,
  labels: readonly string[],
) {
  const widest = Math.max(0, ...labels.map((text) => textWidth(text, TEXT.tick) + 4));
  return {
    width: Math.min(room.width / columns, Math.max(width * scale + GAP, widest)),
    height: Math.min(room.height / rows, height * scale + GAP + below),
  };
}

/** All shown pictures on one transparent sheet of `DENSITY` pixels per px, each pixel of a picture as a block. */
function sheetOf(
  plot: PicturesPlot,
  { columns, rows, scale, shown }: Tiling,
  cell: Pick<Box, 'width' | 'height'>,
): Picture {
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
