/** The layered route and `forward` by TensorFlow.js on WASM, whose matrix products and convolutions are the fastest there. */
import type { Architecture } from '../catalog/architecture.js';
import type { ForwardEngine } from './backing.js';
import { firstLayerSize, type LayeredBlock } from './layered.js';
import type { Members } from './members.js';
import type { Breathe } from './pace.js';
import { type Tensor, tf } from './tf.js';
import { applyOp, chainOf, inputTensor, runChain, type TfChain } from './tf-network.js';
import { isDense, isLong, runChainInParts } from './tf-parts.js';
import type { ThetaOrder } from './theta-order.js';
import { headTail, WasmHead } from './wasm-head.js';

/** Runs device work so that its faults become typed errors; see GpuContext. */
export type Guard = <T>(label: string, block: () => Promise<T>) => Promise<T>;

const LAYER_NUMBERS = 2 ** 18; // of the largest layer of one block: stays near the second-level cache
const LAYER_NUMBERS_OF_MANY = 2 ** 21; // where θ is larger than that: its matrices are read and packed once for each block
const LARGEST_BLOCK = 1024;

/** Runs networks of one Architecture. `scale` below 1 takes smaller blocks, after a lack of memory. */
export class TfEngine implements ForwardEngine {
  readonly block: number;
  readonly group = 1;
  readonly order: ThetaOrder;
  private readonly chain: TfChain;

  constructor(
    private readonly architecture: Architecture,
    private readonly guard: Guard,
    scale = 1,
  ) {
    this.chain = chainOf(architecture);
    this.order = this.chain.order;
    const numbers = isDense(this.chain) && this.order.size > LAYER_NUMBERS ? LAYER_NUMBERS_OF_MANY : LAYER_NUMBERS;
    const fits = Math.min(LARGEST_BLOCK, numbers / this.chain.widest) * scale;
    this.block = Math.max(1, 2 ** Math.floor(Math.log2(fits)));
  }

  async open(x: Float32Array, count: number, members: Members, affine: boolean): Promise<LayeredBlock> {
    const input = inputTensor(this.chain, x, count);
    const theta = new Float32Array(members.size);
    if (!affine)
      return this.runner(
        (member, breathe) => {
          members.theta(member, theta);
          return this.outputs(input, theta, 0, breathe);
        },
        () => input.dispose(),
      );
    const head = this.chain.ops.findIndex((op) => op.kind === 'dense' || op.kind === 'conv');
    const tail = headTail(this.chain.ops, head);
    const start = await this.guard('projection', async () => {
      try {
        const { maps, shape } = this.project(input, head, members);
        return new WasmHead(maps, shape, tail);
      } finally {
        input.dispose();
      }
    });
    const skip = firstLayerSize(this.architecture);
    const next = head + 1 + tail.ops;
    return this.runner(
      async (member, breathe) => {
        members.theta(member, theta, skip);
        const z = start.at(members.coefficients(member));
        try {
          return await this.outputs(z, theta, next, breathe);
        } finally {
          z.dispose();
        }
      },
      () => {},
    );
  }

  /** The first linear layer of θ0 and of every basis vector on the inputs, on the host. */
  private project(input: Tensor, head: number, members: Members): { maps: Float32Array[]; shape: readonly number[] } {
    const before = this.chain.ops.slice(0, head); // a flatten at most
    const maps = Array.from({ length: members.subspace!.rank + 1 }, (_, k) => {
      const theta = members.map(k);
      const map = tf.tidy(() =>
        applyOp(
          this.chain.ops[head]!,
          before.reduce((x, op) => applyOp(op, x, theta, false), input),
          theta,
          false,
        ),
      );
      try {
        return { values: map.dataSync<'float32'>(), shape: map.shape };
      } finally {
        map.dispose();
      }
    });
    return { maps: maps.map(({ values }) => values), shape: maps[0]!.shape };
  }

  private runner(outputs: (member: number, breathe: Breathe) => Promise<Tensor>, close: () => void): LayeredBlock {
    return {
      run: ([member], breathe) => this.guard('evaluate', async () => [await read(await outputs(member!, breathe))]),
      close,
    };
  }

  /** Outputs [count, k] of one θ. */
  async forward(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<ArrayLike<number>> {
    const ours = new Float32Array(theta.length);
    this.order.take(theta, 0, ours);
    const input = inputTensor(this.chain, x, count);
    try {
      return await this.guard('forward', async () => read(await this.outputs(input, ours, 0, breathe)));
    } finally {
      input.dispose();
    }
  }

  /** Outputs [N, k] from the input of operation `from`, in slices where it takes long. */
  private async outputs(x: Tensor, theta: Float32Array, from: number, breathe: Breathe): Promise<Tensor> {
    if (isLong(this.chain, x.shape[0]!)) return runChainInParts(this.chain, x, theta, from, breathe);
    return tf.tidy(() => runChain(this.chain, x, theta, from));
  }
}

/** The numbers of a tensor, which is freed. */
async function read(tensor: Tensor): Promise<Float32Array> {
  try {
    return await tensor.data<'float32'>();
  } finally {
    tensor.dispose();
  }
}
