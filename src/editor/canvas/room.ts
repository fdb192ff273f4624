/** Room for new cards: a free place near a wished one, and a gap for what is put onto a wire. Pure. */
import type { AnyNode, OutputPorts } from '../../catalog/node.js';
import type { PortType } from '../../catalog/values.js';
import { moveNodes } from '../../document/commands.js';
import { splitEnd } from '../../document/names.js';
import type { PipelineDocument } from '../../document/schema.js';
import { type Box, contains, overlap, type Point, padded } from './geometry.js';

const GAP = 12; // px between cards at least
const BETWEEN = 28; // px between columns at least
const STEP = 20; // px between the places that are tried
const RINGS = 60;

/** The nearest move of some cards, together, after which none of them lies on a card that is there; `within` a box where that is possible. */
export function freeShift(
  cards: readonly Box[],
  taken: readonly Box[],
  wished: Point = { x: 0, y: 0 },
  within?: Box,
): Point {
  const others = taken.map((box) => padded(box, GAP - 1));
  const free = ({ x, y }: Point): boolean =>
    cards.every((card) => {
      const moved = { ...card, x: card.x + x, y: card.y + y };
      return (!within || contains(within, moved)) && !others.some((other) => overlap(other, moved));
    });
  for (let ring = 0; ring <= RINGS; ring++) {
    const found = ringOf(ring)
      .map(([i, j]) => ({ x: wished.x + i * STEP, y: wished.y + j * STEP }))
      .find(free);
    if (found) return found;
  }
  if (within) return freeShift(cards, taken, wished);
  const bottom = Math.max(...others.map((box) => box.y + box.height));
  return { x: wished.x, y: bottom + GAP - Math.min(...cards.map((card) => card.y)) };
}

/** The ring of steps around a place, the nearest of them first, to the right and below before to the left and above. */
function ringOf(ring: number): readonly (readonly [number, number])[] {
  const steps: (readonly [number, number])[] = [];
  for (let i = -ring; i <= ring; i++)
    for (let j = -ring; j <= ring; j++) if (Math.max(Math.abs(i), Math.abs(j)) === ring) steps.push([i, j]);
  const rank = ([i, j]: readonly [number, number]): number => Math.hypot(i, j) + (i < 0 ? 0.2 : 0) + (j < 0 ? 0.1 : 0);
  return steps.sort((a, b) => rank(a) - rank(b));
}

/**
 * Puts a card that was inserted between two others beside its source. Where there is too little room before its target, what stands
 * there and further right moves on, frames too.
 */
export function makeRoom(
  document: PipelineDocument,
  boxOf: (id: string) => Box | undefined,
  id: string,
  ends: { readonly from: string; readonly to: string },
): PipelineDocument {
  const node = document.nodes.find((each) => each.id === id);
  const [source, target] = [boxOf(splitEnd(ends.from)[0]), boxOf(splitEnd(ends.to)[0])];
  const size = boxOf(id);
  if (!node || !source || !target || !size) return document;
  if (target.x < source.x + source.width)
    return putFree(document, boxOf, { ...size, x: node.at[0], y: node.at[1] }, id); // the wire runs downwards or back
  const x = source.x + source.width + BETWEEN;
  const need = Math.max(0, x + size.width + BETWEEN - target.x);
  const moves = (left: number): boolean => left >= target.x - 1;
  const moved = need === 0 ? document : shifted(document, id, need, moves);
  const room = need > 0 ? x : Math.min(Math.max(x, node.at[0]), target.x - BETWEEN - size.width);
  return putFree(moved, boxOf, { ...size, x: room, y: node.at[1] }, id);
}

/** Moves a node to the free place nearest to a wished one. */
function putFree(
  document: PipelineDocument,
  boxOf: (id: string) => Box | undefined,
  wish: Box,
  id: string,
): PipelineDocument {
  const taken = document.nodes.flatMap((each): Box[] => {
    const box = each.id === id ? undefined : boxOf(each.id);
    return box ? [{ ...box, x: each.at[0], y: each.at[1] }] : [];
  });
  const by = freeShift([wish], taken);
  return moveNodes(document, { [id]: [Math.round(wish.x + by.x), Math.round(wish.y + by.y)] });
}

function shifted(
  document: PipelineDocument,
  but: string,
  dx: number,
  moves: (left: number) => boolean,
): PipelineDocument {
  const places = document.nodes
    .filter(({ id, at }) => id !== but && moves(at[0]))
    .map(({ id, at }) => [id, [at[0] + dx, at[1]] as const] as const);
  const frames = document.frames.map((frame) => {
    if (moves(frame.at[0])) return { ...frame, at: [frame.at[0] + dx, frame.at[1]] as const };
    const reaches = moves(frame.at[0] + frame.size[0]);
    return reaches ? { ...frame, size: [frame.size[0] + dx, frame.size[1]] as const } : frame;
  });
  return { ...moveNodes(document, Object.fromEntries(places)), frames };
}

/** Px by which a card grows with its first result, its picture and its rows, as far as the node's type tells. */
export function resultRoom(definition: AnyNode | undefined): number {
  const types = Object.values((definition?.outputs ?? {}) as OutputPorts).map(({ type }) => type);
  if (definition?.group === 'Data' && types.includes('Inputs')) return 132; // samples
  return Math.max(0, ...types.map((type) => ROOM[type] ?? 0));
}

const ROOM: Readonly<Partial<Record<PortType, number>>> = {
  Field: 76,
  EpsilonSet: 76,
  Embedding: 76,
  Figure: 76,
  Matrix: 96,
  Curve: 76,
};
