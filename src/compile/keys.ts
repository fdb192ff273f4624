/**
 * Keys: SHA-256 over all that a step's result depends on. Node type and version, parameters (with the name and the SHA-256 of each
 * file: results say the name), the keys of its inputs with port and conversion, the random stream's name. Never an id, a title or a
 * position, so equal steps share.
 */
import { canonicalJson } from '../document/format.js';
import { textHash } from '../document/hash.js';
import { byName } from '../document/names.js';
import type { Params } from '../document/schema.js';

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
  const key = textHash(`${prefix}${JSON.stringify(canonicalJson(step.params))}`);
  keys.set(step.params, { prefix, key });
  return key;
}

/** Key that a step has in common with those that differ only in the parameters `extending`: how far they go. */
export function kinKey(step: Parameters<typeof stepKey>[0], extending: readonly string[]): string {
  let rest = rests.get(step.params);
  if (rest === undefined) {
    rest = Object.fromEntries(Object.entries(step.params).filter(([name]) => !extending.includes(name)));
    rests.set(step.params, rest);
  }
  return stepKey({ ...step, params: rest });
}

/** Parameters without those that say how far a step goes, so that the key made for them is remembered too. */
const rests = new WeakMap<Params, Params>();

/** The last key made for a parameters object: what is compiled again on each keystroke mostly stays the same. */
const keys = new WeakMap<Params, { readonly prefix: string; readonly key: string }>();
