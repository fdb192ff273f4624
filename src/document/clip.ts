/** Parts of a document on the clipboard, as JSON text through the same validator as a whole document; pasting and duplicating. */
import { bounded, placeAt } from './bounds.js';
import { emptyDocument, formatDocument } from './format.js';
import { readJson } from './json.js';
import { endOf, freshFrameId, freshId, splitEnd } from './names.js';
import { type Parsed, parseDocument } from './parse.js';
import type { DocumentNode, Frame, Json, PipelineDocument, Problem, Wire } from './schema.js';

/** Nodes with the wires between them, and frames. */
export interface Clip {
  readonly nodes: readonly DocumentNode[];
  readonly wires: readonly Wire[];
  readonly frames: readonly Frame[];
}

/** JSON text of some nodes, the wires between them, and some frames. */
export function copyNodes(document: PipelineDocument, ids: readonly string[], frames: readonly string[] = []): string {
  const clip = clipOf(document, ids, frames);
  return formatDocument({ ...emptyDocument(), title: document.title, ...clip });
}

/** What text from the clipboard holds: a clip, or why it is none. Whole documents paste too. */
export function parseClip(
  text: string,
): { readonly ok: true; readonly clip: Clip } | { readonly ok: false; readonly problems: readonly Problem[] } {
  const json = readJson(text);
  if (!json.ok) return { ok: false, problems: [{ severity: 'error', path: '', message: json.message }] };
  const parsed: Parsed = parseDocument(json.value as Json);
  if (!parsed.ok) return parsed;
  const { nodes, wires, frames } = parsed.document;
  return { ok: true, clip: { nodes, wires, frames } };
}

/** Names of a node's parameters that hold the name of another node's, `stitch.ranks`: copies name copies. */
export type Naming = (node: DocumentNode) => readonly string[];

/** Adds a clip's nodes and frames at the end of the document's, moved by `offset` px; taken ids get the next free number. */
export function paste(
  document: PipelineDocument,
  clip: Clip,
  offset: readonly [number, number] = [24, 24],
  naming: Naming = () => [],
): PipelineDocument {
  if (clip.nodes.length === 0 && clip.frames.length === 0) return document;
  const shift = ([x, y]: readonly [number, number]) => placeAt([x + offset[0], y + offset[1]]);
  const names = new Map<string, string>();
  for (const { id } of clip.nodes) names.set(id, freshId(document, id, names.values()));
  const renamed = (end: string): string => {
    const [node, port] = splitEnd(end);
    return endOf(names.get(node)!, port);
  };
  const meaning = (node: DocumentNode): DocumentNode['params'] => {
    const changed = naming(node).flatMap((name) => {
      const value = node.params[name];
      if (typeof value !== 'string') return [];
      const [id, param] = splitEnd(value);
      return param !== '' && names.has(id) ? [[name, endOf(names.get(id)!, param)]] : [];
    });
    return changed.length === 0 ? node.params : { ...node.params, ...Object.fromEntries(changed) };
  };
  const frameIds: string[] = [];
  for (const _ of clip.frames) frameIds.push(freshFrameId(document, frameIds));
  return bounded(document, {
    ...document,
    nodes: [
      ...document.nodes,
      ...clip.nodes.map((node) => ({ ...node, id: names.get(node.id)!, params: meaning(node), at: shift(node.at) })),
    ],
    wires: [...document.wires, ...clip.wires.map(({ from, to }) => ({ from: renamed(from), to: renamed(to) }))],
    frames: [
      ...document.frames,
      ...clip.frames.map((frame, index) => ({ ...frame, id: frameIds[index]!, at: shift(frame.at) })),
    ],
  });
}

/** Copies nodes beside themselves. Wires between them are copied, and wires that feed them from outside feed the copies too. */
export function duplicate(
  document: PipelineDocument,
  ids: readonly string[],
  offset: readonly [number, number] = [24, 24],
  naming: Naming = () => [],
): PipelineDocument {
  const clip = clipOf(document, ids, []);
  const pasted = paste(document, clip, offset, naming);
  if (pasted === document) return document;
  const copies = new Map(clip.nodes.map(({ id }, index) => [id, pasted.nodes[document.nodes.length + index]!.id]));
  const fed = document.wires.flatMap(({ from, to }) => {
    const [node, port] = splitEnd(to);
    const copy = copies.get(node);
    return copy === undefined || copies.has(splitEnd(from)[0]) ? [] : [{ from, to: endOf(copy, port) }];
  });
  return bounded(document, { ...pasted, wires: [...pasted.wires, ...fed] });
}

function clipOf(document: PipelineDocument, ids: readonly string[], frames: readonly string[]): Clip {
  const chosen = new Set(ids);
  const framed = new Set(frames);
  return {
    nodes: document.nodes.filter(({ id }) => chosen.has(id)),
    wires: document.wires.filter(({ from, to }) => chosen.has(splitEnd(from)[0]) && chosen.has(splitEnd(to)[0])),
    frames: document.frames.filter(({ id }) => framed.has(id)),
  };
}
