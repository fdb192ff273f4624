/** What lies under the pointer: the member's coordinates and J, in words. */
import { formatNumber, formatValue } from '../catalog/text.js';
import type { Curve, Mark } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { type Projection, project } from './camera.js';
import { type ChartFrame, fraction, valueAt } from './chart-frame.js';
import { placeOf } from './line-looks.js';
import { SPOT } from './mark-labels.js';
import { hasJ, type JPlot, type MatrixPlot, type PicturesPlot, readJ } from './range.js';
import type { Space } from './space.js';

/** Lines of name and value, and the px where they belong. */
export interface Readout {
  readonly x: number;
  readonly y: number;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** How near, in px, a dot must be to be read. */
const REACH = 12;

/** What a pointer at (px, py) reads on a 2-D plot. */
export function readChart(plot: PlotData, frame: ChartFrame, px: number, py: number): Readout | undefined {
  const { grid } = frame;
  const u = (px - grid.x) / grid.width;
  const v = 1 - (py - grid.y) / grid.height;
  if (u < -0.02 || u > 1.02 || v < -0.02 || v > 1.02) return undefined;
  const toX = (x: number): number => grid.x + grid.width * fraction(frame.x, x);
  const toY = (y: number): number => grid.y + grid.height * (1 - fraction(frame.y, y));
  if (hasJ(plot)) {
    const spots = plot.kind === 'line' ? [] : plot.marks;
    const read = readMarks(
      plot,
      spots.map((mark) => ({ mark, x: toX(mark.position[0]!), y: toY(mark.position[1]!) })),
      px,
      py,
    );
    if (read) return read;
  }
  if (plot.kind === 'curves') return readCurves(plot.curve, frame, { toX, toY }, u, px, py);
  if (plot.kind === 'matrix' || plot.kind === 'pictures') return readCells(plot, frame, u, v);
  if (plot.kind === 'points') {
    let best = -1;
    let away = REACH * REACH;
    for (let k = 0; k < plot.values.length; k++) {
      const dx = toX(plot.position[2 * k]!) - px;
      const dy = toY(plot.position[2 * k + 1]!) - py;
      const d = dx * dx + dy * dy;
      if (d < away) {
        away = d;
        best = k;
      }
    }
    if (best < 0) return undefined;
    const [x, y] = [plot.position[2 * best]!, plot.position[2 * best + 1]!];
    const names = plot.axes.map((axis) => axis.name);
    return {
      x: toX(x),
      y: toY(y),
      lines: [pair(names[0] ?? '', x), pair(names[1] ?? '', y), readJ(plot, plot.values[best]!)],
    };
  }
  if (plot.kind === 'line') {
    const axis = plot.axes[0]!;
    const at = nearestIndex(axis.values, valueAt(frame.x, u));
    const [name, text] = readJ(plot, plot.values[at]!);
    return { x: toX(axis.values[at]!), y: py, lines: [pair(axis.name, axis.values[at]!), [name, text]] };
  }
  if (plot.kind === 'contour' || plot.kind === 'surface') {
    const [a, b] = plot.axes;
    if (!a || !b) return undefined;
    const i = nearestIndex(a.values, valueAt(frame.x, u));
    const j = nearestIndex(b.values, valueAt(frame.y, v));
    return {
      x: toX(a.values[i]!),
      y: toY(b.values[j]!),
      lines: [
        pair(a.name, a.values[i]!),
        pair(b.name, b.values[j]!),
        readJ(plot, plot.values[i * b.values.length + j]!),
      ],
    };
  }
  return undefined;
}

/** How values become px. */
interface Places {
  toX(x: number): number;
  toY(y: number): number;
}

/** The nearest line at the nearest x: its value with its spread, how many runs it is the mean of, its state. */
function readCurves(
  curve: Curve,
  frame: ChartFrame,
  { toX, toY }: Places,
  u: number,
  px: number,
  py: number,
): Readout | undefined {
  const at = nearestIndex(curve.x, valueAt(frame.x, u));
  let best = -1;
  let away = Number.POSITIVE_INFINITY;
  curve.lines.forEach(({ y }, k) => {
    const beside = curve.places ? Math.abs(toX(placeOf(curve, k, at)) - px) : 0; // lines stand beside each other there
    const gap = Math.hypot(toY(y[at]!) - py, beside);
    if (gap < away) [away, best] = [gap, k];
  });
  const line = curve.lines[best];
  if (!line || away > 40) return undefined;
  const value = line.y[at]!;
  const spread = line.spread?.[at];
  const runs = line.samples?.filter((sample) => Number.isFinite(sample[at])).length ?? 0;
  const lines: [string, string][] = [
    ['', line.name],
    curve.places ? [curve.xName, curve.places[at] ?? ''] : pair(curve.xName, curve.x[at]!),
    [curve.yName, formatValue(value) + (spread === undefined ? '' : ` ± ${formatNumber(spread, 2)}`)],
  ];
  if (runs > 1) lines.push(['runs', formatValue(runs)]);
  if (line.state) lines.push(['', line.state]);
  return { x: toX(placeOf(curve, best, at)), y: toY(value), lines };
}

/** The cell of a matrix, or the picture, under the pointer. */
function readCells(plot: MatrixPlot | PicturesPlot, frame: ChartFrame, u: number, v: number): Readout | undefined {
  if (u < 0 || u >= 1 || v <= 0 || v > 1) return undefined;
  const { grid } = frame;
  const [columns, rows] = [frame.x.high, frame.y.low];
  const [i, j] = [Math.floor((1 - v) * rows), Math.floor(u * columns)];
  const at = {
    x: grid.x + ((j + 0.5) / columns) * grid.width,
    y: grid.y + ((i + 0.5) / rows) * grid.height,
  };
  const place = i * columns + j;
  if (plot.kind === 'pictures') {
    const text = plot.labels[place];
    return text === undefined
      ? undefined
      : {
          ...at,
          lines: [
            ['picture', formatValue(place)],
            ['label', text],
          ],
        };
  }
  const { matrix } = plot;
  const value = matrix.values[place];
  if (value === undefined) return undefined;
  const spread = matrix.spread?.[place];
  const known = `${formatNumber(value, 4)}${spread === undefined ? '' : ` ± ${formatNumber(spread, 2)}`}`;
  const text = Number.isNaN(value) ? 'no value' : known;
  const names = [
    [matrix.rowName, matrix.rows[i]!],
    [matrix.columnName, matrix.columns[j]!],
  ] as const;
  return { ...at, lines: [...names, [matrix.valueName, text]] };
}

/** What a pointer at (px, py) reads on a 3-D plot: the nearest member in front. */
export function readSpace(plot: PlotData, space: Space, p: Projection, px: number, py: number): Readout | undefined {
  if (!hasJ(plot)) return undefined;
  const spots = space.marks.flatMap(({ name, position }) => {
    const mark = plot.marks.find((m) => m.name === name);
    const { x, y } = project(p, ...position);
    return mark ? [{ mark, x, y }] : [];
  });
  const read = readMarks(plot, spots, px, py);
  if (read) return read;
  const target = space.points ?? space.mesh;
  const member = target?.member;
  if (!target) return undefined;
  const reach = space.points ? Math.max(5, space.points.radius * p.scale) : REACH;
  let best = -1;
  let nearest = Number.POSITIVE_INFINITY;
  for (let k = 0; k < target.tone.length; k++) {
    const s = project(p, target.position[3 * k]!, target.position[3 * k + 1]!, target.position[3 * k + 2]!);
    const away = Math.hypot(s.x - px, s.y - py);
    // In front first; among equals the nearest on screen.
    if (away > reach || s.depth + 0.02 * away >= nearest) continue;
    nearest = s.depth + 0.02 * away;
    best = k;
  }
  if (best < 0) return undefined;
  const s = project(p, target.position[3 * best]!, target.position[3 * best + 1]!, target.position[3 * best + 2]!);
  const lines: (readonly [string, string])[] = [];
  if (plot.kind === 'points') {
    const k = member![best]!;
    for (let d = 0; d < 3; d++) lines.push(pair(plot.axes[d]?.name ?? '', plot.position[3 * k + d]!));
    lines.push(readJ(plot, plot.values[k]!));
  } else if (member) {
    const k = member[best]!;
    const [a, b] = plot.axes;
    lines.push(
      pair(a!.name, a!.values[Math.floor(k / b!.values.length)]!),
      pair(b!.name, b!.values[k % b!.values.length]!),
    );
    lines.push(readJ(plot, plot.values[k]!));
  } else {
    plot.axes.forEach((axis, d) => {
      const values = 'values' in axis ? axis.values : undefined;
      if (!values) return;
      const t = (target.position[3 * best + d]! / space.half[d]! + 1) / 2;
      lines.push(pair(axis.name, values[0]! + t * (values[values.length - 1]! - values[0]!)));
    });
    if (plot.epsilon !== undefined) lines.push(readJ(plot, plot.epsilon));
  }
  return { x: s.x, y: s.y, lines };
}

const pair = (name: string, value: number): [string, string] => [name, formatValue(value)];

/** The mark under the pointer; with it those on the same spot, which it may cover, each with its J. */
function readMarks(
  plot: JPlot,
  spots: readonly { readonly mark: Mark; readonly x: number; readonly y: number }[],
  px: number,
  py: number,
): Readout | undefined {
  const away = (spot: { readonly x: number; readonly y: number }): number => Math.hypot(spot.x - px, spot.y - py);
  const [first] = [...spots].filter((spot) => away(spot) < 7).sort((a, b) => away(a) - away(b));
  if (!first) return undefined;
  const { x, y } = first;
  const there = spots.filter((spot) => Math.hypot(spot.x - x, spot.y - y) <= SPOT).map(({ mark }) => mark);
  const losses = there.flatMap(({ name, loss }): (readonly [string, string])[] => {
    if (loss === undefined) return [];
    const [measure, text] = readJ(plot, loss);
    return [[there.length > 1 ? `${measure} of ${name}` : measure, text]];
  });
  const place = first.mark.position.map((c, d) => pair(plot.axes[d]?.name ?? '', c));
  return { x, y, lines: [['', there.map(({ name }) => name).join(', ')], ...place, ...losses] };
}

function nearestIndex(values: Float64Array, value: number): number {
  let best = 0;
  for (let k = 1; k < values.length; k++) if (Math.abs(values[k]! - value) < Math.abs(values[best]! - value)) best = k;
  return best;
}
