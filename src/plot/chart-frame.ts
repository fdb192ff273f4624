/** What all 2-D charts share: where the axes lie, their ticks and names, quiet grid lines, the marks. */
import type { EChartsOption } from 'echarts';
import type { PlotData } from '../catalog/views.js';
import { type Box, TEXT, textWidth, wrapText } from './drawing.js';
import { type FigureSize, layoutFigure } from './figure.js';
import { markLabels } from './mark-labels.js';
import { nameShapes, setNames } from './name-axis.js';
import type { JPlot, JRange } from './range.js';
import { shapesToGraphic } from './shapes.js';
import { markColour, type Theme } from './theme.js';
import { linearTicks, logTicks } from './ticks.js';

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

/** A mark in the coordinates of a chart. */
export interface ChartMark {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  readonly colour: string;
}

/** An axis: its name and what it spans; `places` are the names of 0, 1, … where it is no quantity; `whole`: only whole numbers. */
export interface AxisSpan {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly places?: readonly string[];
  readonly whole?: boolean;
}

const NAME_LINE = 13; // px of a line of the name of an axis

/** Lays out a chart: the body's place, axes with names, quiet grid lines, the parts around the data. */
export function chartBase(
  plot: PlotData,
  theme: Theme,
  size: FigureSize,
  range: JRange | undefined,
  x: AxisSpan,
  y: AxisSpan,
  fit: 'stretch' | 'square',
  marginRight = 14,
): Chart {
  const figure = layoutFigure(plot, theme, size, range);
  const yTicks = ticks(y, figure.body.height / 40);
  const yWidth = Math.max(18, ...yTicks.map((tick) => textWidth(tick.label, TEXT.tick)));
  const upright = textWidth(y.name, TEXT.label) > 22;
  const nameRoom = figure.body.height - (x.places ? 48 : 28); // a name may be a little longer than its axis
  const yName = upright ? wrapText(y.name, TEXT.label, nameRoom, 2) : [y.name];
  const left = yWidth + 36 + NAME_LINE * (yName.length - 1);
  const width = Math.max(20, figure.body.width - left - marginRight);
  const step = width / (x.high - x.low);
  const names = x.places && setNames(x.places, step, left + step / 2 - 4, 0.35 * figure.body.height);
  const middle = left + width / 2;
  const xRoom = 2 * Math.min(middle, figure.body.width - middle) - 8;
  const xName = wrapText(x.name, TEXT.label, xRoom, 2);
  const gap = names ? names.height + 4 : 24; // from the axis to its name
  const below = gap + 3 + NAME_LINE * Math.max(1, xName.length);
  const grid = {
    x: figure.body.x + left,
    y: figure.body.y + 12,
    width,
    height: Math.max(20, figure.body.height - 12 - below),
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
  const xTicks = names
    ? names.texts.map(({ index, text }) => ({ value: index, label: text }))
    : ticks(x, grid.width / 60);
  const axis = (span: AxisSpan, list: readonly { value: number; label: string }[], gap: number, rotate: number) => ({
    type: (span.log ? 'log' : 'value') as 'value',
    min: span.low,
    max: span.high,
    name: (span === y ? yName : xName).join('\n'),
    nameLocation: 'middle' as const,
    nameGap: gap,
    nameRotate: rotate,
    nameMoveOverlap: false,
    nameTextStyle: { color: theme.dim, fontSize: TEXT.label, fontFamily: theme.font, lineHeight: NAME_LINE },
    axisLine: { show: true, onZero: false, lineStyle: { color: theme.faint, width: 1 } },
    axisTick: { show: true, length: 4, lineStyle: { color: theme.faint }, customValues: list.map((t) => t.value) },
    axisLabel: {
      show: span.places === undefined,
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
  const placeNames = names
    ? nameShapes(names, theme, (k) => grid.x + fraction(x, k) * grid.width, grid.y + grid.height)
    : [];
  const option = {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: theme.font, color: theme.ink },
    grid: { left: grid.x, top: grid.y, width: grid.width, height: grid.height, outerBoundsMode: 'none' },
    xAxis: axis(x, xTicks, gap, 0),
    yAxis: axis(y, yTicks, yWidth + 14, upright ? 90 : 0),
    graphic: [...gridLines, ...shapesToGraphic([...figure.shapes, ...placeNames], theme.font)],
  } as EChartsOption;
  return { option, frame: { grid, x, y } };
}

/** Place of a value on an axis, 0 at its low end. */
export const fraction = (span: { low: number; high: number; log: boolean }, value: number): number =>
  span.log ? Math.log(value / span.low) / Math.log(span.high / span.low) : (value - span.low) / (span.high - span.low);

/** The value at a place on an axis: the inverse of `fraction`. */
export const valueAt = (span: { low: number; high: number; log: boolean }, t: number): number =>
  span.log ? span.low * (span.high / span.low) ** t : span.low + t * (span.high - span.low);

const ticks = (span: AxisSpan, count: number) => {
  const some = Math.max(2, Math.min(8, Math.floor(count)));
  return span.log ? logTicks(span.low, span.high, some) : linearTicks(span.low, span.high, some, span.whole ? 1 : 0);
};

function nearest(list: readonly { value: number; label: string }[], value: number): string {
  let best = list[0];
  for (const tick of list) if (Math.abs(tick.value - value) < Math.abs(best!.value - value)) best = tick;
  return best?.label ?? '';
}

/** A picture below lines and marks, at a place in px. */
export const imageSeries = (
  { x, y }: ChartFrame,
  image: CanvasImageSource | string,
  { x: left, y: top, width, height }: Box,
) => ({
  type: 'custom',
  silent: true,
  z: 1,
  clip: false,
  data: [[x.low, y.low]],
  renderItem: () => ({ type: 'image', silent: true, style: { image, x: left, y: top, width, height } }),
});

/** The marks of a plot over a plane, where they lie. */
export const marksOf = (plot: JPlot): ChartMark[] =>
  plot.marks.map((mark, k) => ({
    x: mark.position[0]!,
    y: mark.position[1]!,
    name: mark.name,
    colour: markColour(mark.name, k),
  }));

/** A chart's option with θ₀…θ_m on it: dots, and their names over everything. */
export function withMarks(
  { option, frame }: Chart,
  series: readonly object[],
  marks: readonly ChartMark[],
  theme: Theme,
): Chart {
  const { grid } = frame;
  const inside = (t: number): boolean => t >= -0.001 && t <= 1.001;
  const dots = marks
    .map((mark) => ({ mark, u: fraction(frame.x, mark.x), v: fraction(frame.y, mark.y) }))
    .filter(({ u, v }) => inside(u) && inside(v))
    .map(({ mark, u, v }) => ({ x: grid.x + u * grid.width, y: grid.y + (1 - v) * grid.height, name: mark.name }));
  const room = { x: grid.x - 8, y: grid.y - 8, width: grid.width + 16, height: grid.height + 16 };
  const names = shapesToGraphic(markLabels(dots, theme, room, []), theme.font);
  const scatter = {
    type: 'scatter',
    z: 12,
    silent: true,
    symbolSize: 11,
    clip: true,
    data: marks.map((mark) => ({
      value: [mark.x, mark.y],
      itemStyle: { color: mark.colour, borderColor: '#ffffff', borderWidth: 1.5, opacity: 1 },
    })),
  };
  const graphic = [...(option.graphic as object[]), ...names];
  return { frame, option: { ...option, graphic, series: [...series, scatter] } as EChartsOption };
}
