/** Activations of float32 numbers, one or four at a time, as WGSL code. */
import type { Activation } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import * as fit from './polynomials.js';

/** A WGSL literal of a float32. */
export function literal(value: number): string {
  const text = String(Math.fround(value));
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** Σ c_i xⁱ by Horner's rule. */
export const polynomial = (coefficients: readonly number[], x: string): string =>
  coefficients.reduceRight((sum, c) => (sum === '' ? literal(c) : `(${sum} * ${x} + ${literal(c)})`), '');

/** How many numbers an expression holds: the ending of the functions' names, and its types. */
export type Lanes = 1 | 4;
const FLOAT = { 1: 'f32', 4: 'vec4<f32>' } as const;
const INTEGER = { 1: 'i32', 4: 'vec4<i32>' } as const;

const MAGIC = 1.5 * 2 ** 23; // x + MAGIC holds round(x) in its lowest bits, where |x| < 2²²
const MAGIC_BITS = 0x4b400000;

/**
 * Integers are made by adding MAGIC, and 2ⁿ by a product, since software adapters convert, round and shift lane by lane; bounds
 * are selections, which keep NaN where min and max would drop it.
 */
const exp = (float: string, integer: string, n: Lanes): string => `
fn exp${n}(x: ${float}) -> ${float} {
  let below = select(x, ${float}(${literal(fit.EXP_LOW)}), x < ${float}(${literal(fit.EXP_LOW)}));
  let y = select(below, ${float}(${literal(fit.EXP_HIGH)}), x > ${float}(${literal(fit.EXP_HIGH)}));
  let i = bitcast<${integer}>(y * ${literal(fit.LOG2E)} + ${literal(MAGIC)}) - ${MAGIC_BITS};
  let n = ${float}(i);
  let r = (y - n * ${literal(fit.LN2_HIGH)}) - n * (${literal(fit.LN2_LOW)});
  return (1.0 + (r + r * r * ${polynomial(fit.EXP, 'r')})) * bitcast<${float}>((i + 127) * ${1 << 23});
}`;

const CURVED = {
  sigmoid: (float: string, n: Lanes) => `
fn sigmoid${n}(x: ${float}) -> ${float} {
  return 1.0 / (1.0 + exp${n}(-x));
}`,
  tanh: (float: string, n: Lanes) => `
fn tanh${n}(x: ${float}) -> ${float} {
  let s = x * x;
  let near = x + x * s * ${polynomial(fit.TANH, 's')};
  let far = 1.0 - 2.0 / (exp${n}(2.0 * abs(x)) + 1.0);
  return select(near, select(far, -far, x < ${float}(0.0)), abs(x) > ${float}(${literal(fit.TANH_SMALL)}));
}`,
  gelu: (float: string, n: Lanes) => `
fn gelu${n}(z: ${float}) -> ${float} {
  let x = select(z, ${float}(${literal(fit.GELU_LOW)}), z < ${float}(${literal(fit.GELU_LOW)})); // −∞ · 0 is NaN
  let t = 1.0 / (1.0 + ${literal(fit.ERFC_SCALE * Math.SQRT1_2)} * abs(x));
  let tail = 0.5 * exp${n}(-0.5 * x * x) * t * ${polynomial(fit.ERFC, 't')};
  return x * select(tail, 1.0 - tail, x > ${float}(0.0));
}`,
} as const;

/** z^d by repeated squaring: exact signs, and NaN stays NaN, which pow() promises of neither. */
function power(degree: number, lanes: Lanes): string {
  if (!(Number.isInteger(degree) && degree >= 0))
    throw new FiberscopeError(
      'parameter',
      `device webgpu: activation x^d: expected d to be an integer ≥ 0, got ${degree}; choose another degree or device cpu`,
    );
  const float = FLOAT[lanes];
  const lines = [`fn power${degree}_${lanes}(z: ${float}) -> ${float} {`, `  var s = ${float}(1.0);`];
  for (let rest = degree, square = 'z'; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) lines.push(`  s *= ${square};`);
    if (rest > 1) lines.push(`  let ${square}z = ${square} * ${square};`);
    square = `${square}z`;
  }
  return [...lines, '  return s;', '}'].join('\n');
}

/** The functions that these activations call, of `lanes` numbers at a time. */
export function activationFunctions(activations: readonly Activation[], lanes: Lanes = 4): string {
  const degrees = new Set(activations.flatMap((activation) => (activation.name === 'power' ? activation.degree : [])));
  return [...[...degrees].map((degree) => power(degree, lanes)), curvedFunctions(activations, lanes)].join('\n').trim();
}

function curvedFunctions(activations: readonly Activation[], lanes: Lanes): string {
  const curved = (Object.keys(CURVED) as (keyof typeof CURVED)[]).filter((name) =>
    activations.some((activation) => activation.name === name),
  );
  if (curved.length === 0) return '';
  const float = FLOAT[lanes];
  return [exp(float, INTEGER[lanes], lanes), ...curved.map((name) => CURVED[name](float, lanes))].join('\n');
}

/** σ(z) as an expression; z must be a plain name. */
export function activated(activation: Activation, z: string, lanes: Lanes = 4): string {
  const zero = `${FLOAT[lanes]}(0.0)`;
  switch (activation.name) {
    case 'relu':
      return `select(${z}, ${zero}, ${z} < ${zero})`; // max() would turn NaN into 0
    case 'leaky-relu':
      return `select(${z}, (${literal(activation.slope)}) * ${z}, ${z} < ${zero})`;
    case 'identity':
      return z;
    case 'power':
      return `power${activation.degree}_${lanes}(${z})`;
    default:
      return `${activation.name}${lanes}(${z})`;
  }
}

/**
 * 2 ReLU(z) = z + |z| of a z that is finite, for where the factor goes into the weights that follow: half the time of a comparison and a
 * selection on software adapters, no more elsewhere. NaN stays NaN; only −∞ would become NaN instead of 0.
 */
export function doubleRelu(z: string): string {
  return `(${z} + abs(${z}))`;
}
