/** The list of problems. Pure. */
import type { Plan } from '../../compile/plan.js';
import type { PipelineDocument, Problem } from '../../document/schema.js';
import type { NodeState } from './types.js';

/** The plan's problems and the failures of the last run. */
export function problemsOf(
  plan: Plan,
  states: Readonly<Record<string, NodeState>>,
  document: PipelineDocument,
): readonly Problem[] {
  const failures = document.nodes.flatMap((node, index): Problem[] => {
    const state = states[node.id];
    if (state?.status !== 'failed') return [];
    return [{ severity: 'error', path: `nodes[${index}]`, node: node.id, message: state.reason ?? 'failed' }];
  });
  return failures.length === 0 ? plan.problems : [...plan.problems, ...failures];
}
