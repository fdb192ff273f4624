/** What can be wired to what, asked while a wire is dragged or dropped. */
import { type AnyNode, type InputPorts, type OutputPorts, titleOf } from '../catalog/node.js';
import type { Registry } from '../catalog/registry.js';
import type { PortType } from '../catalog/values.js';
import { splitEnd } from '../document/names.js';
import type { PipelineDocument } from '../document/schema.js';
import { type Conversion, passage } from './conversions.js';
import { linksOf, wayBetween, wayText } from './graph.js';
import { inputTypes, outputType, type Passage, type Placed, passageBetween } from './ports.js';

/** Whether a wire can be made from an output to an input (`node.port` each), with the reason where it cannot. */
export function canConnect(
  registry: Registry,
  document: PipelineDocument,
  from: string,
  to: string,
): true | { readonly reason: string } {
  const [sourceId, output] = splitEnd(from);
  const [targetId, input] = splitEnd(to);
  const source = placed(registry, document, sourceId);
  const target = placed(registry, document, targetId);
  if (source === undefined || target === undefined)
    return { reason: `there is no node '${source === undefined ? sourceId : targetId}'` };
  for (const end of [source, target])
    if (end.definition === undefined)
      return {
        reason: `${titleOf(end.node, end.definition)} is of the unknown type '${end.node.type}', whose ports are not known here`,
      };
  const way = passageBetween(source, output, target, input);
  if (way.kind === 'fault') return { reason: way.reason };
  if (sourceId === targetId) return { reason: `${titleOf(source.node, source.definition)} cannot feed itself` };
  const back = wayBetween(linksOf(document), targetId, sourceId);
  if (back !== undefined)
    return { reason: `that would make a cycle: ${wayText([...back, targetId])}; a node cannot wait for itself` };
  return true;
}

/** The conversion that a wire would show, if any. */
export function conversionOf(
  registry: Registry,
  document: PipelineDocument,
  from: string,
  to: string,
): Conversion | undefined {
  const [sourceId, output] = splitEnd(from);
  const [targetId, input] = splitEnd(to);
  const source = placed(registry, document, sourceId);
  const target = placed(registry, document, targetId);
  if (source === undefined || target === undefined) return undefined;
  const way: Passage = passageBetween(source, output, target, input);
  return way.kind === 'typed' ? way.conversion : undefined;
}

/** A port of a node type that a dropped wire fits. */
export interface Fit {
  readonly definition: AnyNode;
  readonly port: string;
  readonly conversion?: Conversion;
}

/**
 * Node types for a wire that was dropped on the empty canvas. `inputs`: a wire from an output of type `types` looks for inputs;
 * `outputs`: a wire from an input that takes `types` looks for outputs. Wires without conversion and required inputs first, then in palette order; one port per type.
 */
export function nodesThatFit(
  registry: Pick<Registry, 'all'>,
  types: PortType | readonly PortType[],
  direction: 'inputs' | 'outputs',
): readonly Fit[] {
  const wanted = typeof types === 'string' ? [types] : types;
  const fits = registry.all.flatMap((definition) => {
    const ports =
      direction === 'inputs'
        ? Object.entries(definition.inputs as InputPorts).map(([port, { types: takes, optional }]) =>
            ranked(port, passage(wanted[0]!, takes), optional),
          )
        : Object.entries(definition.outputs as OutputPorts).map(([port, { type, optional }]) =>
            ranked(port, passage(type, wanted), optional),
          );
    const best = ports.filter((fit) => fit !== undefined).sort((a, b) => a.rank - b.rank)[0];
    return best === undefined ? [] : [{ definition, ...best }];
  });
  return fits.sort((a, b) => a.rank - b.rank).map(({ rank: _, ...fit }) => fit);
}

function ranked(port: string, way: ReturnType<typeof passage>, optional = false) {
  if (way === undefined) return undefined;
  const { conversion } = way;
  return { port, rank: (conversion ? 2 : 0) + (optional ? 1 : 0), ...(conversion === undefined ? {} : { conversion }) };
}

/** The ports by which a node of a type goes onto a wire (named by its `to` end): what the wire carries in, what it takes out. */
export function portsOnWire(
  registry: Registry,
  document: PipelineDocument,
  to: string,
  definition: AnyNode,
): { readonly input: string; readonly output: string } | undefined {
  const wire = document.wires.find((candidate) => candidate.to === to);
  if (wire === undefined) return undefined;
  const [sourceId, sourcePort] = splitEnd(wire.from);
  const [targetId, targetPort] = splitEnd(to);
  const source = placed(registry, document, sourceId)?.definition;
  const target = placed(registry, document, targetId)?.definition;
  const gives = source && outputType(source, sourcePort);
  const takes = target && inputTypes(target, targetPort);
  if (gives === undefined || takes === undefined) return undefined;
  const input = nodesThatFit({ all: [definition] }, gives, 'inputs')[0]?.port;
  const output = nodesThatFit({ all: [definition] }, takes, 'outputs')[0]?.port;
  return input === undefined || output === undefined ? undefined : { input, output };
}

function placed(registry: Registry, document: PipelineDocument, id: string): Placed | undefined {
  const node = document.nodes.find((candidate) => candidate.id === id);
  return node && { node, definition: registry.get(node.type) };
}
