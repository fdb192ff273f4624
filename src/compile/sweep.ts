/**
 * What a sweep has run: the nodes between the parameters that it changes and itself, once for each combination of values. A copy is a
 * node like any other, with a key of its own, so what does not depend on a value is shared, and so are runs with each other,
 * with the document's own nodes and with runs before.
 */

import { FiberscopeError } from '../catalog/errors.js';
import type { SweepAxis, SweptParameter } from '../catalog/sweep.js';
import type { DocumentNode, Json, Params, Problem } from '../document/schema.js';
import { stepKey } from './keys.js';
import { excess, slowness } from './limits.js';
import type { PlannedNode, PlannedRun, PlannedSweep } from './plan.js';
import { type Context, Faults, ofNode, planNode, type Site } from './plan-node.js';
import { together } from './sweep-cost.js';
import { type Axis, axisOf, isFault } from './sweep-target.js';
import type { Graph, Incoming } from './wiring.js';

/** Runs of one sweep at most, and copies of nodes. */
const MOST_RUNS = 256;
const MOST_COPIES = 4096;

/** Plans the copies of a sweep that has no other fault: the sweep with its runs, and the copies so that inputs come first. */
export function planSweep(
  site: Site,
  sweep: PlannedNode,
  graph: Graph,
  context: Context,
  problems: Problem[],
): { readonly node: PlannedNode; readonly copies: readonly PlannedNode[] } {
  const own = new Faults(site.node, site.path, problems);
  const refused = { node: { ...sweep, key: '', blocked: { reason: 'invalid', by: [] } } as PlannedNode, copies: [] };
  const refuse = (at: string, fault: string): typeof refused => {
    own.add(at, ofNode(site.node.id, fault));
    return refused;
  };
  const wire = [...site.incoming.values()][0]!; // a sweep has one input
  const axes: Axis[] = [];
  const asked = axesOf(sweep, context);
  const above = ancestors(wire.from, graph);
  for (const [k, axis] of asked.entries()) {
    if (asked.findIndex(({ target }) => target === axis.target) < k)
      return refuse(
        `params.${axis.says.target}`,
        `parameter '${axis.says.target}': '${axis.target}' is swept over already`,
      );
    const found = axisOf(
      axis,
      site.node.id,
      above,
      asked.map(({ target }) => target),
      graph,
      context.registry,
    );
    if (isFault(found)) return refuse(`params.${found.at}`, found.fault);
    axes.push(found);
  }
  const changed = axes.map(({ node }) => descendants(node, above, graph)); // by each axis
  const last = asked.at(-1)!.says;
  const count = axes.reduce((product, { parameter }) => product * parameter.values.length, 1);
  if (count > MOST_RUNS)
    return refuse(
      `params.${last.values}`,
      `parameter '${last.values}': expected at most ${MOST_RUNS} runs, got ${count}; sweep over fewer values`,
    );
  const touched = graph.order.filter((id) => changed.some((each) => each.has(id)));
  const inner = touched.find((id) => context.registry.get(graph.nodes.get(id)!.node.type)?.sweep !== undefined);
  if (inner !== undefined)
    return refuse(
      `params.${asked[0]!.says.target}`,
      `parameter '${asked[0]!.says.target}': expected no other sweep on the way from '${axes[0]!.node}', got '${inner}'; sweeps do not run inside sweeps: a second parameter can be repeated over`,
    );
  if (count * touched.length > MOST_COPIES)
    return refuse(
      `params.${last.values}`,
      `parameter '${last.values}': expected at most ${MOST_COPIES} steps, got ${count} runs of ${touched.length}; sweep over fewer values`,
    );

  const { runs, copies, copyOf } = copied(axes, changed, touched, wire, graph, context);
  if (runs.every(({ source }) => source === undefined))
    return refuse(`params.${last.values}`, `no value can be run: ${runs[0]!.error}`);
  const idle = axes.findIndex((_, k) => isIdle(axes, k, copies, copyOf));
  if (idle >= 0) {
    const { target, says } = asked[idle]!;
    return refuse(
      `params.${says.target}`,
      `parameter '${says.target}': '${target}' has no effect here, so that all runs would be the same; what is wired to '${axes[idle]!.node}' decides in its place`,
    );
  }
  const total = together(copies, runs);
  const tooLarge = excess(total.cost, total.estimate, context.limits);
  if (tooLarge !== undefined) return refuse('', `${count} runs together: ${tooLarge}`);
  own.warn(site.node.id, slowness(total.cost, total.estimate, context.limits));
  const swept: PlannedSweep = {
    parameters: axes.map(({ parameter }) => parameter),
    runs,
    copies: copies.map(({ id }) => id),
    ...total,
  };
  return { node: { ...sweep, key: keyOf(sweep, swept, site, context, copies), sweep: swept }, copies };
}

function axesOf(sweep: PlannedNode, { registry }: Context): readonly SweepAxis[] {
  const axes = registry.get(sweep.type)!.sweep!(sweep.params);
  if (axes.length === 0)
    throw new FiberscopeError('internal', `node type '${sweep.type}': expected a parameter to sweep over, got none`);
  return axes;
}

/** A node and all that lead to it. */
function ancestors(id: string, graph: Graph): ReadonlySet<string> {
  const found = new Set([id]);
  for (const each of found) for (const { from } of graph.incoming.get(each)?.values() ?? []) found.add(from);
  return new Set(graph.order.filter((each) => found.has(each)));
}

/** A node and what it leads to, among these. */
function descendants(id: string, among: ReadonlySet<string>, graph: Graph): ReadonlySet<string> {
  const found = new Set([id]);
  for (const each of among)
    if ([...graph.incoming.get(each)!.values()].some(({ from }) => found.has(from))) found.add(each);
  return found;
}

/** The id that a node's copy has at these values. */
type CopyOf = (id: string, places: readonly number[]) => string;

/** The copies that all runs need, and where each run ends. */
function copied(
  axes: readonly Axis[],
  changed: readonly ReadonlySet<string>[],
  touched: readonly string[],
  wire: Incoming,
  graph: Graph,
  context: Context,
): { readonly runs: readonly PlannedRun[]; readonly copies: readonly PlannedNode[]; readonly copyOf: CopyOf } {
  const names = namesOf(axes);
  const known: Context = { ...context, planned: new Map(context.planned), inferred: new Map(context.inferred) };
  const copies = new Map<string, PlannedNode>();
  const faults = new Map<string, string>();
  const copyAt: CopyOf = (id, places) =>
    id + axes.map((_, k) => (changed[k]!.has(id) ? `@${names[k]![places[k]!]}` : '')).join('');
  const runs = combinations(axes.map(({ parameter }) => parameter)).map((places): PlannedRun => {
    const copyOf = (id: string): string => copyAt(id, places);
    for (const id of touched) {
      const copy = copyOf(id);
      if (copies.has(copy)) continue;
      const { node, path } = graph.nodes.get(id)!;
      const params = Object.fromEntries(
        axes.flatMap((axis, k) => (axis.node === id ? [[axis.param, axis.parameter.values[places[k]!]!]] : [])),
      );
      const incoming = new Map(
        [...graph.incoming.get(id)!].map(([port, each]) => [port, { ...each, from: copyOf(each.from) }]),
      );
      const problems: Problem[] = [];
      const made = planNode({ node: variant(node, copy, params), path, incoming }, known, problems);
      copies.set(copy, made);
      const fault = problems.find(({ severity }) => severity === 'error')?.message;
      if (fault !== undefined) faults.set(copy, fault);
    }
    const end = copyOf(wire.from);
    const { blocked } = copies.get(end) ?? known.planned.get(end)!;
    if (!blocked) {
      const { output, convert } = wire;
      return { places, source: { node: end, output, ...(convert === undefined ? {} : { convert }) } };
    }
    const root = blocked.by.find((id) => faults.has(id)) ?? end;
    return { places, error: faults.get(root) ?? `'${root}' cannot run` };
  });
  return { runs, copies: [...copies.values()], copyOf: copyAt };
}

/** Whether a parameter changes nothing: the step that has it is the same one at all its values. */
function isIdle(axes: readonly Axis[], k: number, copies: readonly PlannedNode[], copyOf: CopyOf): boolean {
  const { node, parameter } = axes[k]!;
  const keys = new Map(copies.map(({ id, key }) => [id, key]));
  const keyAt = (places: readonly number[]): string => keys.get(copyOf(node, places))!;
  if (parameter.values.length < 2) return false;
  return combinations(axes.map((axis) => axis.parameter)).every(
    (places) => keyAt(places) !== '' && keyAt(places) === keyAt(places.with(k, 0)),
  );
}

/** Which value of each parameter each run has, the last parameter fastest. */
function combinations(parameters: readonly SweptParameter[]): readonly (readonly number[])[] {
  return parameters.reduce<number[][]>(
    (all, { values }) => all.flatMap((places) => values.map((_, k) => [...places, k])),
    [[]],
  );
}

const LONGEST = 24; // of a value in an id

/** `rank=4` for each value of each axis: with the node's id where two parameters are of one name, and no two alike. */
function namesOf(axes: readonly Axis[]): readonly (readonly string[])[] {
  return axes.map(({ node, param, parameter: { values } }) => {
    const alike = axes.filter((other) => other.param === param).length > 1;
    const used = new Set<string>();
    return values.map((value, k) => {
      const text = (Array.isArray(value) ? value.join(' ') : String(value)).replace(/[@=]/g, '_');
      const name = `${alike ? `${node}.` : ''}${param}=${text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text}`;
      const own = used.has(name) ? `${name} (${k + 1})` : name;
      used.add(own);
      return own;
    });
  });
}

const variants = new WeakMap<DocumentNode, Map<string, DocumentNode>>();
const MOST_VARIANTS = 1024; // of one node, remembered

/** A node under another id with some other parameters: the same object each time, so that what is worked out of it is remembered. */
function variant(node: DocumentNode, id: string, params: Readonly<Record<string, Json>>): DocumentNode {
  const before = variants.get(node);
  const known = before && before.size < MOST_VARIANTS ? before : new Map<string, DocumentNode>();
  variants.set(node, known);
  const name = `${id} ${JSON.stringify(params)}`;
  const made = known.get(name) ?? { ...node, id, params: { ...node.params, ...params } as Params };
  known.set(name, made);
  return made;
}

/** The key of a sweep: its type and parameters, but for what they name; its values, and the keys of its runs. */
function keyOf(
  { type, params }: PlannedNode,
  { parameters, runs }: PlannedSweep,
  { node }: Site,
  { document, registry }: Context,
  copies: readonly PlannedNode[],
): string {
  const definition = registry.get(node.type)!;
  const named = new Set(definition.sweep!(params).flatMap(({ says }) => [says.target, says.values]));
  const own = Object.fromEntries(Object.entries(params).filter(([name]) => !named.has(name)));
  const keys = new Map(copies.map(({ id, key }) => [id, key]));
  const inputOf = ({ source, error = '' }: PlannedRun) => ({
    key: (source && keys.get(source.node)) ?? '',
    output: source?.output ?? error,
  });
  return stepKey({
    type,
    version: definition.version,
    params: { ...own, '': parameters.map((parameter) => ({ ...parameter })) } as unknown as Params,
    inputs: Object.fromEntries(runs.map((run, k) => [`run ${k}`, inputOf(run)])),
    random: document.random,
  });
}
