/** Marks that lie outside of what a plot spans: they are not drawn, and said. */
import type { Mark } from '../catalog/values.js';
import type { JPlot } from './range.js';

const EDGE = 0.001; // of an axis, by which a mark on the border may be over it

/** Whether a mark lies outside the axes of a plot. Axes without ends, of an embedding, make room for every mark. */
export function isOutside(plot: JPlot, { position }: Mark): boolean {
  return plot.axes.some((axis, d) => {
    const low = 'values' in axis ? axis.values[0] : axis.low;
    const high = 'values' in axis ? axis.values[axis.values.length - 1] : axis.high;
    if (low === undefined || high === undefined) return false;
    const edge = EDGE * (high - low);
    const at = position[d] ?? 0;
    return !(at >= low - edge && at <= high + edge);
  });
}

/** The names of the marks of a plot that lie outside. */
export function outsideNames(plot: JPlot): string[] {
  return plot.marks.flatMap((mark) => (isOutside(plot, mark) ? [mark.name] : []));
}
