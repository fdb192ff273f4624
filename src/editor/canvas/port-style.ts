/** How port types look: a colour variable of the theme and a shape of its own each, so that types can be told without colour. */
import type { AnyNode } from '../../catalog/node.js';
import type { PortType } from '../../catalog/values.js';

/** Outlines of ports as SVG path data around (0, 0), within 6 px of it. */
export const OUTLINES = {
  round: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z',
  diamond: 'M0 -6L6 0L0 6L-6 0Z',
  square: 'M-4.6 -4.6H4.6V4.6H-4.6Z',
  right: 'M-4.4 -5.6L5.8 0L-4.4 5.6Z',
  left: 'M4.4 -5.6L-5.8 0L4.4 5.6Z',
  up: 'M-5.6 4.4L0 -5.8L5.6 4.4Z',
  down: 'M-5.6 -4.4L0 5.8L5.6 -4.4Z',
  hexagon: 'M-5.8 0L-2.9 -5.2H2.9L5.8 0L2.9 5.2H-2.9Z',
  house: 'M-4.8 5.2V-1L0 -5.8L4.8 -1V5.2Z',
  plus: 'M-2 -5.6H2V-2H5.6V2H2V5.6H-2V2H-5.6V-2H-2Z',
  star: 'M0 -6L1.8 -1.8L6 0L1.8 1.8L0 6L-1.8 1.8L-6 0L-1.8 -1.8Z',
  bar: 'M-6 -2.8H6V2.8H-6Z',
  dome: 'M-5.6 3.6A5.6 5.6 0 0 1 5.6 3.6Z',
  cross: 'M-5.2 -3L-3 -5.2L0 -2.2L3 -5.2L5.2 -3L2.2 0L5.2 3L3 5.2L0 2.2L-3 5.2L-5.2 3L-2.2 0Z',
} as const;

/** Shape of a port. */
export type PortShape = keyof typeof OUTLINES;

/** Colour variable (`--t-*` of the theme) and shape of a port type. */
export interface PortStyle {
  readonly colour: string; // a CSS value, for example 'var(--t-arch)'
  readonly shape: PortShape;
}

/** Variable and shape of each type; the shapes are all different. */
const STYLES: Readonly<Record<PortType, readonly [variable: string, shape: PortShape]>> = {
  Architecture: ['arch', 'diamond'],
  Inputs: ['inputs', 'right'],
  Outputs: ['outputs', 'left'],
  Reference: ['model', 'hexagon'],
  Model: ['model', 'house'],
  Parameters: ['params', 'round'],
  Subspace: ['sub', 'square'],
  Field: ['field', 'plus'],
  EpsilonSet: ['set', 'star'],
  Embedding: ['emb', 'dome'],
  Table: ['emb', 'bar'],
  Curve: ['emb', 'up'],
  Figure: ['emb', 'cross'],
};

/** Every port type in the order of a pipeline, with what it stands for. */
export const PORT_TYPES: readonly (readonly [type: PortType, words: string])[] = [
  ['Architecture', 'a family of functions'],
  ['Inputs', 'points to compare on'],
  ['Outputs', 'values at these points'],
  ['Reference', 'what J compares with'],
  ['Model', 'one network with its θ'],
  ['Parameters', 'vectors θ'],
  ['Subspace', 'origin and basis'],
  ['Field', 'J over a lattice'],
  ['EpsilonSet', 'members with J < ε'],
  ['Embedding', 'points to look at'],
  ['Table', 'rows of numbers'],
  ['Curve', 'a series over steps'],
  ['Figure', 'a picture'],
];

const NAME: Readonly<Partial<Record<PortType, string>>> = { EpsilonSet: 'ε-set' };

/** Style of a port type; an unknown one (of a foreign node) is grey and points down. */
export function portStyle(type: PortType | undefined): PortStyle {
  if (type === undefined) return { colour: 'var(--faint)', shape: 'down' };
  const [variable, shape] = STYLES[type];
  return { colour: `var(--t-${variable})`, shape };
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
