/** The names of lines at their right ends, kept apart. */
import type { Curve } from '../catalog/values.js';
import { type ChartFrame, fraction } from './chart-frame.js';
import { fitText, type Shape, TEXT, textWidth } from './drawing.js';
import { spread } from './spread.js';

/** Px that names take to the right of a chart; an empty name is none. */
export const endMargin = (names: readonly string[]): number =>
  Math.min(90, Math.max(14, ...names.map((name) => textWidth(name, TEXT.label) + 12)));

/** The names as shapes, each as near to the end of its line as the others let it. */
export function endLabels(
  curve: Curve,
  names: readonly string[],
  colourOf: (k: number) => string,
  { grid, y }: ChartFrame,
  margin: number,
): Shape[] {
  const ends = names
    .flatMap((text, k) => {
      if (text === '') return [];
      const value = curve.lines[k]!.y.findLast((v) => Number.isFinite(v) && (!y.log || v > 0)) ?? y.low;
      const at = (1 - fraction(y, Math.max(value, y.low))) * grid.height;
      return [{ text, at, fill: colourOf(k), width: 14 }];
    })
    .sort((p, q) => p.at - q.at);
  const heights = spread(
    ends.map((end) => ({ at: Math.min(Math.max(end.at, 0), grid.height), width: end.width })),
    grid.height,
    0,
  );
  return ends.map(
    ({ text, fill }, k): Shape => ({
      kind: 'text',
      x: grid.x + grid.width + 5,
      y: grid.y + heights[k]!,
      text: fitText(text, TEXT.label, margin - 6),
      size: TEXT.label,
      fill,
      align: 'left',
      bold: true,
    }),
  );
}
