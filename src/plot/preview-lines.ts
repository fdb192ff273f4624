/** Tiny pictures of lines for node cards, as paths. */
import type { Curve } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';
import { isStated, placeOf } from './line-looks.js';
import type { LatticePlot } from './range.js';

/** A line of a preview as SVG path data. */
export interface PreviewLine {
  readonly key: string;
  readonly path: string;
  readonly strong: boolean;
  /** Its place among lines that are told by their hues; none where they are told by their states, or where it is alone. */
  readonly hue?: number;
}

/** Lines drawn at most: more cannot be told apart in a card. */
const MOST_LINES = 128;
/** Px kept free above, below and at the sides of what is marked. */
const EDGE = 3;
/** A point with no line to another, and px of the dash that it is drawn as. */
const ALONE = /M([\d.-]+) ([\d.-]+)(?=M|$)/g;
const DASH = 8;

/** Curves, or J along one axis, as paths in a box of `width` × `height`; selected lines are strong and come last. */
export function previewCurves(plot: PlotData, width: number, height: number): PreviewLine[] {
  const curve = plot.kind === 'curves' ? plot.curve : plot.kind === 'line' ? lineOfJ(plot) : undefined;
  if (!curve || curve.x.length === 0) return [];
  const kept = curve.lines
    .map((line, k) => ({ line, k }))
    .sort((a, b) => Number(b.line.state === 'selected') - Number(a.line.state === 'selected'))
    .slice(0, MOST_LINES)
    .reverse();
  const some = kept.some(({ line }) => line.state === 'selected');
  const hues = !isStated(curve) && curve.lines.length > 1;
  const toY = heights(curve, height);
  const step = Math.max(1, Math.floor(curve.x.length / width));
  return kept.map(({ line, k }) => {
    const toX = places(curve, k, width);
    let path = '';
    let pen = 'M';
    for (let i = 0; i < curve.x.length; i += step) {
      const y = toY(line.y[i]!);
      const x = toX(i);
      if (!Number.isFinite(y) || !Number.isFinite(x)) pen = 'M';
      else {
        path += `${pen}${x.toFixed(1)} ${y.toFixed(1)}`;
        pen = 'L';
      }
    }
    path = path.replace(ALONE, (_, x, y) => `M${(Number(x) - DASH / 2).toFixed(1)} ${y}h${DASH}`);
    if (curve.places) path += barsOf(line, toX, toY);
    const strong = !some || line.state === 'selected';
    return { key: `${k} ${line.name}`, path, strong, ...(hues ? { hue: k } : {}) };
  });
}

function lineOfJ({ axes, values, colouring }: LatticePlot): Curve {
  const line = { name: 'J', y: Float64Array.from(values), state: 'selected' };
  return { type: 'Curve', x: axes[0]!.values, xName: '', yName: '', logY: colouring.log, lines: [line] };
}

/** Px from the top of a value: all means lie in the box; on a logarithmic axis at most twelve decades, and 0 at the bottom. */
function heights({ lines, logY, places: named }: Curve, height: number): (value: number) => number {
  const level = (value: number): number => (logY ? Math.log10(value) : value);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { y, spread } of lines)
    y.forEach((value, i) => {
      const away = named ? (spread?.[i] ?? 0) : 0;
      for (const v of [level(value - away), level(value + away)]) {
        if (!Number.isFinite(v)) continue;
        low = Math.min(low, v);
        high = Math.max(high, v);
      }
    });
  if (logY) low = Math.max(low, high - 12);
  return (value) => {
    const v = level(value);
    const t = high > low ? Math.min(1, Math.max(0, (v - low) / (high - low))) : v > Number.NEGATIVE_INFINITY ? 0.5 : 0;
    return height - EDGE - t * (height - 2 * EDGE);
  };
}

/** Px from the left of point i of line k. */
function places(curve: Curve, k: number, width: number): (i: number) => number {
  if (curve.places) {
    const count = Math.max(1, curve.places.length);
    return (i) => ((placeOf(curve, k, i) + 0.5) / count) * width;
  }
  const level = (i: number): number => (curve.logX ? Math.log10(curve.x[i]!) : curve.x[i]!);
  const [first, last] = [level(0), level(curve.x.length - 1)];
  return (i) => (last > first ? ((level(i) - first) / (last - first)) * width : width / 2);
}

/** Error bars as strokes. */
function barsOf(
  { y, spread }: Curve['lines'][number],
  toX: (i: number) => number,
  toY: (value: number) => number,
): string {
  if (!spread) return '';
  return [...y]
    .map((value, i) => {
      const [top, bottom] = [toY(value + spread[i]!), toY(value - spread[i]!)];
      const x = toX(i).toFixed(1);
      return Number.isFinite(top + bottom) ? `M${x} ${top.toFixed(1)}L${x} ${bottom.toFixed(1)}` : '';
    })
    .join('');
}
