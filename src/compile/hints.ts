/** Hints: nodes that look like two different things and are one, because everything that they depend on is equal. */
import { shownFields } from '../catalog/form.js';
import type { AnyNode, OutputPorts } from '../catalog/node.js';
import type { Registry } from '../catalog/registry.js';
import type { Params, Problem } from '../document/schema.js';
import type { PlannedNode } from './plan.js';
import type { Graph } from './wiring.js';

/** One warning for each group of random or model-making nodes with equal keys, unless a group upstream of it says so already. */
export function hintsFor(graph: Graph, planned: ReadonlyMap<string, PlannedNode>, registry: Registry): Problem[] {
  const groups = new Map<string, string[]>();
  for (const id of graph.order) {
    const key = planned.get(id)?.key ?? '';
    if (key !== '') groups.set(key, [...(groups.get(key) ?? []), id]);
  }
  const explained = new Set<string>(); // nodes that are in a hinted group or follow one
  const problems: Problem[] = [];
  for (const id of graph.order) {
    const { key, inputs, params } = planned.get(id)!;
    const group = key === '' ? [] : groups.get(key)!;
    if (Object.values(inputs).some(({ node }) => explained.has(node))) {
      explained.add(id);
      continue;
    }
    const { node, path } = graph.nodes.get(id)!;
    const definition = registry.get(node.type);
    if (group.length < 2 || definition === undefined || !standsForItself(definition, params)) continue;
    explained.add(id);
    if (group[0] !== id) continue;
    const seeded = shownFields(definition, params).find(({ seed }) => seed);
    problems.push({
      severity: 'warning',
      path,
      node: id,
      message: `${group.map((name) => `'${name}'`).join(' and ')} are the same in everything, so they are computed once and hold equal numbers${
        seeded === undefined
          ? ''
          : `; give one ${seeded.label.endsWith('s') ? 'other' : 'another'} ${seeded.label.toLowerCase()} if two draws are meant`
      }`,
    });
  }
  return problems;
}

/** Whether people expect two such nodes to differ: it draws random numbers or makes a network. */
function standsForItself(definition: AnyNode, params: Params): boolean {
  const types = Object.values(definition.outputs as OutputPorts).map(({ type }) => type);
  return (
    shownFields(definition, params).some(({ seed }) => seed) || types.includes('Model') || types.includes('Reference')
  );
}
