/** How the lines of a curve look and stand: by their state where they have one, else each its own. */
import type { Curve } from '../catalog/values.js';
import type { Shape } from './drawing.js';
import type { Theme } from './theme.js';

/** Signs of points, so that lines can be told without colour. */
export type Marker = 'circle' | 'rect' | 'triangle' | 'diamond';

/** The look of one line. */
export interface LineLook {
  readonly colour: string;
  readonly dash: readonly number[] | undefined; // solid where absent
  readonly marker: Marker;
}

const MARKERS: readonly Marker[] = ['circle', 'rect', 'triangle', 'diamond'];
const DASHES: readonly (readonly number[] | undefined)[] = [undefined, [6, 3], [2, 3]];

/** Whether the lines of a curve have states: then these are what their colours mean. */
export const isStated = ({ lines }: Pick<Curve, 'lines'>): boolean => lines.some((line) => line.state);

/** The look of line `k`. Hues come again after eight lines, with dashes. */
export function lineLook(curve: Pick<Curve, 'lines'>, k: number, theme: Theme): LineLook {
  const marker = MARKERS[k % MARKERS.length]!;
  if (isStated(curve)) return { colour: stateColour(curve.lines[k]!.state, theme), dash: undefined, marker };
  const hues = theme.series.length;
  return { colour: theme.series[k % hues]!, dash: DASHES[Math.floor(k / hues) % DASHES.length], marker };
}

/** Points up to which each of a line is marked. */
const MARKED = 24;

/** Whether the points of the lines are marked: at places, and where there are few of them. */
export const hasMarkers = (curve: Pick<Curve, 'lines' | 'places' | 'x'>): boolean =>
  curve.places !== undefined || (!isStated(curve) && curve.x.length <= MARKED);

/** A marker as a shape: of equal area, about, for all signs. */
export function markerShape(marker: Marker, x: number, y: number, r: number, fill: string): Shape {
  if (marker === 'circle') return { kind: 'circle', x, y, r, fill };
  const corners = CORNERS[marker];
  return { kind: 'polygon', points: corners.flatMap(([u, v]) => [x + u * r, y + v * r]), fill };
}

const CORNERS: Readonly<Record<Exclude<Marker, 'circle'>, readonly (readonly [number, number])[]>> = {
  rect: [
    [-0.9, -0.9],
    [0.9, -0.9],
    [0.9, 0.9],
    [-0.9, 0.9],
  ],
  triangle: [
    [0, -1.1],
    [1.1, 0.9],
    [-1.1, 0.9],
  ],
  diamond: [
    [0, -1.25],
    [1.25, 0],
    [0, 1.25],
    [-1.25, 0],
  ],
};

const BESIDE = 0.5; // of the way to the next place that the lines at a place may take together
const FARTHEST = 0.12; // from one line to the next

/** Where point i of line k is drawn: at places the lines stand beside each other, so that no error bar covers another. */
export function placeOf({ x, places, lines }: Pick<Curve, 'x' | 'places' | 'lines'>, k: number, i: number): number {
  if (!places) return x[i]!;
  return x[i]! + (k - (lines.length - 1) / 2) * Math.min(FARTHEST, BESIDE / lines.length);
}

const STATES = ['selected', 'spare', 'loss', 'dependent', 'dead', 'diverged'];
/** Rank of a line's state: what matters most first. */
export const stateRank = (state: string | undefined): number => {
  const rank = STATES.indexOf(state ?? '');
  return rank < 0 ? STATES.length : rank;
};

/** Colour of a line by its state. */
export function stateColour(state: string | undefined, theme: Theme): string {
  switch (state) {
    case 'selected':
      return theme.accent;
    case 'spare':
      return theme.types.Model;
    case 'dependent':
      return theme.types.Architecture;
    case 'dead':
    case 'diverged':
      return theme.bad;
    default:
      return theme.faint;
  }
}
