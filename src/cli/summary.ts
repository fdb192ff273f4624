/** Finished nodes as text for stdout. */
import type { Registry } from '../catalog/registry.js';
import type { PipelineDocument } from '../document/schema.js';
import type { NodeResult } from '../execute/protocol.js';
import { printable } from './io.js';

/** What each finished node shows: its rows, status and notes, in the order of the plan. */
export function summaryText(
  document: PipelineDocument,
  registry: Registry,
  order: readonly string[],
  results: ReadonlyMap<string, NodeResult>,
): string {
  const titles = new Map(document.nodes.map(({ id, type, title }) => [id, title ?? registry.get(type)?.title ?? type]));
  return order
    .flatMap((id) => {
      const result = results.get(id);
      if (!result) return [];
      const { rows, status, notes } = result.view;
      const width = Math.max(0, ...rows.map(([label]) => label.length));
      return [
        `${id} (${titles.get(id)})`,
        ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
        ...(status ? [`  ${status}`] : []),
        ...notes.map(({ level, text }) => `  ${level === 'info' ? 'note' : level}: ${text}`),
      ];
    })
    .map((line) => `${printable(line)}\n`)
    .join('');
}
