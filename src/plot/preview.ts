/** Tiny pictures of plots for node cards, as pixels or paths. */
import type { PlotData } from '../catalog/views.js';
import { type Projection, project, projection, startCamera } from './camera.js';
import { extent } from './extent.js';
import { heatPicture, type Picture } from './heat.js';
import { cellPicture } from './matrix-chart.js';
import { paint, tile } from './pictures-chart.js';
import { hasJ, jRange, type MatrixPlot, type PicturesPlot, place, shown } from './range.js';
import { rasterise } from './raster.js';
import { type Space, spaceOf } from './space.js';
import { markColour } from './theme.js';
import { VIRIDIS, viridisRow } from './viridis.js';

/** A heat map, dots or a 3-D view in pixels, `density` pixels per px, on a transparent ground. */
export function previewPicture(plot: PlotData, width: number, height: number, density: number): Picture {
  const w = Math.round(width * density);
  const h = Math.round(height * density);
  if (plot.kind === 'matrix') return cellPreview(plot, w, h);
  if (plot.kind === 'pictures') return stripPreview(plot, w, h, density);
  const range = jRange(plot);
  if (!hasJ(plot) || !range) return { rgba: new Uint8ClampedArray(4 * w * h), width: w, height: h };
  if (plot.kind === 'contour') {
    const [n0, n1] = [plot.axes[0]!.values.length, plot.axes[1]!.values.length];
    return fill(heatPicture(plot, n0, n1, range, Math.max(1, Math.round(h / Math.max(1, n1 - 1)))), w, h);
  }
  if (plot.kind === 'points' && plot.dimension === 2) return scatter(plot, range, w, h, density);
  const space = coarse(spaceOf(plot, range));
  const view = projection(startCamera(plot), { x: 0, y: 0, width, height }, space.half, true);
  return rasterise(space, fitted(space, view), density);
}

/** The cells of a matrix, as square as the card lets them, in the middle. */
function cellPreview({ matrix }: MatrixPlot, w: number, h: number): Picture {
  const [rows, columns] = [Math.max(1, matrix.rows.length), Math.max(1, matrix.columns.length)];
  const across = Math.min(w, 2 * h * (columns / rows));
  const cells = cellPicture(matrix, { width: across / 2, height: h / 2 }); // two pixels per px
  const rgba = new Uint8ClampedArray(4 * w * h);
  const left = Math.floor((w - across) / 2);
  const whole = fill(cells, Math.floor(across), h);
  for (let y = 0; y < h; y++)
    rgba.set(whole.rgba.subarray(4 * y * whole.width, 4 * (y + 1) * whole.width), 4 * (y * w + left));
  return { rgba, width: w, height: h };
}

/** As many pictures as can be told apart, without their labels. */
function stripPreview(plot: PicturesPlot, w: number, h: number, density: number): Picture {
  const sheet = { rgba: new Uint8ClampedArray(4 * w * h), width: w, height: h };
  const gap = 2 * density;
  const least = (14 * density) / Math.max(plot.width, plot.height);
  const { columns, rows, scale, shown } = tile(plot.labels.length, plot, { width: w, height: h }, 0, least, gap);
  const cell = { width: plot.width * scale + gap, height: plot.height * scale + gap };
  const [left, top] = [(w - columns * cell.width + gap) / 2, (h - rows * cell.height + gap) / 2];
  for (let k = 0; k < shown; k++)
    paint(plot, k, sheet, left + (k % columns) * cell.width, top + Math.floor(k / columns) * cell.height, scale);
  return sheet;
}

/** Room for a mark at the edge in px, and how much larger than its box a picture may be drawn. */
const EDGE = 7;
const LARGEST = 2.5;

/** The projection moved and enlarged so that what there is fills the picture: no box is drawn that would need the room. */
function fitted(space: Space, view: Projection): Projection {
  const spots = [space.points?.position, space.mesh?.position, space.marks.flatMap((mark) => mark.position)];
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const position of spots) {
    for (let k = 0; position && k < position.length; k += 3) {
      const { x, y } = project(view, position[k]!, position[k + 1]!, position[k + 2]!);
      if (!Number.isFinite(x + y)) continue;
      [x0, x1, y0, y1] = [Math.min(x0, x), Math.max(x1, x), Math.min(y0, y), Math.max(y1, y)];
    }
  }
  if (!(x1 >= x0)) return view;
  const { width, height } = view.body;
  const zoom = Math.min(LARGEST, (width - 2 * EDGE) / (x1 - x0 || 1), (height - 2 * EDGE) / (y1 - y0 || 1));
  const centre = [
    width / 2 - zoom * ((x0 + x1) / 2 - view.centre[0]),
    height / 2 - zoom * ((y0 + y1) / 2 - view.centre[1]),
  ] as const;
  return { ...view, scale: zoom * view.scale, centre };
}

/** Points drawn at most in a preview. */
const MOST_POINTS = 4000;

function coarse(space: Space): Space {
  const { points } = space;
  if (!points || points.tone.length <= MOST_POINTS) return space;
  const every = Math.ceil(points.tone.length / MOST_POINTS);
  const kept = Array.from({ length: Math.ceil(points.tone.length / every) }, (_, k) => k * every);
  return {
    ...space,
    points: {
      position: Float32Array.from(kept.flatMap((k) => [...points.position.subarray(3 * k, 3 * k + 3)])),
      tone: Uint8Array.from(kept, (k) => points.tone[k]!),
      member: Uint32Array.from(kept, (k) => points.member[k]!),
      radius: points.radius * 1.2,
    },
  };
}

function fill(picture: Picture, w: number, h: number): Picture {
  const rgba = new Uint8ClampedArray(4 * w * h);
  for (let y = 0; y < h; y++) {
    const sy = Math.min(picture.height - 1, Math.floor((y * picture.height) / h));
    for (let x = 0; x < w; x++) {
      const sx = Math.min(picture.width - 1, Math.floor((x * picture.width) / w));
      const from = 4 * (sy * picture.width + sx);
      rgba.set(picture.rgba.subarray(from, from + 4), 4 * (y * w + x));
    }
  }
  return { rgba, width: w, height: h };
}

function scatter(
  plot: Extract<PlotData, { kind: 'points' }>,
  range: NonNullable<ReturnType<typeof jRange>>,
  w: number,
  h: number,
  density: number,
): Picture {
  const rgba = new Uint8ClampedArray(4 * w * h);
  const span = (d: number): readonly [number, number] => {
    const [low, high] = extent(plot.position, d, 2);
    const axis = plot.axes[d];
    return [axis?.low ?? low, axis?.high ?? high];
  };
  let [[x0, x1], [y0, y1]] = [span(0), span(1)];
  const pad = 3 * density;
  // Distances mean something: a step along one axis is as long as along the other.
  const unit = Math.max((x1 - x0) / (w - 2 * pad), (y1 - y0) / (h - 2 * pad)) || 1;
  [x0, x1] = [(x0 + x1 - unit * (w - 2 * pad)) / 2, (x0 + x1 + unit * (w - 2 * pad)) / 2];
  [y0, y1] = [(y0 + y1 - unit * (h - 2 * pad)) / 2, (y0 + y1 + unit * (h - 2 * pad)) / 2];
  const disc = (x: number, y: number, r: number, red: number, green: number, blue: number): void => {
    const cx = pad + ((x - x0) / (x1 - x0 || 1)) * (w - 2 * pad);
    const cy = h - pad - ((y - y0) / (y1 - y0 || 1)) * (h - 2 * pad);
    for (let py = Math.max(0, Math.floor(cy - r)); py <= Math.min(h - 1, cy + r); py++) {
      for (let px = Math.max(0, Math.floor(cx - r)); px <= Math.min(w - 1, cx + r); px++) {
        if ((px + 0.5 - cx) ** 2 + (py + 0.5 - cy) ** 2 > r * r) continue;
        rgba.set([red, green, blue, 255], 4 * (py * w + px));
      }
    }
  };
  const every = Math.max(1, Math.ceil(plot.values.length / MOST_POINTS));
  for (let k = 0; k < plot.values.length; k += every) {
    const t = place(range, shown(plot.values[k]!, range.relative, plot.scale));
    const row = 3 * viridisRow(Number.isNaN(t) ? 1 : t);
    const [red, green, blue] = VIRIDIS.subarray(row, row + 3);
    disc(plot.position[2 * k]!, plot.position[2 * k + 1]!, 1.1 * density, red!, green!, blue!);
  }
  plot.marks.forEach((mark, k) => {
    const colour = markColour(mark.name, k);
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    disc(mark.position[0]!, mark.position[1]!, 3.2 * density, 255, 255, 255);
    disc(mark.position[0]!, mark.position[1]!, 2.4 * density, red!, green!, blue!);
  });
  return { rgba, width: w, height: h };
}
