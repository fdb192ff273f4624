/** The shape of each port type: types can be told without colour. */
import type { PortType } from '../catalog/values.js';

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
  waist: 'M-5 -5.4H5L1.8 0L5 5.4H-5L-1.8 0Z',
  corner: 'M-5 -5H5V0.6H0.6V5H-5Z',
  cross: 'M-5.2 -3L-3 -5.2L0 -2.2L3 -5.2L5.2 -3L2.2 0L5.2 3L3 5.2L0 2.2L-3 5.2L-5.2 3L-2.2 0Z',
} as const;

/** Shape of a port. */
export type PortShape = keyof typeof OUTLINES;

/** Shape of each type, all different. */
export const PORT_SHAPES: Readonly<Record<PortType, PortShape>> = {
  Architecture: 'diamond',
  Inputs: 'right',
  Outputs: 'left',
  Reference: 'hexagon',
  Model: 'house',
  Activations: 'waist',
  Parameters: 'round',
  Subspace: 'square',
  Field: 'plus',
  EpsilonSet: 'star',
  Embedding: 'dome',
  Table: 'bar',
  Matrix: 'corner',
  Curve: 'up',
  Figure: 'cross',
};

/** Outline of a type as SVG path data; that of an unknown one (of a foreign node) points down. */
export const outlineOf = (type: PortType | undefined): string => OUTLINES[type ? PORT_SHAPES[type] : 'down'];
