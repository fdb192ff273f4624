/** σ′ in WGSL, of a stored value: from σ(z), which a kernel of a linear step leaves behind, or from z. */
import type { Activation } from '../catalog/architecture.js';
import * as fit from './fused/polynomials.js';
import { activated, activationFunctions, literal, polynomial } from './fused/wgsl-activations.js';

/** Whether σ(z) tells σ′(z), so that z itself need not be kept. */
export function slopeFromOutput(activation: Activation): boolean {
  if (activation.name === 'leaky-relu') return activation.slope > 0;
  return activation.name !== 'gelu' && activation.name !== 'power';
}

const GELU = `
fn gelu_slope4(x: vec4<f32>) -> vec4<f32> {
  let y = select(x, vec4<f32>(${literal(fit.GELU_LOW)}), x < vec4<f32>(${literal(fit.GELU_LOW)}));
  let z = select(y, vec4<f32>(${literal(-fit.GELU_LOW)}), y > vec4<f32>(${literal(-fit.GELU_LOW)})); // ±∞ · 0 is NaN
  let density = exp4(-0.5 * z * z);
  let t = 1.0 / (1.0 + ${literal(fit.ERFC_SCALE * Math.SQRT1_2)} * abs(z));
  let tail = 0.5 * density * t * ${polynomial(fit.ERFC, 't')};
  return select(tail, 1.0 - tail, z > vec4<f32>(0.0)) + z * density * ${literal(1 / Math.sqrt(2 * Math.PI))};
}`;

/** z^(d − 1), which the slope of z^d is d times; of z^0 it is 0 times 1. */
const below = ({ degree }: Power): Power => ({ name: 'power', degree: Math.max(0, degree - 1) });
type Power = Extract<Activation, { name: 'power' }>;

/** The functions that `sloped` calls. */
export function slopeFunctions(activation: Activation | undefined): string {
  if (activation?.name === 'power') return activationFunctions([below(activation)]);
  return activation?.name === 'gelu' ? `${activationFunctions([activation])}\n${GELU}` : '';
}

/**
 * σ′ · `d` as an expression; `v`, a plain name, is σ(z) where `slopeFromOutput` says so, else z. At a kink the slope is the
 * negative one, as in PyTorch.
 */
export function sloped(activation: Activation | undefined, v: string, d: string): string {
  switch (activation?.name) {
    case undefined:
    case 'identity':
      return d;
    case 'relu':
      return `select(vec4<f32>(0.0), ${d}, ${v} > vec4<f32>(0.0))`;
    case 'leaky-relu':
      return `select((${literal((activation as { readonly slope: number }).slope)}) * ${d}, ${d}, ${v} > vec4<f32>(0.0))`;
    case 'tanh':
      return `(1.0 - ${v} * ${v}) * ${d}`;
    case 'sigmoid':
      return `${v} * (1.0 - ${v}) * ${d}`;
    case 'gelu':
      return `gelu_slope4(${v}) * ${d}`;
    case 'power':
      return `${literal((activation as Power).degree)} * ${activated(below(activation as Power), v)} * ${d}`;
  }
}
