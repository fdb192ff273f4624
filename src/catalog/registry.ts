/** The set of node types that a document may use. */
import type { AnyNode } from './node.js';

/** Node types by name. Immutable; `with` makes a larger one. */
export class Registry {
  readonly #types: ReadonlyMap<string, AnyNode>;

  constructor(nodes: readonly AnyNode[]) {
    const types = new Map<string, AnyNode>();
    for (const node of nodes) {
      if (types.has(node.type)) throw new Error(`node type '${node.type}' is defined twice`);
      types.set(node.type, node);
    }
    this.#types = types;
  }

  /** The definition of a type, or undefined for a foreign one. */
  get(type: string): AnyNode | undefined {
    return this.#types.get(type);
  }

  /** All definitions in the order they were given. */
  get all(): readonly AnyNode[] {
    return [...this.#types.values()];
  }
}
