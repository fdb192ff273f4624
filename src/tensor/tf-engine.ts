/** The layered route and `forward` by TensorFlow.js, on WASM or WebGPU. */
import type { Architecture } from '../catalog/architecture.js';
import type { ForwardEngine } from './backing.js';
import { firstLayerSize, type LayeredBlock } from './layered.js';
import type { Members } from './members.js';
import { type Tensor, tf } from './tf.js';
import { applyOp, chainOf, inputTensor, runChain, type TfChain } from './tf-network.js';
import { headTail, WasmHead } from './wasm-head.js';

/** Runs device work inside the device's guard; see GpuContext. On WASM it only counts faults. */
export type Guard = <T>(label: string, block: () => Promise<T>) => Promise<T>;

// Numbers in the largest layer of one block: on WASM near the second-level cache, on a GPU enough to fill it.
const BLOCK_NUMBERS = { wasm: 2 ** 18, webgpu: 2 ** 21 } as const;

/** Runs networks of one Architecture. `scale` below 1 takes smaller blocks, after a lack of memory. */
export class TfEngine implements ForwardEngine {
  readonly block: number;
  readonly group: number;
  readonly order: Int32Array;
  private readonly chain: TfChain;

  constructor(
    private readonly architecture: Architecture,
    private readonly backend: 'wasm' | 'webgpu',
    private readonly guard: Guard,
    scale = 1,
  ) {
    this.chain = chainOf(architecture);
    this.order = this.chain.order;
    const fits = (scale * BLOCK_NUMBERS[backend]) / this.chain.widest;
    this.block = Math.max(1, 2 ** Math.floor(Math.log2(Math.min(1024 * scale, fits))));
    this.group = backend === 'wasm' ? 1 : Math.max(1, Math.floor(32 * scale)); // reads cost a round trip on a GPU
  }

  /** θ of PyTorch's order in ours. */
  reordered(theta: ArrayLike<number>): Float32Array {
    return Float32Array.from(this.order, (from) => theta[from]!);
  }

  async open(x: Float32Array, count: number, members: Members, affine: boolean): Promise<LayeredBlock> {
    const input = inputTensor(this.chain, x, count);
    const theta = new Float32Array(members.size);
    try {
      if (!affine)
        return this.runner(
          (member) => {
            members.theta(member, theta);
            return runChain(this.chain, input, theta);
          },
          () => input.dispose(),
        );
      const head = this.chain.ops.findIndex((op) => op.kind === 'dense' || op.kind === 'conv');
      const maps = await this.project(input, head, members);
      input.dispose();
      const skip = firstLayerSize(this.architecture);
      const start = await this.combination(maps, head);
      return this.runner(
        (member) => {
          members.theta(member, theta, skip);
          return runChain(this.chain, start.at(members.coefficients(member)), theta, start.next);
        },
        () => start.close(),
      );
    } catch (error) {
      input.dispose();
      throw error;
    }
  }

  /** The first linear layer of θ0 and of every basis vector on the inputs. */
  private project(input: Tensor, head: number, members: Members): Promise<Tensor[]> {
    return this.guard('projection', async () =>
      tf.tidy(() => {
        let x = input;
        for (let i = 0; i < head; i++) x = applyOp(this.chain.ops[i]!, x, members.map(0), false);
        return Array.from({ length: members.lattice!.subspace.rank + 1 }, (_, k) =>
          applyOp(this.chain.ops[head]!, x, members.map(k), false),
        );
      }),
    );
  }

  private async combination(
    maps: Tensor[],
    head: number,
  ): Promise<{ at(c: Float64Array): Tensor; next: number; close(): void }> {
    if (this.backend === 'webgpu') {
      const at = (c: Float64Array): Tensor => {
        let z = maps[0]!;
        for (let k = 0; k < c.length; k++) z = tf.add(z, tf.mul(maps[k + 1]!, c[k]!));
        return z;
      };
      return { at, next: head + 1, close: () => tf.dispose(maps) };
    }
    const tail = headTail(this.chain.ops, head);
    const host = new WasmHead(
      maps.map((map) => map.dataSync() as Float32Array),
      maps[0]!.shape,
      tail,
    );
    tf.dispose(maps);
    return { at: (c) => host.at(c), next: head + 1 + tail.ops, close: () => {} };
  }

  private runner(outputs: (member: number) => Tensor, close: () => void): LayeredBlock {
    return {
      run: (from, to) =>
        this.guard('evaluate', async () => {
          const joined = tf.tidy(() => {
            const values = Array.from({ length: to - from }, (_, i) => tf.reshape(outputs(from + i), [-1]));
            return values.length === 1 ? values[0]! : tf.concat(values);
          });
          try {
            const values = (await joined.data()) as Float32Array;
            const size = values.length / (to - from);
            return Array.from({ length: to - from }, (_, i) => values.subarray(i * size, (i + 1) * size));
          } finally {
            joined.dispose();
          }
        }),
      close,
    };
  }

  /** Outputs [count, k] of one θ. */
  forward(theta: Float32Array, x: Float32Array, count: number): Promise<ArrayLike<number>> {
    const ours = this.reordered(theta);
    return this.guard('forward', async () => {
      const out = tf.tidy(() => runChain(this.chain, inputTensor(this.chain, x, count), ours));
      try {
        return await out.data();
      } finally {
        out.dispose();
      }
    });
  }
}
