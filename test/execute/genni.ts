/** The paper's pipeline with the nodes that ship. */
import type { Params, PipelineDocument } from '../../src/document/schema.js';
import { documentOf, type Nodes } from '../documents.js';

const NODES: Nodes = {
  net: ['architecture'],
  x: ['random-inputs', { count: 50 }],
  theta: ['reference', { from: 'typed', values: [1, -0.8, 0.9, 1.1] }],
  search: ['search', { rank: 2, starts: 8, steps: 200, tolerance: 0.01 }],
  plane: ['gram-schmidt'],
  grid: ['grid', { points: 9 }],
  set: ['threshold', { epsilon: 0.5 }],
  parts: ['connectivity'],
  plot: ['plot'],
  map: ['plot', { kind: 'contour' }],
};

const WIRES = [
  'net.architecture theta.architecture',
  'x.inputs theta.inputs',
  'theta.reference search.reference',
  'search.parameters plane.parameters',
  'plane.subspace grid.subspace',
  'grid.field set.field',
  'set.set parts.set',
  'set.set plot.data',
  'grid.field map.data',
];

/** The paper's pipeline in small, with parameters replaced by node id. */
export function genni(replaced: Readonly<Record<string, Params>> = {}): PipelineDocument {
  const nodes = Object.entries(NODES).map(([id, [type, params]]) => [id, [type, { ...params, ...replaced[id] }]]);
  return documentOf(Object.fromEntries(nodes), WIRES);
}
