/** Where each node stands, from the plan, the results and the run that goes on. Pure; says why a result is stale. */
import { fieldsOf } from '../../catalog/form.js';
import { titleOf } from '../../catalog/node.js';
import type { FieldMeta } from '../../catalog/params.js';
import type { Registry } from '../../catalog/registry.js';
import type { Curve } from '../../catalog/values.js';
import type { Plan, PlannedNode, PlannedSweep } from '../../compile/plan.js';
import { type Left, leftOf } from '../../compile/sweep-cost.js';
import type { DocumentNode, PipelineDocument, Problem } from '../../document/schema.js';
import { isOf, type Results } from './results.js';
import type { NodeState } from './types.js';

/** What the run that goes on, or the last one, said of a node. */
export interface Said {
  readonly status: 'queued' | 'running' | 'failed' | 'blocked' | 'stale'; // stale: failed on a device that is no longer used
  readonly key: string; // the plan's key when it was said; a later edit makes it void
  readonly reason?: string;
  readonly fraction?: number;
  readonly round?: string; // which round `fraction` is of
  readonly message?: string;
  readonly secondsLeft?: number;
  readonly curve?: Curve;
  readonly copy?: string; // of a sweep: what it has run now
}

/** Why what another device did is stale. */
export const DEVICE_CHANGED = 'device changed';

/** Everything that the states follow from. */
export interface Sources {
  readonly document: PipelineDocument;
  readonly plan: Plan;
  readonly registry: Registry;
  readonly results: Results;
  readonly said: ReadonlyMap<string, Said>;
  readonly held?: ReadonlySet<string> | undefined; // keys of the runs of sweeps that the executor has all it needs of
  readonly waiting?: ReadonlyMap<string, number>; // s, of nodes that live mode leaves to Run
  readonly device?: string | undefined; // as provenance names it; undefined before one is known
}

/** The label of a parameter as its form shows it. */
export function labelOf(registry: Registry, type: string, param: string): string {
  const schema = registry.get(type)?.params.shape[param] as { meta?(): unknown } | undefined;
  const meta = schema?.meta?.() as { field?: FieldMeta } | undefined;
  return meta?.field?.label ?? param;
}

/** The label in a sentence: that of a choice (`ε is`) goes on in its field, so it stands in quotes. */
function changedLabel(registry: Registry, type: string, param: string): string {
  const definition = registry.get(type);
  const field = definition && fieldsOf(definition).find(({ name }) => name === param);
  return field?.widget === 'choice' ? `‘${field.label}’` : labelOf(registry, type, param);
}

/** Node states by id; a state that has not changed keeps its identity, so that only changed cards are drawn again. */
export function nodeStates(
  sources: Sources,
  previous: Readonly<Record<string, NodeState>>,
): Readonly<Record<string, NodeState>> {
  const states: Record<string, NodeState> = {};
  let same = Object.keys(previous).length === sources.document.nodes.length;
  for (const node of sources.document.nodes) {
    const state = stateOf(sources, node);
    const before = previous[node.id];
    states[node.id] = before && equal(before, state) ? before : state;
    if (states[node.id] !== before) same = false;
  }
  return same ? previous : states;
}

function stateOf(sources: Sources, node: DocumentNode): NodeState {
  const { plan, results, said } = sources;
  const planned = plan.nodes.get(node.id);
  const key = planned?.key ?? '';
  const made = results.of(node.id, key);
  const kept = made ? { result: made.result } : {};
  if (node.muted) return { status: 'muted', ...kept };
  if (!planned || planned.blocked) return { status: 'blocked', reason: blockedReason(sources, node, planned), ...kept };
  const now = said.get(node.id);
  if (now && now.key === key) {
    const { key: _, ...shown } = now;
    return { ...shown, ...kept };
  }
  const seconds = sources.waiting?.get(node.id);
  const left = leftIn(sources, planned.sweep);
  const waits = { ...(seconds === undefined ? {} : { waits: seconds }), ...(left ? { left } : {}) };
  if (!made) return { status: 'idle', ...waits };
  if (isOf(made.result, key, sources.device))
    return { status: made.result.cached ? 'cached' : 'done', ...(left ? { left } : {}), ...kept };
  return { status: 'stale', reason: staleReason(sources, node.id), ...waits, ...kept };
}

const lefts = new WeakMap<PlannedSweep, { readonly held: ReadonlySet<string>; readonly left: Left }>();

/** What of a sweep is to compute, remembered while plan and answer stay. */
function leftIn({ held, plan }: Sources, sweep: PlannedSweep | undefined): Left | undefined {
  if (!sweep || !held) return undefined;
  const known = lefts.get(sweep);
  if (known?.held === held) return known.left;
  const left = leftOf(sweep, plan.copies, held);
  lefts.set(sweep, { held, left });
  return left;
}

function blockedReason(sources: Sources, node: DocumentNode, planned: PlannedNode | undefined): string {
  const own = sources.plan.problems.find((problem) => problem.node === node.id && problem.severity === 'error');
  if (!planned?.blocked || planned.blocked.reason === 'invalid')
    return own ? withParameter(sources.registry, node.type, own) : 'cannot run';
  if (planned.blocked.reason === 'foreign') return own?.message ?? `unknown node type '${node.type}'`;
  const by = planned.blocked.by.map((id) => nameOf(sources, id)).join(', ');
  return planned.blocked.reason === 'muted' ? `waits for ${by}, which is muted` : `waits for ${by}`;
}

/** A problem's text with the name of the parameter that it is about, where the text does not say it. */
function withParameter(registry: Registry, type: string, { path, message }: Problem): string {
  const param = /^nodes\[\d+\]\.params\.([A-Za-z_$][\w$-]*)/.exec(path)?.[1];
  if (param === undefined || message.includes('parameter ')) return message;
  return `${labelOf(registry, type, param)}: ${message}`;
}

function nameOf(sources: Sources, id: string): string {
  const node = sources.document.nodes.find((candidate) => candidate.id === id);
  return node ? titleOf(node, sources.registry.get(node.type)) : id;
}

/** Why a node's newest result is not the one that its present parameters would give: `ε changed`, `Grid changed upstream`. */
export function staleReason(sources: Sources, id: string): string {
  const planned = sources.plan.nodes.get(id);
  const made = sources.results.of(id, planned?.key ?? '');
  if (!planned || !made) return 'not run yet';
  if (made.result.key === planned.key) return DEVICE_CHANGED;
  const own = ownChange(sources, planned, made);
  if (own !== undefined) return own;
  const cause = causeUpstream(sources, planned, made.inputKeys, new Set([id]));
  return cause === undefined ? 'made by an older version' : `${cause} changed upstream`;
}

function ownChange(
  sources: Sources,
  planned: PlannedNode,
  made: { planned: PlannedNode; inputKeys: Readonly<Record<string, string>> },
): string | undefined {
  const before = made.planned;
  if (before.type !== planned.type) return 'another node now';
  const names = Object.keys({ ...before.params, ...planned.params });
  const changed = names.filter((name) => JSON.stringify(before.params[name]) !== JSON.stringify(planned.params[name]));
  if (changed.length > 0) {
    const labels = changed.map((name) => changedLabel(sources.registry, planned.type, name));
    return labels.length > 2 ? `${labels.length} parameters changed` : `${labels.join(' and ')} changed`;
  }
  for (const port of Object.keys({ ...before.inputs, ...planned.inputs })) {
    const a = before.inputs[port];
    const b = planned.inputs[port];
    if (a?.node === b?.node && a?.output === b?.output) continue;
    const label = sources.registry.get(planned.type)?.inputs[port]?.label ?? port;
    return b === undefined ? `${label} disconnected` : a === undefined ? `${label} connected` : `${label} rewired`;
  }
  return undefined;
}

/** The nearest node upstream that itself changed since these input keys were read. */
function causeUpstream(
  sources: Sources,
  planned: PlannedNode,
  inputKeys: Readonly<Record<string, string>>,
  seen: Set<string>,
): string | undefined {
  for (const [port, source] of Object.entries(planned.inputs)) {
    const above = sources.plan.nodes.get(source.node);
    if (!above || above.key === inputKeys[port] || seen.has(source.node)) continue;
    seen.add(source.node);
    // What the input was made of: the node's newest result may be of a newer key already, so compare with the one that was read.
    const made = sources.results.withKey(inputKeys[port] ?? '') ?? sources.results.of(source.node, above.key);
    if (!made || ownChange(sources, above, made) !== undefined) return nameOf(sources, source.node);
    return causeUpstream(sources, above, made.inputKeys, seen) ?? nameOf(sources, source.node);
  }
  return undefined;
}

function equal(a: NodeState, b: NodeState): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.fraction === b.fraction &&
    a.round === b.round &&
    a.message === b.message &&
    a.secondsLeft === b.secondsLeft &&
    a.curve === b.curve &&
    a.waits === b.waits &&
    a.left === b.left &&
    a.copy === b.copy &&
    a.result === b.result
  );
}
