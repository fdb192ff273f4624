/** The pointwise nonlinearities σ and their derivatives in float64. */
import type { Activation } from '../catalog/architecture.js';
import { erf } from './erf.js';

/** The negative slope of the piecewise linear activations; undefined for the curved ones. */
export function negativeSlope(activation: Activation): number | undefined {
  switch (activation.name) {
    case 'relu':
      return 0;
    case 'leaky-relu':
      return activation.slope;
    case 'identity':
      return 1;
    default:
      return undefined;
  }
}

/** σ(z); GELU is z Φ(z) with the exact normal distribution function, as PyTorch's default. */
export function activate(name: 'tanh' | 'sigmoid' | 'gelu', z: number): number {
  switch (name) {
    case 'tanh':
      return Math.tanh(z);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'gelu':
      return (z / 2) * (1 + erf(z / Math.SQRT2));
  }
}

/** σ′(z). */
function activateSlope(name: 'tanh' | 'sigmoid' | 'gelu', z: number): number {
  switch (name) {
    case 'tanh':
      return 1 - Math.tanh(z) ** 2;
    case 'sigmoid': {
      const s = 1 / (1 + Math.exp(-z));
      return s * (1 - s);
    }
    case 'gelu':
      return (1 + erf(z / Math.SQRT2)) / 2 + (z * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
  }
}

/** out = σ(z) over the first `count` numbers. */
export function activateAll(activation: Activation, z: Float64Array, out: Float64Array, count: number): void {
  const slope = negativeSlope(activation);
  if (slope === 0) {
    for (let i = 0; i < count; i++) out[i] = Math.max(z[i]!, 0); // NaN passes
    return;
  }
  if (slope !== undefined) {
    for (let i = 0; i < count; i++) out[i] = z[i]! < 0 ? slope * z[i]! : z[i]!;
    return;
  }
  if (activation.name === 'power') {
    for (let i = 0; i < count; i++) out[i] = z[i]! ** activation.degree;
    return;
  }
  const name = activation.name as 'tanh' | 'sigmoid' | 'gelu';
  for (let i = 0; i < count; i++) out[i] = activate(name, z[i]!);
}

/** dz = σ′(z) · dout over the first `count` numbers; the slope at a kink of ReLU is the negative one, as in PyTorch. */
export function activateBackward(
  activation: Activation,
  z: Float64Array,
  dout: Float64Array,
  dz: Float64Array,
  count: number,
): void {
  const slope = negativeSlope(activation);
  if (slope !== undefined) {
    for (let i = 0; i < count; i++) dz[i] = z[i]! > 0 ? dout[i]! : slope * dout[i]!;
    return;
  }
  if (activation.name === 'power') {
    const { degree } = activation;
    for (let i = 0; i < count; i++) dz[i] = degree * z[i]! ** (degree - 1) * dout[i]!;
    return;
  }
  const name = activation.name as 'tanh' | 'sigmoid' | 'gelu';
  for (let i = 0; i < count; i++) dz[i] = activateSlope(name, z[i]!) * dout[i]!;
}
