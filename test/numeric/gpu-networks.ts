/** Networks for the network engine of WebGPU, with parameters and batches, and how their numbers are compared. */
import { expect } from 'vitest';
import { type Activation, type Architecture, freshBuffers, layoutOf } from '../../src/catalog/architecture.js';
import type { Objective, ParameterRange } from '../../src/catalog/work.js';
import type { ExampleBatch, GradientJob, NetworkEngine } from '../../src/tensor/network/engine.js';
import { act, conv, dense, flatten, net, pool, relu, residual } from './layers.js';
import { norm } from './network-oracle.js';
import { normals } from './oracle.js';

/** Every activation, with slopes of both signs. */
const ALL: readonly Activation[] = [
  { name: 'relu' },
  { name: 'leaky-relu', slope: 0.1 },
  { name: 'leaky-relu', slope: -0.3 },
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'gelu' },
  { name: 'identity' },
  { name: 'power', degree: 1 },
  { name: 'power', degree: 2 },
];

/** Every kind of layer and activation, by name. */
export const NETWORKS: Readonly<Record<string, Architecture>> = {
  ...Object.fromEntries(
    ALL.map((activation) => [
      `${Object.values(activation).join(' ')} after each kind of layer`,
      net(
        [2, 4, 5],
        conv(3, [3, 2], 1, 1, true),
        act(activation),
        norm,
        act(activation),
        residual([conv(3, [3, 3], 1, 1)]),
        act(activation),
        pool('max', 2),
        act(activation),
        flatten,
        dense(3),
        act(activation),
      ),
    ]),
  ),
  ...Object.fromEntries(
    [3, 4, 5].map((degree) => [
      `power ${degree}`,
      net([4], dense(5), norm, act({ name: 'power', degree }), norm, dense(3)),
    ]),
  ),
  'batch norm of vectors, first and last': net([5], norm, dense(4), norm, act({ name: 'tanh' }), dense(3), norm),
  'joins in joins': net(
    [2, 5, 5],
    conv(3, [3, 3], 1, 1),
    relu,
    residual(
      [conv(4, [3, 3], 2, 1), norm, relu, residual([conv(4, [1, 1])], [norm]), act({ name: 'gelu' })],
      [conv(4, [1, 1], 2), norm],
    ),
    relu,
    pool('mean', 3),
    flatten,
    dense(3),
  ),
  'shortcuts and blocks without layers': net(
    [4],
    dense(3),
    relu,
    residual([]),
    residual([], [dense(3)]),
    act({ name: 'tanh' }),
    residual([act({ name: 'sigmoid' })]),
    residual([residual([]), relu], []),
    dense(3),
    residual([]),
  ),
  'a join of what is an image of an activation': net(
    [3],
    dense(4),
    relu,
    residual([dense(5), act({ name: 'sigmoid' }), dense(4), act({ name: 'tanh' })]),
    dense(3),
    act({ name: 'leaky-relu', slope: 0.2 }),
  ),
  'padding beyond the kernel, strides, overlapping pools': net(
    [2, 6, 5],
    conv(3, [2, 3], 2, 2, true),
    pool('max', 3, 1),
    conv(2, [3, 3], 1, 1, true),
    pool('mean', 2, 1),
    flatten,
    dense(3, false),
  ),
  'an image without parameters at all': net([3, 1, 1], relu, flatten),
  'an image as it is': net([3, 1, 1], flatten),
};

/** Wide enough for tiles of several threads, with ends everywhere. */
export const WIDE = net(
  [3, 9, 9],
  conv(20, [3, 3], 2, 1),
  norm,
  relu,
  pool('max', 2),
  flatten,
  dense(33),
  act({ name: 'tanh' }),
  dense(3),
);
/** What kernels for hardware put through workgroup memory, there and back. */
export const STAGED = net(
  [2, 4, 3],
  conv(17, [3, 3], 1, 1),
  norm,
  relu,
  residual([conv(17, [3, 3], 1, 1)]),
  flatten,
  dense(3),
);

/** Breathes never. */
export const still = async (): Promise<void> => undefined;
const MODELS = 4; // networks of each Architecture

/** θ that leaves values near 1: weights of the size of their fan-in, γ near 1. */
export function someTheta(architecture: Architecture, seed: number): Float64Array {
  const { tensors, size } = layoutOf(architecture);
  const drawn = normals(MODELS * size, 1, seed);
  const theta = new Float64Array(MODELS * size);
  for (let m = 0; m < MODELS; m++)
    for (const { offset, size: numbers, shape, role } of tensors)
      for (let i = offset; i < offset + numbers; i++) {
        const z = drawn[m * size + i]!;
        const fan = shape.slice(1).reduce((a, b) => a * b, 1);
        theta[m * size + i] = Math.fround(
          shape.length > 1 ? z / Math.sqrt(fan) : role === 'weight' ? 1 + 0.3 * z : 0.3 * z,
        );
      }
  return theta;
}

/** Running statistics near those of a fresh network. */
export function someBuffers(architecture: Architecture, seed: number): Float32Array {
  const fresh = freshBuffers(architecture);
  const drawn = normals(MODELS * fresh.length, 0.3, seed);
  return drawn.map((z, i) => fresh[i % fresh.length]! + (fresh[i % fresh.length] === 1 ? Math.abs(z) : z));
}

/** Drawn inputs with labels and targets. */
export function someBatch(architecture: Architecture, count: number, seed: number): ExampleBatch {
  const { outputs } = layoutOf(architecture);
  const features = architecture.input.reduce((a, b) => a * b, 1);
  return {
    x: normals(count * features, 1, seed),
    count,
    labels: Int32Array.from({ length: count }, (_, i) => (i * 7 + seed) % outputs),
    targets: normals(count * outputs, 1, seed + 1),
  };
}

/** What gradients are asked for. */
export interface Asked {
  readonly objective: Objective;
  readonly statistics: 'batch' | 'running';
  readonly count?: number;
  readonly networks?: readonly number[];
  readonly trainable?: readonly ParameterRange[];
}

/** A job for networks 3, 0 and 2 of four, each with a batch of its own. */
export function jobOf(architecture: Architecture, asked: Asked): GradientJob {
  const { size } = layoutOf(architecture);
  const { objective, statistics, count = 11, networks = [3, 0, 2], trainable = [{ start: 0, end: size }] } = asked;
  return {
    theta: someTheta(architecture, 41),
    buffers: someBuffers(architecture, 42),
    networks,
    batches: networks.map((network) => someBatch(architecture, count, 50 + 10 * network)),
    objective,
    statistics,
    trainable,
    loss: new Float64Array(networks.length).fill(-1),
    correct: new Float64Array(networks.length).fill(-1),
    gradient: new Float64Array(networks.length * size).fill(-1),
  };
}

/** The gradients of a job by an engine, which is disposed of. */
export async function gradients(engine: NetworkEngine, architecture: Architecture, asked: Asked): Promise<GradientJob> {
  const job = jobOf(architecture, asked);
  await engine.gradients(job, still);
  engine.dispose();
  return job;
}

/** That numbers differ by less than `tolerance` of the root of their mean square. */
export function expectNear(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  let square = 0;
  for (let i = 0; i < want.length; i++) square += want[i]! ** 2;
  const scale = Math.sqrt(square / Math.max(1, want.length)) || 1;
  for (let i = 0; i < want.length; i++) expect(Math.abs(got[i]! - want[i]!) / scale).toBeLessThan(tolerance);
}
