/** Lays a pipeline out from left to right with dagre. Pure: sizes in, places out. */
import { Graph, layout } from '@dagrejs/dagre';
import { splitEnd } from '../../document/names.js';
import type { PipelineDocument } from '../../document/schema.js';
import { CARD_HEIGHT, CARD_WIDTH } from './geometry.js';

/** New places of all nodes by id: layers from left to right, whole pixels, the top left corner where it was. */
export function layoutPlaces(
  document: PipelineDocument,
  sizeOf: (id: string) => { readonly width: number; readonly height: number } | undefined,
): Readonly<Record<string, readonly [number, number]>> {
  if (document.nodes.length === 0) return {};
  const graph = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 32, ranksep: 64, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of document.nodes) {
    const { width, height } = sizeOf(id) ?? { width: CARD_WIDTH, height: CARD_HEIGHT };
    graph.setNode(id, { width, height });
  }
  for (const { from, to } of document.wires) graph.setEdge(splitEnd(from)[0], splitEnd(to)[0], {}, to);
  layout(graph);
  const left = Math.min(...document.nodes.map(({ at }) => at[0]));
  const top = Math.min(...document.nodes.map(({ at }) => at[1]));
  const corners = document.nodes.map(({ id }) => {
    const { x, y, width, height } = graph.node(id) as { x: number; y: number; width: number; height: number };
    return { id, x: x - width / 2, y: y - height / 2 };
  });
  const x0 = Math.min(...corners.map(({ x }) => x));
  const y0 = Math.min(...corners.map(({ y }) => y));
  return Object.fromEntries(
    corners.map(({ id, x, y }) => [id, [Math.round(left + x - x0), Math.round(top + y - y0)] as const]),
  );
}
