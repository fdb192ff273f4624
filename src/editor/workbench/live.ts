/** Live mode: which nodes may run again by themselves after an edit, because all that they would take is small. Pure. */
import { type Plan, type PlannedNode, wholeOf } from '../../compile/plan.js';
import type { Left } from '../../compile/sweep-cost.js';
import { isOf, type Results } from './results.js';
import type { NodeState } from './types.js';

/** Seconds that a node and everything out of date above it may take, to run by itself. */
export const LIVE_SECONDS = 1.5;

/** Multiply-adds per second that any device here surely does; used where nothing was measured. */
const SLOW_RATE = 2e8;

/**
 * What a node would take now, in seconds: of a sweep what is `left`, all where that is not known; else from its last run on this
 * device scaled by cost, else from the plan's estimate, else from its cost at `rate`, of which 0 stands for a rate that is not known.
 */
export function expectedSeconds(
  planned: PlannedNode,
  results: Results,
  device?: string,
  left?: Left,
  rate = SLOW_RATE,
): number {
  const { cost, estimate } = left ?? wholeOf(planned);
  const slow = cost.multiplyAdds / rate;
  const guess = estimate === undefined || estimate.untimed ? Math.max(estimate?.seconds ?? 0, slow) : estimate.seconds;
  if (planned.sweep) return guess; // its own step is only the last of many
  const made = results.of(planned.id, planned.key);
  if (!made || made.result.cached || made.planned.type !== planned.type) return guess;
  if (made.result.provenance.effort?.from !== undefined) return guess; // it had only a part to do
  if (capOf(made.planned) !== capOf(planned)) return guess;
  const before = made.planned.cost;
  const ratio = Math.max(
    grown(planned.cost.multiplyAdds, before.multiplyAdds),
    grown(planned.cost.points, before.points),
  );
  const seconds = made.result.provenance.seconds * ratio;
  const here = device === undefined || made.result.provenance.device === device;
  return here ? seconds : (planned.estimate?.seconds ?? Math.max(seconds, slow)); // what was dear on another device may be so here
}

/** The cap of a step's work and whether its lattice is adaptive, as text. */
const capOf = ({ cost: { work } }: PlannedNode): string =>
  work?.kind === 'evaluate' && work.cap
    ? `${work.cap.value} ${work.cap.relative} ${work.adaptive === undefined ? '' : 'adaptive'}`
    : '';

const grown = (now: number, before: number): number =>
  before > 0 ? now / before : now > 0 ? Number.POSITIVE_INFINITY : 1;

/** What else decides whether a node may run by itself. */
export interface LiveBounds {
  readonly device?: string | undefined; // as provenance names it: what another device made is out of date
  readonly declined?: ReadonlySet<string>; // keys of steps that were cancelled
  readonly dropped?: ReadonlySet<string>; // ids whose outputs the executor no longer holds: shown, but computed again for what needs them
}

/** What every node whose result is missing or out of date would take with all that must run for it, s, in plan order; infinite for what failed or was cancelled. */
export function dueSeconds(
  plan: Plan,
  states: Readonly<Record<string, NodeState>>,
  results: Results,
  { device, declined, dropped }: LiveBounds = {},
): ReadonlyMap<string, number> {
  const due = new Map<string, ReadonlySet<string>>(); // a node → the nodes that must run for it, itself included
  const found = new Map<string, number>();
  for (const id of plan.order) {
    const planned = plan.nodes.get(id);
    const state = states[id];
    if (!planned || planned.blocked || !state) continue;
    const needed = new Set<string>();
    for (const source of readBy(plan, planned)) for (const above of due.get(source) ?? []) needed.add(above);
    const fresh = state.result !== undefined && isOf(state.result, planned.key, device);
    if (!fresh || dropped?.has(id)) needed.add(id);
    due.set(id, needed);
    if (fresh) continue;
    let seconds = 0;
    for (const above of needed) {
      const step = plan.nodes.get(above)!;
      const hopeless = states[above]?.status === 'failed' || declined?.has(step.key);
      seconds += hopeless ? Number.POSITIVE_INFINITY : expectedSeconds(step, results, device, states[above]?.left);
    }
    found.set(id, seconds);
  }
  return found;
}

/** The nodes of the document that must be there for a node: of a sweep those that its copies read, and not the one at its input. */
function readBy({ nodes, copies }: Plan, { inputs, sweep }: PlannedNode): readonly string[] {
  const readers = sweep ? sweep.copies.map((id) => copies.get(id)!.inputs) : [inputs];
  const sources = readers.flatMap((each) => Object.values(each).map(({ node }) => node));
  return [...new Set(sources)].filter((id) => nodes.has(id));
}

/** The nodes that may run by themselves: those that take little. */
export function cheapOf(due: ReadonlyMap<string, number>): readonly string[] {
  return [...due].flatMap(([id, seconds]) => (seconds <= LIVE_SECONDS ? [id] : []));
}
