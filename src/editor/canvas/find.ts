/** Finds nodes of a document by title, id, type or parameter. Pure. */
import type { Registry } from '../../catalog/registry.js';
import type { PipelineDocument } from '../../document/schema.js';
import { labelOf } from '../workbench/states.js';
import { plain } from './search.js';

/** A node that was found, and by what. */
export interface Found {
  readonly id: string;
  readonly title: string;
  readonly by: string; // '' for title and id, else 'type grid' or 'Points per axis = 50'
}

/** Nodes of which the title, the id, the type's name, or a parameter's label, name or value contains the query. */
export function findNodes(query: string, document: PipelineDocument, registry: Registry): readonly Found[] {
  const q = plain(query).trim();
  if (q === '') return [];
  const has = (text: string): boolean => plain(text).includes(q);
  return document.nodes.flatMap((node) => {
    const definition = registry.get(node.type);
    const title = node.title ?? definition?.title ?? node.type;
    if (plain(title).includes(q) || plain(node.id).includes(q)) return [{ id: node.id, title, by: '' }];
    for (const name of [node.type, definition?.title ?? '', definition?.group ?? ''])
      if (plain(name).includes(q)) return [{ id: node.id, title, by: `type ${name}` }];
    for (const [name, value] of Object.entries(node.params)) {
      const label = labelOf(registry, node.type, name);
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      const line = `${label} = ${text.length > 40 ? `${text.slice(0, 39)}…` : text}`;
      if ([label, name].some((word) => [`${word} = ${text}`, `${word}=${text}`, `${word} ${text}`].some(has)))
        return [{ id: node.id, title, by: line }];
    }
    return [];
  });
}
