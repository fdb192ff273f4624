/** Arrays of a file as values: Inputs, Outputs, Parameters, Subspace. */
import { finiteFloat32 } from '../arrays/array-file.js';
import type { NamedArray } from '../arrays/dtype.js';
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import type { Inputs, Outputs, Parameters, Subspace } from '../catalog/values.js';
import type { ArrayHeader } from '../catalog/work.js';
import { dot, gram, norm, singularValues } from '../tensor/linear-algebra.js';
import { type ChosenArrays, itemShape } from './array-uses.js';

/** A float32 array with its shape and its name in the file. */
export interface LoadedArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** What the chosen arrays of a file give; undefined where none was chosen. Refuses numbers that are not finite. */
export function valuesOf(
  arrays: readonly NamedArray[],
  chosen: ChosenArrays,
  architecture: Architecture | undefined,
  file: string,
): {
  readonly inputs: Inputs | undefined;
  readonly outputs: Outputs | undefined;
  readonly parameters: Parameters | undefined;
  readonly subspace: Subspace | undefined;
} {
  const get = (header: ArrayHeader): LoadedArray => {
    const array = arrays.find(({ name }) => name === header.name)!;
    return { name: array.name, shape: array.shape, data: finiteFloat32(array, file) };
  };
  const { inputs, weights, outputs, parameters, basis, origin, coordinates, tensors } = chosen;
  return {
    inputs: inputs && inputsFrom(get(inputs), weights && get(weights), file),
    outputs: outputs && outputsFrom(get(outputs)),
    parameters: tensors
      ? parametersFromTensors(architecture!, tensors.map(get))
      : parameters && parametersFrom(get(parameters)),
    subspace: basis && origin && subspaceFrom(get(origin), get(basis), coordinates && get(coordinates), file),
  };
}

/** Inputs from x [N, …] and, where given, weights [N] ≥ 0 (1/N otherwise). */
export function inputsFrom(x: LoadedArray, weights: LoadedArray | undefined, file: string): Inputs {
  const count = x.shape[0]!;
  if (weights?.data.some((w) => w < 0))
    throw new FiberscopeError(
      'file',
      `file '${file}', array '${weights.name}': expected weights ≥ 0, got a negative one`,
    );
  if (weights?.data.every((w) => w === 0))
    throw new FiberscopeError(
      'file',
      `file '${file}', array '${weights.name}': expected weights with a sum > 0, got only 0, so that no input would count; choose other weights, or '-' for equal ones`,
    );
  return {
    type: 'Inputs',
    x: x.data,
    count,
    item: itemShape(x.shape),
    weights: weights?.data ?? new Float32Array(count).fill(1 / count),
    source: `${count} inputs of ${file}${weights ? ', with its weights' : ''}`,
  };
}

/** Outputs from y [N] or [N, …], each row flat. */
export function outputsFrom(y: LoadedArray): Outputs {
  const count = y.shape[0]!;
  return { type: 'Outputs', y: y.data, count, width: count === 0 ? 0 : y.data.length / count };
}

/** Parameters from θ [P] or [B, P]. */
export function parametersFrom(theta: LoadedArray): Parameters {
  const [count, size] = theta.shape.length === 1 ? [1, theta.shape[0]!] : (theta.shape as readonly [number, number]);
  return { type: 'Parameters', theta: theta.data, count, size, flags: [] };
}

/** One θ [P] from the tensors of an architecture in `named_parameters` order. */
export function parametersFromTensors(architecture: Architecture, tensors: readonly LoadedArray[]): Parameters {
  const layout = layoutOf(architecture);
  const theta = new Float32Array(layout.size);
  layout.tensors.forEach(({ offset }, i) => {
    theta.set(tensors[i]!.data, offset);
  });
  return { type: 'Parameters', theta, count: 1, size: layout.size, flags: [] };
}

/** How far a basis may be from orthonormal: max |⟨b_i, b_j⟩ − δ_ij|. */
const ORTHONORMAL = 1e-3;

/**
 * A Subspace with its own basis [m, P] and signs. `origin` is [P] or [m + 1, P]: its first row is θ_0, its other rows are marked by
 * their coordinates ⟨θ_i − θ_0, b_k⟩; `coordinates` [points, m] may give them instead.
 */
export function subspaceFrom(
  origin: LoadedArray,
  basis: LoadedArray,
  coordinates: LoadedArray | undefined,
  file: string,
): Subspace {
  const [rank, size] = basis.shape as readonly [number, number];
  const vectors = Array.from({ length: rank }, (_, k) => basis.data.subarray(k * size, (k + 1) * size));
  const products = gram(vectors);
  let worst = 0;
  products.forEach((value, i) => {
    worst = Math.max(worst, Math.abs(value - (i % (rank + 1) === 0 ? 1 : 0)));
  });
  if (worst > ORTHONORMAL)
    throw new FiberscopeError(
      'file',
      `file '${file}', array '${basis.name}': expected an orthonormal basis (rows of length 1 at right angles), got products off by ${worst.toPrecision(2)}; use Points and Gram–Schmidt for raw vectors`,
    );
  const points = coordinates ? coordinates.shape[0]! : origin.data.length / size;
  const given = coordinates ? Float64Array.from(coordinates.data) : new Float64Array(points * rank);
  if (!coordinates)
    for (let i = 1; i < points; i++) {
      const difference = Float64Array.from({ length: size }, (_, k) => origin.data[i * size + k]! - origin.data[k]!);
      vectors.forEach((vector, k) => {
        given[i * rank + k] = dot(vector, difference);
      });
      requireInPlane(difference, given.subarray(i * rank, (i + 1) * rank), i, origin.name, file);
    }
  const spanning = Array.from({ length: points - 1 }, (_, i) => given.slice((i + 1) * rank, (i + 2) * rank));
  return {
    type: 'Subspace',
    origin: origin.data.slice(0, size),
    basis: basis.data,
    rank,
    size,
    coordinates: given,
    ...(points > 1 ? { singularValues: singularValues(spanning) } : {}),
    flags: [],
  };
}

function requireInPlane(difference: Float64Array, c: Float64Array, i: number, name: string, file: string): void {
  const whole = norm(difference);
  const inside = norm(c);
  const off = Math.sqrt(Math.max(0, whole ** 2 - inside ** 2));
  if (off > 0.01 * whole)
    throw new FiberscopeError(
      'file',
      `file '${file}', array '${name}': expected rows in the plane of the basis, got row ${i} off it by ${((100 * off) / whole).toPrecision(2)} % of its length; name an origin of one row [P]`,
    );
}
