/** Networks, J and its gradient by the plainest loops in float64, one input at a time: what every device is compared with. */
import type { Activation, Architecture, Layer } from '../../src/catalog/architecture.js';
import { product } from '../../src/catalog/shape.js';
import type { Inputs, Outputs } from '../../src/catalog/values.js';
import { stream } from '../../src/tensor/random.js';

/** ∫ of the normal density by Simpson's rule: independent of the product's erf. */
function normalDistribution(z: number): number {
  const steps = 300;
  const h = z / steps;
  const f = (t: number): number => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  let sum = f(0) + f(z);
  for (let i = 1; i < steps; i++) sum += f(i * h) * (i % 2 === 1 ? 4 : 2);
  return 0.5 + (sum * h) / 3;
}

function sigma(activation: Activation, z: number): number {
  switch (activation.name) {
    case 'relu':
      return Math.max(z, 0);
    case 'leaky-relu':
      return z > 0 ? z : activation.slope * z;
    case 'tanh':
      return Math.tanh(z);
    case 'sigmoid':
      return 1 / (1 + Math.exp(-z));
    case 'gelu':
      return z * normalDistribution(z);
    case 'identity':
      return z;
    case 'power':
      return z ** activation.degree;
  }
}

/** φ(x, θ) of one input, [C, H, W] images, θ in PyTorch's order. */
export function network(architecture: Architecture, theta: ArrayLike<number>, x: ArrayLike<number>): number[] {
  let shape = [...architecture.input];
  let value = Array.from(x);
  let at = 0;
  const next = (): number => theta[at++]!;
  for (const layer of architecture.layers) {
    [value, shape] = apply(layer, value, shape, next);
  }
  if (at !== theta.length) throw new Error(`oracle used ${at} of ${theta.length} parameters`);
  return value;
}

/** One layer of a plain sequence on one input of this shape; `next` gives its parameters, one after the other. */
export function apply(layer: Layer, value: number[], shape: number[], next: () => number): [number[], number[]] {
  switch (layer.kind) {
    case 'flatten':
      return [value, [value.length]];
    case 'activation':
      return [value.map((z) => sigma(layer.activation, z)), shape];
    case 'dense': {
      const out = Array.from({ length: layer.units }, () => value.reduce((sum, v) => sum + next() * v, 0));
      return [layer.bias ? out.map((v) => v + next()) : out, [layer.units]];
    }
    case 'conv': {
      const [channels, h, w] = shape as [number, number, number];
      const [kh, kw] = layer.kernel;
      const oh = Math.floor((h + 2 * layer.padding - kh) / layer.stride) + 1;
      const ow = Math.floor((w + 2 * layer.padding - kw) / layer.stride) + 1;
      const weight = Array.from({ length: layer.channels * channels * kh * kw }, next);
      const bias = Array.from({ length: layer.channels }, () => (layer.bias ? next() : 0));
      const out: number[] = [];
      for (let o = 0; o < layer.channels; o++)
        for (let y = 0; y < oh; y++)
          for (let x = 0; x < ow; x++) {
            let sum = bias[o]!;
            for (let c = 0; c < channels; c++)
              for (let i = 0; i < kh; i++)
                for (let j = 0; j < kw; j++) {
                  const row = y * layer.stride + i - layer.padding;
                  const column = x * layer.stride + j - layer.padding;
                  if (row < 0 || row >= h || column < 0 || column >= w) continue;
                  sum += weight[((o * channels + c) * kh + i) * kw + j]! * value[(c * h + row) * w + column]!;
                }
            out.push(sum);
          }
      return [out, [layer.channels, oh, ow]];
    }
    case 'pool': {
      const [channels, h, w] = shape as [number, number, number];
      const { size, stride } = layer;
      const oh = Math.floor((h - size) / stride) + 1;
      const ow = Math.floor((w - size) / stride) + 1;
      const out: number[] = [];
      for (let c = 0; c < channels; c++)
        for (let y = 0; y < oh; y++)
          for (let x = 0; x < ow; x++) {
            const seen: number[] = [];
            for (let i = 0; i < size; i++)
              for (let j = 0; j < size; j++) seen.push(value[(c * h + y * stride + i) * w + x * stride + j]!);
            out.push(layer.pool === 'max' ? Math.max(...seen) : seen.reduce((a, b) => a + b, 0) / seen.length);
          }
      return [out, [channels, oh, ow]];
    }
    default:
      throw new Error(`the oracle of plain sequences has no layer '${layer.kind}'`);
  }
}

/** J = Σ w‖φ − y‖² and power Σ w‖φ‖² at θ. */
export function lossAndPower(
  architecture: Architecture,
  theta: ArrayLike<number>,
  inputs: Inputs,
  outputs: Outputs,
): { loss: number; power: number } {
  const features = inputs.x.length / inputs.count;
  let loss = 0;
  let power = 0;
  for (let n = 0; n < inputs.count; n++) {
    const phi = network(architecture, theta, inputs.x.subarray(n * features, (n + 1) * features));
    phi.forEach((v, j) => {
      loss += inputs.weights[n]! * (v - outputs.y[n * outputs.width + j]!) ** 2;
      power += inputs.weights[n]! * v ** 2;
    });
  }
  return { loss, power };
}

/** ∂J/∂θ by central differences in float64. */
export function finiteDifferences(
  architecture: Architecture,
  theta: Float32Array | Float64Array,
  inputs: Inputs,
  outputs: Outputs,
  step = 1e-6,
): Float64Array {
  const moved = Float64Array.from(theta);
  return Float64Array.from(theta, (value, i) => {
    moved[i] = value + step;
    const up = lossAndPower(architecture, moved, inputs, outputs).loss;
    moved[i] = value - step;
    const down = lossAndPower(architecture, moved, inputs, outputs).loss;
    moved[i] = value;
    return (up - down) / (2 * step);
  });
}

/** Normal numbers, float32. */
export function normals(count: number, deviation: number, seed: number): Float32Array {
  const s = stream(seed, 'test', 0);
  return Float32Array.from({ length: count }, () => deviation * s.normal());
}

/** Normal inputs with uneven weights that do not sum to one. */
export function someInputs(item: readonly number[], count: number, seed: number): Inputs {
  const x = normals(count * product(item), 1, seed);
  const weights = normals(count, 1, seed + 1).map((w) => (0.1 + Math.abs(w)) / count);
  return { type: 'Inputs', x, count, item, weights, source: 'test' };
}

/** Normal outputs. */
export function someOutputs(count: number, width: number, seed: number): Outputs {
  return { type: 'Outputs', y: normals(count * width, 0.5, seed), count, width };
}
