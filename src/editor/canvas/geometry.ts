/** Sizes and places on the canvas that follow from the document alone, in canvas px. */
import { type Point, wirePoint } from '../../plot/wires.js';

export * from '../../plot/wires.js';

/** A rectangle. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** Height of a card that is not drawn yet. */
export const CARD_HEIGHT = 118;
/** Px between columns of cards. */
export const COLUMN_GAP = 52;
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
