/** Names of things in a document: node ids, ports, types. Readable, fit for file names, and never a name that JavaScript objects reserve. */
import { DOCUMENT_LIMITS } from './limits.js';
import type { PipelineDocument } from './schema.js';

/** File names that Windows keeps for devices. */
const DEVICES = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/i;

/** Whether a name means something to every JavaScript object (`constructor`, `toString`, `__proto__`). */
export const reservedName = (name: string): boolean => name in Object.prototype;

/** Whether a text can be a node's id: letters, digits, `-`, `_`, not led by `-`, fit for a file name on every system. */
export function isId(text: string): boolean {
  return /^[A-Za-z0-9_][A-Za-z0-9_-]{0,63}$/.test(text) && !reservedName(text) && !DEVICES.test(text);
}

/** Whether a text can be a port's name. */
export function isPortName(text: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(text) && !reservedName(text);
}

/** Whether a text can be a node type's name, ours (kebab-case) or a third party's. */
export function isTypeName(text: string): boolean {
  return /^[@A-Za-z0-9][A-Za-z0-9@/._:-]{0,99}$/.test(text) && !reservedName(text);
}

/** The two halves of a wire's end, `grid.field` → `['grid', 'field']`. */
export function splitEnd(end: string): readonly [node: string, port: string] {
  const dot = end.indexOf('.');
  return dot < 0 ? [end, ''] : [end.slice(0, dot), end.slice(dot + 1)];
}

/** A wire's end from a node's id and a port's name. */
export const endOf = (node: string, port: string): string => `${node}.${port}`;

/** Order of ids in a saved document: by code unit, the same on every machine. */
export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** An id made from a type or a wish that no node has: `grid`, then `grid-2`. `taken` adds names that are spoken for. */
export function freshId(document: PipelineDocument, wish: string, taken: Iterable<string> = []): string {
  const used = new Set([
    ...document.nodes.map(({ id }) => id.toLowerCase()),
    ...[...taken].map((id) => id.toLowerCase()),
  ]);
  return fresh(wish, used);
}

/** As `freshId`, for frames. */
export function freshFrameId(document: PipelineDocument, taken: Iterable<string> = []): string {
  return fresh('frame', new Set([...document.frames.map(({ id }) => id.toLowerCase()), ...taken]));
}

function fresh(wish: string, used: ReadonlySet<string>): string {
  const stem =
    wish
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 48) || 'node';
  const root = isId(stem) ? stem : isId(`node-${stem}`) ? `node-${stem}` : 'node';
  if (!used.has(root.toLowerCase())) return root;
  const base = root.replace(/-\d+$/, '');
  for (let number = 2; number <= DOCUMENT_LIMITS.values; number++)
    if (!used.has(`${base}-${number}`.toLowerCase())) return `${base}-${number}`;
  throw new RangeError(`no free id for ${wish}`);
}
