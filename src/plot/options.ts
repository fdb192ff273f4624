/** ECharts options of the 2-D plots. Options hold functions and are made here only: none is ever taken from a document. */
import type { EChartsOption } from 'echarts';
import { FiberscopeError } from '../catalog/errors.js';
import { formatNumber } from '../catalog/text.js';
import type { PlotData } from '../catalog/views.js';
import { contourLines } from './contour.js';
import { type Box, fitText, type Shape, shapesToGraphic, textWidth } from './drawing.js';
import { type FigureSize, layoutFigure, stateColour, stateRank, TEXT } from './figure.js';
import { heatPicture, type Picture } from './heat.js';
import { pngAddress } from './png.js';
import { isRelative, type JRange, jRange, measureName, place, shown } from './range.js';
import { spread } from './spread.js';
import { markColour, type Theme } from './theme.js';
import { linearTicks, logTicks } from './ticks.js';
import { viridisHex } from './viridis.js';

/** A plot whose arrays are a lattice of J. */
export type LatticePlot = Extract<PlotData, { kind: 'surface' | 'contour' | 'line' | 'iso-surface' }>;
/** A plot of points coloured by J. */
export type PointsPlot = Extract<PlotData, { kind: 'points' }>;
/** A plot of lines. */
export type CurvesPlot = Extract<PlotData, { kind: 'curves' }>;

/** True for a plot that is drawn in three dimensions. */
export function is3d(plot: PlotData): boolean {
  return plot.kind === 'surface' || plot.kind === 'iso-surface' || (plot.kind === 'points' && plot.dimension === 3);
}

/** True for a plot that is a picture; a table is not. */
export function isPicture(plot: PlotData): plot is Exclude<PlotData, { kind: 'table' }> {
  return plot.kind !== 'table';
}

/** Where the axes of a 2-D plot lie, in px and in data, so that a pointer's position can be read. */
export interface ChartFrame {
  readonly grid: Box;
  readonly x: { readonly low: number; readonly high: number; readonly log: boolean };
  readonly y: { readonly low: number; readonly high: number; readonly log: boolean };
}

/** An option together with the frame it draws in. */
export interface Chart {
  readonly option: EChartsOption;
  readonly frame: ChartFrame;
}

/** The ECharts options of a 2-D plot (a surface is drawn as its contour map). */
export function chartOptions(plot: PlotData, theme: Theme, size: FigureSize): EChartsOption {
  return chart(plot, theme, size).option;
}

/** The options and the frame of a 2-D plot. */
export function chart(plot: PlotData, theme: Theme, size: FigureSize): Chart {
  if (plot.kind === 'curves') return curvesChart(plot, theme, size);
  if (plot.kind === 'line') return lineChart(plot, theme, size);
  if (plot.kind === 'contour' || plot.kind === 'surface') return contourChart(plot, theme, size);
  if (plot.kind === 'points' && plot.dimension === 2) return pointsChart(plot, theme, size);
  throw new FiberscopeError('internal', `plot '${plot.title}': ${plot.kind} is not a 2-D plot`);
}

interface AxisSpan {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

/** What is common to all charts: the body's place, axes with names, quiet grid lines, the parts around the data. */
function base(
  plot: PlotData,
  theme: Theme,
  size: FigureSize,
  range: JRange | undefined,
  x: AxisSpan,
  y: AxisSpan,
  fit: 'stretch' | 'square',
  marginRight = 14,
): { readonly option: EChartsOption; readonly frame: ChartFrame } {
  const figure = layoutFigure(plot, theme, size, range);
  const yTicks = ticks(y, figure.body.height / 40);
  const yWidth = Math.max(18, ...yTicks.map((tick) => textWidth(tick.label, TEXT.tick)));
  const left = yWidth + 36;
  const grid = {
    x: figure.body.x + left,
    y: figure.body.y + 12,
    width: Math.max(20, figure.body.width - left - marginRight),
    height: Math.max(20, figure.body.height - 12 - 40),
  };
  if (fit === 'square') {
    const ratio = (x.high - x.low) / (y.high - y.low);
    const width = Math.min(grid.width, grid.height * ratio);
    const height = Math.min(grid.height, grid.width / ratio);
    grid.x += (grid.width - width) / 2;
    grid.y += (grid.height - height) / 2;
    grid.width = width;
    grid.height = height;
  }
  const xTicks = ticks(x, grid.width / 60);
  const axis = (span: AxisSpan, list: { value: number; label: string }[], gap: number, rotate: number) => ({
    type: (span.log ? 'log' : 'value') as 'value',
    min: span.low,
    max: span.high,
    name: span.name,
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameRotate: rotate,
    nameMoveOverlap: false,
    nameTextStyle: { color: theme.dim, fontSize: TEXT.label, fontFamily: theme.font },
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.faint, width: 1 } },
    axisTick: { show: true, length: 4, lineStyle: { color: theme.faint }, customValues: list.map((t) => t.value) },
    axisLabel: {
      color: theme.dim,
      fontSize: TEXT.tick,
      fontFamily: theme.font,
      margin: 7,
      showMinLabel: true,
      showMaxLabel: true,
      customValues: list.map((t) => t.value),
      formatter: (value: number) => nearest(list, value),
    },
    splitLine: { show: false },
    minorTick: { show: false },
    axisPointer: { show: false },
  });
  const bodyRight = grid.x + grid.width;
  const gridLines = [
    ...xTicks.map((t) => {
      const px = grid.x + fraction(x, t.value) * grid.width;
      return [px, grid.y, px, grid.y + grid.height];
    }),
    ...yTicks.map((t) => {
      const py = grid.y + (1 - fraction(y, t.value)) * grid.height;
      return [grid.x, py, bodyRight, py];
    }),
  ].map((points) => ({
    type: 'polyline',
    silent: true,
    z: -10,
    shape: {
      points: [
        [points[0], points[1]],
        [points[2], points[3]],
      ],
    },
    style: { stroke: theme.line, lineWidth: 1, fill: 'none' },
  }));
  const nameOfY = textWidth(y.name, TEXT.label);
  const option = {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: theme.font, color: theme.ink },
    grid: { left: grid.x, top: grid.y, width: grid.width, height: grid.height, outerBoundsMode: 'none' },
    xAxis: axis(x, xTicks, 24, 0),
    yAxis: axis(y, yTicks, yWidth + 14, nameOfY > 22 ? 90 : 0),
    graphic: [...gridLines, ...shapesToGraphic(figure.shapes, theme.font)],
  } as EChartsOption;
  return { option, frame: { grid, x, y } };
}

const fraction = (span: { low: number; high: number; log: boolean }, value: number): number =>
  span.log ? Math.log(value / span.low) / Math.log(span.high / span.low) : (value - span.low) / (span.high - span.low);

const ticks = (span: AxisSpan, count: number) => {
  const some = Math.max(2, Math.min(8, Math.floor(count)));
  return span.log ? logTicks(span.low, span.high, some) : linearTicks(span.low, span.high, some);
};

function nearest(list: readonly { value: number; label: string }[], value: number): string {
  let best = list[0];
  for (const tick of list) if (Math.abs(tick.value - value) < Math.abs(best!.value - value)) best = tick;
  return best?.label ?? '';
}

/** θ₀…θ_m as dots with their names. */
function markSeries(
  marks: readonly { x: number; y: number; name: string; colour: string }[],
  theme: Theme,
  x: ChartFrame['x'],
) {
  return {
    type: 'scatter' as const,
    z: 12,
    silent: true,
    symbolSize: 11,
    clip: true,
    data: marks.map((mark) => ({
      value: [mark.x, mark.y],
      itemStyle: { color: mark.colour, borderColor: '#ffffff', borderWidth: 1.5, opacity: 1 },
      label: {
        formatter: mark.name.replace(/[{}|]/g, ''),
        position: fraction(x, mark.x) > 0.88 ? ('left' as const) : ('right' as const),
      },
    })),
    label: {
      show: true,
      position: 'right' as const,
      distance: 4,
      color: theme.ink,
      fontSize: 12,
      fontWeight: 600 as const,
      fontFamily: theme.font,
      textBorderColor: theme.panel,
      textBorderWidth: 3,
    },
    labelLayout: { hideOverlap: true },
  };
}

function contourChart(plot: LatticePlot, theme: Theme, size: FigureSize): Chart {
  const [a, b] = plot.axes;
  if (!a || !b || plot.axes.length !== 2) {
    throw new FiberscopeError('internal', `plot '${plot.title}': expected 2 axes, got ${plot.axes.length}`);
  }
  const n0 = a.values.length;
  const n1 = b.values.length;
  const range = size.range ?? jRange(plot);
  const x = { name: a.name, low: a.values[0]!, high: a.values[n0 - 1]!, log: false };
  const y = { name: b.name, low: b.values[0]!, high: b.values[n1 - 1]!, log: false };
  const frame = base(plot, theme, size, range, x, y, 'square');
  const picture = range ? latticePicture(plot, n0, n1, range) : undefined;
  const image = picture ? (size.image ?? address)(picture) : '';
  const toData = (line: readonly number[]): number[][] => {
    const coords: number[][] = [];
    for (let k = 0; k + 1 < line.length; k += 2)
      coords.push([along(a.values, line[k]!), along(b.values, line[k + 1]!)]);
    return coords;
  };
  const lines = (level: number) => contourLines(plot.values, n0, n1, level).map((line) => ({ coords: toData(line) }));
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
  return {
    frame: frame.frame,
    option: {
      ...frame.option,
      series: [
        {
          type: 'custom',
          silent: true,
          z: 1,
          clip: true,
          data: image ? [[x.low, y.low]] : [],
          renderItem: (_params: unknown, api: { coord(point: number[]): number[] }) => {
            const [left, bottom] = api.coord([x.low, y.low]);
            const [right, top] = api.coord([x.high, y.high]);
            const style = { image, x: left, y: top, width: right! - left!, height: bottom! - top! };
            return { type: 'image', silent: true, style };
          },
        },
        lineSeries(levels.flatMap(lines), '#ffffff66', 0.8, 3),
        lineSeries(epsilonLines, EPSILON_CASING, 4, 4),
        lineSeries(epsilonLines, EPSILON_LINE, 2, 5),
        markSeries(
          plot.marks.map((m, k) => ({
            x: m.position[0]!,
            y: m.position[1]!,
            name: m.name,
            colour: markColour(m.name, k),
          })),
          theme,
          frame.frame.x,
        ),
      ],
    } as EChartsOption,
  };
}

/** The ε line is white with a dark casing: viridis has no colour that stands out from all of viridis. */
export const EPSILON_LINE = '#ffffff';
/** Casing of the ε line. */
export const EPSILON_CASING = '#10151c';

const pictures = new WeakMap<Float32Array, { readonly key: string; readonly picture: Picture }>();
const addresses = new WeakMap<Picture, string>();

function address(picture: Picture): string {
  const known = addresses.get(picture) ?? pngAddress(picture.rgba, picture.width, picture.height);
  addresses.set(picture, known);
  return known;
}

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

function lineChart(plot: LatticePlot, theme: Theme, size: FigureSize): Chart {
  const axis = plot.axes[0]!;
  const range = size.range ?? jRange(plot);
  const relative = isRelative(plot.colouring, plot.scale);
  const unit = (j: number): number => shown(j, relative, plot.scale);
  const x = { name: axis.name, low: axis.values[0]!, high: axis.values[axis.values.length - 1]!, log: false };
  const log = range?.log ?? false;
  const spread = range
    ? log
      ? [range.low / 1.5, range.high * 1.5]
      : [Math.min(0, range.low), range.high * 1.05]
    : [0, 1];
  const y = { name: measureName(relative), low: spread[0]!, high: spread[1]!, log };
  const frame = base(plot, theme, size, undefined, x, y, 'stretch');
  const inside = (value: number): boolean => value >= y.low && value <= y.high;
  const level = (value: number, name: string, color: string, position: string) => ({
    yAxis: value,
    lineStyle: { color, type: 'dashed', width: 1.2 },
    label: { formatter: name, color, position, fontSize: TEXT.tick, fontFamily: theme.font },
  });
  const levels = [
    ...(plot.epsilon !== undefined && inside(unit(plot.epsilon))
      ? [level(unit(plot.epsilon), 'ε', theme.accent, 'insideStartTop')]
      : []),
    ...(inside(unit(plot.scale.zero))
      ? [level(unit(plot.scale.zero), 'zero function', theme.bad, 'insideEndTop')]
      : []),
    ...(inside(unit(plot.scale.constant)) && plot.scale.constant < 0.8 * plot.scale.zero
      ? [level(unit(plot.scale.constant), 'best constant', theme.dim, 'insideEndBottom')]
      : []),
  ];
  const data = [...plot.values].map((value, k) => {
    const j = unit(value);
    return [axis.values[k]!, !Number.isFinite(j) || (log && !(j > 0)) ? Number.NaN : log ? Math.max(j, y.low) : j];
  });
  return {
    frame: frame.frame,
    option: {
      ...frame.option,
      series: [
        {
          type: 'line',
          showSymbol: false,
          silent: true,
          data,
          lineStyle: { color: theme.types.Field, width: 2 },
          markLine: { silent: true, symbol: 'none', animation: false, data: levels },
        },
        markSeries(
          plot.marks.map((m, k) => ({
            x: m.position[0]!,
            y: onLine(data, m.position[0]!, log),
            name: m.name,
            colour: markColour(m.name, k),
          })),
          theme,
          frame.frame.x,
        ),
      ],
    } as EChartsOption,
  };
}

/** The drawn line's height at x: marks lie on the line, their own J is in the legend. */
function onLine(data: readonly number[][], x: number, log: boolean): number {
  const k = Math.max(
    1,
    data.findIndex((point) => point[0]! >= x),
  );
  const [before, after] = [data[k - 1], data[k]];
  if (!before || !after) return Number.NaN;
  const t = (x - before[0]!) / (after[0]! - before[0]!);
  if (log) return before[1]! ** (1 - t) * after[1]! ** t;
  return before[1]! + t * (after[1]! - before[1]!);
}

function pointsChart(plot: PointsPlot, theme: Theme, size: FigureSize): Chart {
  const range = size.range ?? jRange(plot);
  const count = plot.values.length;
  const spans = [0, 1].map((axis) => {
    const named = plot.axes[axis];
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      const value = plot.position[2 * k + axis]!;
      if (value < low) low = value;
      if (value > high) high = value;
    }
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
  const frame = base(plot, theme, size, range, spans[0]!, spans[1]!, fixed ? 'square' : 'stretch');
  const { grid } = frame.frame;
  // Low J is drawn last, so that a good point is not hidden by a bad one.
  const order = Uint32Array.from({ length: count }, (_, k) => k).sort((p, q) => plot.values[q]! - plot.values[p]!);
  const data = Array.from(order, (k) => {
    const t = range ? place(range, shown(plot.values[k]!, range.relative, plot.scale)) : 0;
    return [plot.position[2 * k]!, plot.position[2 * k + 1]!, Number.isNaN(t) ? 1 : t];
  });
  const area = Math.sqrt((grid.width * grid.height) / Math.max(1, fixed ? (plot.total ?? count) : count));
  return {
    frame: frame.frame,
    option: {
      ...frame.option,
      visualMap: {
        type: 'continuous',
        show: false,
        seriesIndex: 0,
        dimension: 2,
        min: 0,
        max: 1,
        inRange: { color: Array.from({ length: 33 }, (_, k) => viridisHex(k / 32)) },
      },
      series: [
        {
          type: 'scatter',
          silent: true,
          clip: true,
          symbolSize: Math.max(2.5, Math.min(fixed ? 14 : 7, area * (fixed ? 0.95 : 0.45))),
          itemStyle: { opacity: fixed ? 1 : 0.9 },
          data,
        },
        markSeries(
          plot.marks.map((m, k) => ({
            x: m.position[0]!,
            y: m.position[1]!,
            name: m.name,
            colour: markColour(m.name, k),
          })),
          theme,
          frame.frame.x,
        ),
      ],
    } as EChartsOption,
  };
}

function curvesChart(plot: CurvesPlot, theme: Theme, size: FigureSize): Chart {
  const { curve } = plot;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const line of curve.lines) {
    for (const value of line.y) {
      if (!Number.isFinite(value) || (curve.logY && !(value > 0))) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (!(high >= low)) [low, high] = curve.logY ? [0.1, 1] : [0, 1];
  if (curve.logY) low = Math.max(low, high * 1e-16);
  const pad = curve.logY ? 1.4 : 0.05 * (high - low || 1);
  const x = {
    name: curve.xName,
    low: curve.x[0] ?? 0,
    high: Math.max(curve.x[curve.x.length - 1] ?? 1, (curve.x[0] ?? 0) + 1e-12),
    log: false,
  };
  const y = {
    name: curve.yName,
    low: curve.logY ? low / pad : low - pad,
    high: curve.logY ? high * pad : high + pad,
    log: curve.logY,
  };
  const stated = curve.lines.some((line) => line.state);
  const many = curve.lines.filter((line) => !stated || line.state === 'selected').length;
  const labelled = many <= 8 && curve.lines.length > 1; // a single line is named by its axis
  const names = curve.lines.map((line) => (labelled && (!stated || line.state === 'selected') ? line.name : ''));
  const margin = Math.min(90, Math.max(14, ...names.map((name) => textWidth(name, TEXT.label) + 12)));
  const frame = base(plot, theme, size, undefined, x, y, 'stretch', margin);
  const order = curve.lines
    .map((_, k) => k)
    .sort((p, q) => stateRank(curve.lines[q]!.state) - stateRank(curve.lines[p]!.state));
  const series = order.map((k) => {
    const line = curve.lines[k]!;
    const first = line.state === 'selected';
    const color = stated ? stateColour(line.state, theme) : theme.series[k % theme.series.length]!;
    return {
      type: 'line',
      silent: true,
      showSymbol: curve.x.length === 1,
      clip: true,
      z: first ? 4 : 2,
      data: Array.from(line.y, (value, i) => [
        curve.x[i]!,
        Number.isFinite(value) && (!curve.logY || value > 0) ? Math.max(value, curve.logY ? y.low : value) : Number.NaN,
      ]),
      lineStyle: { color, width: first || !stated ? 2 : 1, opacity: first || !stated ? 1 : 0.55 },
      itemStyle: { color },
    };
  });
  const { grid } = frame.frame;
  const ends = order
    .filter((k) => names[k] !== '')
    .map((k) => {
      const line = curve.lines[k]!;
      const value = line.y.findLast((v) => Number.isFinite(v) && (!curve.logY || v > 0)) ?? y.low;
      const at = (1 - fraction(y, Math.max(value, y.low))) * grid.height;
      const fill = stated ? stateColour(line.state, theme) : theme.series[k % theme.series.length]!;
      return { text: names[k]!, at, fill, width: 14 };
    })
    .sort((p, q) => p.at - q.at);
  const heights = spread(
    ends.map((end) => ({ at: Math.min(Math.max(end.at, 0), grid.height), width: end.width })),
    grid.height,
    0,
  );
  const labels = ends.map(({ text, fill }, k): Shape => {
    const [lx, ly] = [grid.x + grid.width + 5, grid.y + heights[k]!];
    return {
      kind: 'text',
      x: lx,
      y: ly,
      text: fitText(text, TEXT.label, margin - 6),
      size: TEXT.label,
      fill,
      align: 'left',
      bold: true,
    };
  });
  const graphic = [...(frame.option.graphic as object[]), ...shapesToGraphic(labels, theme.font)];
  return { frame: frame.frame, option: { ...frame.option, graphic, series } as EChartsOption };
}

/** A J as people read it on this plot: in shown units with its name. */
export function readJ(plot: LatticePlot | PointsPlot, j: number): readonly [name: string, text: string] {
  const relative = isRelative(plot.colouring, plot.scale);
  return [measureName(relative), formatNumber(shown(j, relative, plot.scale))];
}
