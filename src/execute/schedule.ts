/** Which steps a run has to take, from the plan, what is looked at, and what the cache still knows. Pure. */
import { nodeOf, type Plan, type PlannedNode, sourcesOf } from '../compile/plan.js';
import type { Known } from './cache.js';

/** Nodes of equal key: computed once. */
export interface Step {
  readonly key: string;
  readonly node: PlannedNode; // the first of them in plan order
  readonly ids: readonly string[];
  readonly run: boolean; // false: the cache has all that is needed
  readonly uses: readonly string[]; // keys of the steps that its inputs come from
}

/** The steps that targets need, inputs first, and the nodes among them that cannot run. */
export interface Schedule {
  readonly steps: readonly Step[];
  readonly blocked: readonly PlannedNode[];
}

/**
 * Schedules what `targets` need (every node when absent). A step runs when nothing shows it yet, or when a step that runs needs outputs
 * that were dropped; a run of a sweep, which nobody looks at, only when such a step needs it.
 */
export function schedule(plan: Plan, targets: readonly string[] | undefined, known: (key: string) => Known): Schedule {
  const wanted = upstreamOf(plan, targets ?? plan.order);
  const nodes = plan.order
    .flatMap((id) => [...(plan.nodes.get(id)!.sweep?.copies ?? []), id])
    .filter((id) => wanted.has(id))
    .map((id) => nodeOf(plan, id)!);
  const groups = new Map<string, PlannedNode[]>();
  for (const node of nodes) if (!node.blocked) groups.set(node.key, [...(groups.get(node.key) ?? []), node]);
  const needed = new Set<string>(); // keys whose outputs a running step reads
  const steps: Step[] = [];
  for (const [key, group] of [...groups].reverse()) {
    const node = group[0]!;
    const has = known(key);
    const shown = group.some(({ id }) => plan.nodes.has(id));
    const run = has !== 'outputs' && (needed.has(key) || (shown && has === 'nothing'));
    if (!run && has === 'nothing') continue;
    const uses = sourcesOf(node).map((source) => nodeOf(plan, source.node)!.key);
    if (run) for (const use of uses) needed.add(use);
    steps.push({ key, node, ids: group.map(({ id }) => id), run, uses });
  }
  return { steps: steps.reverse(), blocked: nodes.filter((node) => node.blocked) };
}

/** The nodes that targets need, themselves included, not past those in `except`. */
export function upstreamOf(
  plan: Plan,
  targets: readonly string[],
  except: ReadonlySet<string> = new Set(),
): ReadonlySet<string> {
  const wanted = new Set<string>();
  const waiting = [...targets];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const node = nodeOf(plan, id);
    if (!node || wanted.has(id) || except.has(id)) continue;
    wanted.add(id);
    for (const source of sourcesOf(node)) waiting.push(source.node);
  }
  return wanted;
}
