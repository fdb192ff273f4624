/** The fused route on WebGPU: a generated shader, few buffers of fixed size, dispatches of some tens of milliseconds. */
import type { EvaluateWork, WorkControl } from '../../catalog/work.js';
import type { BlockSums } from '../block-sums.js';
import { blockCount } from '../blocks.js';
import { Coefficients } from '../family.js';
import { type Breathe, Pace } from '../pace.js';
import type { GpuContext } from './gpu-context.js';
import { type Problem, problemOf, projectInputs } from './problem.js';
import { firstFormed, fusedWgsl, recordColumns, type ShaderShape, SPAN, SPAN_BLOCKS, TILE, WORKGROUP } from './wgsl.js';

const DISPATCH_TIME = 40; // ms that a dispatch aims at, its read included
const MEMBERS = 65_536; // in one dispatch, at most
const RECORD_BYTES = 1 << 26; // of inputs on the device; more inputs are taken in segments
const THETA_BYTES = 1 << 24; // of explicit θ in one dispatch
const SUMS = 1 << 21; // sums in one dispatch: members × spans

/** Records of four inputs each, [column][4]: values or maps, outputs, weights. The last is filled up with weight 0. */
async function packRecords(
  problem: Problem,
  shape: ShaderShape,
  control: WorkControl,
): Promise<Float32Array<ArrayBuffer>> {
  const first = problem.affine ? await projectInputs(problem, control) : problem.x;
  const { inputs, y, weights, chain } = problem;
  const columns = recordColumns(shape);
  const leading = columns - 1 - chain.outputs;
  const records = new Float32Array(Math.ceil(inputs / TILE) * TILE * columns);
  const pace = new Pace(control);
  for (let n = 0; n < Math.ceil(inputs / TILE) * TILE; n++) {
    if (n % 1024 === 0) await pace.step(0, 'preparing the inputs');
    const from = Math.min(n, inputs - 1);
    const at = Math.floor(n / TILE) * TILE * columns + (n % TILE);
    for (let i = 0; i < leading; i++) records[at + TILE * i] = first[from * leading + i]!;
    for (let o = 0; o < chain.outputs; o++) records[at + TILE * (leading + o)] = y[from * chain.outputs + o]!;
    if (n < inputs) records[at + TILE * (columns - 1)] = weights[n]!;
  }
  return records;
}

/** θ0 and the basis vectors of each formed parameter, side by side. */
function packFixed({ subspace }: Problem, shape: ShaderShape): Float32Array<ArrayBuffer> {
  if (subspace === undefined) return new Float32Array(0);
  const { origin, basis, rank, size } = subspace;
  const first = firstFormed(shape);
  const fixed = new Float32Array(Math.max(1, (size - first) * (rank + 1)));
  for (let p = first; p < size; p++)
    for (let k = 0; k <= rank; k++)
      fixed[(p - first) * (rank + 1) + k] = k === 0 ? origin[p]! : basis[(k - 1) * size + p]!;
  return fixed;
}

/** Coefficients [m, count] of members of an affine family, or θ [P, count]: one number of all members after the other. */
function packMembers({ family, chain }: Problem, members: Uint32Array): Float32Array<ArrayBuffer> {
  const count = members.length;
  if (family.kind !== 'explicit') {
    const coefficients = new Coefficients(family);
    const packed = new Float32Array(Math.max(1, coefficients.rank) * count);
    members.forEach((member, i) => {
      coefficients.write(member, packed, i, count);
    });
    return packed;
  }
  const packed = new Float32Array(chain.size * count);
  members.forEach((member, i) => {
    for (let p = 0; p < chain.size; p++) packed[p * count + i] = family.theta[member * chain.size + p]!;
  });
  return packed;
}

/** The buffers of one evaluation, and its dispatches. */
class GpuSums implements BlockSums {
  readonly route: string;
  readonly blocks: number;
  readonly scale = 1;
  readonly most: number;
  readonly lanes = WORKGROUP;
  readonly unit = SPAN_BLOCKS;
  readonly byBlock = false;
  readonly callTime = DISPATCH_TIME;
  private readonly segment: number; // spans whose records are on the device at a time
  private readonly spanBytes: number;
  private readonly buffers: GPUBuffer[] = [];
  private readonly job: GPUBuffer;
  private readonly recordBuffer: GPUBuffer;
  private readonly memberBuffer: GPUBuffer;
  private readonly sums: GPUBuffer;
  private readonly staging: GPUBuffer;
  private readonly bindings: GPUBindGroup;
  private resident = -1;

  constructor(
    private readonly gpu: GpuContext,
    private readonly pipeline: GPUComputePipeline,
    private readonly problem: Problem,
    shape: ShaderShape,
    private readonly records: Float32Array<ArrayBuffer>,
  ) {
    const { device } = gpu;
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    const spans = Math.max(1, Math.ceil(problem.inputs / SPAN));
    this.route = problem.route;
    this.blocks = blockCount(problem.inputs);
    this.spanBytes = 4 * recordColumns(shape) * SPAN;
    this.segment = Math.min(spans, Math.max(1, Math.floor(Math.min(RECORD_BYTES, limit) / this.spanBytes)));
    const { size } = problem.chain;
    const numbers = problem.subspace === undefined ? size : Math.max(1, problem.subspace.rank);
    const most = Math.max(1, Math.min(MEMBERS, Math.floor(THETA_BYTES / (4 * numbers))));
    this.most = Math.min(most, WORKGROUP * Math.max(1, Math.ceil(problem.members / WORKGROUP)));
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    this.job = this.buffer(16, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.recordBuffer = this.buffer(this.segment * this.spanBytes, storage);
    this.memberBuffer = this.buffer(this.most * 4 * numbers, storage);
    this.sums = this.buffer(8 * SUMS, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.staging = this.buffer(8 * SUMS, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    const bound = [this.job, this.recordBuffer, this.memberBuffer, this.sums];
    if (shape.lattice) {
      const fixed = packFixed(problem, shape);
      const buffer = this.buffer(fixed.byteLength, storage);
      device.queue.writeBuffer(buffer, 0, fixed);
      bound.push(buffer);
    }
    this.bindings = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  private buffer(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.gpu.device.createBuffer({ size, usage });
    this.buffers.push(buffer);
    return buffer;
  }

  async add(
    members: Uint32Array,
    from: number,
    to: number,
    loss: Float64Array,
    power: Float64Array,
    breathe: Breathe,
  ): Promise<void> {
    const { segment } = this;
    const count = members.length;
    const packed = packMembers(this.problem, members);
    const last = Math.ceil(to / SPAN_BLOCKS);
    const first = from / SPAN_BLOCKS;
    for (let span = first; span < last; ) {
      const end = Math.min(last, span + Math.max(1, Math.floor(SUMS / count)), span - (span % segment) + segment);
      const sums = await this.gpu.guard('fused evaluation', async (dispatches) => {
        if (span === first) this.gpu.device.queue.writeBuffer(this.memberBuffer, 0, packed);
        dispatches(1);
        return this.sum(count, span, end);
      });
      for (let s = 0; s < end - span; s++)
        for (let i = 0; i < count; i++) {
          loss[i]! += sums[2 * (s * count + i)]!;
          power[i]! += sums[2 * (s * count + i) + 1]!;
        }
      span = end;
      if (span < last) await breathe((span - first) / (last - first));
    }
  }

  /** The sums [spans, count] × (loss, power) of `count` members over spans [from, to), all in one segment. */
  private async sum(count: number, from: number, to: number): Promise<Float32Array> {
    const { device } = this.gpu;
    const first = from - (from % this.segment);
    const perSpan = this.spanBytes / 4;
    const records = this.records.subarray(first * perSpan, (first + this.segment) * perSpan);
    if (first !== this.resident) {
      device.queue.writeBuffer(this.recordBuffer, 0, records);
      this.resident = first;
    }
    const tiles = records.length / (perSpan / (SPAN / TILE));
    device.queue.writeBuffer(this.job, 0, new Uint32Array([count, count, tiles, from - first]));
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(this.pipeline);
    pass.setBindGroup(0, this.bindings);
    pass.dispatchWorkgroups(Math.ceil(count / WORKGROUP), to - from);
    pass.end();
    const bytes = 8 * count * (to - from);
    encoder.copyBufferToBuffer(this.sums, 0, this.staging, 0, bytes);
    device.queue.submit([encoder.finish()]);
    await this.staging.mapAsync(GPUMapMode.READ, 0, bytes);
    const sums = new Float32Array(this.staging.getMappedRange(0, bytes).slice(0));
    this.staging.unmap();
    return sums;
  }

  close(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}

/** An evaluation with a generated shader. */
export async function fusedGpuSums(work: EvaluateWork, control: WorkControl, gpu: GpuContext): Promise<BlockSums> {
  const problem = problemOf(work);
  const { subspace } = problem;
  const shape: ShaderShape = {
    chain: problem.chain,
    lattice: subspace && { rank: subspace.rank },
    affine: problem.affine,
  };
  const records = await packRecords(problem, shape, control);
  return gpu.guard('fused evaluation', async () => {
    const pipeline = await gpu.pipeline(fusedWgsl(shape));
    return new GpuSums(gpu, pipeline, problem, shape, records);
  });
}
