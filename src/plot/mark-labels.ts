/**
 * Names of marks beside their dots: none is lost, none covers another name or dot; a name that must go further has a line to its
 * dot. Dots on one spot have one name, `θ₁, θ₂`: of theirs only the last is seen.
 */
import { type Box, overlap, type Shape, textBox, textWidth } from './drawing.js';
import type { Theme } from './theme.js';

/** A dot with its name, in px. */
export interface NamedDot {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

const SIZE = 12; // of the letters
const DOT = 6; // radius that no name may cover
/** Dots that are no farther apart, in px, look like one. */
export const SPOT = 4;
const NEAR = 9; // from the dot to a name beside it
const RINGS = [16, 24, 34, 46, 60, 78]; // where a name goes that has a line to its dot
const TURNS = 16;

interface Candidate {
  readonly box: Box;
  readonly x: number;
  readonly align: 'left' | 'center' | 'right';
  readonly far: boolean;
}

/** Shapes of the names of `marks`, clear of the boxes in `taken` and inside `room`; the boxes they take are added to `taken`. */
export function markLabels(marks: readonly NamedDot[], theme: Theme, room: Box, taken: Box[]): Shape[] {
  const dots = spotsOf(marks);
  const lines: Shape[] = [];
  const names: Shape[] = [];
  // The most crowded choose last: the others have only one good place, which they would take away.
  const crowd = dots.map((dot) => dots.filter((other) => Math.hypot(other.x - dot.x, other.y - dot.y) < 30).length);
  const order = dots.map((_, k) => k).sort((a, b) => crowd[a]! - crowd[b]! || a - b);
  for (const k of order) {
    const dot = dots[k]!;
    const others = dots.filter((_, i) => i !== k);
    let best: Candidate | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (const candidate of candidatesOf(dot)) {
      const fault = faultOf(candidate, dot, others, room, taken);
      if (fault >= least) continue;
      [best, least] = [candidate, fault];
      if (fault === 0) break;
    }
    if (!best) continue; // no candidate: cannot be
    taken.push(best.box);
    const y = best.box.y + best.box.height / 2;
    if (best.far) lines.push(leader(dot, best.box, theme));
    names.push({
      kind: 'text',
      x: best.x,
      y,
      text: dot.name,
      size: SIZE,
      fill: theme.ink,
      align: best.align,
      bold: true,
      halo: theme.panel,
    });
  }
  return [...lines, ...names];
}

/** Dots on one spot as one dot with all their names, in the middle of them. */
function spotsOf(dots: readonly NamedDot[]): NamedDot[] {
  const spots: NamedDot[][] = [];
  for (const dot of dots) {
    const spot = spots.find(([first]) => Math.hypot(first!.x - dot.x, first!.y - dot.y) <= SPOT);
    if (spot) spot.push(dot);
    else spots.push([dot]);
  }
  const middle = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return spots.map((spot) => ({
    x: middle(spot.map(({ x }) => x)),
    y: middle(spot.map(({ y }) => y)),
    name: spot.map(({ name }) => name).join(', '),
  }));
}

function candidatesOf({ x, y, name }: NamedDot): Candidate[] {
  const beside = (dx: number, dy: number, align: Candidate['align'], far: boolean): Candidate => ({
    box: textBox(x + dx, y + dy, name, SIZE, align),
    x: x + dx,
    align,
    far,
  });
  const found = [
    beside(NEAR, 0, 'left', false),
    beside(-NEAR, 0, 'right', false),
    beside(0, -NEAR - 6, 'center', false),
    beside(0, NEAR + 6, 'center', false),
  ];
  const half = textWidth(name, SIZE) / 2;
  for (const ring of RINGS)
    for (let k = 0; k < TURNS; k++) {
      const angle = (Math.PI * (2 * k + 1)) / TURNS - Math.PI / 2; // from the upper right around
      const [dx, dy] = [Math.cos(angle) * (ring + half), Math.sin(angle) * ring];
      found.push(beside(dx, dy, 'center', true));
    }
  return found;
}

/** How bad a place is, 0 for a good one: the area of what it covers, and more for leaving the picture or a line across names. */
function faultOf(
  { box, far }: Candidate,
  dot: NamedDot,
  others: readonly NamedDot[],
  room: Box,
  taken: readonly Box[],
): number {
  let fault = 0;
  const outside =
    Math.max(0, room.x - box.x) +
    Math.max(0, box.x + box.width - room.x - room.width) +
    Math.max(0, room.y - box.y) +
    Math.max(0, box.y + box.height - room.y - room.height);
  fault += 100 * outside;
  for (const other of taken) fault += 10 * shared(box, other);
  for (const { x, y } of others) fault += shared(box, { x: x - DOT, y: y - DOT, width: 2 * DOT, height: 2 * DOT });
  if (far) {
    const end = nearestIn(box, dot);
    for (const other of taken) if (crosses(dot, end, other)) fault += 50;
    for (const other of others) if (apart(dot, end, other) < DOT - 1 && !close(dot, other)) fault += 20;
  }
  return fault;
}

const shared = (a: Box, b: Box): number =>
  overlap(a, b)
    ? 1 +
      (Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
        (Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y))
    : 0;

type Point = { readonly x: number; readonly y: number };

const close = (a: Point, b: Point): boolean => Math.hypot(a.x - b.x, a.y - b.y) < 2 * DOT;

const nearestIn = (box: Box, { x, y }: Point): Point => ({
  x: Math.min(Math.max(x, box.x), box.x + box.width),
  y: Math.min(Math.max(y, box.y + 2), box.y + box.height - 2),
});

/** Distance of a point from the segment between two others. */
function apart(a: Point, b: Point, p: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
}

/** Whether the segment passes through a box, looked at every 3 px. */
function crosses(a: Point, b: Point, box: Box): boolean {
  const steps = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 3));
  for (let k = 0; k <= steps; k++) {
    const [x, y] = [a.x + ((b.x - a.x) * k) / steps, a.y + ((b.y - a.y) * k) / steps];
    if (x > box.x && x < box.x + box.width && y > box.y && y < box.y + box.height) return true;
  }
  return false;
}

function leader(dot: NamedDot, box: Box, theme: Theme): Shape {
  const end = nearestIn(box, dot);
  return { kind: 'line', points: [dot.x, dot.y, end.x, end.y], stroke: theme.ink, width: 1 };
}
