/** J's gradient of a large dense network by TensorFlow.js, in slices of its products: see tf-parts. */
import type { Breathe } from './pace.js';
import { type Tensor, type Tensor2D, tf } from './tf.js';
import { activationGradient } from './tf-activation-gradient.js';
import type { TfChain } from './tf-network.js';
import { applyInParts, type DenseOp, joined, sliceOf } from './tf-parts.js';

/** Outputs [n · k] followed by ∂J/∂θ [P] in our order: those of J = Σ slope/2 ‖φ − y‖². */
export async function gradientInParts(
  chain: TfChain,
  theta: Float32Array,
  x: Tensor,
  y: Tensor,
  slope: Tensor,
  breathe: () => Promise<void>,
): Promise<Float32Array> {
  const { ops, order } = chain;
  const values = [x];
  let down: Tensor | undefined;
  try {
    for (const op of ops) values.push(await applyInParts(op, values.at(-1)!, theta, breathe));
    const out = values.at(-1)!;
    const result = new Float32Array(out.size + order.size);
    result.set(await out.data<'float32'>());
    const gradient = result.subarray(out.size);
    down = tf.tidy(() => tf.mul(tf.sub(out, y), slope)); // ∂J/∂φ = 2 w (φ − y)
    const lowest = ops.findIndex(({ kind }) => kind === 'dense');
    for (let i = ops.length - 1; i >= lowest; i--) {
      const op = ops[i]!;
      const input = values[i]!;
      const above: Tensor = down;
      if (op.kind === 'dense') {
        await weightGradient(op, input as Tensor2D, above as Tensor2D, gradient, breathe);
        if (i === lowest) break;
        down = await below(op, theta, above as Tensor2D, breathe);
      } else {
        down = tf.tidy(() =>
          op.kind === 'activation'
            ? activationGradient(op.activation, input, values[i + 1]!, above)
            : tf.reshape(above, input.shape),
        );
      }
      above.dispose();
      values.pop()!.dispose(); // the output of this operation is not needed any more
    }
    return result;
  } finally {
    down?.dispose();
    tf.dispose(values.slice(1));
  }
}

/** Writes xᵀ dz [in, out] and Σ dz to the layer's ranges of `gradient`. */
async function weightGradient(
  op: DenseOp,
  x: Tensor2D,
  dz: Tensor2D,
  gradient: Float32Array,
  breathe: Breathe,
): Promise<void> {
  const [count, taps] = x.shape;
  if (op.bias >= 0) {
    const sum = tf.tidy(() => tf.sum(dz, 0));
    gradient.set(await sum.data<'float32'>(), op.bias);
    sum.dispose();
  }
  const slice = sliceOf(taps, op.units, count);
  for (let start = 0; start < taps; start += slice) {
    const width = Math.min(slice, taps - start);
    const part = tf.tidy(() => tf.matMul(tf.transpose(tf.slice2d(x, [0, start], [count, width])), dz));
    gradient.set(await part.data<'float32'>(), op.weight + start * op.units);
    part.dispose();
    await breathe(0);
  }
}

/** dz Wᵀ [n, in], in slices of inputs of the layer. */
function below(op: DenseOp, theta: Float32Array, dz: Tensor2D, breathe: Breathe): Promise<Tensor2D> {
  const [taps, units] = op.shape as readonly [number, number];
  return joined(taps, sliceOf(taps, units, dz.shape[0]), breathe, (start, width) =>
    tf.tidy(() => {
      const at = op.weight + start * units;
      const rows = tf.tensor2d(theta.slice(at, at + width * units), [width, units], 'float32');
      return tf.matMul(dz, tf.transpose(rows));
    }),
  );
}
