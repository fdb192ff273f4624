/** Lays a pipeline out from left to right with dagre. Pure: sizes in, places out. */
import { Graph, layout } from '@dagrejs/dagre';
import { splitEnd } from '../../document/names.js';
import type { Frame, PipelineDocument } from '../../document/schema.js';
import { around, type Box, CARD_HEIGHT, CARD_WIDTH, inside, padded } from './geometry.js';

/** A document's new arrangement. */
export interface Arrangement {
  readonly places: Readonly<Record<string, readonly [number, number]>>;
  readonly frames: readonly Frame[];
}

const PADDING = 20; // px between a frame and what is inside
const HEAD = 22; // px for its title

/**
 * New places of all nodes: layers from left to right, whole pixels, the top left corner where it was. Nodes whose middle is in a
 * frame stay together, and the frame is drawn around them again; empty frames stay.
 */
export function arrange(
  document: PipelineDocument,
  sizeOf: (id: string) => { readonly width: number; readonly height: number } | undefined,
): Arrangement {
  const { nodes, wires, frames } = document;
  if (nodes.length === 0) return { places: {}, frames };
  const graph = new Graph({ multigraph: true, compound: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 32, ranksep: 60, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const boxes = new Map(
    nodes.map(({ id, at }) => {
      const { width, height } = sizeOf(id) ?? { width: CARD_WIDTH, height: CARD_HEIGHT };
      return [id, { x: at[0], y: at[1], width, height }] as const;
    }),
  );
  const members = new Map<string, string[]>();
  for (const [id, box] of boxes) {
    const { width, height } = box;
    graph.setNode(id, { width, height });
    const frame = frameAround(box, frames);
    if (frame !== undefined) members.set(frame.id, [...(members.get(frame.id) ?? []), id]);
  }
  for (const [frame, ids] of members) {
    graph.setNode(`frame ${frame}`, {});
    for (const id of ids) graph.setParent(id, `frame ${frame}`);
  }
  for (const { from, to } of wires) graph.setEdge(splitEnd(from)[0], splitEnd(to)[0], {}, to);
  layout(graph);
  const placed = new Map<string, Box>(
    [...boxes].map(([id, { width, height }]) => {
      const { x, y } = graph.node(id) as { x: number; y: number };
      return [id, { x: x - width / 2, y: y - height / 2, width, height }];
    }),
  );
  const [was, is] = [around([...boxes.values()])!, around([...placed.values()])!];
  const moved = (box: Box): Box => ({
    ...box,
    x: Math.round(box.x - is.x + was.x),
    y: Math.round(box.y - is.y + was.y),
  });
  return {
    places: Object.fromEntries([...placed].map(([id, box]) => [id, [moved(box).x, moved(box).y] as const])),
    frames: frames.map((frame) => {
      const inner = around((members.get(frame.id) ?? []).map((id) => moved(placed.get(id)!)));
      return inner === undefined ? frame : { ...frame, ...frameBox(inner) };
    }),
  };
}

/** Place and size of a frame around a box, with room for its title. */
export function frameBox(inner: Box): Pick<Frame, 'at' | 'size'> {
  const { x, y, width, height } = padded(inner, PADDING);
  return {
    at: [Math.round(x), Math.round(y - HEAD)],
    size: [Math.round(width), Math.round(height + HEAD)],
  };
}

/** The smallest frame around a box's middle. */
function frameAround(box: Box, frames: readonly Frame[]): Frame | undefined {
  const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  return frames
    .filter(({ at, size }) => inside(middle, { x: at[0], y: at[1], width: size[0], height: size[1] }))
    .sort((a, b) => a.size[0] * a.size[1] - b.size[0] * b.size[1])[0];
}
