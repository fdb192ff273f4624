/**
 * The peer: J on a lattice as a user of TensorFlow.js would write it, vectorised over a chunk of members. θ = θ0 + C·B is
 * formed as one product per chunk; then layer by layer.
 */
import { type Architecture, type Layer, layoutOf } from '../src/catalog/architecture.js';
import type { EvaluateWork } from '../src/catalog/work.js';
import { familyCount, latticeCoefficients, latticeIndex } from '../src/tensor/family.js';
import { type Tensor, tf } from '../src/tensor/tf.js';
import type { Runner } from './measure.js';

/** J [members] of a chunk: `theta` [members, P], `x` [N, ...item], `y` [N, k], `w` [N]. */
type Chain = (theta: Tensor, x: Tensor, y: Tensor, w: Tensor) => Tensor;

/** A parameter tensor of every member of a chunk. */
function part(architecture: Architecture, theta: Tensor, layer: number, role: string): Tensor | undefined {
  const found = layoutOf(architecture).tensors.find((t) => t.layer === layer && t.role === role);
  return found && tf.slice(theta, [0, found.offset], [-1, found.size]).reshape([-1, ...found.shape]);
}

/** Batched matrix products [members, N, in] × [members, in, out]. */
const batched =
  (architecture: Architecture): Chain =>
  (theta, x, y, w) => {
    let a = x.expandDims(0);
    architecture.layers.forEach((layer, i) => {
      if (layer.kind === 'activation') a = activate(a, layer);
      if (layer.kind !== 'dense') return;
      a = tf.matMul(a, part(architecture, theta, i, 'weight')!, false, true);
      const bias = part(architecture, theta, i, 'bias');
      if (bias) a = a.add(bias.expandDims(1));
    });
    return a.sub(y.expandDims(0)).square().sum(2).mul(w.expandDims(0)).sum(1);
  };

/** Every unit as its own [members, N] array, products of columns and rows. */
const written =
  (architecture: Architecture): Chain =>
  (theta, x, y, w) => {
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
    return squares
      .reduce((sum, term) => sum.add(term))
      .mul(w.expandDims(0))
      .sum(1);
  };

/** One member after another through conv2d and matMul, for networks with convolutions. */
const oneByOne =
  (architecture: Architecture): Chain =>
  (theta, x, y, w) => {
    const images = x.transpose([0, 2, 3, 1]); // NHWC
    const members = tf.unstack(theta);
    const losses = members.map((member) =>
      tf.tidy(() => {
        const own = member.expandDims(0);
        let a = images;
        architecture.layers.forEach((layer, i) => {
          a = step(architecture, own, a, layer, i);
        });
        return a.sub(y).square().sum(1).mul(w).sum();
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
      const out = tf.matMul(a, part(architecture, theta, i, 'weight')!.squeeze([0]), false, true);
      return bias ? out.add(bias) : out;
    }
    case 'pool':
      return tf.pool(a as never, layer.size, layer.pool === 'max' ? 'max' : 'avg', 'valid', 1, layer.stride) as Tensor;
    case 'flatten':
      return a.rank === 4 ? a.transpose([0, 3, 1, 2]).reshape([a.shape[0]!, -1]) : a;
    case 'activation':
      return activate(a, layer);
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
  }
}

/** The ways in which a user might write it. */
export function waysOf(architecture: Architecture): Readonly<Record<string, Chain>> {
  if (architecture.layers.some(({ kind }) => kind === 'conv')) return { 'member by member': oneByOne(architecture) };
  return { 'batched products': batched(architecture), 'units written out': written(architecture) };
}

/** A runner of one way with one chunk size, on the backend of TensorFlow.js that is active. */
export function opChain({ inputs, outputs, family }: EvaluateWork, way: Chain, chunk: number): Runner {
  if (family.kind === 'explicit') throw new Error('op chain: expected a lattice');
  const { subspace } = family.lattice;
  const count = familyCount(family);
  return async () => {
    const loss = new Float32Array(count);
    const x = tf.tensor(inputs.x, [inputs.count, ...inputs.item]);
    const y = tf.tensor(outputs.y, [outputs.count, outputs.width]);
    const w = tf.tensor(inputs.weights);
    const origin = tf.tensor(subspace.origin);
    const basis = tf.tensor(subspace.basis, [subspace.rank, subspace.size]);
    for (let start = 0; start < count; start += chunk) {
      const rows = Array.from({ length: Math.min(chunk, count - start) }, (_, i) => [
        ...latticeCoefficients(family.lattice, latticeIndex(family, start + i)),
      ]);
      const result = tf.tidy(() =>
        way(
          tf
            .tensor2d(rows)
            .matMul(basis as never)
            .add(origin),
          x,
          y,
          w,
        ),
      );
      loss.set(await result.data(), start);
      result.dispose();
    }
    tf.dispose([x, y, w, origin, basis]);
    return loss;
  };
}
