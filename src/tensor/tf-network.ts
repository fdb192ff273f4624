/**
 * An Architecture as a chain of TensorFlow.js operations, for one θ at a time. TensorFlow.js wants [N, H, W, C] and weights with
 * the unit last; θ is brought into that order by one permutation of its numbers, which also undoes the flattening order.
 */
import { type Activation, type Architecture, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import { type Tensor, type Tensor4D, tf } from './tf.js';
import { ThetaOrder, type WeightOrder } from './theta-order.js';

/** One operation. `weight` and `bias` are ranges of the reordered θ. */
export type TfOp =
  | {
      readonly kind: 'dense' | 'conv';
      readonly shape: readonly number[]; // of the weight: [in, out] or [kh, kw, in, out]
      readonly weight: number; // offset
      readonly bias: number; // offset, −1 without
      readonly units: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: 'activation'; readonly activation: Activation }
  | { readonly kind: 'max' | 'mean'; readonly size: number; readonly stride: number }
  | { readonly kind: 'flatten'; readonly width: number }
  | { readonly kind: 'restore'; readonly shape: readonly [number, number, number] }; // [H, W, C] to C, H, W order

/** The chain of an Architecture, and the order that its operations want θ in. */
export interface TfChain {
  readonly ops: readonly TfOp[];
  readonly order: ThetaOrder;
  readonly input: readonly number[]; // shape of one input, channels last
  readonly inputOrder: Int32Array | undefined; // place in [C, H, W] of each number of [H, W, C]
  readonly outputs: number;
  readonly widest: number; // numbers in the largest layer
}

/** Places in [C, H, W] of the numbers of [H, W, C]. */
function channelsLast([c, h, w]: readonly [number, number, number]): Int32Array {
  const order = new Int32Array(c * h * w);
  let i = 0;
  for (let y = 0; y < h; y++) for (let x = 0; x < w; x++) for (let k = 0; k < c; k++) order[i++] = (k * h + y) * w + x;
  return order;
}

/** The chain of an Architecture. A max-pool is taken before the monotone activation ahead of it: equal, and four times less work. */
export function chainOf(architecture: Architecture): TfChain {
  const layout = layoutOf(architecture);
  const weights: WeightOrder[] = [];
  const ops: TfOp[] = [];
  let flattened: readonly [number, number, number] | undefined; // in H, W, C order since
  const find = (layer: number, role: string) => layout.tensors.find((t) => t.layer === layer && t.role === role);
  architecture.layers.forEach((layer, index) => {
    const from = layout.shapes[index]!;
    const weight = find(index, 'weight')?.offset ?? -1;
    const bias = find(index, 'bias')?.offset ?? -1;
    switch (layer.kind) {
      case 'dense': {
        const [width] = from as readonly [number];
        const places = flattened === undefined ? undefined : channelsLast(flattened);
        weights.push({ layer: index, units: layer.units, taps: width, places });
        flattened = undefined;
        const shape = [width, layer.units];
        ops.push({ kind: 'dense', shape, weight, bias, units: layer.units, stride: 1, padding: 0 });
        break;
      }
      case 'conv': {
        const [kh, kw] = layer.kernel;
        const channels = from[0]!;
        const places = channelsLast([channels, kh, kw]);
        weights.push({ layer: index, units: layer.channels, taps: places.length, places });
        const shape = [kh, kw, channels, layer.channels];
        const { stride, padding } = layer;
        ops.push({ kind: 'conv', shape, weight, bias, units: layer.channels, stride, padding });
        break;
      }
      case 'activation':
        if (layer.activation.name !== 'identity') ops.push({ kind: 'activation', activation: layer.activation });
        break;
      case 'pool': {
        const pool: TfOp = { kind: layer.pool, size: layer.size, stride: layer.stride };
        const last = ops.at(-1);
        if (layer.pool === 'max' && last?.kind === 'activation' && isMonotone(last.activation)) ops.splice(-1, 0, pool);
        else ops.push(pool);
        break;
      }
      case 'flatten':
        if (from.length === 3) {
          flattened = from as readonly [number, number, number];
          ops.push({ kind: 'flatten', width: product(from) });
        }
        break;
    }
  });
  const last = layout.shapes.at(-1)!;
  const shape = last.length === 3 ? (last as readonly [number, number, number]) : flattened;
  if (shape !== undefined) ops.push({ kind: 'restore', shape });
  const [c, h, w] = architecture.input;
  const image = architecture.input.length === 3;
  return {
    ops,
    order: new ThetaOrder(architecture, weights),
    input: image ? [h!, w!, c!] : architecture.input,
    inputOrder: image && c! > 1 ? channelsLast([c!, h!, w!]) : undefined,
    outputs: layout.outputs,
    widest: Math.max(...layout.shapes.map((s) => product(s))),
  };
}

function isMonotone(activation: Activation): boolean {
  return activation.name === 'leaky-relu' ? activation.slope >= 0 : activation.name !== 'gelu';
}

/** Inputs [N, …item] of PyTorch's order as a tensor, channels last. The values are copied. */
export function inputTensor(chain: TfChain, x: Float32Array, count: number): Tensor {
  const size = x.length / count;
  const values = x.slice();
  if (chain.inputOrder !== undefined)
    for (let n = 0; n < count; n++)
      for (let i = 0; i < size; i++) values[n * size + i] = x[n * size + chain.inputOrder[i]!]!;
  return tf.tensor(values, [count, ...chain.input], 'float32');
}

/** σ(z) as TensorFlow.js operations. */
function activateTensor(activation: Activation, z: Tensor): Tensor {
  switch (activation.name) {
    case 'relu':
      return tf.relu(z);
    case 'leaky-relu':
      return tf.leakyRelu(z, activation.slope);
    case 'tanh':
      return tf.tanh(z);
    case 'sigmoid':
      return tf.sigmoid(z);
    case 'gelu':
      return tf.mul(tf.mul(z, 0.5), tf.add(tf.erf(tf.mul(z, Math.SQRT1_2)), 1));
    case 'identity':
      return z;
  }
}

/** A weight or bias out of the reordered θ; copied, because TensorFlow.js keeps what it is given. */
export function parameterTensor(theta: Float32Array, offset: number, shape: readonly number[]): Tensor {
  const size = product(shape);
  return tf.tensor(theta.slice(offset, offset + size), [...shape], 'float32');
}

/** The same on all sides. Given as a number, TensorFlow.js takes the kernel's height for its width. */
function padOf(padding: number): 'valid' | [[number, number], [number, number], [number, number], [number, number]] {
  if (padding === 0) return 'valid';
  const side: [number, number] = [padding, padding];
  return [[0, 0], side, side, [0, 0]];
}

/** One operation of the chain on a batch; `relu` is fused into linear layers. Call inside tidy. */
export function applyOp(op: TfOp, x: Tensor, theta: Float32Array, relu: boolean): Tensor {
  switch (op.kind) {
    case 'dense':
    case 'conv': {
      const weight = parameterTensor(theta, op.weight, op.shape);
      const bias = op.bias < 0 ? undefined : parameterTensor(theta, op.bias, [op.units]);
      const activation = relu ? ('relu' as const) : ('linear' as const);
      if (op.kind === 'dense')
        return tf.fused.matMul({ a: x, b: weight, activation, ...(bias === undefined ? {} : { bias }) });
      return tf.fused.conv2d({
        x: x as Tensor4D,
        filter: weight as Tensor4D,
        strides: op.stride,
        pad: padOf(op.padding),
        activation,
        ...(bias === undefined ? {} : { bias }),
      });
    }
    case 'activation':
      return activateTensor(op.activation, x);
    case 'max':
      return tf.maxPool(x as Tensor4D, op.size, op.stride, 'valid');
    case 'mean':
      return tf.avgPool(x as Tensor4D, op.size, op.stride, 'valid');
    case 'flatten':
      return tf.reshape(x, [x.shape[0]!, op.width]);
    case 'restore': {
      const [c, h, w] = op.shape;
      const n = x.shape[0]!;
      return tf.reshape(tf.transpose(tf.reshape(x, [n, h, w, c]), [0, 3, 1, 2]), [n, c * h * w]);
    }
  }
}

/** Outputs [N, k] from the input of operation `from`. Call inside tidy. */
export function runChain(chain: TfChain, x: Tensor, theta: Float32Array, from = 0): Tensor {
  let value = x;
  for (let i = from; i < chain.ops.length; i++) {
    const op = chain.ops[i]!;
    const next = chain.ops[i + 1];
    const linear = op.kind === 'dense' || op.kind === 'conv';
    const relu = linear && next?.kind === 'activation' && next.activation.name === 'relu';
    value = applyOp(op, value, theta, relu);
    if (relu) i++;
  }
  return value;
}
