/** The bar beside a plot that says which colour is which number. */
import type { PlotData } from '../catalog/views.js';
import { ABOVE_HEX } from './above-cap.js';
import { fitText, label, type Shape, TEXT, textWidth } from './drawing.js';
import { type ColourRange, hasJ, isRelative, type JRange, measureName, place, rangeTicks, shown } from './range.js';
import type { Theme } from './theme.js';

const BAR = 12;
const ABOVE_BOX = 10; // height of what stands for members at or above the cap
const ABOVE_TEXT = '≥ cap';

/** The colour bar of J as shapes, right-aligned at `right`, between `top` and `bottom`; `width` is what it takes. */
export function colourBarShapes(
  plot: PlotData | undefined,
  theme: Theme,
  range: JRange,
  right: number,
  top: number,
  bottom: number,
): { readonly shapes: Shape[]; readonly width: number } {
  const title = measureName(range.relative);
  const texts = [...ticksOf(range, bottom - top).map((tick) => tick.label), ...(range.capped ? [ABOVE_TEXT] : [])];
  const width = Math.max(BAR + 6 + widest(texts) + 10, textWidth(title, TEXT.label));
  const x = right - width + 10;
  const above = range.capped ? ABOVE_BOX + 3 : 0;
  const y = top + 22 + above;
  const height = Math.max(10, bottom - y - 10);
  const shapes: Shape[] = [
    { ...label(right - width, top + 8, title, theme.dim, 'left') },
    ...(range.capped
      ? [
          { kind: 'rect', x, y: top + 22, width: BAR, height: ABOVE_BOX, fill: ABOVE_HEX } as const,
          { ...label(x + BAR + 6, top + 22 + ABOVE_BOX / 2, ABOVE_TEXT, theme.dim, 'left'), size: TEXT.tick },
        ]
      : []),
    // below the label of the cap
    ...rampShapes(range, theme, x, y, height, range.capped ? top + 22 + ABOVE_BOX + TEXT.tick * 0.6 : 0, bottom - top),
  ];
  if (plot && hasJ(plot) && plot.epsilon !== undefined) {
    const value = shown(plot.epsilon, isRelative(plot.colouring, plot.scale), plot.scale);
    if (value >= range.low && value <= range.high) {
      const at = y + height * (1 - place(range, value));
      shapes.push({ kind: 'line', points: [x - 3, at, x + BAR, at], stroke: theme.accent, width: 2 });
      shapes.push({ ...label(x - 4, at, 'ε', theme.accent, 'right'), bold: true });
    }
  }
  return { shapes, width: width + 8 };
}

const AISLE = 15; // of a name that runs along the bar

/** A colour bar whose name runs along it, in as many lines as it has parts where it is longer than the bar. */
export function namedBarShapes(
  name: readonly string[],
  theme: Theme,
  range: ColourRange,
  right: number,
  top: number,
  bottom: number,
): { readonly shapes: Shape[]; readonly width: number } {
  const y = top + 10;
  const height = Math.max(10, bottom - y - 10);
  const whole = name.join(', ');
  const room = bottom - top;
  const lines = textWidth(whole, TEXT.label) <= room ? [whole] : name;
  const labels = widest(ticksOf(range, height).map((tick) => tick.label));
  const width = BAR + 6 + labels + lines.length * AISLE;
  const x = right - width;
  const middle = y + height / 2;
  return {
    shapes: [
      ...rampShapes(range, theme, x, y, height, 0, height),
      ...lines.map((text, k): Shape => {
        const at = x + BAR + 6 + labels + (lines.length - k - 0.4) * AISLE; // turned to the right, the first line is the rightmost
        return { ...label(at, middle, fitText(text, TEXT.label, room), theme.dim, 'center'), turn: 90 };
      }),
    ],
    width: width + 10,
  };
}

const ticksOf = (range: ColourRange, height: number) => rangeTicks(range, Math.max(2, Math.min(7, height / 36)));
const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => textWidth(text, TEXT.tick)));

/** The ramp with its ticks, none of whose labels is above `ceiling`; `room` decides how many there are. */
function rampShapes(
  range: ColourRange,
  theme: Theme,
  x: number,
  y: number,
  height: number,
  ceiling: number,
  room: number,
): Shape[] {
  const shapes: Shape[] = [{ kind: 'ramp', x, y, width: BAR, height }];
  let free = Number.POSITIVE_INFINITY; // labels go upwards and never touch the one below
  for (const tick of ticksOf(range, room)) {
    const at = y + height * (1 - tick.t);
    if (at > free || at < ceiling) continue;
    free = at - TEXT.tick * 1.3;
    shapes.push({ kind: 'line', points: [x + BAR, at, x + BAR + 3, at], stroke: theme.faint, width: 1 });
    shapes.push({ ...label(x + BAR + 6, at, tick.label, theme.dim, 'left'), size: TEXT.tick });
  }
  return shapes;
}
