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
