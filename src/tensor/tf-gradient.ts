/**
 * J and its gradient by TensorFlow.js: reverse mode written out over the chain, because its WASM backend has no gradient of a
 * convolution's filter, its WebGPU one computes that serially, and both prefer products of two plain matrices. One candidate
 * at a time, so that a candidate's numbers do not depend on how many run together.
 */
import type { Architecture } from '../catalog/architecture.js';
import { chunksOf } from './blocks.js';
import type { GradientEngine } from './descend.js';
import { candidatesTogether, sumOverParts } from './gradient-parts.js';
import { type Tensor, type Tensor2D, type Tensor4D, tf } from './tf.js';
import { activationGradient } from './tf-activation-gradient.js';
import type { Guard } from './tf-engine.js';
import { gradientInParts } from './tf-gradient-parts.js';
import { applyOp, chainOf, inputTensor, parameterTensor, type TfChain, type TfOp } from './tf-network.js';
import { isDense, isLong } from './tf-parts.js';
import { convolutionGradient, poolGradient } from './tf-window-gradient.js';

const PART_NUMBERS = { wasm: 2 ** 18, webgpu: 2 ** 22 } as const; // of the largest layer, as in tf-engine

type LinearOp = Extract<TfOp, { kind: 'dense' | 'conv' }>;

/** The gradient engine on WASM or WebGPU. */
export class TfGradient implements GradientEngine {
  readonly together: number;
  private readonly chain: TfChain;
  private readonly part: number; // inputs at once
  private readonly lowest: number; // the first operation with parameters

  constructor(
    architecture: Architecture,
    backend: 'wasm' | 'webgpu',
    private readonly guard: Guard,
    scale = 1,
  ) {
    this.chain = chainOf(architecture);
    this.together = candidatesTogether(this.chain.order.size);
    const large = isDense(this.chain) && this.chain.order.size > PART_NUMBERS[backend];
    const fits = (scale * PART_NUMBERS[large ? 'webgpu' : backend]) / this.chain.widest;
    this.part = Math.max(1, 2 ** Math.floor(Math.log2(Math.min(1024 * scale, fits))));
    this.lowest = this.chain.ops.findIndex((op) => op.kind === 'dense' || op.kind === 'conv');
  }

  async gradients(...args: Parameters<GradientEngine['gradients']>): Promise<void> {
    const [, , batch, , , breathe] = args;
    const { chain } = this;
    const { size } = chain.order;
    const features = batch.x.length / batch.count;
    const k = chain.outputs;
    const ours = new Float32Array(size);
    const parts = chunksOf(batch.count, this.part).map(({ start, end }) => ({
      start,
      count: end - start,
      x: inputTensor(chain, batch.x.subarray(start * features, end * features), end - start),
      y: tf.tensor(batch.y.slice(start * k, end * k), [end - start, k], 'float32'),
      slope: tf.tensor(
        batch.weights.slice(start, end).map((w) => 2 * w),
        [end - start, 1],
        'float32',
      ),
    }));
    try {
      await sumOverParts(args, size, parts, async (theta, { start, count, x, y, slope }, gradient) => {
        chain.order.take(theta, 0, ours);
        const values = await this.guard('descend', async () => {
          if (isLong(chain, 3 * count)) return gradientInParts(chain, ours, x, y, slope, () => breathe(0));
          const joined = tf.tidy(() => this.outputsAndGradient(ours, x, y, slope));
          try {
            return (await joined.data()) as Float32Array;
          } finally {
            joined.dispose();
          }
        });
        let loss = 0;
        for (let n = 0; n < count; n++)
          for (let j = 0; j < k; j++)
            loss += batch.weights[start + n]! * (values[n * k + j]! - batch.y[(start + n) * k + j]!) ** 2;
        chain.order.addBack(values.subarray(count * k), gradient);
        return loss;
      });
    } finally {
      for (const { x, y, slope } of parts) tf.dispose([x, y, slope]);
    }
  }

  /** Outputs [n · k] followed by ∂J/∂θ [P] in our order, as one tensor, so that they are read at once. */
  private outputsAndGradient(theta: Float32Array, x: Tensor, y: Tensor, slope: Tensor): Tensor {
    const { ops } = this.chain;
    const values = [x];
    for (const op of ops) values.push(applyOp(op, values.at(-1)!, theta, false));
    const out = values.at(-1)!;
    let down: Tensor = tf.mul(tf.sub(out, y), slope); // ∂J/∂φ = 2 w (φ − y)
    const parameters: Tensor[] = [];
    for (let i = ops.length - 1; i >= this.lowest; i--) {
      const op = ops[i]!;
      const input = values[i]!;
      switch (op.kind) {
        case 'dense':
        case 'conv': {
          if (op.bias >= 0) parameters.unshift(tf.sum(tf.reshape(down, [-1, op.units]), 0));
          const { weight, below } = this.linearGradient(op, theta, input, down, i > this.lowest);
          parameters.unshift(tf.reshape(weight, [-1]));
          if (below !== undefined) down = below;
          break;
        }
        case 'activation':
          down = activationGradient(op.activation, input, values[i + 1]!, down);
          break;
        case 'flatten':
          down = tf.reshape(down, input.shape);
          break;
        case 'restore': {
          const [c, h, w] = op.shape;
          const n = input.shape[0]!;
          down = tf.reshape(tf.transpose(tf.reshape(down, [n, c, h, w]), [0, 2, 3, 1]), input.shape);
          break;
        }
        default:
          down = poolGradient(op, input as Tensor4D, values[i + 1] as Tensor4D, down as Tensor4D);
      }
    }
    return tf.concat([tf.reshape(out, [-1]), ...parameters]);
  }

  private linearGradient(
    op: LinearOp,
    theta: Float32Array,
    input: Tensor,
    down: Tensor,
    deeper: boolean,
  ): { weight: Tensor; below: Tensor | undefined } {
    if (op.kind === 'conv') return convolutionGradient(op, theta, input as Tensor4D, down as Tensor4D, deeper);
    const weight = tf.matMul(tf.transpose(input as Tensor2D), down as Tensor2D); // xᵀ dz, [in, out]
    if (!deeper) return { weight, below: undefined };
    const w = parameterTensor(theta, op.weight, op.shape) as Tensor2D;
    return { weight, below: tf.matMul(down as Tensor2D, tf.transpose(w)) };
  }

  dispose(): void {}
}
