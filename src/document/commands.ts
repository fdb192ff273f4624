/**
 * Edits of a document: pure functions document → document that share whatever they do not change. An edit that names something
 * that is not there, that changes nothing, or that would make the document too large to be opened again gives back the same document.
 */
import { bounded, descriptionText, placeAt, sizeOf, titleText, viewAt } from './bounds.js';
import { canonicalJson } from './format.js';
import { endOf, freshFrameId, freshId, splitEnd } from './names.js';
import type { DocumentNode, DocumentView, Frame, Json, Params, Pin, PipelineDocument, Wire } from './schema.js';

/** What a new node needs; its id is made from the type unless one is wished for. */
export interface NewNode {
  readonly type: string;
  readonly version: number;
  readonly params: Params; // defaults written out
  readonly at: readonly [number, number];
  readonly id?: string;
  readonly title?: string;
}

/** Adds a node at the end of `nodes`. Its id is `freshId(document, node.id ?? node.type)`. */
export function addNode(document: PipelineDocument, { id, at, title, ...rest }: NewNode): PipelineDocument {
  const node: DocumentNode = {
    id: freshId(document, id ?? rest.type),
    ...rest,
    at: placeAt(at),
    ...(title ? { title: titleText(title) } : {}),
  };
  return bounded(document, { ...document, nodes: [...document.nodes, node] });
}

/** What to remove: nodes (with their wires and pins), wires by their `to` end, frames. */
export interface Items {
  readonly nodes?: readonly string[];
  readonly wires?: readonly string[];
  readonly frames?: readonly string[];
}

/** Removes nodes, wires and frames. */
export function removeItems(document: PipelineDocument, items: Items): PipelineDocument {
  const nodes = new Set(items.nodes);
  const wires = new Set(items.wires);
  const frames = new Set(items.frames);
  const touches = ({ from, to }: Wire): boolean => nodes.has(splitEnd(from)[0]) || nodes.has(splitEnd(to)[0]);
  return changed(document, {
    nodes: without(document.nodes, ({ id }) => nodes.has(id)),
    wires: without(document.wires, (wire) => wires.has(wire.to) || touches(wire)),
    frames: without(document.frames, ({ id }) => frames.has(id)),
    pins: without(document.pins, ({ node }) => nodes.has(node)),
  });
}

/** Puts nodes at new places. */
export function moveNodes(
  document: PipelineDocument,
  places: Readonly<Record<string, readonly [number, number]>>,
): PipelineDocument {
  return editNodes(document, (node) => {
    const at = Object.hasOwn(places, node.id) ? placeAt(places[node.id]!) : node.at;
    return samePlace(at, node.at) ? node : { ...node, at };
  });
}

/** Sets some parameters of a node; the others stay. A value of undefined removes the parameter. */
export function setParams(
  document: PipelineDocument,
  id: string,
  params: Readonly<Record<string, Json | undefined>>,
): PipelineDocument {
  return editNode(document, id, (node) => {
    const names = Object.keys(params).filter((name) => !sameJson(params[name], own(node.params, name)));
    if (names.length === 0) return node;
    const next: Record<string, Json> = { ...node.params };
    for (const name of names) {
      const value = params[name];
      if (value === undefined) delete next[name];
      else next[name] = value;
    }
    return { ...node, params: next };
  });
}

/** Brings a node to another version of its type with all its parameters replaced, as a migration does. */
export function replaceParams(
  document: PipelineDocument,
  id: string,
  version: number,
  params: Params,
): PipelineDocument {
  return editNode(document, id, (node) =>
    node.version === version && sameJson(node.params, params) ? node : { ...node, version, params },
  );
}

/** Sets the title on a node's card; empty gives back the type's title. */
export function setTitle(document: PipelineDocument, id: string, title: string): PipelineDocument {
  return editNode(document, id, (node) => {
    const { title: old, ...rest } = node;
    const next = titleText(title);
    if ((old ?? '') === next) return node;
    return next === '' ? rest : { ...rest, title: next };
  });
}

/** Mutes nodes, or lets them run again. */
export function setMuted(document: PipelineDocument, ids: readonly string[], muted: boolean): PipelineDocument {
  const chosen = new Set(ids);
  return editNodes(document, (node) => {
    if (!chosen.has(node.id) || (node.muted ?? false) === muted) return node;
    const { muted: _, ...rest } = node;
    return muted ? { ...rest, muted } : rest;
  });
}

/** Wires an output to an input, in place of any wire that the input had. */
export function connect(document: PipelineDocument, from: string, to: string): PipelineDocument {
  const present = document.wires.find((wire) => wire.to === to);
  if (present?.from === from || !hasNode(document, from) || !hasNode(document, to)) return document;
  return bounded(document, {
    ...document,
    wires: [...document.wires.filter((wire) => wire !== present), { from, to }],
  });
}

/** Takes away the wire into an input. */
export function disconnect(document: PipelineDocument, to: string): PipelineDocument {
  return changed(document, { wires: without(document.wires, (wire) => wire.to === to) });
}

/** Puts a node that is already there on a wire: what fed `to` now feeds `input` of it, and its `output` feeds `to`. */
export function insertOnWire(
  document: PipelineDocument,
  to: string,
  id: string,
  input: string,
  output: string,
): PipelineDocument {
  const wire = document.wires.find((candidate) => candidate.to === to);
  if (wire === undefined || splitEnd(wire.from)[0] === id || splitEnd(to)[0] === id) return document;
  return connect(connect(document, wire.from, endOf(id, input)), endOf(id, output), to);
}

/** Adds a titled frame and gives it a fresh id. */
export function addFrame(document: PipelineDocument, { title, at, size }: Omit<Frame, 'id'>): PipelineDocument {
  const frame = { id: freshFrameId(document), title: titleText(title), at: placeAt(at), size: sizeOf(size) };
  return bounded(document, { ...document, frames: [...document.frames, frame] });
}

/** Moves a frame; `nodes` inside it move by the same distance. */
export function moveFrame(
  document: PipelineDocument,
  id: string,
  at: readonly [number, number],
  nodes: readonly string[] = [],
): PipelineDocument {
  const frame = document.frames.find((candidate) => candidate.id === id);
  const next = placeAt(at);
  if (frame === undefined || samePlace(frame.at, next)) return document;
  const [dx, dy] = [next[0] - frame.at[0], next[1] - frame.at[1]];
  const inside = new Set(nodes);
  const moved = editNodes(document, (node) =>
    inside.has(node.id) ? { ...node, at: placeAt([node.at[0] + dx, node.at[1] + dy]) } : node,
  );
  return editFrame(moved, id, (old) => ({ ...old, at: next }));
}

/** Gives a frame another place and size. */
export function resizeFrame(
  document: PipelineDocument,
  id: string,
  at: readonly [number, number],
  size: readonly [number, number],
): PipelineDocument {
  const [place, extent] = [placeAt(at), sizeOf(size)];
  return editFrame(document, id, (frame) =>
    samePlace(frame.at, place) && samePlace(frame.size, extent) ? frame : { ...frame, at: place, size: extent },
  );
}

/** Gives a frame another title. */
export function retitleFrame(document: PipelineDocument, id: string, title: string): PipelineDocument {
  const next = titleText(title);
  return editFrame(document, id, (frame) => (frame.title === next ? frame : { ...frame, title: next }));
}

/** Where the canvas looks. */
export function setView(document: PipelineDocument, wanted: DocumentView): PipelineDocument {
  const { view: old } = document;
  const view = viewAt(wanted);
  if (old !== undefined && old.x === view.x && old.y === view.y && old.zoom === view.zoom) return document;
  return { ...document, view };
}

const samePin = (a: Pin, b: Pin): boolean => a.node === b.node && a.plot === b.plot;

/** Pins a plot of a node below the canvas. */
export function pin(document: PipelineDocument, node: string, plot = 0): PipelineDocument {
  const wanted: Pin = { node, plot };
  if (!document.nodes.some(({ id }) => id === node) || document.pins.some((old) => samePin(old, wanted)))
    return document;
  return bounded(document, { ...document, pins: [...document.pins, wanted] });
}

/** Takes a pinned plot away. */
export function unpin(document: PipelineDocument, node: string, plot = 0): PipelineDocument {
  return changed(document, { pins: without(document.pins, (old) => samePin(old, { node, plot })) });
}

/** Names the experiment. */
export function setDocumentTitle(document: PipelineDocument, title: string): PipelineDocument {
  return changed(document, { title: titleText(title) });
}

/** Describes the experiment. */
export function setDocumentDescription(document: PipelineDocument, description: string): PipelineDocument {
  return changed(document, { description: descriptionText(description) });
}

// Sharing: a list or a document stays the same object where nothing in it changes.

function changed(document: PipelineDocument, parts: Partial<PipelineDocument>): PipelineDocument {
  const keys = Object.keys(parts) as (keyof PipelineDocument)[];
  return keys.every((key) => parts[key] === document[key]) ? document : { ...document, ...parts };
}

function without<T>(list: readonly T[], drop: (item: T) => boolean): readonly T[] {
  const rest = list.filter((item) => !drop(item));
  return rest.length === list.length ? list : rest;
}

function mapped<T>(list: readonly T[], change: (item: T) => T): readonly T[] {
  const next = list.map(change);
  return next.every((item, index) => item === list[index]) ? list : next;
}

function editNodes(document: PipelineDocument, change: (node: DocumentNode) => DocumentNode): PipelineDocument {
  return changed(document, { nodes: mapped(document.nodes, change) });
}

function editNode(
  document: PipelineDocument,
  id: string,
  change: (node: DocumentNode) => DocumentNode,
): PipelineDocument {
  return editNodes(document, (node) => (node.id === id ? change(node) : node));
}

function editFrame(document: PipelineDocument, id: string, change: (frame: Frame) => Frame): PipelineDocument {
  return changed(document, { frames: mapped(document.frames, (frame) => (frame.id === id ? change(frame) : frame)) });
}

const hasNode = (document: PipelineDocument, end: string): boolean =>
  document.nodes.some(({ id }) => id === splitEnd(end)[0]);

const samePlace = (a: readonly [number, number], b: readonly [number, number]): boolean =>
  a[0] === b[0] && a[1] === b[1];

const own = (params: Params, name: string): Json | undefined =>
  Object.hasOwn(params, name) ? params[name] : undefined;

/** Whether two JSON values are the same whatever the order of their names. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || typeof a !== 'object' || typeof b !== 'object') return false;
  return JSON.stringify(canonicalJson(a)) === JSON.stringify(canonicalJson(b));
}
