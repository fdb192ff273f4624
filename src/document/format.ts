/** Documents as canonical JSON text: fixed order, one line per thing that changes alone, so that saved files diff well. */

import { textHash } from './hash.js';
import { byName } from './names.js';
import { DOCUMENT_VERSION, type DocumentNode, type Json, type PipelineDocument, RANDOM } from './schema.js';

/** A new, empty document. */
export function emptyDocument(): PipelineDocument {
  return {
    format: 'fiberscope',
    version: DOCUMENT_VERSION,
    title: '',
    description: '',
    random: RANDOM,
    requires: [],
    nodes: [],
    wires: [],
    frames: [],
    pins: [],
  };
}

/** The document in canonical order: fields as listed in the schema, nodes and frames by id, wires by their ends, parameters by name. */
export function canonicalDocument(document: PipelineDocument): PipelineDocument {
  const { format, version, title, description, random, view } = document;
  return {
    format,
    version,
    title,
    description,
    random,
    requires: [...document.requires]
      .sort((a, b) => byName(a.package, b.package) || byName(a.version, b.version))
      .map((entry) => ({ package: entry.package, version: entry.version })),
    nodes: [...document.nodes].sort((a, b) => byName(a.id, b.id)).map(canonicalNode),
    wires: [...document.wires]
      .sort((a, b) => byName(a.to, b.to) || byName(a.from, b.from))
      .map(({ from, to }) => ({ from, to })),
    frames: [...document.frames]
      .sort((a, b) => byName(a.id, b.id))
      .map(({ id, title, at, size }) => ({ id, title, at: pair(at), size: pair(size) })),
    ...(view === undefined ? {} : { view: { x: view.x + 0, y: view.y + 0, zoom: view.zoom } }),
    pins: document.pins.map(({ node, plot }) => ({ node, plot })),
  };
}

/** Two numbers; adding 0 turns −0, which JSON does not keep, into 0. */
const pair = ([x, y]: readonly [number, number]): readonly [number, number] => [x + 0, y + 0];

function canonicalNode({ id, type, version, title, at, muted, params }: DocumentNode): DocumentNode {
  return {
    id,
    type,
    version,
    ...(title === undefined || title === '' ? {} : { title }),
    at: pair(at),
    ...(muted ? { muted } : {}),
    params: canonicalJson(params) as DocumentNode['params'],
  };
}

/** A JSON value with the names of every object in order. */
export function canonicalJson(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(canonicalJson);
  if (typeof value === 'object' && value !== null) {
    const object = value as { readonly [key: string]: Json };
    return Object.fromEntries(
      Object.keys(object)
        .filter((key) => object[key] !== undefined)
        .sort(byName)
        .map((key) => [key, canonicalJson(object[key]!)]),
    );
  }
  return value === 0 ? 0 : value; // −0 is not kept
}

/** Canonical text of a document, ending in a line feed. */
export function formatDocument(document: PipelineDocument): string {
  return `${print(canonicalDocument(document) as unknown as Json, 0, 0)}\n`;
}

/** SHA-256 (hex) of the canonical text. */
export function documentHash(document: PipelineDocument): string {
  const known = hashes.get(document);
  if (known !== undefined) return known;
  const hash = textHash(formatDocument(document));
  hashes.set(document, hash);
  return hash;
}

const hashes = new WeakMap<PipelineDocument, string>();

const WIDTH = 110;
/** The document, its lists, its nodes and their parameters are always opened to one line each. */
const OPEN_LEVELS = 2;

function print(value: Json, indent: number, level: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pad = ' '.repeat(indent + 2);
  const end = `\n${' '.repeat(indent)}`;
  if (Array.isArray(value)) {
    const items = value as readonly Json[];
    const flat = inline(items);
    if (items.length === 0 || (level > OPEN_LEVELS - 1 && fits(flat, indent))) return flat;
    if (items.every((item) => typeof item === 'number')) return `[\n${filled(items as number[], pad)}${end}]`;
    return `[\n${items.map((item) => pad + print(item, indent + 2, level + 1)).join(',\n')}${end}]`;
  }
  const entries = Object.entries(value as { readonly [key: string]: Json });
  const flat = inline(value);
  const node = level === 2 && 'params' in value;
  if (entries.length === 0 || (level >= OPEN_LEVELS && !node && fits(flat, indent))) return flat;
  const lines = entries.map(([key, item]) => {
    const inner =
      node && key === 'params' ? openObject(item, indent + 2, level + 1) : print(item, indent + 2, level + 1);
    return `${pad}${JSON.stringify(key)}: ${inner}`;
  });
  return `{\n${lines.join(',\n')}${end}}`;
}

/** Parameters: one line each, however short. */
function openObject(value: Json, indent: number, level: number): string {
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0) return '{}';
  const pad = ' '.repeat(indent + 2);
  const lines = entries.map(([key, item]) => `${pad}${JSON.stringify(key)}: ${print(item, indent + 2, level + 1)}`);
  return `{\n${lines.join(',\n')}\n${' '.repeat(indent)}}`;
}

const fits = (flat: string, indent: number): boolean => flat.length + indent <= WIDTH;

function inline(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(inline).join(', ')}]`;
  const entries = Object.entries(value as { readonly [key: string]: Json });
  if (entries.length === 0) return '{}';
  return `{ ${entries.map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`).join(', ')} }`;
}

/** Numbers in lines of at most WIDTH characters. */
function filled(numbers: readonly number[], pad: string): string {
  const lines: string[] = [];
  let line = '';
  numbers.forEach((number, index) => {
    const token = JSON.stringify(number) + (index < numbers.length - 1 ? ',' : '');
    if (line !== '' && pad.length + line.length + 1 + token.length > WIDTH) {
      lines.push(pad + line);
      line = token;
    } else line = line === '' ? token : `${line} ${token}`;
  });
  return [...lines, pad + line].join('\n');
}
