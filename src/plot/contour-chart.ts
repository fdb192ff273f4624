/** J over two coefficients as a contour map. */
import { FiberscopeError } from '../catalog/errors.js';
import { cappedValues } from './above-cap.js';
import { type Chart, chartBase, imageSeries, marksOf, withMarks } from './chart-frame.js';
import { contourLines } from './contour.js';
import type { FigureSize } from './figure.js';
import { heatPicture, type Picture } from './heat.js';
import { pictureAddress } from './png.js';
import { type JRange, jRange, type LatticePlot } from './range.js';
import type { Theme } from './theme.js';
import { linearTicks, logTicks } from './ticks.js';

/** J as colour with contour lines at round values, the ε line and the marks. Both coefficients have the same scale. */
export function contourChart(plot: LatticePlot, theme: Theme, size: FigureSize): Chart {
  const [a, b] = plot.axes;
  if (!a || !b || plot.axes.length !== 2) {
    throw new FiberscopeError('internal', `plot '${plot.title}': expected 2 axes, got ${plot.axes.length}`);
  }
  const n0 = a.values.length;
  const n1 = b.values.length;
  const range = size.range ?? jRange(plot);
  const x = { name: a.name, low: a.values[0]!, high: a.values[n0 - 1]!, log: false };
  const y = { name: b.name, low: b.values[0]!, high: b.values[n1 - 1]!, log: false };
  const frame = chartBase(plot, theme, size, range, x, y, 'square');
  const picture = range ? latticePicture(plot, n0, n1, range) : undefined;
  const image = picture && (size.image ?? pictureAddress)(picture);
  const toData = (line: readonly number[]): number[][] => {
    const coords: number[][] = [];
    for (let k = 0; k + 1 < line.length; k += 2)
      coords.push([along(a.values, line[k]!), along(b.values, line[k + 1]!)]);
    return coords;
  };
  const values = cappedValues(plot);
  const lines = (level: number) => contourLines(values, n0, n1, level).map((line) => ({ coords: toData(line) }));
  const unit = range?.relative ? plot.scale.power : 1;
  const levels = !range
    ? []
    : range.log
      ? logTicks(range.low, range.high, 10).map((t) => t.value * unit)
      : linearTicks(range.low, range.high, 8).map((t) => t.value * unit);
  const lineSeries = (data: { coords: number[][] }[], color: string, width: number, z: number) => ({
    type: 'lines' as const,
    coordinateSystem: 'cartesian2d' as const,
    polyline: true,
    silent: true,
    clip: true,
    z,
    data,
    lineStyle: { color, width, opacity: 1 },
  });
  const epsilonLines = plot.epsilon === undefined ? [] : lines(plot.epsilon);
  const series = [
    ...(image ? [imageSeries(frame.frame, image, frame.frame.grid)] : []),
    lineSeries(
      levels.filter((level) => plot.cap === undefined || level < plot.cap).flatMap(lines),
      '#ffffff66',
      0.8,
      3,
    ),
    lineSeries(epsilonLines, EPSILON_CASING, 4, 4),
    lineSeries(epsilonLines, EPSILON_LINE, 2, 5),
  ];
  return withMarks(frame, series, marksOf(plot), theme);
}

/** The ε line is white with a dark casing: viridis has no colour that stands out from all of viridis. */
const EPSILON_LINE = '#ffffff';
/** Casing of the ε line. */
const EPSILON_CASING = '#10151c';

const pictures = new WeakMap<Float32Array, { readonly key: string; readonly picture: Picture }>();
function latticePicture(plot: LatticePlot, n0: number, n1: number, range: JRange): Picture {
  const key = `${range.low} ${range.high} ${range.log} ${range.relative} ${plot.scale.power}`;
  const known = pictures.get(plot.values);
  if (known?.key === key) return known.picture;
  const per = Math.max(1, Math.min(16, Math.round(480 / Math.max(1, Math.max(n0, n1) - 1))));
  const picture = heatPicture(plot, n0, n1, range, per);
  pictures.set(plot.values, { key, picture });
  return picture;
}

function along(values: Float64Array, at: number): number {
  const k = Math.min(values.length - 2, Math.max(0, Math.floor(at)));
  return values[k]! + (at - k) * (values[k + 1]! - values[k]!);
}
