/** Where the focus goes: nodes in reading order, and the nearest thing in a direction. Pure. */
import type { Box, Point } from './geometry.js';

/** Something that can have the focus. */
export interface Placed {
  readonly id: string;
  readonly box: Box;
}

/** An arrow key's direction. */
export type Direction = 'left' | 'right' | 'up' | 'down';

/** The direction of an arrow key, or undefined for another key. */
export function directionOf(key: string): Direction | undefined {
  return key.startsWith('Arrow') ? (key.slice(5).toLowerCase() as Direction) : undefined;
}

/** Where Enter on a node begins: at the first input that must be wired and is not, else at its first output, else its first input. */
export function firstPort<
  T extends { readonly side: 'input' | 'output'; readonly required: boolean; readonly wired: boolean },
>(ports: readonly T[]): T | undefined {
  return (
    ports.find(({ side, required, wired }) => side === 'input' && required && !wired) ??
    ports.find(({ side }) => side === 'output') ??
    ports[0]
  );
}

/** Reading order: columns from left to right, each from top to bottom; ids break ties. */
export function readingOrder(items: readonly Placed[]): readonly string[] {
  const order = (a: Placed, b: Placed): number => a.box.x - b.box.x || a.box.y - b.box.y || (a.id < b.id ? -1 : 1);
  const sorted = [...items].sort(order);
  const columns: Placed[][] = [];
  for (const item of sorted) {
    const column = columns.at(-1);
    if (column !== undefined && item.box.x < column[0]!.box.x + column[0]!.box.width / 2) column.push(item);
    else columns.push([item]);
  }
  return columns.flatMap((column) => column.sort((a, b) => a.box.y - b.box.y || order(a, b)).map(({ id }) => id));
}

const centre = ({ x, y, width, height }: Box): Point => ({ x: x + width / 2, y: y + height / 2 });

/** The nearest item from `from` that way: distance along the direction plus twice the distance across it. */
export function nearest(from: Box, items: readonly Placed[], direction: Direction): string | undefined {
  const origin = centre(from);
  const [ux, uy] = { left: [-1, 0], right: [1, 0], up: [0, -1], down: [0, 1] }[direction] as [number, number];
  let best: { id: string; cost: number } | undefined;
  for (const { id, box } of items) {
    const { x, y } = centre(box);
    const along = (x - origin.x) * ux + (y - origin.y) * uy;
    const across = Math.abs((x - origin.x) * uy) + Math.abs((y - origin.y) * ux);
    if (along <= 4 || across > along * 4) continue;
    const cost = along + 2 * across;
    if (best === undefined || cost < best.cost) best = { id, cost };
  }
  return best?.id;
}
