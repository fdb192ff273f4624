/** Lays a pipeline out from left to right, in columns that dagre finds. Pure: sizes in, places out. */
import { Graph, layout } from '@dagrejs/dagre';
import { splitEnd } from '../../document/names.js';
import type { Frame, PipelineDocument } from '../../document/schema.js';
import { columnsOf, folded } from './columns.js';
import { around, type Box, CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, inside, padded, viewOnto } from './geometry.js';

/** A document's new arrangement. */
export interface Arrangement {
  readonly places: Readonly<Record<string, readonly [number, number]>>;
  readonly frames: readonly Frame[];
}

/** Width and height, px. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

const PADDING = 12; // px between a frame and what is inside
const HEAD = 17; // px for its title
const TIGHT = 28; // px between columns where room is short
const BELOW = 12; // px between cards of a column
const READABLE = 0.8; // zoom from which nothing is gained by folding
const GAIN = 1.04; // by which a fold must enlarge the picture

/** What is known before places are given. */
interface Laying {
  readonly sizes: ReadonlyMap<string, Size>;
  readonly frameOf: ReadonlyMap<string, string>;
  readonly sources: ReadonlyMap<string, readonly string[]>; // nodes that a node takes values from
  readonly frames: readonly string[]; // with members, from top to bottom
}

/**
 * New places of all nodes: columns from left to right, top edges in line so that wires run straight, the top left corner where it
 * was. Nodes whose middle is in a frame stay together, frames stay in their order and are drawn around their nodes again; empty
 * frames stay. Where the whole would be too small to read in `window`, columns are put below their left neighbour.
 */
export function arrange(
  document: PipelineDocument,
  sizeOf: (id: string) => Size | undefined,
  window?: Size,
): Arrangement {
  const { nodes, wires, frames } = document;
  if (nodes.length === 0) return { places: {}, frames };
  const boxes = new Map(
    nodes.map(({ id, at }) => {
      const { width, height } = sizeOf(id) ?? { width: CARD_WIDTH, height: CARD_HEIGHT };
      return [id, { x: at[0], y: at[1], width, height }] as const;
    }),
  );
  const frameOf = new Map<string, string>();
  for (const [id, box] of boxes) {
    const frame = frameAround(box, frames);
    if (frame !== undefined) frameOf.set(id, frame.id);
  }
  const sources = new Map<string, string[]>();
  for (const { from, to } of wires) {
    const [source, target] = [splitEnd(from)[0], splitEnd(to)[0]];
    sources.set(target, [...(sources.get(target) ?? []), source]);
  }
  const members = new Set(frameOf.values());
  const laying: Laying = {
    sizes: boxes,
    frameOf,
    sources,
    frames: [...frames]
      .filter(({ id }) => members.has(id))
      .sort((a, b) => a.at[1] - b.at[1] || a.at[0] - b.at[0])
      .map(({ id }) => id),
  };
  const placed = best(ranksOf(document, boxes), laying, window);
  const [was, is] = [around([...boxes.values()])!, around([...placed.values()])!];
  const moved = (box: Box): Box => ({
    ...box,
    x: Math.round(box.x - is.x + was.x),
    y: Math.round(box.y - is.y + was.y),
  });
  return {
    places: Object.fromEntries([...placed].map(([id, box]) => [id, [moved(box).x, moved(box).y] as const])),
    frames: frames.map((frame) => {
      const inner = around([...placed].filter(([id]) => frameOf.get(id) === frame.id).map(([, box]) => moved(box)));
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

/** Dagre's layers from left to right, each from top to bottom. */
function ranksOf({ nodes, wires }: PipelineDocument, sizes: ReadonlyMap<string, Size>): string[][] {
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) graph.setNode(id, { ...sizes.get(id)! });
  for (const { from, to } of wires) graph.setEdge(splitEnd(from)[0], splitEnd(to)[0], {}, to);
  layout(graph);
  return columnsOf(nodes.map(({ id }) => ({ id, ...(graph.node(id) as { x: number; y: number }) })));
}

/** Roomy where all can be read; else the folding of columns that shows the whole largest. */
function best(ranks: string[][], laying: Laying, window: Size | undefined): ReadonlyMap<string, Box> {
  const roomy = placesOf(ranks, laying, COLUMN_GAP);
  const zoom = (places: ReadonlyMap<string, Box>): number =>
    window === undefined ? 1 : viewOnto(around(outer(places, laying))!, window.width, window.height).zoom;
  if (zoom(roomy) >= READABLE) return roomy;
  let columns = ranks;
  let places = placesOf(columns, laying, TIGHT);
  for (;;) {
    const options = folded(columns, laying.sources).map((option) => {
      const its = placesOf(option, laying, TIGHT);
      return { option, its, zoom: zoom(its), height: around([...its.values()])!.height };
    });
    const next = options.sort((a, b) => b.zoom - a.zoom || a.height - b.height)[0];
    if (next === undefined || next.zoom < zoom(places) * GAIN) return places;
    columns = next.option;
    places = next.its;
  }
}

/** The boxes of all cards and of the frames around them. */
function outer(places: ReadonlyMap<string, Box>, { frames, frameOf }: Laying): readonly Box[] {
  const framed = frames.map((frame) => {
    const { at, size } = frameBox(around([...places].filter(([id]) => frameOf.get(id) === frame).map(([, b]) => b))!);
    return { x: at[0], y: at[1], width: size[0], height: size[1] };
  });
  return [...places.values(), ...framed];
}

/** Frames from top to bottom where they share columns; nodes in no frame go beside them, else below. */
function placesOf(columns: readonly (readonly string[])[], laying: Laying, gap: number): ReadonlyMap<string, Box> {
  const { sizes, frameOf, frames } = laying;
  const spans = new Map(frames.map((frame) => [frame, spanOf(columns, (id) => frameOf.get(id) === frame)] as const));
  const lefts = leftsOf(columns, laying, [...spans.values()], gap);
  const placed = new Map<string, Box>();
  const floors = columns.map(() => 0); // below what is there already
  for (const frame of frames) {
    const [first, last] = spans.get(frame)!;
    const top = Math.max(...floors.slice(first, last + 1)) + PADDING + HEAD;
    stack(
      columns,
      (id) => frameOf.get(id) === frame,
      lefts,
      columns.map(() => top),
      laying,
      placed,
    );
    const inner = [...placed].filter(([id]) => frameOf.get(id) === frame).map(([, box]) => box.y + box.height);
    floors.fill(Math.max(...inner) + PADDING + BELOW / 2, first, last + 1);
  }
  const start = floors.map((floor) => (floor === 0 ? (frames.length === 0 ? 0 : PADDING + HEAD) : floor + BELOW / 2));
  stack(columns, (id) => !frameOf.has(id), lefts, start, laying, placed);
  return new Map([...sizes.keys()].map((id) => [id, placed.get(id)!]));
}

/** First and last column that has such a node. */
function spanOf(columns: readonly (readonly string[])[], is: (id: string) => boolean): readonly [number, number] {
  const own = columns.flatMap((column, index) => (column.some(is) ? [index] : []));
  return [own[0]!, own.at(-1)!];
}

/** Left edges of the columns: a frame's border needs room before its first and after its last. */
function leftsOf(
  columns: readonly (readonly string[])[],
  { sizes }: Laying,
  spans: readonly (readonly [number, number])[],
  gap: number,
): readonly number[] {
  let x = 0;
  return columns.map((_, index) => {
    if (index > 0) {
      const borders = Number(spans.some(([a]) => a === index)) + Number(spans.some(([, b]) => b === index - 1));
      x += Math.max(...columns[index - 1]!.map((id) => sizes.get(id)!.width)) + gap + borders * PADDING;
    }
    return x;
  });
}

/** Puts some nodes of each column below each other, each as high as the highest of what it takes values from, folded chains by their heads. */
function stack(
  columns: readonly (readonly string[])[],
  is: (id: string) => boolean,
  lefts: readonly number[],
  tops: readonly number[],
  { sizes, sources }: Laying,
  placed: Map<string, Box>,
): void {
  const heads = new Map<string, number>(); // where the chain that a node ends begins in its column
  columns.forEach((column, index) => {
    let floor = tops[index]!;
    for (const id of column.filter(is)) {
      const its = sources.get(id) ?? [];
      const above = its.flatMap((source) => {
        const box = placed.get(source);
        return box && box.x < lefts[index]! ? [heads.get(source) ?? box.y] : [];
      });
      const y = Math.max(floor, above.length === 0 ? floor : Math.min(...above));
      const chain = its.find((source) => placed.get(source)?.x === lefts[index]);
      heads.set(id, chain === undefined ? y : (heads.get(chain) ?? y));
      placed.set(id, { ...sizes.get(id)!, x: lefts[index]!, y });
      floor = y + sizes.get(id)!.height + BELOW;
    }
  });
}
