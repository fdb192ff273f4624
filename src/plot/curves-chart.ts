/** Lines over one axis: the losses of a search, accuracy over training, a penalty by layer with error bars; any Curve. */
import type { EChartsOption } from 'echarts';
import type { Curve } from '../catalog/values.js';
import { type AxisSpan, type Chart, chartBase } from './chart-frame.js';
import { endLabels, endMargin } from './end-labels.js';
import type { FigureSize } from './figure.js';
import { hasMarkers, isStated, lineLook, placeOf, stateRank } from './line-looks.js';
import type { CurvesPlot } from './range.js';
import { shapesToGraphic } from './shapes.js';
import { spreadSeries } from './spread-series.js';
import type { Theme } from './theme.js';

/**
 * All lines. Of those with states selected ones are strong, come last and carry their names at the right end, kept apart; others
 * are named in the legend. At places every point is marked and has an error bar; over a quantity the spread is a band.
 */
export function curvesChart(plot: CurvesPlot, theme: Theme, size: FigureSize): Chart {
  const { curve } = plot;
  const [x, y] = spansOf(curve);
  const stated = isStated(curve);
  const named = curve.lines.filter(({ state }) => state === 'selected').length;
  const names = curve.lines.map((line) =>
    stated && named <= 8 && curve.lines.length > 1 && line.state === 'selected' ? line.name : '',
  );
  const margin = endMargin(names);
  const frame = chartBase(plot, theme, size, undefined, x, y, 'stretch', margin);
  const order = curve.lines
    .map((_, k) => k)
    .sort((p, q) => stateRank(curve.lines[q]!.state) - stateRank(curve.lines[p]!.state));
  const looks = curve.lines.map((_, k) => lineLook(curve, k, theme));
  const heightOf = (value: number): number =>
    Number.isFinite(value) && (!y.log || value > 0) ? Math.max(value, y.log ? y.low : value) : Number.NaN;
  const dataOf = (k: number): number[][] =>
    Array.from(curve.lines[k]!.y, (value, i) => [placeOf(curve, k, i), heightOf(value)]);
  const strong = (k: number): boolean => !stated || curve.lines[k]!.state === 'selected';
  // Thin lines of one colour are one series, a gap after each: a search has hundreds.
  const thin = new Map<string, number[][]>();
  for (const k of order)
    if (!strong(k)) {
      const data = thin.get(looks[k]!.colour) ?? [];
      thin.set(looks[k]!.colour, data);
      data.push(...dataOf(k), [x.high, Number.NaN]);
    }
  const marked = hasMarkers(curve);
  const lineOf = (data: number[][], color: string, first: boolean, k?: number) => ({
    type: 'line',
    silent: true,
    showSymbol: curve.x.length === 1 || (k !== undefined && marked),
    showAllSymbol: true,
    symbol: k === undefined ? 'circle' : looks[k]!.marker,
    symbolSize: marked ? 7 : 4,
    clip: !marked,
    z: first && stated ? 4 : 2,
    data,
    lineStyle: {
      color,
      width: first && !curve.places ? 2 : 1,
      opacity: first ? 1 : 0.55,
      type: (k !== undefined && looks[k]!.dash) || 'solid',
    },
    itemStyle: { color, opacity: 1 },
  });
  const series = [
    ...curve.lines.flatMap((line, k) =>
      spreadSeries(line, looks[k]!.colour, (i) => placeOf(curve, k, i), heightOf, y, curve.places !== undefined),
    ),
    ...[...thin].map(([colour, data]) => lineOf(data, colour, false)),
    ...order.filter(strong).map((k) => lineOf(dataOf(k), looks[k]!.colour, true, k)),
    ...levelSeries(curve, x, theme),
  ];
  const labels = endLabels(curve, names, (k) => looks[k]!.colour, frame.frame, margin);
  const graphic = [...(frame.option.graphic as object[]), ...shapesToGraphic(labels, theme.font)];
  return { frame: frame.frame, option: { ...frame.option, graphic, series } as EChartsOption };
}

/** The baseline, across the whole chart; the legend names it. */
function levelSeries({ baseline }: Curve, { low, high }: AxisSpan, theme: Theme): object[] {
  if (!baseline || !Number.isFinite(baseline.y)) return [];
  const data = [low, high].map((x) => [x, baseline.y]);
  const lineStyle = { color: theme.dim, width: 1.2, type: 'dashed' };
  return [{ type: 'line', silent: true, showSymbol: false, clip: true, z: 1, data, lineStyle }];
}

/** What the axes span: all that is drawn, with some room above and below. */
function spansOf(curve: Curve): readonly [x: AxisSpan, y: AxisSpan] {
  const { logX = false, logY, places } = curve;
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const take = (value: number): void => {
    if (!Number.isFinite(value) || (logY && !(value > 0))) return;
    if (value < low) low = value;
    if (value > high) high = value;
  };
  for (const { y, spread, samples = [] } of curve.lines) {
    for (const values of [y, ...samples]) values.forEach(take);
    if (spread) for (const sign of [-1, 1]) y.map((value, i) => value + sign * (spread[i] ?? 0)).forEach(take);
  }
  if (curve.baseline) take(curve.baseline.y);
  curve.range?.forEach(take);
  if (!(high >= low)) [low, high] = logY ? [0.1, 1] : [0, 1];
  if (logY) low = Math.max(low, high * 1e-16);
  const pad = logY ? 1.4 : 0.05 * (high - low || 1);
  const y = {
    name: curve.yName,
    low: logY ? low / pad : low - pad,
    high: logY ? high * pad : high + pad,
    log: logY,
  };
  if (places) return [{ name: curve.xName, low: -0.5, high: Math.max(1, places.length) - 0.5, log: false, places }, y];
  const ends = [...curve.x].filter((value) => Number.isFinite(value) && (!logX || value > 0));
  const first = ends.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = ends.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const log = logX && ends.length > 0;
  const [from, to] = ends.length > 0 ? [first, last] : [0, 1];
  const room = hasMarkers(curve) && to > from ? 0.02 : 0; // a marker at the end is not cut
  const x = log
    ? { low: from * (from / to) ** room, high: to > from ? to * (to / from) ** room : from * 10 }
    : {
        low: from - room * (to - from),
        high: to > from ? to + room * (to - from) : from + (Math.abs(from) * 1e-3 || 1e-12),
      };
  return [{ name: curve.xName, ...x, log, whole: ends.every(Number.isInteger) }, y];
}
