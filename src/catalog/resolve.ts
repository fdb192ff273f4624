/** Parameters as a document holds them → parameters as a node type's present version has them: migrated, checked, defaults written out. */
import { addNode, replaceParams } from '../document/commands.js';
import { check, type Place } from '../document/faults.js';
import type { DocumentNode, Json, Params, PipelineDocument, Problem } from '../document/schema.js';
import { messageOf } from './errors.js';
import { fieldsOf, isSeed } from './form.js';
import type { AnyNode } from './node.js';
import type { Registry } from './registry.js';

/** What became of a node's parameters. */
export interface Resolved {
  readonly params: Params | undefined; // undefined where there are problems
  readonly version: number; // of the parameters given
  readonly migrated: boolean;
  readonly newer: boolean; // the node is of a version that this build does not know
  readonly problems: readonly Problem[]; // paths start at `params` or `version`
}

/** Migrates and checks a node's parameters. Never throws. */
export function resolveParams(definition: AnyNode, node: Pick<DocumentNode, 'id' | 'version' | 'params'>): Resolved {
  const fault = (path: string, message: string, newer = false): Resolved => ({
    params: undefined,
    version: node.version,
    migrated: false,
    newer,
    problems: [{ severity: 'error', path, node: node.id, message }],
  });
  const { version: newest } = definition;
  if (node.version > newest)
    return fault(
      'version',
      `'${definition.type}' is of version ${node.version} and this build reads up to version ${newest}; it is kept as it is`,
      true,
    );
  let params: Record<string, unknown> = { ...node.params };
  for (let version = node.version; version < newest; version++) {
    const step = definition.migrations?.[version];
    if (step === undefined) return fault('version', `'${definition.type}' has no migration from version ${version}`);
    try {
      params = step(params);
    } catch (error) {
      return fault('params', `cannot be brought from version ${version} to ${version + 1}: ${messageOf(error)}`);
    }
  }
  const place: Place = { path: ['params'], node: node.id, field: 'parameter' };
  const checked = check(definition.params, params, place);
  const migrated = node.version < newest;
  if (checked.problems)
    return { params: undefined, version: newest, migrated, newer: false, problems: checked.problems };
  return { params: checked.value as Params, version: newest, migrated, newer: false, problems: [] };
}

/** A document with migrated parameters and defaults written out, as it is saved. Foreign and faulty nodes stay as they are. */
export function writeOut(document: PipelineDocument, registry: Registry): PipelineDocument {
  return document.nodes.reduce((current, node) => {
    const definition = registry.get(node.type);
    if (definition === undefined) return current;
    const { params, version } = resolveParams(definition, node);
    return params === undefined ? current : replaceParams(current, node.id, version, params);
  }, document);
}

/** A type's parameters by default. */
export function defaultParams(definition: AnyNode): Params {
  return Object.fromEntries(fieldsOf(definition).map(({ name, default: value }) => [name, value]));
}

/** Adds a node of a type with its defaults written out and, where it draws random numbers, the next unused seed. */
export function addNodeOf(
  document: PipelineDocument,
  definition: AnyNode,
  at: readonly [number, number],
  given: Params = {},
): PipelineDocument {
  const params: Record<string, Json> = { ...defaultParams(definition) };
  for (const { name, seed, max } of fieldsOf(definition)) {
    if (!seed) continue;
    const [first] = [params[name]].flat();
    const next = nextSeed(document, Number(first), max ?? 0xffffffff);
    params[name] = Array.isArray(params[name]) ? [next] : next;
  }
  return addNode(document, { type: definition.type, version: definition.version, params: { ...params, ...given }, at });
}

/** The least seed from `first` on that no node of the document uses. */
export function nextSeed(document: PipelineDocument, first: number, max = 0xffffffff): number {
  const used = new Set(
    document.nodes.flatMap(({ params }) =>
      Object.entries(params).flatMap(([name, value]) => (isSeed(name) ? [value].flat() : [])),
    ),
  );
  let seed = first;
  while (used.has(seed) && seed < max) seed++;
  return seed;
}
