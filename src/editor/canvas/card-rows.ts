/** The rows of a card: what the result says, and the parameters that matter beside it. Pure. */
import { meantParams, shownFields } from '../../catalog/form.js';
import type { AnyNode } from '../../catalog/node.js';
import { resolveParams } from '../../catalog/resolve.js';
import type { PlannedNode } from '../../compile/plan.js';
import type { DocumentNode, Params } from '../../document/schema.js';
import type { NodeState } from '../workbench/types.js';

/** Labels with their values. */
export type CardRows = readonly (readonly [label: string, text: string])[];

/** What the plan says of a node's parameters. */
export type Planned = Pick<PlannedNode, 'inputs' | 'params' | 'overruled'>;

/**
 * The result's rows, those of older parameters included while a new result is on its way, with the parameters that they do not
 * name already beside them; without a result, and on a failed card, the parameters as rows.
 */
export function rowsOf(
  definition: AnyNode | undefined,
  node: DocumentNode,
  state: NodeState | undefined,
  planned: Planned | undefined,
): { readonly rows: CardRows; readonly beside: CardRows } {
  const params = parameterRows(definition, node, planned);
  const rows = state?.status === 'failed' ? undefined : state?.result?.view.rows;
  if (definition === undefined || rows === undefined || rows.length === 0) return { rows: params, beside: [] };
  const named = new Set(rows.map(([label]) => label));
  return { rows, beside: params.filter(([label]) => !named.has(label)) };
}

function parameterRows(
  definition: AnyNode | undefined,
  node: DocumentNode,
  planned: Planned = { inputs: {}, params: {} },
): CardRows {
  const params = definition && resolveParams(definition, node).params;
  if (definition === undefined || params === undefined) return [];
  try {
    const wired = Object.keys(planned.inputs);
    const counting = { ...meantParams(definition, params, wired), ...givenParams(planned) };
    return definition.card(counting, unknownParams(definition, planned));
  } catch {
    return []; // a third party's card may throw; its fault shows when it runs
  }
}

/** The parameters that wired inputs overrule, with the values in their place. */
export const givenParams = ({ params, overruled = [] }: Planned): Params =>
  Object.fromEntries(overruled.map((name) => [name, params[name]!]));

/** The parameters that a wired input overrules whose shape nobody knows yet. */
export function unknownParams(definition: AnyNode, { inputs, params, overruled }: Planned): ReadonlySet<string> {
  const fields = overruled ? [] : shownFields(definition, params);
  return new Set(fields.flatMap((field) => (field.overruled && field.overruled.by in inputs ? [field.name] : [])));
}
