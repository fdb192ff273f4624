/** Names of the port types as people read them. */
import type { PortType } from './values.js';

const NAMES: Readonly<Record<PortType, string>> = {
  Architecture: 'an Architecture',
  Inputs: 'Inputs',
  Outputs: 'Outputs',
  Reference: 'a Reference',
  Model: 'a Model',
  Activations: 'Activations',
  Matrix: 'a Matrix',
  Parameters: 'Parameters',
  Subspace: 'a Subspace',
  Field: 'a Field',
  EpsilonSet: 'an ε-set',
  Embedding: 'an Embedding',
  Table: 'a Table',
  Curve: 'a Curve',
  Figure: 'a Figure',
};

/** A port type with its article: `an ε-set`. */
export const aPortType = (type: PortType): string => NAMES[type];

/** A port type's name: `ε-set`. */
export const portTypeName = (type: PortType): string => NAMES[type].replace(/^an? /, '');

/** Several port types: `a Field or an ε-set`. */
export function anyPortType(types: readonly PortType[]): string {
  const names = types.map(aPortType);
  return names.length < 2 ? (names[0] ?? 'nothing') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
