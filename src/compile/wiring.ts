/** The wires of a document against the node types: what comes into each port, wires that cannot be, cycles, order. */
import type { Info } from '../catalog/info.js';
import type { Registry } from '../catalog/registry.js';
import { splitEnd } from '../document/names.js';
import type { DocumentNode, PipelineDocument, Problem } from '../document/schema.js';
import { convertInfo } from './conversions.js';
import { linksOf, orderOf, wayText } from './graph.js';
import { type Placed, passageBetween } from './ports.js';

/** One wire as its target sees it. */
export interface Incoming {
  readonly port: string;
  readonly from: string;
  readonly output: string;
  readonly convert?: string;
  readonly path: string; // of the wire: `wires[3]`
  readonly fault: boolean; // the wire cannot be; the problem is noted
  /** The shape that arrives, of the shape that leaves. */
  arrive(info: Info): Info;
}

/** A document's nodes with their places, in order, and what comes into them. */
export interface Graph {
  readonly nodes: ReadonlyMap<string, { readonly node: DocumentNode; readonly path: string }>;
  readonly incoming: ReadonlyMap<string, ReadonlyMap<string, Incoming>>;
  readonly order: readonly string[];
  readonly cycleOf: ReadonlyMap<string, readonly string[]>; // the cycle that a node waits in or that its knot is named by
  readonly problems: readonly Problem[];
}

/** Reads the wires of a document. */
export function graphOf(document: PipelineDocument, registry: Registry): Graph {
  const nodes = new Map(document.nodes.map((node, index) => [node.id, { node, path: `nodes[${index}]` }]));
  const incoming = new Map<string, Map<string, Incoming>>([...nodes.keys()].map((id) => [id, new Map()]));
  const problems: Problem[] = [];
  const placed = (id: string): Placed | undefined => {
    const node = nodes.get(id)?.node;
    if (node === undefined) return undefined;
    const definition = registry.get(node.type);
    // The ports of a newer version are not known here.
    return { node, definition: definition && node.version > definition.version ? undefined : definition };
  };
  document.wires.forEach(({ from, to }, index) => {
    const path = `wires[${index}]`;
    const [sourceId, output] = splitEnd(from);
    const [targetId, port] = splitEnd(to);
    const source = placed(sourceId);
    const target = placed(targetId);
    if (source === undefined || target === undefined) {
      const missing = source === undefined ? sourceId : targetId;
      problems.push({ severity: 'error', path, message: `expected a node of this document, got '${missing}'` });
      return;
    }
    const passage = passageBetween(source, output, target, port);
    if (passage.kind === 'fault')
      problems.push({
        severity: target.node.muted ? 'warning' : 'error',
        path: `${path}.${passage.end}`,
        node: targetId,
        port,
        message: passage.reason,
      });
    const convert = passage.kind === 'typed' ? passage.conversion?.name : undefined;
    incoming.get(targetId)!.set(port, {
      port,
      from: sourceId,
      output,
      ...(convert === undefined ? {} : { convert }),
      path,
      fault: passage.kind === 'fault',
      arrive: (info) => (convert === undefined ? info : converted(convert, info)),
    });
  });
  const { order, knots } = orderOf(linksOf(document));
  const cycleOf = new Map<string, readonly string[]>();
  for (const { nodes: members, cycle } of knots) {
    for (const id of members) cycleOf.set(id, cycle);
    problems.push(cycleProblem(document, cycle));
  }
  return { nodes, incoming, order, cycleOf, problems };
}

function cycleProblem(document: PipelineDocument, cycle: readonly string[]): Problem {
  const closing = document.wires.findIndex(
    ({ from, to }) => splitEnd(from)[0] === cycle.at(-1) && splitEnd(to)[0] === cycle[0],
  );
  return {
    severity: 'error',
    path: `wires[${closing}]`,
    node: cycle[0]!,
    message: `cycle ${wayText([...cycle, cycle[0]!])}: a node cannot wait for itself; remove one of these wires`,
  };
}

/** Conversions of a shape, one object per shape, so that what is unchanged stays the same object. */
const conversions = new WeakMap<Info, Map<string, Info>>();

function converted(name: string, info: Info): Info {
  const known = conversions.get(info) ?? new Map<string, Info>();
  conversions.set(info, known);
  const result = known.get(name) ?? convertInfo(name, info);
  known.set(name, result);
  return result;
}
