/** The layered route and `forward` on WebGPU: groups of members through our own kernels, one submission and one read per group. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import type { ForwardEngine } from './backing.js';
import { type Step, stepsOf } from './cpu-steps.js';
import type { GuardedGpu } from './gpu.js';
import { combineKernel, type GpuKernel, kernelsOf } from './gpu-kernels.js';
import { firstLayerSize, type LayeredBlock } from './layered.js';
import { Members } from './members.js';

const LAYER_NUMBERS = { software: 2 ** 21, hardware: 2 ** 23 } as const; // of one layer of a group; a dispatch ends at 2 ** 22 vec4s
const BLOCK = { software: 128, hardware: 512 } as const;
const MOST_MEMBERS = 64;
const THETA_NUMBERS = 2 ** 23; // of all members of a group

interface Bound {
  readonly kernel: GpuKernel;
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
  readonly shared: boolean; // run once for all members
}

/** Inputs [count, features] as rows [features][columns × 4], the last column filled up with zeros. */
function rowsOf(x: Float32Array, count: number, columns: number): Float32Array<ArrayBuffer> {
  const features = x.length / count;
  const rows = new Float32Array(features * columns * 4);
  for (let n = 0; n < count; n++) for (let f = 0; f < features; f++) rows[f * columns * 4 + n] = x[n * features + f]!;
  return rows;
}

/** Runs networks of one Architecture on a guarded GPU. `scale` below 1 takes smaller blocks and groups. */
export class GpuEngine implements ForwardEngine {
  readonly block: number;
  readonly group: number;
  readonly order = undefined;
  private readonly steps: readonly Step[];
  private readonly features: number;
  private readonly size: number; // P
  private readonly outputs: number; // k
  private readonly widest: number; // rows of the widest step

  constructor(
    private readonly architecture: Architecture,
    private readonly gpu: GuardedGpu,
    software: boolean,
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
    this.block = Math.max(4, 2 ** Math.floor(Math.log2(Math.min(BLOCK[kind] * scale, numbers / this.widest))));
    const fits = Math.min(numbers / (this.widest * this.block), THETA_NUMBERS / Math.max(1, this.size));
    this.group = Math.max(1, Math.min(MOST_MEMBERS, Math.floor(fits)));
  }

  async open(x: Float32Array, count: number, members: Members, affine: boolean): Promise<LayeredBlock> {
    const block = new GpuBlock(this.gpu, count, this.outputs);
    try {
      await this.gpu.guard('preparing', (dispatches) => this.prepare(block, x, count, members, affine, dispatches));
    } catch (error) {
      block.close();
      throw error;
    }
    return block;
  }

  private async prepare(
    block: GpuBlock,
    x: Float32Array,
    count: number,
    members: Members,
    affine: boolean,
    dispatches: (count: number) => void,
  ): Promise<void> {
    const columns = Math.ceil(count / 4);
    const input = block.upload(rowsOf(x, count, columns));
    const group = Math.min(this.group, members.count);
    if (!affine) {
      await block.bind(kernelsOf(this.steps, this.features, this.size), input, this.widest, group, this.size);
      block.fill = (member, theta, at) => members.theta(member, theta.subarray(at, at + this.size));
      return;
    }
    // the first linear layer of θ0 and of every basis vector, once
    const head = this.steps.findIndex((step) => step.kind === 'linear');
    const maps = members.subspace!.rank + 1;
    const start = kernelsOf(this.steps.slice(0, head + 1), this.features, this.size);
    const projection = new GpuBlock(this.gpu, count, 0);
    try {
      await projection.bind(start, input, this.widest, maps, this.size);
      const all = new Float32Array(maps * this.size);
      for (let k = 0; k < maps; k++) all.set(members.map(k), k * this.size);
      projection.submit(all, maps, dispatches);
      const next = this.steps[head + 1];
      const activation = next?.kind === 'activation' ? next.activation : undefined;
      const rows = this.steps[head]!.rows;
      const rest = this.steps.slice(head + (activation === undefined ? 1 : 2));
      const kernels = [combineKernel(rows, maps, activation), ...kernelsOf(rest, rows, this.size)];
      await block.bind(kernels, projection.keepResult(block), this.widest, group, this.size, maps);
    } finally {
      projection.close();
    }
    const skip = firstLayerSize(this.architecture);
    block.fill = (member, theta, at) => members.theta(member, theta.subarray(at, at + this.size), skip);
    block.coefficients = (member, out, at) => {
      out[at] = 1;
      out.set(members.coefficients(member), at + 1);
    };
  }

  /** Outputs [count, k] of one θ. */
  async forward(theta: Float32Array, x: Float32Array, count: number): Promise<ArrayLike<number>> {
    const block = await this.open(x, count, new Members({ kind: 'explicit', theta, count: 1 }), false);
    try {
      return (await block.run(Uint32Array.of(0), async () => undefined))[0]!;
    } finally {
      block.close();
    }
  }
}

/** One block of inputs with its buffers: values pass between two of them. */
class GpuBlock implements LayeredBlock {
  fill: (member: number, theta: Float32Array, at: number) => void = () => undefined;
  coefficients: ((member: number, out: Float32Array, at: number) => void) | undefined;
  private buffers: GPUBuffer[] = [];
  private bound: Bound[] = [];
  private theta: GPUBuffer | undefined;
  private weights: GPUBuffer | undefined; // coefficients of the maps
  private staging: GPUBuffer | undefined;
  private result: GPUBuffer | undefined;
  private size = 0;
  private maps = 0;
  private readonly columns: number;

  constructor(
    private readonly gpu: GuardedGpu,
    private readonly count: number,
    private readonly outputs: number,
  ) {
    this.columns = Math.ceil(count / 4);
  }

  private buffer(bytes: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.gpu.device.createBuffer({ size: Math.max(16, bytes), usage });
    this.buffers.push(buffer);
    return buffer;
  }

  upload(data: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>, usage = GPUBufferUsage.STORAGE): GPUBuffer {
    const buffer = this.buffer(data.byteLength, usage | GPUBufferUsage.COPY_DST | GPUBufferUsage.COPY_SRC);
    this.gpu.device.queue.writeBuffer(buffer, 0, data);
    return buffer;
  }

  /** Makes pipelines and bind groups: `input` through the kernels, for up to `group` members of `size` parameters. */
  async bind(
    kernels: readonly GpuKernel[],
    input: GPUBuffer,
    widest: number,
    group: number,
    size: number,
    maps = 0,
  ): Promise<void> {
    const { columns } = this;
    const layer = group * widest * columns * 16;
    const values = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;
    const pair = [this.buffer(layer, values), this.buffer(layer, values)] as const;
    const written = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.theta = this.buffer(group * size * 4, written);
    this.size = size;
    this.maps = maps;
    if (maps > 0) this.weights = this.buffer(group * maps * 4, written);
    if (this.outputs > 0)
      this.staging = this.buffer(
        group * this.outputs * columns * 16,
        GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST,
      );
    const jobs = [0, 1].map((shared) => this.upload(Uint32Array.of(columns, shared, 0, 0), GPUBufferUsage.UNIFORM));
    let from = input;
    let common = maps === 0; // all members read the inputs themselves
    for (const [i, kernel] of kernels.entries()) {
      const pipeline = await this.gpu.pipeline(kernel.code);
      const out = pair[i % 2]!;
      const parameters = maps > 0 && i === 0 ? this.weights! : this.theta;
      const bound = [jobs[common ? 1 : 0]!, from, out, parameters, this.upload(kernel.table)];
      const bindings = this.gpu.device.createBindGroup({
        layout: pipeline.getBindGroupLayout(0),
        entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
      });
      this.bound.push({ kernel, pipeline, bindings, shared: common && !kernel.perMember });
      if (kernel.perMember) common = false;
      from = out;
    }
    this.result = from;
    this.repeat = common;
  }
  private repeat = false; // a network without parameters: all members share one result

  /** Queues the kernels for members with these parameters, and what `then` adds. */
  submit(
    theta: Float32Array<ArrayBuffer>,
    members: number,
    dispatches: (count: number) => void,
    then?: (encoder: GPUCommandEncoder) => void,
  ): void {
    const { device } = this.gpu;
    device.queue.writeBuffer(this.theta!, 0, theta, 0, members * this.size);
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const { kernel, pipeline, bindings, shared } of this.bound) {
      pass.setPipeline(pipeline);
      pass.setBindGroup(0, bindings);
      pass.dispatchWorkgroups(...kernel.groups(this.columns), shared ? 1 : members);
    }
    pass.end();
    then?.(encoder);
    device.queue.submit([encoder.finish()]);
    dispatches(this.bound.length);
  }

  /** Hands the buffer of the last result over to another block, which closes it. */
  keepResult(to: GpuBlock): GPUBuffer {
    const kept = this.result!;
    this.buffers = this.buffers.filter((buffer) => buffer !== kept);
    to.buffers.push(kept);
    return kept;
  }

  run(chosen: Uint32Array): Promise<readonly ArrayLike<number>[]> {
    return this.gpu.guard('evaluate', async (dispatches) => {
      const members = chosen.length;
      const theta = new Float32Array(members * this.size);
      for (let i = 0; i < members; i++) this.fill(chosen[i]!, theta, i * this.size);
      if (this.coefficients !== undefined) {
        const weights = new Float32Array(members * this.maps);
        for (let i = 0; i < members; i++) this.coefficients(chosen[i]!, weights, i * this.maps);
        this.gpu.device.queue.writeBuffer(this.weights!, 0, weights);
      }
      const row = this.columns * 4;
      const results = this.repeat ? 1 : members;
      const bytes = results * this.outputs * row * 4;
      this.submit(theta, members, dispatches, (encoder) =>
        encoder.copyBufferToBuffer(this.result!, 0, this.staging!, 0, bytes),
      );
      await this.staging!.mapAsync(GPUMapMode.READ, 0, bytes);
      const values = new Float32Array(this.staging!.getMappedRange(0, bytes).slice(0));
      this.staging!.unmap();
      return Array.from({ length: members }, (_, i) => this.transposed(values, this.repeat ? 0 : i, row));
    });
  }

  /** [k][inputs] of one member to [count, k]. */
  private transposed(values: Float32Array, member: number, row: number): Float32Array {
    const { count, outputs } = this;
    const out = new Float32Array(count * outputs);
    for (let j = 0; j < outputs; j++)
      for (let n = 0; n < count; n++) out[n * outputs + j] = values[(member * outputs + j) * row + n]!;
    return out;
  }

  close(): void {
    for (const buffer of this.buffers.splice(0)) buffer.destroy();
  }
}
