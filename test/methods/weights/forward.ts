/** Networks with batch normalisation and residual joins by the plainest loops in float64, in evaluation mode, and networks to try. */
import { type Architecture, type Layer, layoutOf } from '../../../src/catalog/architecture.js';
import { mlp, myrtle } from '../../../src/catalog/presets.js';
import { product } from '../../../src/catalog/shape.js';
import type { Weights } from '../../../src/methods/weights/symmetry.js';
import { stream } from '../../../src/tensor/random.js';
import { network } from '../../numeric/oracle.js';

/** φ(x, θ) of one input, every layer reading θ and buffers in PyTorch's order. */
export function forward(architecture: Architecture, weights: Weights, x: ArrayLike<number>): number[] {
  const reader = (from: ArrayLike<number>): ((count: number) => number[]) => {
    let at = 0;
    return (count) => {
      at += count;
      return Array.from({ length: count }, (_, i) => from[at - count + i]!);
    };
  };
  const take = reader(weights.theta);
  const kept = reader(weights.buffers);
  const chain = (
    layers: readonly Layer[],
    value: number[],
    shape: readonly number[],
  ): [number[], readonly number[]] => {
    for (const layer of layers) {
      if (layer.kind === 'batch-norm') {
        const channels = shape[0]!;
        const each = value.length / channels;
        const [gamma, beta, mean, variance] = [take(channels), take(channels), kept(channels), kept(channels)];
        value = value.map((z, i) => {
          const c = Math.floor(i / each);
          return (gamma[c]! * (z - mean[c]!)) / Math.sqrt(variance[c]! + layer.epsilon) + beta[c]!;
        });
      } else if (layer.kind === 'residual') {
        const [block, to] = chain(layer.block, value, shape);
        const [beside] = chain(layer.shortcut, value, shape);
        value = block.map((z, i) => z + beside[i]!);
        shape = to;
      } else {
        const one: Architecture = { type: 'Architecture', input: shape, layers: [layer] };
        const { size, shapes } = layoutOf(one);
        value = network(one, take(size), value);
        shape = shapes[1]!;
      }
    }
    return [value, shape];
  };
  return chain(architecture.layers, Array.from(x), architecture.input)[0];
}

const relu: Layer = { kind: 'activation', activation: { name: 'relu' } };
const norm: Layer = { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 };
const flatten: Layer = { kind: 'flatten' };
const dense = (units: number, bias = true): Layer => ({ kind: 'dense', units, bias });
const conv = (channels: number, kernel = 3, stride = 1, bias = false): Layer => ({
  kind: 'conv',
  channels,
  kernel: [kernel, kernel],
  stride,
  padding: (kernel - 1) / 2,
  bias,
});
const pool = (kind: 'max' | 'mean', size: number): Layer => ({ kind: 'pool', pool: kind, size, stride: size });
const architecture = (input: readonly number[], ...layers: readonly Layer[]): Architecture => ({
  type: 'Architecture',
  input,
  layers,
});

/** A residual network of two stages: tied blocks without and with a shortcut, and batch normalisation. */
export const residualNetwork = (width: number, input: readonly number[] = [3, 8, 8], classes = 10): Architecture =>
  architecture(
    input,
    conv(width),
    norm,
    relu,
    { kind: 'residual', block: [conv(width), norm, relu, conv(width), norm], shortcut: [] },
    relu,
    {
      kind: 'residual',
      block: [conv(2 * width, 3, 2), norm, relu, conv(2 * width), norm],
      shortcut: [conv(2 * width, 1, 2), norm],
    },
    relu,
    { kind: 'residual', block: [conv(2 * width), norm, relu, conv(2 * width), norm], shortcut: [] },
    relu,
    pool('mean', input[1]! / 2),
    flatten,
    dense(classes),
  );

/** Networks of every kind, small. `rescaled`: whether hidden channels have a positive rescaling. */
export const NETWORKS: Readonly<Record<string, { readonly architecture: Architecture; readonly scales: number }>> = {
  'one hidden layer, one output': { architecture: mlp([3, 6, 1], { name: 'relu' }, true), scales: 1 },
  'no biases': { architecture: mlp([4, 6, 5, 3], { name: 'leaky-relu', slope: 0.1 }, false), scales: 2 },
  'five hidden layers': { architecture: mlp([4, 6, 7, 5, 6, 4, 3], { name: 'relu' }, true), scales: 5 },
  sigmoid: { architecture: mlp([3, 6, 5, 2], { name: 'sigmoid' }, true), scales: 0 },
  'tanh after ReLU': {
    architecture: architecture(
      [3],
      dense(5),
      relu,
      dense(4),
      { kind: 'activation', activation: { name: 'tanh' } },
      dense(2),
    ),
    scales: 1,
  },
  square: { architecture: mlp([3, 6, 2], { name: 'power', degree: 2 }, true), scales: 1 },
  'convolutions with biases and a flatten': {
    architecture: architecture(
      [2, 6, 6],
      conv(4, 3, 1, true),
      relu,
      pool('max', 2),
      conv(5, 3, 1, true),
      relu,
      flatten,
      dense(7),
      relu,
      dense(3),
    ),
    scales: 3,
  },
  'Myrtle CNN': { architecture: myrtle([3, 8, 8], 3, 4), scales: 8 },
  'batch normalisation before a sigmoid and after a flatten': {
    architecture: architecture(
      [2, 4, 4],
      conv(3),
      norm,
      { kind: 'activation', activation: { name: 'sigmoid' } },
      pool('mean', 2),
      flatten,
      norm,
      relu,
      dense(4),
      relu,
      dense(2, false),
    ),
    scales: 3,
  },
  'residual without normalisation': {
    architecture: architecture(
      [4],
      dense(6),
      relu,
      { kind: 'residual', block: [dense(5), relu, dense(6)], shortcut: [] },
      relu,
      { kind: 'residual', block: [dense(3), relu, dense(6, false)], shortcut: [dense(6)] },
      dense(3),
    ),
    scales: 4,
  },
  'residual from the input': {
    architecture: architecture(
      [4],
      { kind: 'residual', block: [dense(6), relu, dense(4)], shortcut: [] },
      relu,
      dense(2),
    ),
    scales: 1,
  },
  'residual with a square inside': {
    architecture: architecture(
      [4],
      dense(5),
      { kind: 'residual', block: [{ kind: 'activation', activation: { name: 'power', degree: 2 } }], shortcut: [] },
      dense(2),
    ),
    scales: 0,
  },
  'residual network': { architecture: residualNetwork(3, [2, 4, 4], 3), scales: 13 },
};

/** Weights as training leaves them: normal, He's variance, γ around 1, statistics of any size. */
export function someWeights(architecture: Architecture, seed: number): { theta: Float64Array; buffers: Float64Array } {
  const { tensors, buffers: kept, size, bufferSize } = layoutOf(architecture);
  const draw = stream(seed, 'test', 1);
  const theta = new Float64Array(size);
  for (const { offset, size: length, shape, role } of tensors) {
    const spread = shape.length > 1 ? Math.sqrt(2 / product(shape.slice(1))) : 0.3;
    const about = shape.length === 1 && role === 'weight' ? 1 : 0;
    for (let k = 0; k < length; k++) theta[offset + k] = about + spread * draw.normal();
  }
  const buffers = new Float64Array(bufferSize);
  for (const { offset, size: length, role } of kept)
    for (let k = 0; k < length; k++)
      buffers[offset + k] = role === 'mean' ? 0.5 * draw.normal() : Math.exp(draw.normal());
  return { theta, buffers };
}

/** Normal inputs of an architecture. */
export function someInputs({ input }: Architecture, count: number, seed: number): number[][] {
  const draw = stream(seed, 'test', 2);
  return Array.from({ length: count }, () => Array.from({ length: product(input) }, () => draw.normal()));
}
