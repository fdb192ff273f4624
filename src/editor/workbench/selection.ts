/** What is selected, as the document changes. Pure. */
import type { PipelineDocument } from '../../document/schema.js';
import type { Selection } from './types.js';

/** Nothing selected. */
export const NOTHING: Selection = { nodes: [], wires: [], frames: [] };

/** The selection without what no longer exists. */
export function kept(selection: Selection, document: PipelineDocument): Selection {
  const nodes = new Set(document.nodes.map((node) => node.id));
  const wires = new Set(document.wires.map((wire) => wire.to));
  const frames = new Set(document.frames.map((frame) => frame.id));
  return {
    nodes: selection.nodes.filter((id) => nodes.has(id)),
    wires: selection.wires.filter((to) => wires.has(to)),
    frames: selection.frames.filter((id) => frames.has(id)),
  };
}

/** What a step brought: its nodes and frames, else its wires, to be selected after an undo or redo; undefined where it brought none. */
export function brought(before: PipelineDocument, after: PipelineDocument): Selection | undefined {
  const now = everything(after);
  const was = kept(now, before);
  const nodes = now.nodes.filter((id) => !was.nodes.includes(id));
  const frames = now.frames.filter((id) => !was.frames.includes(id));
  if (nodes.length + frames.length > 0) return { nodes, wires: [], frames };
  const wires = now.wires.filter((to) => !was.wires.includes(to));
  return wires.length > 0 ? { nodes: [], wires, frames: [] } : undefined;
}

function everything({ nodes, wires, frames }: PipelineDocument): Selection {
  return {
    nodes: nodes.map(({ id }) => id),
    wires: wires.map(({ to }) => to),
    frames: frames.map(({ id }) => id),
  };
}
