/**
 * Large dense layers by TensorFlow.js in slices of units, so that a network of millions of parameters lets messages in, stops
 * within a moment, and needs no second copy of its weights on the device.
 */
import type { Breathe } from './pace.js';
import { type Tensor, type Tensor2D, tf } from './tf.js';
import { applyOp, parameterTensor, type TfChain, type TfOp } from './tf-network.js';

const LONG = 2 ** 27; // multiply-adds of one pass from which on it is cut
const PART_MULTIPLY_ADDS = 2 ** 28; // of one product
const PART_NUMBERS = 2 ** 21; // of one slice of a weight

/** A dense layer. */
export type DenseOp = Extract<TfOp, { kind: 'dense' | 'conv' }>;

/** Whether a chain has dense layers only. */
export function isDense(chain: TfChain): boolean {
  return chain.ops.every(({ kind }) => kind !== 'conv' && kind !== 'max' && kind !== 'mean');
}

/** Whether one pass of `count` inputs is cut into slices. */
export function isLong(chain: TfChain, count: number): boolean {
  return isDense(chain) && chain.order.size * count > LONG;
}

/** Of `columns` columns with so many rows each in a product with `count` rows: those that are taken at once. */
export function sliceOf(columns: number, rows: number, count: number): number {
  const fits = Math.min(PART_MULTIPLY_ADDS / (rows * count), PART_NUMBERS / rows);
  return Math.min(columns, Math.max(8, 8 * Math.floor(fits / 8)));
}

/** Columns `start`… of a weight [in, out] of θ as a tensor [in, count]. */
function weightColumns(op: DenseOp, theta: Float32Array, start: number, count: number): Tensor2D {
  const [taps, units] = op.shape as readonly [number, number];
  const values = new Float32Array(taps * count);
  for (let k = 0; k < taps; k++) {
    const at = op.weight + k * units + start;
    values.set(theta.subarray(at, at + count), k * count);
  }
  return tf.tensor2d(values, [taps, count], 'float32');
}

/** x W + b in slices of units; the caller keeps x. */
async function denseInParts(op: DenseOp, x: Tensor2D, theta: Float32Array, breathe: Breathe): Promise<Tensor2D> {
  const [count, taps] = x.shape;
  const slice = sliceOf(op.units, taps, count);
  return joined(op.units, slice, breathe, (start, width) =>
    tf.tidy(() => {
      const b = weightColumns(op, theta, start, width);
      if (op.bias < 0) return tf.matMul(x, b);
      return tf.fused.matMul({ a: x, b, bias: parameterTensor(theta, op.bias + start, [width]) }) as Tensor2D;
    }),
  );
}

/** Slices of `columns` columns, made one after the other and put beside each other. */
export async function joined(
  columns: number,
  slice: number,
  breathe: Breathe,
  make: (start: number, width: number) => Tensor2D,
): Promise<Tensor2D> {
  const parts: Tensor2D[] = [];
  try {
    for (let start = 0; start < columns; start += slice) {
      parts.push(make(start, Math.min(slice, columns - start)));
      await breathe(parts.length / Math.ceil(columns / slice));
    }
    return parts.length === 1 ? parts.pop()! : tf.concat2d(parts, 1);
  } finally {
    tf.dispose(parts);
  }
}

/** One operation; the caller keeps x. */
export async function applyInParts(op: TfOp, x: Tensor, theta: Float32Array, breathe: Breathe): Promise<Tensor> {
  if (op.kind === 'dense') return denseInParts(op, x as Tensor2D, theta, breathe);
  return tf.tidy(() => applyOp(op, x, theta, false));
}

/** Outputs [N, k] from the input of operation `from`, which the caller keeps. */
export async function runChainInParts(
  chain: TfChain,
  x: Tensor,
  theta: Float32Array,
  from: number,
  breathe: Breathe,
): Promise<Tensor> {
  const share = shares(chain);
  let value = x;
  try {
    for (let i = from; i < chain.ops.length; i++) {
      const before = value;
      value = await applyInParts(chain.ops[i]!, before, theta, (done) => breathe(share(i, done)));
      if (before !== x) before.dispose();
    }
    return value;
  } catch (error) {
    if (value !== x) value.dispose();
    throw error;
  }
}

/** The share of the multiply-adds of a pass that is done at a share of an operation. */
export function shares(chain: TfChain): (op: number, done: number) => number {
  const work = chain.ops.map((op) => (op.kind === 'dense' ? op.shape[0]! * op.units : 0));
  const before = work.map((_, i) => work.slice(0, i).reduce((sum, one) => sum + one, 0));
  const all = work.reduce((sum, one) => sum + one, 0) || 1;
  return (op, done) => (before[op]! + done * work[op]!) / all;
}
