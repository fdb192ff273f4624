/** Lines over one axis: the losses of a search, or any Curve. */
import type { EChartsOption } from 'echarts';
import { type Chart, chartBase, fraction } from './chart-frame.js';
import { fitText, type Shape, shapesToGraphic, textWidth } from './drawing.js';
import { type FigureSize, stateColour, stateRank, TEXT } from './figure.js';
import type { CurvesPlot } from './range.js';
import { spread } from './spread.js';
import type { Theme } from './theme.js';

/** All lines; selected ones are strong, come last and carry their names at the right end, kept apart. */
export function curvesChart(plot: CurvesPlot, theme: Theme, size: FigureSize): Chart {
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
  const frame = chartBase(plot, theme, size, undefined, x, y, 'stretch', margin);
  const order = curve.lines
    .map((_, k) => k)
    .sort((p, q) => stateRank(curve.lines[q]!.state) - stateRank(curve.lines[p]!.state));
  const colourOf = (k: number): string =>
    stated ? stateColour(curve.lines[k]!.state, theme) : theme.series[k % theme.series.length]!;
  const dataOf = (k: number): number[][] =>
    Array.from(curve.lines[k]!.y, (value, i) => [
      curve.x[i]!,
      Number.isFinite(value) && (!curve.logY || value > 0) ? Math.max(value, curve.logY ? y.low : value) : Number.NaN,
    ]);
  const strong = (k: number): boolean => !stated || curve.lines[k]!.state === 'selected';
  // Thin lines of one colour are one series, a gap after each: a search has hundreds.
  const thin = new Map<string, number[][]>();
  for (const k of order)
    if (!strong(k)) {
      const data = thin.get(colourOf(k)) ?? [];
      thin.set(colourOf(k), data);
      data.push(...dataOf(k), [x.high, Number.NaN]);
    }
  const lineOf = (data: number[][], color: string, first: boolean) => ({
    type: 'line',
    silent: true,
    showSymbol: curve.x.length === 1,
    clip: true,
    z: first && stated ? 4 : 2,
    data,
    lineStyle: { color, width: first ? 2 : 1, opacity: first ? 1 : 0.55 },
    itemStyle: { color },
  });
  const series = [
    ...[...thin].map(([colour, data]) => lineOf(data, colour, false)),
    ...order.filter(strong).map((k) => lineOf(dataOf(k), colourOf(k), true)),
  ];
  const { grid } = frame.frame;
  const ends = order
    .filter((k) => names[k] !== '')
    .map((k) => {
      const line = curve.lines[k]!;
      const value = line.y.findLast((v) => Number.isFinite(v) && (!curve.logY || v > 0)) ?? y.low;
      const at = (1 - fraction(y, Math.max(value, y.low))) * grid.height;
      return { text: names[k]!, at, fill: colourOf(k), width: 14 };
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
