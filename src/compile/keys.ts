/**
 * Keys: SHA-256 over all that a step's result depends on. Node type and version, parameters, the keys of its inputs with port and
 * conversion, the content of its files, the random stream's name. Never an id, a title or a position, so equal steps share.
 */
import { fileReference } from '../document/files.js';
import { canonicalJson } from '../document/format.js';
import { textHash } from '../document/hash.js';
import { byName } from '../document/names.js';
import type { Json, Params } from '../document/schema.js';

/** What one input contributes: the key of the step it comes from, which output, and the conversion on the wire. */
export interface InputKey {
  readonly key: string;
  readonly output: string;
  readonly convert?: string;
}

/** Key of a step. */
export function stepKey(step: {
  readonly type: string;
  readonly version: number;
  readonly params: Params;
  readonly inputs: Readonly<Record<string, InputKey>>;
  readonly random: string;
}): string {
  const inputs = Object.keys(step.inputs)
    .sort(byName)
    .map((port) => {
      const { key, output, convert } = step.inputs[port]!;
      return [port, key, output, convert ?? null];
    });
  const prefix = JSON.stringify([step.type, step.version, inputs, step.random]);
  const known = keys.get(step.params);
  if (known?.prefix === prefix) return known.key;
  const key = textHash(`${prefix}${JSON.stringify(canonicalJson(contents(step.params)))}`);
  keys.set(step.params, { prefix, key });
  return key;
}

/** The last key made for a parameters object: what is compiled again on each keystroke mostly stays the same. */
const keys = new WeakMap<Params, { readonly prefix: string; readonly key: string }>();

/** Parameters with each file by its content and ending: another name for the same bytes changes nothing. */
function contents(value: Json): Json {
  const file = fileReference(value);
  if (file !== undefined) return { sha256: file.sha256, ending: /\.[^.]*$/.exec(file.name.toLowerCase())?.[0] ?? '' };
  if (Array.isArray(value)) return (value as readonly Json[]).map(contents);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, contents(item as Json)]));
}
