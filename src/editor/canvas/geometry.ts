/** Sizes and places on the canvas that follow from the document alone, in canvas px. */

/** A place on the canvas or in the window. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Width of every card. */
export const CARD_WIDTH = 204;
/** Height of a card that is not drawn yet. */
export const CARD_HEIGHT = 118;
/** Px between columns of cards. */
export const COLUMN_GAP = 52;
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

/** Whether a wire's path passes through a box. */
export function wireCrosses(a: Point, b: Point, box: Box, lane?: number): boolean {
  const steps = 40;
  for (let step = 0; step <= steps; step++) if (inside(wirePoint(a, b, step / steps, lane), box)) return true;
  return false;
}

/** Whether a point lies in a box, edges included. */
export function inside(point: Point, box: Box): boolean {
  return point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height;
}

/** Whether two boxes share a point. */
export function overlap(a: Box, b: Box): boolean {
  return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

/** Whether a box lies wholly in another. */
export function contains(outer: Box, inner: Box): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

/** The least box around all boxes; undefined for none. */
export function around(boxes: readonly Box[]): Box | undefined {
  if (boxes.length === 0) return undefined;
  const x = Math.min(...boxes.map((box) => box.x));
  const y = Math.min(...boxes.map((box) => box.y));
  return {
    x,
    y,
    width: Math.max(...boxes.map((box) => box.x + box.width)) - x,
    height: Math.max(...boxes.map((box) => box.y + box.height)) - y,
  };
}

/** A box with a margin on each side. */
export function padded(box: Box, margin: number): Box {
  return { x: box.x - margin, y: box.y - margin, width: box.width + 2 * margin, height: box.height + 2 * margin };
}

/** The box with two opposite corners. */
export function boxOf(a: Point, b: Point): Box {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/** A viewport that shows a box whole in a window of some size, at most at actual size. */
export function viewOnto(
  box: Box,
  width: number,
  height: number,
  margin = 12,
  most = 1,
): { x: number; y: number; zoom: number } {
  const zoom = Math.max(
    LEAST_ZOOM,
    Math.min(most, (width - 2 * margin) / Math.max(box.width, 1), (height - 2 * margin) / Math.max(box.height, 1)),
  );
  return { x: width / 2 - (box.x + box.width / 2) * zoom, y: height / 2 - (box.y + box.height / 2) * zoom, zoom };
}

/** Least zoom, in px on the screen for one of the document. */
export const LEAST_ZOOM = 0.15;
/** Greatest zoom. */
export const MOST_ZOOM = 2.5;
