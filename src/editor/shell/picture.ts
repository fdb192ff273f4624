/** A picture of the open document: its graph above, its pinned plots below. The document itself is put into it when it is saved. */

import { themeOf } from '../../plot/theme.js';
import type { Workbench, WorkbenchState } from '../workbench/types.js';
import { pinnedOf } from './results/pinned.js';

const WIDTH = 1600; // px
const EDGE = 24;
const GRAPH = 420;
const PLOTS = 440;

/** The picture as PNG bytes. */
export async function pictureOf(workbench: Workbench): Promise<Uint8Array> {
  const state = workbench.store.getState();
  const theme = themeOf(state.theme);
  const plots = pinnedOf(state, workbench.registry).flatMap(({ plot }) => (plot ? [plot] : []));
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = 56 + GRAPH + (plots.length > 0 ? PLOTS + EDGE : 0) + EDGE;
  const pen = canvas.getContext('2d');
  if (!pen) throw new Error('this browser gives no canvas to draw on');
  pen.fillStyle = theme.bg;
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = theme.ink;
  pen.font = `700 20px ${theme.font}`;
  pen.fillText(state.document.title || 'Untitled', EDGE, 38, WIDTH - 2 * EDGE);
  const graph = await graphOf(state, workbench);
  if (graph) {
    const scale = Math.min(1.4, (WIDTH - 2 * EDGE) / graph.width, GRAPH / graph.height);
    const [width, height] = [scale * graph.width, scale * graph.height];
    pen.drawImage(graph, (WIDTH - width) / 2, 56 + (GRAPH - height) / 2, width, height);
  }
  const { plotSvg } = await import('../../plot/svg.js');
  const width = (WIDTH - EDGE * (plots.length + 1)) / Math.max(1, plots.length);
  for (const [index, plot] of plots.entries()) {
    const size = { width: Math.round(width), height: PLOTS };
    const picture = await imageOf(plotSvg(plot, theme, size));
    pen.drawImage(picture, EDGE + index * (width + EDGE), 56 + GRAPH + EDGE, width, PLOTS);
  }
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'));
  if (!blob) throw new Error('the picture could not be written');
  return new Uint8Array(await blob.arrayBuffer());
}

/** The graph with what its cards show, as the report draws it; none of an empty document. */
async function graphOf(state: WorkbenchState, { registry }: Workbench): Promise<HTMLImageElement | undefined> {
  const { graphSvg } = await import('../../plot/graph.js');
  const nodes = Object.entries(state.nodes);
  const results = new Map(nodes.flatMap(([id, { result }]) => (result ? [[id, result] as const] : [])));
  const failures = new Map(
    nodes.flatMap(([id, { status, reason }]) => (status === 'failed' && reason ? [[id, reason] as const] : [])),
  );
  const svg = graphSvg(state.document, registry, state.plan, results, failures, themeOf(state.theme));
  return svg ? imageOf(svg) : undefined;
}

async function imageOf(svg: string): Promise<HTMLImageElement> {
  const address = URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(address);
  }
}
