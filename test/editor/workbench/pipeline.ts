/** A GENNI pipeline for tests: inputs and architecture → reference → points → Gram–Schmidt → grid → threshold. */
import { builtin } from '../../../nodes/index.js';
import { Registry } from '../../../src/catalog/registry.js';
import { defaultParams } from '../../../src/catalog/resolve.js';
import { addNode, connect } from '../../../src/document/commands.js';
import { emptyDocument } from '../../../src/document/format.js';
import type { PipelineDocument } from '../../../src/document/schema.js';

/** The node types that ship. */
export const registry = new Registry(builtin);

const NODES = [
  ['inputs', 'random-inputs'],
  ['network', 'architecture'],
  ['reference', 'reference'],
  ['search', 'search'],
  ['basis', 'gram-schmidt'],
  ['grid', 'grid'],
  ['threshold', 'threshold'],
] as const;

/** First port of a node type that takes, or gives, a port type. */
function port(type: string, side: 'inputs' | 'outputs', carries: string): string {
  const ports = Object.entries(registry.get(type)![side] as Record<string, { type?: string; types?: string[] }>);
  const found = ports.find(([, each]) => each.type === carries || each.types?.includes(carries));
  if (!found) throw new Error(`${type} has no ${side} of ${carries}`);
  return found[0];
}

/** The pipeline with every node's defaults. */
export function genni(): PipelineDocument {
  let document = emptyDocument();
  for (const [id, type] of NODES)
    document = addNode(document, {
      id,
      type,
      version: registry.get(type)!.version,
      params: defaultParams(registry.get(type)!),
      at: [0, 0],
    });
  const wire = (from: string, to: string, carries: string): void => {
    const [a, b] = [document.nodes.find((n) => n.id === from)!, document.nodes.find((n) => n.id === to)!];
    document = connect(
      document,
      `${from}.${port(a.type, 'outputs', carries)}`,
      `${to}.${port(b.type, 'inputs', carries)}`,
    );
  };
  wire('inputs', 'reference', 'Inputs');
  wire('network', 'reference', 'Architecture');
  wire('reference', 'search', 'Reference');
  wire('search', 'basis', 'Parameters');
  wire('basis', 'grid', 'Subspace');
  wire('grid', 'threshold', 'Field');
  return document;
}
