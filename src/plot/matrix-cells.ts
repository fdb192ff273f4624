/** The cells of a matrix: their colours, their numbers as text, and what stands for none. */
import { formatNumber } from '../catalog/text.js';
import type { Matrix } from '../catalog/values.js';
import type { Shape } from './drawing.js';
import { extent } from './extent.js';
import type { ColourRange } from './range.js';
import type { Theme } from './theme.js';

/** The numbers that the colours of a matrix span: its own range, else from its smallest to its largest. */
export function matrixRange({ values, range }: Matrix): ColourRange {
  const numbers = values.filter(Number.isFinite);
  const [least, most] = extent(numbers);
  const [low, high] = range ?? (numbers.length > 0 ? [least, most] : [0, 1]);
  const ends = high > low ? { low, high } : { low, high: low + (Math.abs(low) || 1) };
  return { ...ends, log: false, clipped: least < ends.low, over: most > ends.high };
}

/** The name of what a matrix holds, and which way is closer. */
export function matrixName({ valueName, better }: Matrix): readonly string[] {
  return [valueName, ...(better === undefined ? [] : [`${better} is closer`])];
}

/** A cell's number as it is written into it: with two decimals where all are below ten, else with three figures. */
export function cellText({ values }: Matrix, value: number): string {
  const plain = values.every((each) => !Number.isFinite(each) || Math.abs(each) < 10);
  if (!plain || !Number.isFinite(value)) return formatNumber(value);
  return value
    .toFixed(2)
    .replace(/^-0\.00$/, '0.00')
    .replace('-', '−');
}

/** What stands for a cell without a number: grey with a stroke from corner to corner. */
export function gapShapes(x: number, y: number, width: number, height: number, theme: Theme): Shape[] {
  return [
    { kind: 'rect', x, y, width, height, fill: theme.grid },
    { kind: 'line', points: [x, y + height, x + width, y], stroke: theme.faint, width: 1 },
  ];
}
