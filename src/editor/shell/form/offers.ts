/** What a form offers for a parameter that names something of the nodes upstream. Pure. */
import { type FormField, meantParams, shownFields } from '../../../catalog/form.js';
import { titleOf } from '../../../catalog/node.js';
import type { Registry } from '../../../catalog/registry.js';
import { resolveParams } from '../../../catalog/resolve.js';
import { linksOf } from '../../../compile/graph.js';
import { isSweepable } from '../../../compile/sweep-target.js';
import { splitEnd } from '../../../document/names.js';
import type { PipelineDocument } from '../../../document/schema.js';
import { measuresOf } from '../../../methods/sweep/readings.js';
import type { NodeState } from '../../workbench/types.js';

/** One thing to choose, under the name of its node. */
export interface Offer {
  readonly value: string;
  readonly label: string;
  readonly group: string;
}

/** What a field offers: parameters of the nodes upstream, or the numbers that the node at the input gave last; undefined where it takes anything. */
export function offersOf(
  { widget }: Pick<FormField, 'widget'>,
  id: string,
  document: PipelineDocument,
  registry: Registry,
  states: Readonly<Record<string, NodeState>>,
): readonly Offer[] | undefined {
  if (widget === 'parameter') return parametersAbove(id, document, registry);
  if (widget === 'measure') return measuresAbove(id, document, states);
  return undefined;
}

/** The parameters that can be swept over of all nodes upstream, nearest first, as their forms show them. */
function parametersAbove(id: string, document: PipelineDocument, registry: Registry): readonly Offer[] {
  const { before } = linksOf(document);
  const above = new Set<string>(before.get(id));
  for (const each of above) for (const further of before.get(each) ?? []) above.add(further);
  above.delete(id);
  return [...above].flatMap((each): Offer[] => {
    const node = document.nodes.find((candidate) => candidate.id === each);
    const definition = node && registry.get(node.type);
    const params = definition && resolveParams(definition, node).params;
    if (!definition || !params) return [];
    const ports = document.wires.map(({ to }) => splitEnd(to)).filter(([target]) => target === each);
    const meant = meantParams(
      definition,
      params,
      ports.map(([, port]) => port),
    );
    const title = titleOf(node, definition);
    const group = title.toLowerCase() === each ? title : `${title} (${each})`;
    return shownFields(definition, meant)
      .filter(isSweepable)
      .map(({ name, label }) => ({ value: `${each}.${name}`, label: `${label} · ${each}`, group }));
  });
}

/** The numbers in the last result of what is wired to the first input. */
function measuresAbove(
  id: string,
  document: PipelineDocument,
  states: Readonly<Record<string, NodeState>>,
): readonly Offer[] {
  const wire = document.wires.find(({ to }) => splitEnd(to)[0] === id);
  const source = wire && splitEnd(wire.from)[0];
  const view = source === undefined ? undefined : states[source]?.result?.view;
  if (view === undefined) return [];
  const plotted = view.plots.flatMap((plot) => measuresOf({ summary: {}, value: { type: 'Figure', plot } }));
  return [...new Set([...plotted, ...measuresOf(view)])].map((value) => ({ value, label: value, group: '' }));
}
