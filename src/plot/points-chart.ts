/** Points in the plane coloured by J: an ε-set of two coefficients, or an embedding. */
import { type Chart, chartBase, fraction, imageSeries, marksOf, withMarks } from './chart-frame.js';
import { type Dots, dotsPicture } from './dots.js';
import { extent } from './extent.js';
import type { FigureSize } from './figure.js';
import { pictureAddress } from './png.js';
import { jRange, type PointsPlot, place, shown } from './range.js';
import type { Theme } from './theme.js';
import { viridisHex, viridisRow } from './viridis.js';

/** Points coloured by J, low J drawn last. Axes with given ends, coefficients, have the same scale. */
export function pointsChart(plot: PointsPlot, theme: Theme, size: FigureSize): Chart {
  const range = size.range ?? jRange(plot);
  const count = plot.values.length;
  const spans = [0, 1].map((axis) => {
    const named = plot.axes[axis];
    let [low, high] = extent(plot.position, axis, 2);
    for (const mark of plot.marks) {
      const value = mark.position[axis];
      if (value === undefined || !Number.isFinite(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (!(high >= low)) [low, high] = [0, 1];
    const edge = 0.06 * (high - low || 1);
    const name = named?.name ?? '';
    return { name, low: named?.low ?? low - edge, high: named?.high ?? high + edge, log: false };
  });
  const fixed = plot.axes[0]?.low !== undefined;
  const layOut = (): ReturnType<typeof chartBase> =>
    chartBase(plot, theme, size, range, spans[0]!, spans[1]!, fixed ? 'square' : 'stretch');
  let frame = layOut();
  if (!fixed) {
    // An embedding means distances: both axes get the scale of the tighter one, and the other shows more room.
    const { grid } = frame.frame;
    const unit = Math.max(
      (spans[0]!.high - spans[0]!.low) / grid.width,
      (spans[1]!.high - spans[1]!.low) / grid.height,
    );
    for (const [axis, length] of [grid.width, grid.height].entries()) {
      const span = spans[axis]!;
      const middle = (span.low + span.high) / 2;
      spans[axis] = { ...span, low: middle - (unit * length) / 2, high: middle + (unit * length) / 2 };
    }
    frame = layOut();
  }
  const { grid } = frame.frame;
  // Low J is drawn last, so that a good point is not hidden by a bad one.
  const order = Uint32Array.from({ length: count }, (_, k) => k).sort((p, q) => plot.values[q]! - plot.values[p]!);
  const tone = (k: number): number => {
    const t = range ? place(range, shown(plot.values[k]!, range.relative, plot.scale)) : 0;
    return viridisRow(Number.isNaN(t) ? 1 : t);
  };
  const area = Math.sqrt((grid.width * grid.height) / Math.max(1, fixed ? (plot.total ?? count) : count));
  const radius = Math.max(2.5, Math.min(fixed ? 14 : 7, area * (fixed ? 0.95 : 0.45))) / 2;
  const opacity = fixed ? 1 : 0.9;
  const marks = marksOf(plot);
  if (count <= FEW) {
    const data = Array.from(order, (k) => ({
      value: [plot.position[2 * k]!, plot.position[2 * k + 1]!],
      itemStyle: { color: viridisHex(tone(k) / 255) },
    }));
    const dots = { type: 'scatter', silent: true, clip: true, symbolSize: 2 * radius, itemStyle: { opacity }, data };
    return withMarks(frame, [dots], marks, theme);
  }
  // The picture reaches over the frame's edge by a radius, so that dots on the edge are whole.
  const edge = Math.ceil(radius) + 1;
  const [width, height] = [grid.width + 2 * edge, grid.height + 2 * edge];
  const dots: Dots = {
    x: Float32Array.from(order, (k) => edge + grid.width * fraction(frame.frame.x, plot.position[2 * k]!)),
    y: Float32Array.from(order, (k) => edge + grid.height * (1 - fraction(frame.frame.y, plot.position[2 * k + 1]!))),
    tone: Uint8Array.from(order, tone),
    radius,
    opacity,
  };
  const image = (size.image ?? pictureAddress)(dotsPicture(dots, width, height, DENSITY));
  const spot = { x: grid.x - edge, y: grid.y - edge, width, height };
  return withMarks(frame, [imageSeries(frame.frame, image, spot)], marks, theme);
}

/** Up to so many points are drawn one by one, as vectors in files; more of them as a picture. */
const FEW = 500;
const DENSITY = 2; // pixels per px of that picture
