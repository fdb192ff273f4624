/** Activations of four float32 numbers, as WGSL code. */
import type { Activation } from '../../catalog/architecture.js';
import * as fit from './polynomials.js';

/** A WGSL literal of a float32. */
export function literal(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Σ c_i xⁱ by Horner's rule. */
export const polynomial = (coefficients: readonly number[], x: string): string =>
  coefficients.reduceRight((sum, c) => (sum === '' ? literal(c) : `(${sum} * ${x} + ${literal(c)})`), '');

const EXP = `
fn exp4(x: vec4<f32>) -> vec4<f32> {
  let y = clamp(x, vec4<f32>(${literal(fit.EXP_LOW)}), vec4<f32>(${literal(fit.EXP_HIGH)}));
  let n = round(y * ${literal(fit.LOG2E)});
  let r = (y - n * ${literal(fit.LN2_HIGH)}) - n * (${literal(fit.LN2_LOW)});
  let scale = bitcast<vec4<f32>>((vec4<i32>(n) + vec4<i32>(127)) << vec4<u32>(23u));
  return (1.0 + (r + r * r * ${polynomial(fit.EXP, 'r')})) * scale;
}`;

const CURVED = {
  sigmoid: `
fn sigmoid4(x: vec4<f32>) -> vec4<f32> {
  return 1.0 / (1.0 + exp4(-x));
}`,
  tanh: `
fn tanh4(x: vec4<f32>) -> vec4<f32> {
  let s = x * x;
  let near = x + x * s * ${polynomial(fit.TANH, 's')};
  let far = sign(x) * (1.0 - 2.0 / (exp4(2.0 * abs(x)) + 1.0));
  return select(near, far, abs(x) > vec4<f32>(${literal(fit.TANH_SMALL)}));
}`,
  gelu: `
fn gelu4(x: vec4<f32>) -> vec4<f32> {
  let t = 1.0 / (1.0 + ${literal(fit.ERFC_SCALE * Math.SQRT1_2)} * abs(x));
  let tail = 0.5 * exp4(-0.5 * x * x) * t * ${polynomial(fit.ERFC, 't')};
  return x * select(tail, 1.0 - tail, x > vec4<f32>(0.0));
}`,
} as const;

/** The functions that these activations call. */
export function activationFunctions(activations: readonly Activation[]): string {
  const curved = (Object.keys(CURVED) as (keyof typeof CURVED)[]).filter((name) =>
    activations.some((activation) => activation.name === name),
  );
  return curved.length === 0 ? '' : [EXP, ...curved.map((name) => CURVED[name])].join('\n');
}

/** σ(z) as an expression; z must be a plain name. */
export function activated(activation: Activation, z: string): string {
  switch (activation.name) {
    case 'relu':
      return `select(${z}, vec4<f32>(0.0), ${z} < vec4<f32>(0.0))`; // max() would turn NaN into 0
    case 'leaky-relu':
      return `select(${z}, (${literal(activation.slope)}) * ${z}, ${z} < vec4<f32>(0.0))`;
    case 'identity':
      return z;
    default:
      return `${activation.name}4(${z})`;
  }
}
