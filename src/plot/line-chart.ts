/** J along one coefficient. */
import { formatNumber } from '../catalog/text.js';
import { ABOVE_HEX } from './above-cap.js';
import { type Chart, chartBase, marksOf, withMarks } from './chart-frame.js';
import { TEXT } from './drawing.js';
import type { FigureSize } from './figure.js';
import { isRelative, jRange, type LatticePlot, measureName, shown } from './range.js';
import type { Theme } from './theme.js';

/** J as a line, with ε and the null models as dashed levels. */
export function lineChart(plot: LatticePlot, theme: Theme, size: FigureSize): Chart {
  const axis = plot.axes[0]!;
  const range = size.range ?? jRange(plot);
  const relative = isRelative(plot.colouring, plot.scale);
  const unit = (j: number): number => shown(j, relative, plot.scale);
  const x = { name: axis.name, low: axis.values[0]!, high: axis.values[axis.values.length - 1]!, log: false };
  const log = range?.log ?? false;
  const spread = range
    ? log
      ? [range.low / 1.5, range.high * (range.capped ? 3 : 1.5)]
      : [Math.min(0, range.low), range.high * (range.capped ? 1.2 : 1.05)]
    : [0, 1];
  const y = { name: measureName(relative), low: spread[0]!, high: spread[1]!, log };
  const frame = chartBase(plot, theme, size, undefined, x, y, 'stretch');
  const inside = (value: number): boolean => value >= y.low && value <= y.high;
  const level = (value: number, name: string, color: string, position: string) => ({
    yAxis: value,
    lineStyle: { color, type: 'dashed', width: 1.2 },
    label: {
      formatter: name,
      color,
      position,
      fontSize: TEXT.tick,
      fontFamily: theme.font,
      textBorderColor: theme.panel,
      textBorderWidth: 3,
    },
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
  // above the cap J is not told apart: a band to the top says so, and the line has gaps there
  const top = range && plot.cap !== undefined && range.capped ? unit(plot.cap) : undefined;
  const band = top !== undefined && [
    {
      yAxis: top,
      label: {
        show: true,
        formatter: `≥ ${formatNumber(top)}, the cap`,
        position: 'insideTop',
        color: theme.dim,
        fontSize: TEXT.tick,
        fontFamily: theme.font,
      },
    },
    { yAxis: y.high },
  ];
  const data = [...plot.values].map((value, k) => {
    const j = unit(value);
    return [axis.values[k]!, !Number.isFinite(j) || (log && !(j > 0)) ? Number.NaN : log ? Math.max(j, y.low) : j];
  });
  const line = {
    type: 'line',
    showSymbol: false,
    silent: true,
    data,
    lineStyle: { color: theme.types.Field, width: 2 },
    markLine: { silent: true, symbol: 'none', animation: false, data: levels },
    ...(band ? { markArea: { silent: true, animation: false, itemStyle: { color: ABOVE_HEX }, data: [band] } } : {}),
  };
  const marks = marksOf(plot).map((mark) => ({ ...mark, y: onLine(data, mark.x, log) }));
  return withMarks(frame, [line], marks, theme);
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
