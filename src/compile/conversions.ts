/** The few conversions between port types. A wire that converts shows it; any other wire between different types cannot be made. */
import { freshBuffers, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Info } from '../catalog/info.js';
import type { Model, Parameters, PortType, Reference, Value } from '../catalog/values.js';

/** One conversion: its name (kept in plans and keys), its ends, and what it does to values and shapes. */
export interface Conversion {
  readonly name: string;
  readonly from: PortType;
  readonly to: PortType;
  readonly label: string; // on the wire
}

/** All conversions: Reference → Model → Parameters. */
export const CONVERSIONS: readonly Conversion[] = [
  { name: 'reference-to-model', from: 'Reference', to: 'Model', label: 'its θ as a Model' },
  { name: 'model-to-parameters', from: 'Model', to: 'Parameters', label: 'its θ' },
  { name: 'reference-to-parameters', from: 'Reference', to: 'Parameters', label: 'its θ' },
];

/** How a value of type `from` reaches a port that takes `types`: as it is, by a conversion, or not at all. */
export function passage(
  from: PortType,
  types: readonly PortType[],
): { readonly to: PortType; readonly conversion?: Conversion } | undefined {
  if (types.includes(from)) return { to: from };
  for (const to of types) {
    const conversion = CONVERSIONS.find((candidate) => candidate.from === from && candidate.to === to);
    if (conversion !== undefined) return { to, conversion };
  }
  return undefined;
}

/** The value that arrives, by a conversion's name. */
export function convert(name: string, value: Value): Value {
  if (name === 'reference-to-model' && value.type === 'Reference') return modelOf(value);
  if (name === 'reference-to-parameters' && value.type === 'Reference')
    return { ...parametersOf(modelOf(value)), reference: value, loss: Float64Array.of(0) };
  if (name === 'model-to-parameters' && value.type === 'Model') return parametersOf(value);
  throw new FiberscopeError('internal', `no conversion '${name}' of a ${value.type}`);
}

/** The shape that arrives, by a conversion's name. */
export function convertInfo(name: string, info: Info): Info {
  if (name === 'reference-to-model' && info.type === 'Reference')
    return { type: 'Model', architecture: info.architecture, count: 1 };
  if (name === 'reference-to-parameters' && info.type === 'Reference') {
    const { architecture, count } = info;
    return { type: 'Parameters', count: 1, size: layoutOf(architecture).size, reference: { architecture, count } };
  }
  if (name === 'model-to-parameters' && info.type === 'Model')
    return { type: 'Parameters', count: info.count, size: layoutOf(info.architecture).size };
  throw new FiberscopeError('internal', `no conversion '${name}' of a ${info.type}`);
}

function modelOf({ theta, architecture }: Reference): Model {
  if (theta === undefined)
    throw new FiberscopeError(
      'wire',
      'expected a Reference with its θ, got one made from loaded Outputs; wire a Model or Parameters instead',
    );
  return {
    type: 'Model',
    architecture,
    theta,
    buffers: freshBuffers(architecture),
    count: 1,
    names: ['θ'],
    origin: "the reference's θ",
    flags: [],
  };
}

function parametersOf({ theta, count, flags }: Model): Parameters {
  return { type: 'Parameters', theta, count, size: theta.length / count, flags };
}
