/** The networks that the numeric tests try: every kind of layer, every activation, both routes. */
import { type Activation, type Architecture, type Layer, layoutOf } from '../../src/catalog/architecture.js';
import type { Lattice } from '../../src/catalog/values.js';
import { act, dense, flatten, net, conv as plain, pool, relu } from './layers.js';
import { normals } from './oracle.js';

/** A convolution, with a bias unless it is not asked for. */
export const conv = (channels: number, kernel: [number, number], stride = 1, padding = 0, bias = true): Layer =>
  plain(channels, kernel, stride, padding, bias);

/** Every activation. */
export const ACTIVATIONS: readonly Activation[] = [
  { name: 'relu' },
  { name: 'leaky-relu', slope: 0.1 },
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'gelu' },
  { name: 'identity' },
];

/** The paper's fully connected network φ = c·ReLU(ax) + d·ReLU(bx). */
export const FCN = net([1], dense(2, false), relu, dense(1, false));

/** LeNet-5 for 28 × 28, one output, with the authors' ReLU on it. */
export const LENET = net(
  [1, 28, 28],
  conv(6, [5, 5]),
  relu,
  pool('max', 2),
  conv(16, [5, 5]),
  relu,
  pool('max', 2),
  flatten,
  dense(120),
  relu,
  dense(84),
  relu,
  dense(1),
  relu,
);

/** Small networks by name; together they hold every layer, activation and corner of the layouts. */
export const NETWORKS: Readonly<Record<string, Architecture>> = {
  'the FCN': FCN,
  'an FCN with biases and two inputs': net([2], dense(3), relu, dense(1)),
  'an MLP with three outputs': net([5], dense(7), act({ name: 'tanh' }), dense(6, false), relu, dense(3)),
  ...Object.fromEntries(
    ACTIVATIONS.map((activation) => [`${activation.name}, dense`, net([3], dense(4), act(activation), dense(2))]),
  ),
  ...Object.fromEntries(
    ACTIVATIONS.map((activation) => [
      `${activation.name}, convolutional`,
      net([2, 6, 5], conv(3, [3, 2]), act(activation), flatten, dense(2), act(activation)),
    ]),
  ),
  'padding and stride': net([2, 7, 6], conv(3, [3, 3], 2, 1), relu, conv(4, [2, 3], 1, 2, false), flatten, dense(2)),
  'max pools that overlap': net([1, 9, 8], conv(3, [2, 2]), relu, pool('max', 3, 2), flatten, dense(2)),
  'a max-pool before its activation': net(
    [2, 6, 6],
    conv(3, [3, 3]),
    pool('max', 2),
    act({ name: 'gelu' }),
    flatten,
    dense(1),
  ),
  'mean pools': net(
    [2, 8, 8],
    conv(3, [3, 3]),
    act({ name: 'tanh' }),
    pool('mean', 3),
    conv(2, [2, 2]),
    flatten,
    dense(1),
  ),
  'a pool first': net([2, 6, 6], pool('max', 2), conv(3, [2, 2]), relu, flatten, dense(2)),
  'images out': net([2, 5, 5], conv(3, [3, 3]), relu),
  'flattened images out': net([3, 4, 4], conv(2, [2, 2]), flatten, relu),
  'an image that is flattened first': net([2, 3, 3], flatten, dense(5), relu, dense(1)),
  'a wide first layer': net([40], dense(6), relu, dense(1)),
};

/** θ of the usual scale, [count, P]. */
export function someTheta(architecture: Architecture, count: number, seed: number): Float32Array {
  return normals(count * layoutOf(architecture).size, 0.4, seed);
}

/** A lattice on [−0.9, 1.1] around `origin` along drawn vectors, which need not be orthonormal. */
export function latticeOf(origin: Float32Array, rank: number, points: number): Lattice {
  const size = origin.length;
  const basis = normals(rank * size, 1 / Math.sqrt(size), 77);
  const coordinates = new Float64Array((rank + 1) * rank);
  const subspace = { type: 'Subspace', origin, basis, rank, size, coordinates, flags: [] } as const;
  return { subspace, low: -0.9, high: 1.1, points };
}
