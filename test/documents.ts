/** Documents that tests write down. */
import { emptyDocument } from '../src/document/format.js';
import type { Params, PipelineDocument } from '../src/document/schema.js';

/** The nodes of a document by id, in order. */
export type Nodes = Readonly<Record<string, readonly [type: string, params?: Params]>>;

/** A document of `id: [type, params]` and wires `'a.port b.port'`. */
export function documentOf(nodes: Nodes, wires: readonly string[]): PipelineDocument {
  return {
    ...emptyDocument(),
    nodes: Object.entries(nodes).map(([id, [type, params]], i) => ({
      id,
      type,
      version: 1,
      params: params ?? {},
      at: [i * 100, 0],
    })),
    wires: wires.map((wire) => {
      const [from, to] = wire.split(' ') as [string, string];
      return { from, to };
    }),
  };
}
