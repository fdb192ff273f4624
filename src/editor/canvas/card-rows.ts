/** The rows of a card: what the result says, and the parameters that matter beside it. Pure. */
import { meantParams } from '../../catalog/form.js';
import type { AnyNode } from '../../catalog/node.js';
import { resolveParams } from '../../catalog/resolve.js';
import type { DocumentNode } from '../../document/schema.js';
import type { NodeState } from '../workbench/types.js';

/** Labels with their values. */
export type CardRows = readonly (readonly [label: string, text: string])[];

/**
 * The result's rows, those of older parameters included while a new result is on its way, with the parameters that they do not
 * name already beside them; without a result, and on a failed card, the parameters as rows.
 */
export function rowsOf(
  definition: AnyNode | undefined,
  node: DocumentNode,
  state: NodeState | undefined,
  wired: readonly string[],
): { readonly rows: CardRows; readonly beside: CardRows } {
  const params = parameterRows(definition, node, wired);
  const rows = state?.status === 'failed' ? undefined : state?.result?.view.rows;
  if (definition === undefined || rows === undefined || rows.length === 0) return { rows: params, beside: [] };
  const named = new Set(rows.map(([label]) => label));
  return { rows, beside: params.filter(([label]) => !named.has(label)) };
}

function parameterRows(definition: AnyNode | undefined, node: DocumentNode, wired: readonly string[]): CardRows {
  const params = definition && resolveParams(definition, node).params;
  if (definition === undefined || params === undefined) return [];
  try {
    return definition.card(meantParams(definition, params, wired));
  } catch {
    return []; // a third party's card may throw; its fault shows when it runs
  }
}
