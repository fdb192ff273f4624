/** The plane through given parameter vectors, with an orthonormal basis. */
import { FiberscopeError } from '../catalog/errors.js';
import { formatNumber, subscript } from '../catalog/text.js';
import type { Parameters, Subspace } from '../catalog/values.js';
import { norm, orthogonalise, singularValues } from '../tensor/linear-algebra.js';

/** A difference counts as independent when at least this share of its length is new. */
export const INDEPENDENT = 1e-6;

/** θ_i − θ_0 of row i, in float64. */
export function difference(theta: Float32Array, size: number, i: number): Float64Array {
  const out = new Float64Array(size);
  for (let k = 0; k < size; k++) out[k] = theta[i * size + k]! - theta[k]!;
  return out;
}

/**
 * Gram–Schmidt of θ_i − θ_0 (i = 1…m), in float64 with re-orthogonalisation: θ_i = θ_0 + Σ_{k≤i} r_ik b_k with r_ii > 0, so
 * that coordinate i of θ_i is positive. `basis` [m, P], `coordinates` [m + 1, m] (row i = r_i), singular values of the
 * differences. Source: Lengyel et al. 2020 (GENNI), Section 3.
 */
export function gramSchmidt(parameters: Parameters): Subspace {
  const { theta, count, size } = parameters;
  const m = count - 1;
  const vectors: Float64Array[] = []; // b_1 … b_m
  const coordinates = new Float64Array(count * m);
  for (let i = 1; i <= m; i++) {
    const rest = difference(theta, size, i);
    const length = norm(rest);
    coordinates.set(orthogonalise(rest, vectors), i * m);
    const left = norm(rest);
    if (!(left > INDEPENDENT * length))
      throw new FiberscopeError(
        'shape',
        `input 'parameters': expected linearly independent θᵢ − θ₀, got θ${subscript(i)} in the plane of those before it` +
          ` (${formatNumber(length === 0 ? 0 : left / length)} of its length is new); give another vector`,
      );
    for (let k = 0; k < size; k++) rest[k]! /= left;
    vectors.push(rest);
    coordinates[i * m + i - 1] = left;
  }
  const basis = new Float32Array(m * size);
  vectors.forEach((vector, k) => {
    basis.set(vector, k * size);
  });
  const { loss, power, reference, flags } = parameters;
  return {
    type: 'Subspace',
    origin: theta.slice(0, size),
    basis,
    rank: m,
    size,
    coordinates,
    singularValues: singularValues(Array.from({ length: m }, (_, i) => coordinates.slice((i + 1) * m, (i + 2) * m))),
    ...(loss === undefined ? {} : { pointLoss: loss }),
    ...(power === undefined ? {} : { pointPower: power }),
    ...(reference === undefined ? {} : { reference }),
    flags,
  };
}
