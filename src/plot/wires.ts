/** Where ports stand on cards and how wires run between them, in canvas px: the same on the canvas, in reports and in saved pictures. */

/** A place on the canvas or in the window. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Width of every card. */
export const CARD_WIDTH = 204;
/** Centre of the first port below the card's top, and the distance to the next. */
const PORT_TOP = 51;
const PORT_STEP = 22;

/** Centre of a port relative to its card's top left corner. */
export function portOffset(side: 'input' | 'output', index: number): Point {
  return { x: side === 'input' ? 0 : CARD_WIDTH, y: PORT_TOP + PORT_STEP * index };
}

/** Least height of a card with room for so many ports on its fuller side. */
export function heightForPorts(count: number): number {
  return count === 0 ? 0 : PORT_TOP + PORT_STEP * (count - 1) + 16;
}

const TURN = 22; // px that a wire which runs back swings out at its ends
const BACK = 40; // px from which a wire counts as running back
const STACKED = 60; // px between the tops of two cards that stand below each other

/** How far a wire's control points lie from its ends: half the way forward, a moderate loop when it goes back. */
function reach(a: Point, b: Point): number {
  const dx = b.x - a.x;
  if (dx >= 0) return Math.max(Math.min(46, 12 + Math.hypot(dx, b.y - a.y) / 2), dx / 2);
  return Math.min(150, 46 - dx / 4);
}

/** A wire's path from an output at `a` to an input at `b`, as SVG path data; one that runs back along `lane`, where that is given. */
export function wirePath(a: Point, b: Point, lane?: number): string {
  if (lane !== undefined)
    return `M${a.x} ${a.y}C${a.x + TURN} ${a.y} ${a.x + TURN} ${lane} ${a.x} ${lane}H${b.x}C${b.x - TURN} ${lane} ${b.x - TURN} ${b.y} ${b.x} ${b.y}`;
  const d = reach(a, b);
  return `M${a.x} ${a.y}C${a.x + d} ${a.y} ${b.x - d} ${b.y} ${b.x} ${b.y}`;
}

/** The point at fraction t of the same path. */
export function wirePoint(a: Point, b: Point, t: number, lane?: number): Point {
  if (lane !== undefined) {
    if (t <= 1 / 3) return bezier([a.x, a.x + TURN, a.x + TURN, a.x], [a.y, a.y, lane, lane], 3 * t);
    if (t >= 2 / 3) return bezier([b.x, b.x - TURN, b.x - TURN, b.x], [lane, lane, b.y, b.y], 3 * t - 2);
    return { x: a.x + (b.x - a.x) * (3 * t - 1), y: lane };
  }
  const d = reach(a, b);
  return bezier([a.x, a.x + d, b.x - d, b.x], [a.y, a.y, b.y, b.y], t);
}

type Four = readonly [number, number, number, number];

/** The point at t of a cubic Bézier curve with these x and y. */
function bezier(xs: Four, ys: Four, t: number): Point {
  const u = 1 - t;
  const at = ([p0, p1, p2, p3]: Four): number => u ** 3 * p0 + 3 * u * u * t * p1 + 3 * u * t * t * p2 + t ** 3 * p3;
  return { x: at(xs), y: at(ys) };
}

/**
 * The height at which a wire that runs back goes left: between two cards that stand below each other, else above both, so that it
 * is not lost behind them. `offsets` are the ports' places on their cards. Undefined for a wire that runs forward.
 */
export function laneOf(a: Point, b: Point, offsets: readonly [Point, Point]): number | undefined {
  if (b.x > a.x - BACK) return undefined;
  const [top, other] = [a.y - offsets[0].y, b.y - offsets[1].y];
  const stacked = Math.abs(top - other) > STACKED;
  return stacked ? Math.max(top, other) - 6 : Math.min(top, other) - 10;
}
