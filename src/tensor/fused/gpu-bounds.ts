/** How large the numbers of an evaluation may become, told before it runs: shaders of those that cannot overflow do with less. */
import type { Activation } from '../../catalog/architecture.js';
import type { Family } from '../../catalog/work.js';
import type { Stage } from './network.js';
import type { Problem } from './problem.js';

const MOST = 1e37; // of a pre-activation: float32 ends at 3.4e38, and rounding adds little

/**
 * Whether no pre-activation of any member overflows on any input, nor any of its partial sums: |z_o| ≤ |b_o| + Σ_i |w_oi| max|v_i|, from
 * layer to layer, with the greatest |θ_p| of the family. Where it says no, some may.
 */
export function staysFinite({ chain, family, x }: Problem): boolean {
  const most = greatestParameters(family, chain.size);
  let values = greatestInputs(x, chain.inputs);
  for (const stage of chain.stages) {
    values = sums(stage, most, values);
    if (!values.every((value) => value < MOST)) return false; // NaN is not
    for (const activation of stage.activations) values = values.map((value) => greatest(activation, value));
  }
  return true;
}

/** max |x_i| over the inputs; NaN where one is. */
function greatestInputs(x: Float32Array, features: number): Float64Array {
  const values = new Float64Array(features);
  for (let at = 0; at < x.length; at += features)
    for (let i = 0; i < features; i++) values[i] = Math.max(values[i]!, Math.abs(x[at + i]!));
  return values;
}

/**
 * max |θ_p| over the members, or more: |θ0| + Σ max(1, |c_k|) |b_k| of an affine family, since a projected first layer keeps what b_k
 * alone makes of an input.
 */
function greatestParameters(family: Family, size: number): Float64Array {
  const most = new Float64Array(size);
  if (family.kind === 'explicit') {
    const { theta } = family;
    for (let at = 0; at < theta.length; at += size)
      for (let p = 0; p < size; p++) most[p] = Math.max(most[p]!, Math.abs(theta[at + p]!));
    return most;
  }
  const { origin, basis, rank } = family.kind === 'affine' ? family.subspace : family.lattice.subspace;
  const c = new Float64Array(rank);
  if (family.kind === 'affine')
    family.coefficients.forEach((value, i) => {
      c[i % rank] = Math.max(c[i % rank]!, Math.abs(value));
    });
  else c.fill(Math.max(Math.abs(family.lattice.low), Math.abs(family.lattice.high)));
  for (let p = 0; p < size; p++) {
    most[p] = Math.abs(origin[p]!);
    for (let k = 0; k < rank; k++) most[p]! += Math.max(1, c[k]!) * Math.abs(basis[k * size + p]!);
  }
  return most;
}

/** |b_o| + Σ_i |w_oi| |v_i| of every unit. */
function sums({ inputs, outputs, weight, bias }: Stage, most: Float64Array, values: Float64Array): Float64Array {
  return Float64Array.from({ length: outputs }, (_, o) => {
    let sum = bias === undefined ? 0 : most[bias + o]!;
    for (let i = 0; i < inputs; i++) sum += most[weight + o * inputs + i]! * values[i]!;
    return sum;
  });
}

/** The greatest |σ(z)| for |z| ≤ `value`. */
function greatest(activation: Activation, value: number): number {
  switch (activation.name) {
    case 'leaky-relu':
      return value * Math.max(1, Math.abs(activation.slope));
    case 'tanh':
    case 'sigmoid':
      return 1;
    default:
      return value;
  }
}
