/** Names along an axis that is no quantity: layers of a model, choices. Turned, shortened and thinned as the room asks for. */
import { fitMiddle, label, type Shape, TEXT, textWidth } from './drawing.js';
import type { Theme } from './theme.js';

/** Names and how they are set. */
export interface NameAxis {
  readonly texts: readonly { readonly index: number; readonly text: string }[];
  readonly turned: boolean;
  readonly height: number; // px that they take below the axis
}

const GAP = 7; // between the axis and the names
const PITCH = 17; // px from one turned name to the next
const LONGEST = 120; // px of a turned name
const MOST_CUT = 30; // px that a name is not cut below
const SLOPE = Math.SQRT1_2; // names are turned by 45°

/**
 * Sets names for places `step` px apart. A turned name reaches to the left: that of the first place as far as `left` px, and every
 * other by as much more as its place is farther. None takes more than `room` px below the axis. Numbers are thinned, not turned.
 */
export function setNames(names: readonly string[], step: number, left: number, room: number): NameAxis {
  const widest = Math.max(0, ...names.map((name) => textWidth(name, TEXT.tick)));
  if (widest + 8 <= step) {
    const texts = names.map((text, index) => ({ index, text }));
    return { texts, turned: false, height: GAP + TEXT.tick };
  }
  if (names.every((name) => /^\d+$/.test(name))) {
    const every = Math.ceil((widest + 8) / step);
    const texts = names.map((text, index) => ({ index, text })).filter(({ index }) => index % every === 0);
    return { texts, turned: false, height: GAP + TEXT.tick };
  }
  const every = Math.max(1, Math.ceil(PITCH / step));
  const deep = Math.min(LONGEST, Math.max(MOST_CUT, (room - GAP) / SLOPE - TEXT.tick));
  const longest = (index: number): number => Math.max(MOST_CUT, Math.min(deep, (left + index * step) / SLOPE));
  const texts = names
    .map((name, index) => ({ index, text: fitMiddle(name, TEXT.tick, longest(index)) }))
    .filter(({ index }) => index % every === 0);
  const taken = Math.max(0, ...texts.map(({ text }) => textWidth(text, TEXT.tick)));
  return { texts, turned: true, height: GAP + SLOPE * (taken + TEXT.tick) };
}

/** The names as shapes below a line at `y`; `at` gives the px of a place. */
export function nameShapes(
  { texts, turned }: NameAxis,
  theme: Theme,
  at: (index: number) => number,
  y: number,
): Shape[] {
  return texts.map(({ index, text }): Shape => {
    const x = at(index);
    const place = turned
      ? { ...label(x + 3, y + GAP + 2, text, theme.dim, 'right'), turn: -45 }
      : label(x, y + GAP + TEXT.tick / 2, text, theme.dim, 'center');
    return { ...place, size: TEXT.tick };
  });
}
