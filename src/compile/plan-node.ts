/** The plan of one node: its parameters against its schema, what arrives against its ports, its cost against the limits, its key. */
import { countingParams, shownFields } from '../catalog/form.js';
import type { Info } from '../catalog/info.js';
import type { AnyNode, InputPorts } from '../catalog/node.js';
import { anyPortType } from '../catalog/port-types.js';
import type { Registry } from '../catalog/registry.js';
import type { FileSource } from '../catalog/work.js';
import { type DocumentNode, type PipelineDocument, type Problem, RANDOM } from '../document/schema.js';
import { closest } from '../document/unknown-name.js';
import { type Inference, inferNode, resolved } from './infer.js';
import { kinKey, stepKey } from './keys.js';
import { excess, type Limits, slowness } from './limits.js';
import type { PlannedNode, Source } from './plan.js';
import { inputTypes } from './ports.js';
import { estimateFor, type Rates } from './rates.js';
import type { Incoming } from './wiring.js';

/** What is known while a document is compiled: of each node that was planned, by id. */
export interface Context {
  readonly document: PipelineDocument;
  readonly registry: Registry;
  readonly files: FileSource;
  readonly rates?: Rates | undefined;
  readonly limits: Limits;
  readonly planned: Map<string, PlannedNode>;
  readonly inferred: Map<string, Inference>;
}

/** A node in its place. */
export interface Site {
  readonly node: DocumentNode;
  readonly path: string; // `nodes[3]`
  readonly incoming: ReadonlyMap<string, Incoming>;
  readonly cycle?: readonly string[] | undefined; // the one that it waits in
}

type Blocked = NonNullable<PlannedNode['blocked']>;
const NOTHING = { points: 0, multiplyAdds: 0, bytes: 0 };

/** Plans a node after all that feed it, and adds it and what is wrong with it to what is known. */
export function planNode({ node, path, incoming, cycle }: Site, context: Context, problems: Problem[]): PlannedNode {
  const { document, registry, files, rates, limits, planned, inferred } = context;
  const { id } = node;
  const definition = registry.get(node.type);
  const own = new Faults(node, path, problems);
  if (definition === undefined) own.add('type', foreignText(document, node, registry));
  const {
    params: typed,
    newer,
    problems: faults,
  } = definition === undefined ? FOREIGN : resolved(definition, node, [...incoming.keys()]);
  own.take(faults);
  if (document.random !== RANDOM && definition && typed && draws(definition, typed))
    own.add('random', ofNode(id, strangeStream(document.random)));

  const infos: Record<string, Info | undefined> = {};
  let known = typed !== undefined && cycle === undefined; // whether all that `infer` needs is known
  if (definition !== undefined && !newer)
    for (const [port, { optional = false }] of Object.entries(definition.inputs as InputPorts)) {
      const wire = incoming.get(port);
      if (wire === undefined) {
        if (!optional) own.missing(port, definition);
        known &&= optional;
      } else if (wire.fault) {
        known = false;
      } else {
        infos[port] = arriving(wire, inferred, own);
        known &&= infos[port] !== undefined;
      }
    }
  for (const wire of incoming.values()) if (wire.fault) own.broken = true;

  const { params, overruled = [] } =
    known && definition && typed ? countingParams(definition, typed, infos) : { params: typed };
  const inference = known && definition && params ? inferNode(definition, node, params, infos, files) : undefined;
  if (inference?.fault !== undefined) own.add(inference.faultAt, ofNode(id, inference.fault), inference.faultPort);
  const cost = inference?.cost ?? NOTHING;
  const estimate = estimateFor(node.type, cost, rates);
  const tooLarge = excess(cost, estimate, limits);
  if (tooLarge !== undefined) own.add('', ofNode(id, tooLarge));
  else if (!node.muted) own.warn(id, slowness(cost, estimate, limits));
  if (inference !== undefined) inferred.set(id, inference);

  const blocked = blockedBy(node, definition === undefined || newer, own, cycle, incoming, planned);
  const inputs: Record<string, Source> = {};
  for (const [port, { from, output, convert }] of incoming)
    inputs[port] = { node: from, output, ...(convert === undefined ? {} : { convert }) };
  const made: PlannedNode = {
    id,
    type: node.type,
    params: params ?? node.params,
    ...(overruled.length > 0 ? { overruled } : {}),
    inputs,
    ...(blocked || !params || !definition ? { key: '' } : keysOf(document, definition, params, incoming, planned)),
    outputs: inference?.outputs ?? {},
    cost,
    ...(estimate === undefined ? {} : { estimate }),
    ...(blocked ? { blocked } : {}),
  };
  planned.set(id, made);
  return made;
}

const FOREIGN = { params: undefined, newer: false, problems: [] } as const;

/** The faults of one node. A muted node's are warnings, and what it lacks is no fault. */
export class Faults {
  broken = false;

  constructor(
    readonly node: DocumentNode,
    readonly path: string,
    readonly problems: Problem[],
  ) {}

  add(at: string, message: string, port?: string): void {
    this.broken = true;
    this.problems.push({
      severity: this.node.muted ? 'warning' : 'error',
      path: at === '' ? this.path : at === 'random' || at.startsWith('wires[') ? at : `${this.path}.${at}`,
      node: this.node.id,
      ...(port === undefined ? {} : { port }),
      message,
    });
  }

  take(problems: readonly Problem[]): void {
    for (const { path, message } of problems) this.add(path, message);
  }

  warn(id: string, message: string | undefined): void {
    if (message !== undefined)
      this.problems.push({ severity: 'warning', path: this.path, node: id, message: ofNode(id, message) });
  }

  missing(port: string, definition: AnyNode): void {
    this.broken = true;
    if (!this.node.muted) this.add('', missingText(this.node.id, port, definition), port);
  }
}

/** The shape that arrives by a wire, or undefined where the source's shapes are not known. */
function arriving(wire: Incoming, inferred: ReadonlyMap<string, Inference>, own: Faults): Info | undefined {
  const source = inferred.get(wire.from);
  if (source === undefined || source.fault !== undefined) return undefined;
  const info = source.outputs[wire.output];
  if (info !== undefined) return wire.arrive(info);
  const reason = source.absent[wire.output];
  own.add(
    wire.path,
    `node '${wire.from}' gives no '${wire.output}'${reason === undefined ? ' with its present parameters' : `: ${reason}`}; change its parameters or remove this wire`,
    wire.port,
  );
  return undefined;
}

function blockedBy(
  node: DocumentNode,
  foreign: boolean,
  own: Faults,
  cycle: readonly string[] | undefined,
  incoming: ReadonlyMap<string, Incoming>,
  planned: ReadonlyMap<string, PlannedNode>,
): Blocked | undefined {
  if (foreign) return { reason: 'foreign', by: [] };
  if (node.muted) return { reason: 'muted', by: [] };
  if (cycle !== undefined) return { reason: 'invalid', by: cycle };
  if (own.broken) return { reason: 'invalid', by: [] };
  const roots = new Set<string>();
  for (const { from } of incoming.values()) {
    const source = planned.get(from);
    if (source?.blocked?.reason === 'upstream') for (const id of source.blocked.by) roots.add(id);
    else if (source?.blocked) roots.add(from);
  }
  return roots.size > 0 ? { reason: 'upstream', by: [...roots].sort() } : undefined;
}

function keysOf(
  document: PipelineDocument,
  { type, version, inputs, extends: extending }: AnyNode,
  params: PlannedNode['params'],
  incoming: ReadonlyMap<string, Incoming>,
  planned: ReadonlyMap<string, PlannedNode>,
): Pick<PlannedNode, 'key' | 'kin'> {
  const sources = [...incoming]
    .filter(([port]) => Object.hasOwn(inputs, port))
    .map(([port, { from, output, convert }]) => [
      port,
      { key: planned.get(from)!.key, output, ...(convert === undefined ? {} : { convert }) },
    ]);
  const step = { type, version, params, inputs: Object.fromEntries(sources), random: document.random };
  return { key: stepKey(step), ...(extending === undefined ? {} : { kin: kinKey(step, extending) }) };
}

/** `node 'grid' input 'subspace': expected a Subspace, got nothing; wire one in`. */
function missingText(id: string, port: string, definition: AnyNode): string {
  const takes = anyPortType(inputTypes(definition, port) ?? []);
  return ofNode(id, `input '${port}': expected ${takes}, got nothing; wire one in`);
}

/** Numbers of another stream would not be the ones that the document's author had. */
const strangeStream = (name: string): string =>
  `draws from the random stream '${name}', which this build does not have; open it with a Fiberscope that does, or set "random" to "${RANDOM}", which gives other numbers`;

const draws = (definition: AnyNode, params: PlannedNode['params']): boolean =>
  shownFields(definition, params).some(({ seed }) => seed);

/** A message that begins with its parameter, input or output, or with what is wrong, put on its node. */
export function ofNode(id: string, message: string): string {
  return /^(parameter|input|output) '/.test(message) ? `node '${id}' ${message}` : `node '${id}': ${message}`;
}

function foreignText(document: PipelineDocument, { type }: DocumentNode, registry: Registry): string {
  const nearest = closest(
    type,
    registry.all.map((definition) => definition.type),
  );
  const packages = document.requires.map((entry) => `${entry.package} ${entry.version}`);
  const remedy =
    nearest !== undefined
      ? `; did you mean '${nearest}'?`
      : packages.length > 0
        ? `; this document asks for ${packages.join(', ')}`
        : '';
  return `unknown node type '${type}'; it is kept as it is and cannot run${remedy}`;
}
