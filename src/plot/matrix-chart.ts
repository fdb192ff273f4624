/** A matrix as a heat map: rows downwards as in a table, columns to the right. */
import type { EChartsOption } from 'echarts';
import type { Matrix } from '../catalog/values.js';
import type { Chart } from './chart-frame.js';
import { type Box, fitMiddle, fitText, label, type Shape, TEXT, textWidth } from './drawing.js';
import { type FigureSize, layoutFigure } from './figure.js';
import type { Picture } from './heat.js';
import { cellText, gapShapes, matrixRange } from './matrix-cells.js';
import { nameShapes, setNames } from './name-axis.js';
import { pictureAddress } from './png.js';
import { type MatrixPlot, place } from './range.js';
import { shapesToGraphic } from './shapes.js';
import type { Theme } from './theme.js';
import { VIRIDIS, viridisHex, viridisRow } from './viridis.js';

/** Largest cell in px, and how much wider than high one may be: a matrix of one pair is no poster. */
const LARGEST = 110;
const FLATTEST = 2.4;
/** Up to so many cells are drawn one by one, as vectors in files; more of them as a picture. */
const FEW = 1600;
const ROW_PITCH = 12; // px from one name of a row to the next
const NAME = 18; // px for the name of an axis
const NAMES = 0.36; // of the height for the names of columns
const ROWS = 0.4; // of the width for those of rows

/** A matrix with the names of rows and columns, numbers in the cells where they fit, and what has no number struck out. */
export function matrixChart(plot: MatrixPlot, theme: Theme, size: FigureSize): Chart {
  const { matrix } = plot;
  const { body, shapes } = layoutFigure(plot, theme, size, undefined);
  const grid = placeCells(matrix, body);
  const [rows, columns] = [Math.max(1, matrix.rows.length), Math.max(1, matrix.columns.length)];
  const cell = { width: grid.width / columns, height: grid.height / rows };
  const names = [
    ...rowNames(matrix, theme, grid, cell.height, body),
    ...columnNames(matrix, theme, grid, cell.width, body),
  ];
  const many = matrix.values.length > FEW;
  const cells = many ? [] : cellShapes(matrix, theme, grid);
  const image = many
    ? [
        {
          type: 'image',
          silent: true,
          z: 1,
          style: { image: (size.image ?? pictureAddress)(cellPicture(matrix, grid)), ...grid },
        },
      ]
    : [];
  const graphic = [...image, ...shapesToGraphic([...shapes, ...cells, ...names], theme.font)];
  const option = { animation: false, backgroundColor: 'transparent', graphic } as EChartsOption;
  return {
    option,
    frame: { grid, x: { low: 0, high: columns, log: false }, y: { low: rows, high: 0, log: false } },
  };
}

/** Where the cells lie: names to the left and below, cells neither huge nor flat, in the middle of what is left. */
function placeCells({ rows, columns }: Matrix, body: Box): Box {
  const [n, m] = [Math.max(1, rows.length), Math.max(1, columns.length)];
  const longest = Math.max(0, ...rows.map((name) => textWidth(name, TEXT.tick)));
  const left = NAME + 12 + Math.min(longest, ROWS * body.width);
  const room = Math.max(20, body.width - left - 8);
  const below = setNames(columns, room / m, left + room / m / 2 - 4, NAMES * body.height).height + NAME;
  const free = Math.max(20, body.height - below - 8);
  const width = Math.min(room / m, LARGEST);
  const height = Math.min(free / n, LARGEST, width * FLATTEST);
  const cell = { width: Math.min(width, height * FLATTEST), height };
  return {
    x: body.x + left + (room - cell.width * m) / 2,
    y: body.y + 6 + (free - height * n) / 3,
    width: cell.width * m,
    height: height * n,
  };
}

function rowNames({ rows, rowName }: Matrix, theme: Theme, grid: Box, step: number, body: Box): Shape[] {
  const every = Math.max(1, Math.ceil(ROW_PITCH / step));
  const longest = grid.x - NAME - 12 + 0.5; // the widest name has just this room, up to rounding
  const names = rows.flatMap((name, i): Shape[] => {
    if (i % every !== 0) return [];
    const text = fitMiddle(name, TEXT.tick, longest);
    return [{ ...label(grid.x - 6, grid.y + (i + 0.5) * step, text, theme.dim, 'right'), size: TEXT.tick }];
  });
  const widest = Math.max(0, ...names.map((shape) => (shape.kind === 'text' ? textWidth(shape.text, TEXT.tick) : 0)));
  const x = Math.max(10, grid.x - widest - 18);
  const middle = grid.y + grid.height / 2;
  const room = 2 * Math.min(middle - body.y, body.y + body.height - middle); // it may be longer than the cells are high
  const title = fitText(rowName, TEXT.label, room);
  return [...names, { ...label(x, middle, title, theme.dim, 'center'), turn: -90 }];
}

function columnNames({ columns, columnName }: Matrix, theme: Theme, grid: Box, step: number, body: Box): Shape[] {
  const set = setNames(columns, step, grid.x + step / 2 - 4, NAMES * body.height);
  const bottom = grid.y + grid.height;
  const title = fitText(columnName, TEXT.label, Math.min(body.width, 2 * (grid.x + grid.width / 2)));
  return [
    ...nameShapes(set, theme, (k) => grid.x + (k + 0.5) * step, bottom),
    label(grid.x + grid.width / 2, bottom + set.height + NAME / 2, title, theme.dim, 'center'),
  ];
}

/** The cells on whole px, so that no seams are seen between them, and their numbers. */
function cellShapes(matrix: Matrix, theme: Theme, grid: Box): Shape[] {
  const range = matrixRange(matrix);
  const [n, m] = [matrix.rows.length, matrix.columns.length];
  const edge = (from: number, length: number, k: number, of: number): number => Math.round(from + (length * k) / of);
  const cells: Shape[] = [];
  const texts: Shape[] = [];
  const widest = Math.max(
    0,
    ...[...matrix.values].map((value) => (Number.isNaN(value) ? 0 : textWidth(cellText(matrix, value), TEXT.tick))),
  );
  const written = grid.width / m >= widest + 4 && grid.height / n >= TEXT.tick + 4;
  for (let i = 0; i < n; i++) {
    const [y0, y1] = [edge(grid.y, grid.height, i, n), edge(grid.y, grid.height, i + 1, n)];
    for (let j = 0; j < m; j++) {
      const [x0, x1] = [edge(grid.x, grid.width, j, m), edge(grid.x, grid.width, j + 1, m)];
      const value = matrix.values[i * m + j]!;
      if (Number.isNaN(value)) {
        cells.push(...gapShapes(x0, y0, x1 - x0, y1 - y0, theme));
        continue;
      }
      const t = toneOf(range, value);
      cells.push({ kind: 'rect', x: x0, y: y0, width: x1 - x0, height: y1 - y0, fill: viridisHex(t) });
      if (!written) continue;
      const fill = t > 0.46 ? '#10151c' : '#ffffff'; // contrast is above 4 everywhere
      const text = label((x0 + x1) / 2, (y0 + y1) / 2, cellText(matrix, value), fill, 'center');
      texts.push({ ...text, size: TEXT.tick });
    }
  }
  return [...cells, ...texts];
}

/** Place of a number in the range of colours; infinities are at its ends. */
function toneOf(range: ReturnType<typeof matrixRange>, value: number): number {
  if (Number.isFinite(value)) return place(range, value);
  return value > 0 ? 1 : 0;
}

/** The cells as a picture: each of whole pixels, two for each px or more. A cell without a number is transparent. */
export function cellPicture(matrix: Matrix, { width, height }: Pick<Box, 'width' | 'height'>): Picture {
  const range = matrixRange(matrix);
  const [n, m] = [matrix.rows.length, matrix.columns.length];
  const per = (px: number, of: number): number => Math.max(1, Math.ceil((2 * px) / Math.max(1, of)));
  const [across, down] = [per(width, m), per(height, n)];
  const rgba = new Uint8ClampedArray(4 * m * across * n * down);
  for (let y = 0; y < n * down; y++)
    for (let x = 0; x < m * across; x++) {
      const value = matrix.values[Math.floor(y / down) * m + Math.floor(x / across)]!;
      if (Number.isNaN(value)) continue;
      const row = 3 * viridisRow(toneOf(range, value));
      rgba.set([VIRIDIS[row]!, VIRIDIS[row + 1]!, VIRIDIS[row + 2]!, 255], 4 * (y * m * across + x));
    }
  return { rgba, width: m * across, height: n * down };
}
