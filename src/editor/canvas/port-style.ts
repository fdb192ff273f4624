/** How port types look: a colour variable of the theme and a shape, so that types can be told without colour. */
import type { AnyNode } from '../../catalog/node.js';
import type { PortType } from '../../catalog/values.js';

/** Shape of a port: Architecture is a diamond, Subspace a square, all others are round. */
export type PortShape = 'diamond' | 'square' | 'round';

/** Colour variable (`--t-*` of the theme) and shape of a port type. */
export interface PortStyle {
  readonly colour: string; // a CSS value, for example 'var(--t-arch)'
  readonly shape: PortShape;
}

const VARIABLE: Readonly<Record<PortType, string>> = {
  Architecture: 'arch',
  Inputs: 'inputs',
  Outputs: 'inputs',
  Reference: 'model',
  Model: 'model',
  Parameters: 'params',
  Subspace: 'sub',
  Field: 'field',
  EpsilonSet: 'set',
  Embedding: 'emb',
  Table: 'emb',
  Curve: 'emb',
  Figure: 'emb',
};

const NAME: Readonly<Partial<Record<PortType, string>>> = { EpsilonSet: 'ε-set' };

/** Style of a port type; an unknown one (of a foreign node) is grey and round. */
export function portStyle(type: PortType | undefined): PortStyle {
  const shape = type === 'Architecture' ? 'diamond' : type === 'Subspace' ? 'square' : 'round';
  return { colour: type === undefined ? 'var(--faint)' : `var(--t-${VARIABLE[type]})`, shape };
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
