/** The list of problems. Pure. */
import type { Note } from '../../catalog/views.js';
import type { Plan } from '../../compile/plan.js';
import type { PipelineDocument, Problem } from '../../document/schema.js';
import { upstreamOf } from '../../execute/schedule.js';
import type { NodeState } from './types.js';

type States = Readonly<Record<string, NodeState>>;

/** What a node's result warns of; nothing where it failed, which says more. */
export function warningsOf(state: NodeState | undefined): readonly Note[] {
  if (state?.status === 'failed') return [];
  return state?.result?.view.notes.filter(({ level }) => level !== 'info') ?? [];
}

/** The plan's problems, the failures of the last run, and what results of the present parameters warn of. */
export function problemsOf(plan: Plan, states: States, document: PipelineDocument): readonly Problem[] {
  const said = document.nodes.flatMap((node, index): Problem[] => {
    const state = states[node.id];
    const about = { path: `nodes[${index}]`, node: node.id };
    if (state?.status === 'failed') return [{ severity: 'error', ...about, message: state.reason ?? 'failed' }];
    return freshWarnings(plan, states, node.id).map(({ text }) => ({ severity: 'warning', ...about, message: text }));
  });
  return said.length === 0 ? plan.problems : [...plan.problems, ...said];
}

const OLD: ReadonlySet<NodeState['status']> = new Set(['stale', 'blocked', 'muted']);

/** The warnings of a node's present result, less those that came with its inputs: they are said where they began. */
function freshWarnings(plan: Plan, states: States, id: string): readonly Note[] {
  const state = states[id];
  const warnings = state === undefined || OLD.has(state.status) ? [] : warningsOf(state);
  if (warnings.length === 0) return warnings;
  const before = [...upstreamOf(plan, [id])].flatMap((each) => (each === id ? [] : warningsOf(states[each])));
  return warnings.filter((note) => !before.some((other) => other.id === note.id && note.text.endsWith(other.text)));
}
