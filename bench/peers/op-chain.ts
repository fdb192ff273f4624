/**
 * TensorFlow.js: J as a user of it would write it, vectorised over a chunk of members. θ = θ0 + C·B is formed as one product
 * per chunk; then layer by layer.
 */
import '@tensorflow/tfjs-backend-wasm'; // ours does without it
import { type Architecture, type Layer, layoutOf } from '../../src/catalog/architecture.js';
import type { EvaluateWork } from '../../src/catalog/work.js';
import { serial, type Tensor, tf } from '../../src/tensor/tf.js';
import type { Run } from '../measure.js';
import { coefficientsOf, isMean, type OpenPeer } from './peer.js';

/** J [members] of a chunk: `theta` [members, P], `x` [N, ...item], `y` [N, k]; `mean` is over the last axis, [..., N]. */
type Chain = (theta: Tensor, x: Tensor, y: Tensor, mean: (squares: Tensor) => Tensor) => Tensor;

/** A parameter tensor of every member of a chunk. */
function part(architecture: Architecture, theta: Tensor, layer: number, role: string): Tensor | undefined {
  const found = layoutOf(architecture).tensors.find((t) => t.layer === layer && t.role === role);
  return found && tf.slice(theta, [0, found.offset], [-1, found.size]).reshape([-1, ...found.shape]);
}

/** Batched matrix products [members, N, in] × [members, in, out]. */
const batched =
  (architecture: Architecture): Chain =>
  (theta, x, y, mean) => {
    let a = x.expandDims(0);
    architecture.layers.forEach((layer, i) => {
      if (layer.kind === 'activation') a = activate(a, layer);
      if (layer.kind !== 'dense') return;
      a = tf.matMul(a, part(architecture, theta, i, 'weight')!, false, true);
      const bias = part(architecture, theta, i, 'bias');
      if (bias) a = a.add(bias.expandDims(1));
    });
    return mean(a.sub(y.expandDims(0)).square().sum(2));
  };

/** Every unit as its own [members, N] array, products of columns and rows. */
const written =
  (architecture: Architecture): Chain =>
  (theta, x, y, mean) => {
    let a = tf.split(x.transpose(), x.shape[1]!); // each [1, N]
    architecture.layers.forEach((layer, i) => {
      if (layer.kind === 'activation') a = a.map((unit) => activate(unit, layer));
      if (layer.kind !== 'dense') return;
      const weight = part(architecture, theta, i, 'weight')!;
      const bias = part(architecture, theta, i, 'bias');
      const before = a;
      a = Array.from({ length: layer.units }, (_, o) => {
        const terms = before.map((unit, j) => unit.mul(weight.slice([0, o, j], [-1, 1, 1]).reshape([-1, 1])));
        if (bias) terms.push(bias.slice([0, o], [-1, 1]));
        return terms.reduce((sum, term) => sum.add(term));
      });
    });
    const targets = tf.split(y.transpose(), a.length);
    const squares = a.map((unit, o) => unit.sub(targets[o]!).square());
    return mean(squares.reduce((sum, term) => sum.add(term)));
  };

/** One member after another through conv2d and matMul, for larger networks. */
const oneByOne =
  (architecture: Architecture): Chain =>
  (theta, x, y, mean) => {
    const items = x.rank === 4 ? x.transpose([0, 2, 3, 1]) : x; // NHWC
    const members = tf.unstack(theta);
    const losses = members.map((member) =>
      tf.tidy(() => {
        const own = member.expandDims(0);
        let a = items;
        architecture.layers.forEach((layer, i) => {
          a = step(architecture, own, a, layer, i);
        });
        return mean(a.sub(y).square().sum(1));
      }),
    );
    return tf.stack(losses);
  };

function step(architecture: Architecture, theta: Tensor, a: Tensor, layer: Layer, i: number): Tensor {
  const bias = part(architecture, theta, i, 'bias')?.squeeze([0]);
  switch (layer.kind) {
    case 'conv': {
      const kernel = part(architecture, theta, i, 'weight')!.squeeze([0]).transpose([2, 3, 1, 0]);
      const pad = layer.padding === 0 ? 'valid' : layer.padding;
      const out = tf.conv2d(a as never, kernel as never, layer.stride, pad) as Tensor;
      return bias ? out.add(bias) : out;
    }
    case 'dense': {
      const weight = part(architecture, theta, i, 'weight')!.squeeze<Tensor>([0]);
      const out = tf.matMul(a, weight.transpose()); // its WASM kernel is slow on what it is told to transpose
      return bias ? out.add(bias) : out;
    }
    case 'pool':
      return tf.pool(a as never, layer.size, layer.pool === 'max' ? 'max' : 'avg', 'valid', 1, layer.stride) as Tensor;
    case 'flatten':
      return a.rank === 4 ? a.transpose([0, 3, 1, 2]).reshape([a.shape[0]!, -1]) : a;
    case 'activation':
      return activate(a, layer);
    default:
      throw new Error(`the peer has no layer '${layer.kind}'`);
  }
}

function activate(a: Tensor, layer: Extract<Layer, { kind: 'activation' }>): Tensor {
  const { activation } = layer;
  switch (activation.name) {
    case 'relu':
      return a.relu();
    case 'leaky-relu':
      return a.leakyRelu(activation.slope);
    case 'tanh':
      return a.tanh();
    case 'sigmoid':
      return a.sigmoid();
    case 'identity':
      return a;
    case 'gelu':
      return a.mul(a.mul(Math.SQRT1_2).erf().add(1).mul(0.5));
    case 'power':
      return a.pow(activation.degree);
  }
}

const ONE_BY_ONE = 'member by member'; // chunk sizes do not matter to it
const FEW_UNITS = 64; // of a network whose units one would write out

/** The ways in which a user might write it. */
function waysOf(architecture: Architecture): Readonly<Record<string, Chain>> {
  const { layers } = architecture;
  if (layers.some(({ kind }) => kind === 'conv')) return { [ONE_BY_ONE]: oneByOne(architecture) };
  const units = layers.reduce((sum, layer) => sum + (layer.kind === 'dense' ? layer.units : 0), 0);
  if (units > FEW_UNITS) return { [ONE_BY_ONE]: oneByOne(architecture), 'batched products': batched(architecture) };
  return { 'batched products': batched(architecture), 'units written out': written(architecture) };
}

/** Makes a backend of TensorFlow.js the active one; that of WebGPU is there once a device of ours has been opened. */
export async function startBackend(backend: 'wasm' | 'webgpu'): Promise<void> {
  if (tf.getBackend() !== backend && !(await tf.setBackend(backend)))
    throw new Error(`TensorFlow.js: its ${backend} backend does not start`);
}

/** The op chain on a backend of TensorFlow.js; in Node WASM runs on the calling thread. */
export const openOpChain =
  (backend: 'wasm' | 'webgpu'): OpenPeer =>
  async (work, chunks) => ({
    name: `TensorFlow.js ${tf.version.tfjs}, ${backend === 'wasm' ? 'WASM' : 'WebGPU'}`,
    ways: Object.entries(waysOf(work.architecture)).flatMap(([name, way]) =>
      (name === ONE_BY_ONE ? chunks.slice(-1) : chunks).map((chunk) => ({
        name: `${name}, chunks of ${chunk}`,
        run: (count: number) =>
          serial(async () => {
            await startBackend(backend);
            return opChain(work, way, chunk, count);
          }),
      })),
    ),
    close: async () => {},
  });

async function opChain(work: EvaluateWork, way: Chain, chunk: number, count: number): Promise<Run> {
  const { inputs, outputs, family } = work;
  if (family.kind !== 'lattice' && family.kind !== 'members') throw new Error('op chain: expected a lattice');
  const { subspace } = family.lattice;
  const coefficients = coefficientsOf(work);
  const loss = new Float32Array(count);
  const start = performance.now();
  const x = tf.tensor(inputs.x, [inputs.count, ...inputs.item]);
  const y = tf.tensor(outputs.y, [outputs.count, outputs.width]);
  const w = tf.tensor(inputs.weights);
  const mean = isMean(work)
    ? (squares: Tensor): Tensor => squares.mean(-1)
    : (squares: Tensor): Tensor => squares.mul(w).sum(-1);
  const origin = tf.tensor(subspace.origin);
  const basis = tf.tensor2d(subspace.basis, [subspace.rank, subspace.size]);
  for (let at = 0; at < count; at += chunk) {
    const end = Math.min(count, at + chunk);
    const rows = coefficients.data.subarray(at * coefficients.rank, end * coefficients.rank);
    const result = tf.tidy(() => {
      const theta = tf
        .tensor2d(rows, [end - at, coefficients.rank])
        .matMul(basis)
        .add(origin);
      return way(theta, x, y, mean);
    });
    loss.set(await result.data(), at);
    result.dispose();
  }
  tf.dispose([x, y, w, origin, basis]);
  return { values: loss, time: performance.now() - start };
}
