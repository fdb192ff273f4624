/** Finds nodes of a document by title, id, type, parameter or what their cards say. Pure. */
import { fieldsOf, meantParams, shownFields } from '../../catalog/form.js';
import type { AnyNode } from '../../catalog/node.js';
import type { Registry } from '../../catalog/registry.js';
import { defaultParams } from '../../catalog/resolve.js';
import { splitEnd } from '../../document/names.js';
import type { DocumentNode, PipelineDocument } from '../../document/schema.js';
import { labelOf } from '../workbench/states.js';
import { givenParams, type Planned, rowsOf } from './card-rows.js';
import { plain } from './search.js';

/** A node that was found, and by what. */
export interface Found {
  readonly id: string;
  readonly title: string;
  readonly by: string; // '' for title and id, else 'type grid', 'Points per axis = 50' or 'bound [−2, 2]'
}

/**
 * Nodes of which the title, the id, the type's name, a shown parameter's label, name or value, or a row of parameters on the card contains
 * the query; `planned` knows the values that wired inputs put in the place of parameters.
 */
export function findNodes(
  query: string,
  document: PipelineDocument,
  registry: Registry,
  planned: ReadonlyMap<string, Planned>,
): readonly Found[] {
  const q = plain(query).trim();
  if (q === '') return [];
  const has = (text: string): boolean => plain(text).includes(q);
  return document.nodes.flatMap((node) => {
    const definition = registry.get(node.type);
    const title = node.title ?? definition?.title ?? node.type;
    if (plain(title).includes(q) || plain(node.id).includes(q)) return [{ id: node.id, title, by: '' }];
    for (const name of [node.type, definition?.title ?? '', definition?.group ?? ''])
      if (plain(name).includes(q)) return [{ id: node.id, title, by: `type ${name}` }];
    const wired = document.wires.map(({ to }) => splitEnd(to)).flatMap(([id, port]) => (id === node.id ? [port] : []));
    const hidden = hiddenParams(definition, node, wired);
    const plan = planned.get(node.id);
    for (const [name, value] of Object.entries({ ...node.params, ...(plan && givenParams(plan)) })) {
      if (hidden.has(name)) continue;
      const label = labelOf(registry, node.type, name);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const line = `${label} = ${text.length > 40 ? `${text.slice(0, 39)}…` : text}`;
      if ([label, name].some((word) => [`${word} = ${text}`, `${word}=${text}`, `${word} ${text}`].some(has)))
        return [{ id: node.id, title, by: line }];
    }
    const row = rowsOf(definition, node, undefined, plan).rows.find((words) => has(words.join(' ')));
    return row ? [{ id: node.id, title, by: row.join(' ') }] : [];
  });
}

/** The parameters that a node's form does not show. */
function hiddenParams(
  definition: AnyNode | undefined,
  node: DocumentNode,
  wired: readonly string[],
): ReadonlySet<string> {
  if (definition === undefined) return new Set();
  const params = meantParams(definition, { ...defaultParams(definition), ...node.params }, wired);
  const shown = shownFields(definition, params);
  const names = fieldsOf(definition).map(({ name }) => name);
  return new Set(names.filter((name) => !shown.some((field) => field.name === name)));
}
