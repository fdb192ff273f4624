/**
 * The first layer of an affine family on WASM: z = p_0 + Σ c_k p_{k+1} over the projected maps, with the pooling and ReLU that
 * follow, in one emitted SIMD loop. As separate operations it would be four passes over the largest layer of the network.
 */
import { negativeSlope } from './activation.js';
import { HeadKernel } from './fused/index.js';
import { type Tensor, tf, wasmBackend } from './tf.js';
import type { TfOp } from './tf-network.js';

/** What follows the first layer and is done with it: ReLU-like slope, and a max-pool. */
export interface HeadTail {
  readonly slope: number; // of negative values; 1 where no activation is included
  readonly pool: { readonly size: number; readonly stride: number } | undefined;
  readonly ops: number; // operations of the chain that are included
}

/** How much of the chain after operation `head` the loop takes along. */
export function headTail(ops: readonly TfOp[], head: number): HeadTail {
  let at = head + 1;
  let pool: HeadTail['pool'];
  const first = ops[at];
  if (first?.kind === 'max') {
    pool = { size: first.size, stride: first.stride };
    at++;
  }
  const op = ops[at];
  const slope = op?.kind === 'activation' ? negativeSlope(op.activation) : undefined;
  return { slope: slope ?? 1, pool, ops: at - head - 1 + (slope === undefined ? 0 : 1) };
}

/** The maps of one block of inputs, each [N, …shape], channels last. */
export class WasmHead {
  private readonly kernel: HeadKernel;
  private readonly out: readonly number[];

  constructor(maps: readonly Float32Array[], shape: readonly number[], tail: HeadTail) {
    const [count, height, width, channels] = shape.length === 4 ? shape : [shape[0], 1, 1, shape[1]];
    const { size: window, stride } = tail.pool ?? { size: 1, stride: 1 };
    const sides = { height: height!, width: width!, channels: channels! };
    this.kernel = new HeadKernel({ rank: maps.length - 1, ...sides, window, stride, slope: tail.slope }, maps, count!);
    const pooled = (side: number): number => Math.floor((side - window) / stride) + 1;
    this.out = shape.length === 4 ? [count!, pooled(height!), pooled(width!), channels!] : shape;
  }

  /** The value after the head and its tail at coefficients `c`. */
  at(c: Float64Array): Tensor {
    const backend = wasmBackend();
    const info = backend.makeOutput([...this.out], 'float32');
    (backend.typedArrayFromHeap(info) as Float32Array).set(this.kernel.values(c));
    return tf.engine().makeTensorFromTensorInfo(info, backend);
  }
}
