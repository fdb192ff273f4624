/** Whether a wire between two ports can be, by their types alone, and if not, why. Used while dragging and while compiling. */
import { type AnyNode, type InputPorts, type OutputPorts, titleOf } from '../catalog/node.js';
import { anyPortType, aPortType } from '../catalog/port-types.js';
import type { PortType } from '../catalog/values.js';
import type { DocumentNode } from '../document/schema.js';
import { closest } from '../document/unknown-name.js';
import { type Conversion, passage } from './conversions.js';

/** A node with its type's definition; undefined for a foreign type. */
export interface Placed {
  readonly node: DocumentNode;
  readonly definition: AnyNode | undefined;
}

/** The type of an output, or undefined where there is no such port. */
export function outputType(definition: AnyNode, port: string): PortType | undefined {
  const { outputs } = definition as { outputs: OutputPorts };
  return Object.hasOwn(outputs, port) ? outputs[port]!.type : undefined;
}

/** The types that an input takes, or undefined where there is no such port. */
export function inputTypes(definition: AnyNode, port: string): readonly PortType[] | undefined {
  const { inputs } = definition as { inputs: InputPorts };
  return Object.hasOwn(inputs, port) ? inputs[port]!.types : undefined;
}

/** How a wire passes values: `open` where an end is foreign and nothing is known, else with its conversion, if any, or the reason why it cannot be. */
export type Passage =
  | { readonly kind: 'open' }
  | { readonly kind: 'typed'; readonly conversion?: Conversion }
  | { readonly kind: 'fault'; readonly reason: string; readonly end: 'from' | 'to' };

/** Checks a wire from `source.output` to `target.input`. */
export function passageBetween(source: Placed, output: string, target: Placed, input: string): Passage {
  const gives = source.definition && outputType(source.definition, output);
  if (source.definition && gives === undefined)
    return {
      kind: 'fault',
      end: 'from',
      reason: noPort(source, 'output', output, Object.keys(source.definition.outputs)),
    };
  const takes = target.definition && inputTypes(target.definition, input);
  if (target.definition && takes === undefined)
    return { kind: 'fault', end: 'to', reason: noPort(target, 'input', input, Object.keys(target.definition.inputs)) };
  if (gives === undefined || takes === undefined) return { kind: 'open' };
  const way = passage(gives, takes);
  if (way === undefined)
    return {
      kind: 'fault',
      end: 'to',
      reason: `${titleOf(target.node, target.definition)} takes ${anyPortType(takes)} here; ${titleOf(source.node, source.definition)} gives ${aPortType(gives)}`,
    };
  return { kind: 'typed', ...(way.conversion === undefined ? {} : { conversion: way.conversion }) };
}

function noPort(placed: Placed, what: 'input' | 'output', port: string, known: readonly string[]): string {
  const nearest = closest(port, known);
  const has = known.length === 0 ? `it has no ${what}s` : `it has ${known.map((name) => `'${name}'`).join(', ')}`;
  return `${titleOf(placed.node, placed.definition)} has no ${what} '${port}'; ${nearest === undefined ? has : `did you mean '${nearest}'?`}`;
}
