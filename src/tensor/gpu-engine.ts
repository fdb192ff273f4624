/** The layered route and `forward` on WebGPU: groups of members through our own kernels, with one read for each group. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import type { ForwardEngine } from './backing.js';
import { INPUT_BLOCK, powerOfTwo } from './blocks.js';
import { type Step, stepsOf } from './cpu-steps.js';
import type { GuardedGpu } from './gpu.js';
import { GpuBlock } from './gpu-block.js';
import type { GpuKernel, GpuShape } from './gpu-frame.js';
import { combineKernel, kernelsOf } from './gpu-kernels.js';
import { rowsOf } from './gpu-rows.js';
import { formKernel, sumKernel } from './gpu-sum-kernels.js';
import { type BlockSum, firstLayerSize, type LayeredBlock } from './layered.js';
import { Members } from './members.js';
import type { Breathe } from './pace.js';

const LAYER_NUMBERS = { software: 2 ** 21, hardware: 2 ** 24 } as const; // of one layer of a group
const BLOCK = 4 * INPUT_BLOCK;
const MOST_MEMBERS = { software: 64, hardware: 4096 } as const;
const THETA_NUMBERS = { software: 2 ** 23, hardware: 2 ** 25 } as const; // of all members of a group

type Opening = Parameters<ForwardEngine['open']>;

/** A block that is prepared when it first runs: that takes its time, and breathes. */
class LateBlock implements LayeredBlock {
  private block: GpuBlock | undefined;

  constructor(
    readonly group: number,
    private readonly prepare: (breathe: Breathe) => Promise<GpuBlock>,
  ) {}

  private async ready(breathe: Breathe): Promise<GpuBlock> {
    this.block ??= await this.prepare(() => breathe(0));
    return this.block;
  }

  async run(chosen: Uint32Array, breathe: Breathe): Promise<readonly ArrayLike<number>[]> {
    return (await this.ready(breathe)).run(chosen, breathe);
  }

  async sums(chosen: Uint32Array, breathe: Breathe): Promise<BlockSum> {
    return (await this.ready(breathe)).sums(chosen, breathe);
  }

  close(): void {
    this.block?.close();
  }
}

/** Runs networks of one Architecture on a guarded GPU. `scale` below 1 takes smaller blocks and groups. */
export class GpuEngine implements ForwardEngine {
  readonly block: number;
  readonly cappedBlock: number;
  private readonly layer: number; // numbers of one layer of a group
  private readonly most: number; // members of a group, whatever their layers
  private readonly steps: readonly Step[];
  private readonly features: number;
  private readonly size: number; // P
  private readonly outputs: number; // k
  private readonly widest: number; // rows of the widest step

  constructor(
    private readonly architecture: Architecture,
    private readonly gpu: GuardedGpu,
    private readonly software: boolean,
    scale: number,
  ) {
    const layout = layoutOf(architecture);
    this.steps = stepsOf(architecture);
    this.features = product(architecture.input);
    this.size = layout.size;
    this.outputs = layout.outputs;
    this.widest = Math.max(this.features, ...this.steps.map((step) => step.rows));
    const kind = software ? 'software' : 'hardware';
    const limit = Math.min(gpu.device.limits.maxStorageBufferBindingSize, gpu.device.limits.maxBufferSize) / 4;
    const numbers = scale * Math.min(LAYER_NUMBERS[kind], limit);
    this.block = powerOfTwo(Math.min(BLOCK * scale, numbers / this.widest), 4);
    this.cappedBlock = Math.min(this.block, INPUT_BLOCK);
    this.layer = numbers;
    const vectors = Math.min(scale * THETA_NUMBERS[kind], limit) / Math.max(1, this.size);
    this.most = Math.max(1, Math.floor(Math.min(MOST_MEMBERS[kind], vectors)));
  }

  async open(...given: Opening): Promise<LayeredBlock> {
    const [, count, members] = given;
    const layers = Math.max(1, Math.floor(this.layer / (4 * this.widest * Math.ceil(count / 4))));
    const group = Math.min(this.most, layers, members.count);
    return new LateBlock(group, (breathe) => this.prepared(given, group, breathe));
  }

  private async prepared(
    [x, count, members, affine, target]: Opening,
    group: number,
    breathe: Breathe,
  ): Promise<GpuBlock> {
    const columns = Math.ceil(count / 4);
    const shape: GpuShape = { columns, size: this.size, staged: !this.software };
    let block: GpuBlock | undefined;
    try {
      return await this.gpu.guard('preparing', async (dispatches) => {
        block = new GpuBlock(this.gpu, count, this.outputs, members, group);
        const input = block.upload(rowsOf(x, count, columns));
        const { from, kernels } = affine
          ? await this.projected(block, input, members, shape, dispatches, breathe)
          : { from: input, kernels: kernelsOf(this.steps, this.features, shape) };
        const { subspace } = members;
        if (subspace !== undefined) {
          const first = affine ? firstLayerSize(this.architecture) : 0;
          await block.form(formKernel(subspace.rank, first, this.size), breathe);
        }
        await block.bind(kernels, from, this.widest, breathe, target && sumKernel(this.outputs, shape), target);
        return block;
      });
    } catch (error) {
      block?.close();
      throw error;
    }
  }

  /** The first linear layer of θ0 and of every basis vector, once, as maps; and the kernels that follow. */
  private async projected(
    block: GpuBlock,
    input: GPUBuffer,
    members: Members,
    shape: GpuShape,
    dispatches: (count: number) => void,
    breathe: Breathe,
  ): Promise<{ from: GPUBuffer; kernels: GpuKernel[] }> {
    const head = this.steps.findIndex((step) => step.kind === 'linear');
    const { rank } = members.subspace!;
    const maps = new Float32Array((rank + 1) * this.size);
    for (let k = 0; k <= rank; k++) maps.set(members.map(k), k * this.size);
    const family = new Members({ kind: 'explicit', theta: maps, count: rank + 1 });
    const projection = new GpuBlock(this.gpu, 4 * shape.columns, 0, family, rank + 1);
    try {
      await projection.bind(
        kernelsOf(this.steps.slice(0, head + 1), this.features, shape),
        input,
        this.widest,
        breathe,
      );
      const from = await projection.keepResult(block, dispatches, breathe);
      const after = this.steps[head + 1];
      const activation = after?.kind === 'activation' ? after.activation : undefined;
      const { rows } = this.steps[head]!;
      const rest = this.steps.slice(head + (activation === undefined ? 1 : 2));
      const [next] = rest;
      const isPool = next?.kind === 'max' || next?.kind === 'mean';
      const pool = isPool && next.rows * next.taps.length <= rows ? next : undefined;
      const combine = combineKernel(rows, rank, activation, pool, shape);
      return { from, kernels: [combine, ...kernelsOf(pool ? rest.slice(1) : rest, combine.rows, shape)] };
    } finally {
      projection.close();
    }
  }

  /** Outputs [count, k] of one θ. */
  async forward(
    theta: Float32Array,
    x: Float32Array,
    count: number,
    breathe: (share: number) => Promise<void>,
  ): Promise<ArrayLike<number>> {
    const block = await this.open(x, count, new Members({ kind: 'explicit', theta, count: 1 }), false);
    try {
      return (await block.run(Uint32Array.of(0), breathe))[0]!;
    } finally {
      block.close();
    }
  }
}
