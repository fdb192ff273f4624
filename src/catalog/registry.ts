/** The set of node types that a document may use. */
import { isPortName } from '../document/names.js';
import { FiberscopeError } from './errors.js';
import type { AnyNode } from './node.js';

/** Node types by name. Immutable. */
export class Registry {
  readonly #types: ReadonlyMap<string, AnyNode>;
  /** All definitions in the order they were given. */
  readonly all: readonly AnyNode[];

  constructor(nodes: readonly AnyNode[]) {
    const types = new Map<string, AnyNode>();
    for (const node of nodes) {
      checkDefinition(node);
      if (types.has(node.type)) fault(node, 'expected a type of its own, got one that is defined twice');
      types.set(node.type, node);
    }
    this.#types = types;
    this.all = [...nodes];
  }

  /** The definition of a type, or undefined for a foreign one. */
  get(type: string): AnyNode | undefined {
    return this.#types.get(type);
  }
}

function fault(node: AnyNode, message: string): never {
  throw new FiberscopeError('internal', `node type '${node.type}': ${message}`);
}

/** What the compiler relies on and types cannot say. */
function checkDefinition(node: AnyNode): void {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(node.type)) fault(node, 'expected a name in kebab-case');
  if (!Number.isSafeInteger(node.version) || node.version < 1)
    fault(node, `expected a version ≥ 1, got ${node.version}`);
  for (let version = 1; version < node.version; version++)
    if (node.migrations?.[version] === undefined) fault(node, `expected a migration from version ${version}`);
  for (const version of Object.keys(node.migrations ?? {}))
    if (Number(version) >= node.version) fault(node, `expected no migration from version ${version}, its newest`);
  for (const port of [...Object.keys(node.inputs), ...Object.keys(node.outputs)])
    if (!isPortName(port)) fault(node, `expected a port name of letters, digits, '-' and '_', got '${port}'`);
}
