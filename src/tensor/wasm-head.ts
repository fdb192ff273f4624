/**
 * The first layer of an affine family on WASM: z = p_0 + Σ c_k p_{k+1} over the projected maps, with the pooling and ReLU that
 * follow, in one loop on the host that writes straight into the WASM heap. As separate operations it would be four passes
 * over the largest layer of the network.
 */
import { negativeSlope } from './activation.js';
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
  private readonly base: Float32Array; // p_0 + all terms but the last
  private readonly settled: Float64Array; // the coefficients in `base`
  private readonly out: readonly number[];

  constructor(
    private readonly maps: readonly Float32Array[],
    private readonly shape: readonly number[], // [N, H, W, C] or [N, units]
    private readonly tail: HeadTail,
  ) {
    this.base = new Float32Array(maps[0]!.length);
    this.settled = new Float64Array(Math.max(maps.length - 2, 0)).fill(Number.NaN);
    const { pool } = tail;
    const pooled = (size: number): number => Math.floor((size - pool!.size) / pool!.stride) + 1;
    const [n, h, w, c] = shape as readonly [number, number, number, number];
    this.out = pool === undefined ? shape : [n, pooled(h), pooled(w), c];
  }

  /** The terms that change least often: on a lattice the last coefficient changes alone. */
  private settle(c: Float64Array): void {
    const last = c.length - 1;
    if (this.settled.every((value, k) => value === c[k]) && (last > 0 || this.settledOnce)) return;
    this.settledOnce = true;
    const { base, maps } = this;
    base.set(maps[0]!);
    for (let k = 0; k < last; k++) {
      this.settled[k] = c[k]!;
      const map = maps[k + 1]!;
      const ck = c[k]!;
      for (let i = 0; i < base.length; i++) base[i]! += ck * map[i]!;
    }
  }
  private settledOnce = false;

  /** The value after the head and its tail at coefficients `c`. */
  at(c: Float64Array): Tensor {
    this.settle(c);
    const backend = wasmBackend();
    const info = backend.makeOutput([...this.out], 'float32');
    const out = backend.typedArrayFromHeap(info) as Float32Array;
    const { base, maps, tail, shape } = this;
    const map = maps.at(-1)!;
    const ck = Math.fround(c.at(-1)!);
    const { slope } = tail;
    if (tail.pool === undefined) {
      for (let i = 0; i < out.length; i++) {
        const v = base[i]! + ck * map[i]!;
        out[i] = v < 0 ? slope * v : v;
      }
    } else poolLoop(base, map, ck, slope, shape, this.out, tail.pool, out);
    return tf.engine().makeTensorFromTensorInfo(info, backend);
  }
}

function poolLoop(
  base: Float32Array,
  map: Float32Array,
  ck: number,
  slope: number,
  shape: readonly number[],
  pooled: readonly number[],
  pool: { readonly size: number; readonly stride: number },
  out: Float32Array,
): void {
  const [count, height, width, channels] = shape as readonly [number, number, number, number];
  const [, oh, ow] = pooled as readonly [number, number, number, number];
  const row = width * channels;
  const { size, stride } = pool;
  let to = 0;
  for (let n = 0; n < count; n++)
    for (let y = 0; y < oh; y++)
      for (let x = 0; x < ow; x++) {
        const corner = (n * height + y * stride) * row + x * stride * channels;
        for (let k = 0; k < channels; k++) {
          let best = Number.NEGATIVE_INFINITY;
          for (let dy = 0; dy < size; dy++) {
            let at = corner + dy * row + k;
            for (let dx = 0; dx < size; dx++) {
              best = Math.max(best, base[at]! + ck * map[at]!); // NaN passes
              at += channels;
            }
          }
          out[to++] = best < 0 ? slope * best : best;
        }
      }
}
