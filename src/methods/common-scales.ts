/** Plots beside each other on common scales, so that only the difference is different. */
import type { Curve } from '../catalog/values.js';
import type { PlotData } from '../catalog/views.js';

/** An axis for curves of one quantity, a range of colours for matrices of one measure that have none of their own; others as they are. */
export function onCommonScales(plots: readonly PlotData[]): readonly PlotData[] {
  const spans = new Map<string, Span>();
  for (const plot of plots) {
    const name = quantityOf(plot);
    if (name === undefined) continue;
    const span = spans.get(name) ?? { plots: 0, low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
    spans.set(name, span);
    span.plots += 1;
    for (const value of numbersOf(plot)) {
      if (!Number.isFinite(value)) continue;
      span.low = Math.min(span.low, value);
      span.high = Math.max(span.high, value);
    }
  }
  return plots.map((plot) => {
    const span = spans.get(quantityOf(plot) ?? '');
    if (span === undefined || span.plots < 2 || !(span.high >= span.low)) return plot;
    const range = [span.low, span.high] as const;
    if (plot.kind === 'curves') return { ...plot, curve: { ...plot.curve, range } };
    return plot.kind === 'matrix' ? { ...plot, matrix: { ...plot.matrix, range } } : plot;
  });
}

interface Span {
  plots: number;
  low: number;
  high: number;
}

/** What a plot's scale is of; undefined where it has its own. */
function quantityOf(plot: PlotData): string | undefined {
  if (plot.kind === 'curves') return `curves ${plot.curve.logY} ${plot.curve.yName}`;
  return plot.kind === 'matrix' && !plot.matrix.range ? `matrix ${plot.matrix.valueName}` : undefined;
}

function* numbersOf(plot: PlotData): Iterable<number> {
  if (plot.kind === 'matrix') yield* plot.matrix.values;
  if (plot.kind === 'curves') yield* heights(plot.curve);
}

/** What a curve reaches up and down to, with its spreads and runs. */
function* heights({ lines, range }: Curve): Iterable<number> {
  if (range) yield* range;
  for (const { y, spread, samples = [] } of lines) {
    for (const [i, value] of y.entries()) {
      const around = spread?.[i] ?? 0;
      yield value - (Number.isFinite(around) ? around : 0);
      yield value + (Number.isFinite(around) ? around : 0);
    }
    for (const sample of samples) yield* sample;
  }
}
