/** Networks with batch normalisation and joins by the plainest loops in float64, one batch at a time; and networks to try. */
import { type Architecture, freshBuffers, type Layer, layoutOf } from '../../src/catalog/architecture.js';
import { product } from '../../src/catalog/shape.js';
import type { Outputs } from '../../src/catalog/values.js';
import type { Examples, Networks, Objective } from '../../src/catalog/work.js';
import { act, conv, dense, flatten, net, pool, relu, residual } from './layers.js';
import { apply, normals, someInputs } from './oracle.js';

/** What a layer saw, for each batch normalisation in order. */
export interface Seen {
  readonly mean: number;
  readonly unbiased: number; // variance
}

/** A batch [inputs][numbers] on its way: statistics of its own where `buffers` is absent, else these in order. */
class Walk {
  readonly seen: Seen[] = []; // by channel, in the order of the buffers
  readonly layers = new Map<string, number[][]>(); // what each gives, by path
  private at = 0; // in θ
  private buffer = 0;

  constructor(
    private readonly theta: ArrayLike<number>,
    private readonly buffers: ArrayLike<number> | undefined,
  ) {}

  chain(layers: readonly Layer[], path: string, from: number[][], shape: number[]): [number[][], number[]] {
    let [values, now] = [from, shape];
    for (const [i, layer] of layers.entries()) {
      [values, now] = this.layer(layer, `${path}${i}`, values, now);
      this.layers.set(`${path}${i}`, values);
    }
    return [values, now];
  }

  private layer(layer: Layer, path: string, values: number[][], shape: number[]): [number[][], number[]] {
    if (layer.kind === 'residual') {
      const [block, to] = this.chain(layer.block, `${path}.block.`, values, shape);
      const [beside] = this.chain(layer.shortcut, `${path}.shortcut.`, values, shape);
      return [block.map((row, n) => row.map((v, i) => v + beside[n]![i]!)), to];
    }
    if (layer.kind === 'batch-norm') return [this.normalise(layer.epsilon, values, shape), shape];
    let end = this.at;
    let to = shape;
    const out = values.map((value) => {
      let at = this.at;
      const [result, next] = apply(layer, value, shape, () => this.theta[at++]!);
      [end, to] = [at, next];
      return result;
    });
    this.at = end;
    return [out, to];
  }

  private normalise(epsilon: number, values: number[][], [channels, ...sides]: number[]): number[][] {
    const plane = product(sides);
    const out = values.map((row) => [...row]);
    for (let c = 0; c < channels!; c++) {
      const all = values.flatMap((row) => row.slice(c * plane, (c + 1) * plane));
      const own = all.reduce((a, b) => a + b, 0) / all.length;
      const squares = all.reduce((a, b) => a + (b - own) ** 2, 0);
      this.seen.push({ mean: own, unbiased: squares / (all.length - 1) });
      const mean = this.buffers ? this.buffers[this.buffer + c]! : own;
      const variance = this.buffers ? this.buffers[this.buffer + channels! + c]! : squares / all.length;
      const [gamma, beta] = [this.theta[this.at + c]!, this.theta[this.at + channels! + c]!];
      for (const row of out)
        for (let p = c * plane; p < (c + 1) * plane; p++)
          row[p] = (gamma * (row[p]! - mean)) / Math.sqrt(variance + epsilon) + beta;
    }
    this.at += 2 * channels!;
    this.buffer += 2 * channels!;
    return out;
  }
}

/** Outputs [inputs][k] of a batch, what each layer gives, and what batch normalisations saw; they divide by `buffers` where given. */
export function batchOf(
  architecture: Architecture,
  theta: ArrayLike<number>,
  x: ArrayLike<number>,
  buffers?: ArrayLike<number>,
): { outputs: number[][]; layers: ReadonlyMap<string, number[][]>; seen: readonly Seen[] } {
  const features = product(architecture.input);
  const rows = Array.from({ length: x.length / features }, (_, n) =>
    Array.from({ length: features }, (__, i) => x[n * features + i]!),
  );
  const walk = new Walk(theta, buffers);
  const [outputs] = walk.chain(architecture.layers, '', rows, [...architecture.input]);
  return { outputs, layers: walk.layers, seen: walk.seen };
}

/** Mean loss of outputs, and the share whose largest is the label's. */
export function lossOf(
  objective: Objective,
  outputs: readonly number[][],
  { inputs, targets }: Examples,
): { loss: number; accuracy: number } {
  let loss = 0;
  let right = 0;
  for (const [n, phi] of outputs.entries())
    if (objective === 'squared-error')
      loss += phi.reduce((sum, v, j) => sum + (v - targets!.y[n * phi.length + j]!) ** 2, 0) / phi.length;
    else {
      const most = Math.max(...phi);
      const label = inputs.labels![n]!;
      loss += most + Math.log(phi.reduce((sum, v) => sum + Math.exp(v - most), 0)) - phi[label]!;
      if (phi.indexOf(most) === label) right++;
    }
  return {
    loss: loss / outputs.length,
    accuracy: objective === 'squared-error' ? Number.NaN : right / outputs.length,
  };
}

/** ∂(mean loss)/∂θ by central differences in float64. */
export function slopeOf(
  architecture: Architecture,
  theta: ArrayLike<number>,
  objective: Objective,
  examples: Examples,
  buffers?: ArrayLike<number>,
  step = 1e-5,
): Float64Array {
  const moved = Float64Array.from(theta);
  const at = (): number =>
    lossOf(objective, batchOf(architecture, moved, examples.inputs.x, buffers).outputs, examples).loss;
  return Float64Array.from(theta, (value, i) => {
    moved[i] = value + step;
    const up = at();
    moved[i] = value - step;
    const down = at();
    moved[i] = value;
    return (up - down) / (2 * step);
  });
}

/** A batch normalisation. */
export const norm: Layer = { kind: 'batch-norm', momentum: 0.3, epsilon: 1e-3 };

/** Every kind of layer and activation, three outputs. */
export const NETWORKS: Readonly<Record<string, Architecture>> = {
  'vectors, normalised first and between': net(
    [4],
    norm,
    dense(5),
    norm,
    act({ name: 'tanh' }),
    act({ name: 'gelu' }),
    dense(4, false),
    act({ name: 'sigmoid' }),
    norm,
    dense(3),
  ),
  'images with a max-pool and a mean-pool': net(
    [2, 5, 5],
    conv(3, [3, 3], 1, 1),
    norm,
    relu,
    pool('max', 2, 1),
    conv(2, [2, 3], 2, 1, true),
    norm,
    act({ name: 'gelu' }),
    pool('mean', 2, 1),
    flatten,
    dense(3),
  ),
  'joins with a shortcut, without, and in another': net(
    [2, 4, 4],
    conv(2, [3, 3], 1, 1),
    residual([conv(2, [3, 3], 1, 1), norm, relu, conv(2, [1, 1]), norm]),
    act({ name: 'leaky-relu', slope: 0.2 }),
    residual([conv(3, [3, 3], 2, 1), norm], [conv(3, [1, 1], 2), norm]),
    relu,
    residual([norm, residual([conv(3, [1, 1]), relu]), act({ name: 'tanh' })]),
    flatten,
    dense(3),
  ),
  'powers of dense layers': net(
    [3],
    dense(4),
    norm,
    act({ name: 'power', degree: 2 }),
    residual([dense(4), act({ name: 'power', degree: 3 })]),
    act({ name: 'identity' }),
    norm,
    dense(3),
  ),
};

/** One network of an Architecture, or several, with numbers that are neither fresh nor alike. */
export function someNetworks(architecture: Architecture, count: number, seed: number): Networks {
  const { size, bufferSize, tensors } = layoutOf(architecture);
  const theta = normals(count * size, 0.5, seed);
  for (const { role, shape, offset, size: own } of tensors)
    if (role === 'weight' && shape.length === 1)
      for (let i = 0; i < count; i++) for (let k = 0; k < own; k++) theta[i * size + offset + k]! += 1; // γ about 1
  const fresh = freshBuffers(architecture);
  const drawn = normals(count * bufferSize, 0.3, seed + 1);
  const buffers = drawn.map((z, i) => (fresh[i % bufferSize] === 1 ? 1 + Math.abs(z) : z));
  return { architecture, theta, buffers, count };
}

/** Examples of three classes, with targets [count, 3] for the squared error. */
export function someExamples(architecture: Architecture, count: number, seed: number): Examples & { targets: Outputs } {
  const inputs = { ...someInputs(architecture.input, count, seed), labels: new Int32Array(count) };
  for (let i = 0; i < count; i++) inputs.labels[i] = (i * i + 2 * i) % 3;
  return { inputs, targets: { type: 'Outputs', y: normals(3 * count, 1, seed + 2), count, width: 3 } };
}
