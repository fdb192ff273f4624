/** How port types look: a colour variable of the theme and a shape of its own each, so that types can be told without colour. */
import type { AnyNode } from '../../catalog/node.js';
import type { PortType } from '../../catalog/values.js';
import { PORT_SHAPES, type PortShape } from '../../plot/port-shapes.js';

/** Colour variable (`--t-*` of the theme) and shape of a port type. */
export interface PortStyle {
  readonly colour: string; // a CSS value, for example 'var(--t-arch)'
  readonly shape: PortShape;
}

/** Variable of each type. */
const VARIABLES: Readonly<Record<PortType, string>> = {
  Architecture: 'arch',
  Inputs: 'inputs',
  Outputs: 'outputs',
  Reference: 'model',
  Model: 'model',
  Activations: 'act',
  Parameters: 'params',
  Subspace: 'sub',
  Field: 'field',
  EpsilonSet: 'set',
  Embedding: 'emb',
  Table: 'emb',
  Matrix: 'emb',
  Curve: 'emb',
  Figure: 'emb',
};

/** Every port type in the order of a pipeline, with what it stands for. */
export const PORT_TYPES: readonly (readonly [type: PortType, words: string])[] = [
  ['Architecture', 'a family of functions'],
  ['Inputs', 'points to compare on'],
  ['Outputs', 'values at these points'],
  ['Reference', 'what J compares with'],
  ['Model', 'networks with their θ'],
  ['Activations', 'what layers give on inputs'],
  ['Parameters', 'vectors θ'],
  ['Subspace', 'origin and basis'],
  ['Field', 'J over a lattice'],
  ['EpsilonSet', 'members with J < ε'],
  ['Embedding', 'points to look at'],
  ['Table', 'rows of numbers'],
  ['Matrix', 'a number for each pair'],
  ['Curve', 'a series over steps'],
  ['Figure', 'a picture'],
];

const NAME: Readonly<Partial<Record<PortType, string>>> = { EpsilonSet: 'ε-set' };

/** Style of a port type; an unknown one (of a foreign node) is grey and points down. */
export function portStyle(type: PortType | undefined): PortStyle {
  if (type === undefined) return { colour: 'var(--faint)', shape: 'down' };
  return { colour: `var(--t-${VARIABLES[type]})`, shape: PORT_SHAPES[type] };
}

/** Name of a port type as people read it. */
export function portTypeName(type: PortType): string {
  return NAME[type] ?? type;
}

/** Colour of what a node makes: that of its first output, of its first input where it has none, grey for a foreign node. */
export function nodeColour(definition: AnyNode | undefined): string {
  if (definition === undefined) return portStyle(undefined).colour;
  const outputs = Object.values(definition.outputs) as { type: PortType }[];
  const inputs = Object.values(definition.inputs) as { types: readonly PortType[] }[];
  return portStyle(outputs[0]?.type ?? inputs[0]?.types[0]).colour;
}
