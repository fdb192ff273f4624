/** A picture of the open document: its graph above, its pinned plots below. The document itself is put into it when it is saved. */

import { titleOf } from '../../catalog/node.js';
import type { PipelineDocument } from '../../document/schema.js';
import { type Theme, themeOf } from '../../plot/theme.js';
import { nodeColour } from '../canvas/port-style.js';
import type { Workbench } from '../workbench/types.js';
import { pinnedOf } from './results/pinned.js';

const WIDTH = 1600; // px
const EDGE = 24;
const GRAPH = 420;
const PLOTS = 440;
const NODE = [204, 92] as const; // px on the canvas, about

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
  drawGraph(pen, state.document, workbench, theme);
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

function drawGraph(pen: CanvasRenderingContext2D, shown: PipelineDocument, workbench: Workbench, theme: Theme): void {
  const { nodes, wires } = shown;
  if (nodes.length === 0) return;
  const colours = getComputedStyle(document.documentElement);
  const colourOf = (type: string): string => {
    const name = /var\((.+)\)/.exec(nodeColour(workbench.registry.get(type)))?.[1];
    return (name && colours.getPropertyValue(name).trim()) || theme.faint;
  };
  const left = Math.min(...nodes.map((node) => node.at[0]));
  const top = Math.min(...nodes.map((node) => node.at[1]));
  const width = Math.max(...nodes.map((node) => node.at[0])) - left + NODE[0];
  const height = Math.max(...nodes.map((node) => node.at[1])) - top + NODE[1];
  const scale = Math.min(1.4, (WIDTH - 2 * EDGE) / width, (GRAPH - EDGE) / height);
  pen.save();
  pen.translate((WIDTH - scale * width) / 2, 56 + (GRAPH - scale * height) / 2);
  pen.scale(scale, scale);
  pen.translate(-left, -top);
  pen.lineWidth = 2.5;
  for (const { from, to } of wires) {
    const a = nodes.find((node) => from.startsWith(`${node.id}.`));
    const b = nodes.find((node) => to.startsWith(`${node.id}.`));
    if (!a || !b) continue;
    const [x1, y1, x2, y2] = [a.at[0] + NODE[0], a.at[1] + NODE[1] / 2, b.at[0], b.at[1] + NODE[1] / 2];
    const bend = Math.max(46, Math.abs(x2 - x1) / 2);
    pen.strokeStyle = colourOf(a.type);
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
    pen.stroke();
  }
  const { nodes: states } = workbench.store.getState();
  for (const node of nodes) {
    const [x, y] = node.at;
    pen.beginPath();
    pen.roundRect(x, y, NODE[0], NODE[1], 10);
    pen.fillStyle = theme.panel;
    pen.fill();
    pen.lineWidth = 1;
    pen.strokeStyle = theme.line;
    pen.stroke();
    pen.fillStyle = colourOf(node.type);
    pen.fillRect(x + 10, y + 9, 4, 14);
    pen.fillStyle = theme.ink;
    pen.font = `700 12.5px ${theme.font}`;
    pen.textAlign = 'left';
    pen.fillText(titleOf(node, workbench.registry.get(node.type)), x + 21, y + 21, NODE[0] - 32);
    pen.font = `12px ${theme.font}`;
    for (const [line, [label, text]] of (states[node.id]?.result?.view.rows ?? []).slice(0, 3).entries()) {
      const at = y + 46 + line * 17;
      pen.fillStyle = theme.dim;
      pen.textAlign = 'left';
      pen.fillText(label, x + 10, at, 90);
      pen.fillStyle = theme.ink;
      pen.textAlign = 'right';
      pen.fillText(text, x + NODE[0] - 10, at, 96);
    }
  }
  pen.restore();
}
