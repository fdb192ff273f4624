/** The fused route on WebGPU: a generated shader, few buffers of fixed size, dispatches of some tens of milliseconds. */
import type { EvaluateWork, Evaluation, WorkControl } from '../../catalog/work.js';
import { latticeAxis, latticeIndex } from '../family.js';
import { Pace } from '../pace.js';
import type { GpuContext } from './gpu-context.js';
import { type Problem, problemOf, progressText, projectInputs } from './problem.js';
import { firstFormed, fusedWgsl, recordColumns, type ShaderShape, SPAN, TILE, WORKGROUP } from './wgsl.js';

const DISPATCH_TIME = 40; // ms that a dispatch aims at, its read included
const FIRST_DISPATCH = 1e7; // multiply-adds of the first dispatch, before a rate is known
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
  const first = problem.affine ? await projectInputs(problem, problem.affine, control) : problem.x;
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

/** θ0 and the basis vectors of each formed parameter, side by side, then the lattice's axis. */
function packFixed({ family }: Problem, shape: ShaderShape): Float32Array<ArrayBuffer> {
  if (family.kind === 'explicit') return new Float32Array(0);
  const { lattice } = family;
  const { origin, basis, rank, size } = lattice.subspace;
  const first = firstFormed(shape);
  const axis = (size - first) * (rank + 1);
  const fixed = new Float32Array(axis + lattice.points);
  for (let i = 0; i < lattice.points; i++) fixed[axis + i] = latticeAxis(lattice, i);
  for (let p = first; p < size; p++)
    for (let k = 0; k <= rank; k++)
      fixed[(p - first) * (rank + 1) + k] = k === 0 ? origin[p]! : basis[(k - 1) * size + p]!;
  return fixed;
}

/** Lattice indices of members [start, end), or their θ as [P, capacity]. */
function packMembers(
  { family, chain }: Problem,
  start: number,
  end: number,
  capacity: number,
): Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer> {
  if (family.kind !== 'explicit')
    return Uint32Array.from({ length: end - start }, (_, i) => latticeIndex(family, start + i));
  const packed = new Float32Array(chain.size * capacity);
  for (let i = 0; i < end - start; i++)
    for (let p = 0; p < chain.size; p++) packed[p * capacity + i] = family.theta[(start + i) * chain.size + p]!;
  return packed;
}

/** The buffers of one evaluation, and its dispatches. */
class Dispatcher {
  readonly capacity: number; // members in one dispatch
  readonly segment: number; // spans whose records are on the device at a time
  readonly spans: number;
  private readonly buffers: GPUBuffer[] = [];
  private readonly job: GPUBuffer;
  private readonly recordBuffer: GPUBuffer;
  private readonly memberBuffer: GPUBuffer;
  private readonly sums: GPUBuffer;
  private readonly staging: GPUBuffer;
  private readonly bindings: GPUBindGroup;
  private resident = -1;

  constructor(
    private readonly device: GPUDevice,
    private readonly pipeline: GPUComputePipeline,
    problem: Problem,
    shape: ShaderShape,
    private readonly records: Float32Array<ArrayBuffer>,
  ) {
    const { maxStorageBufferBindingSize, maxBufferSize } = device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    this.spans = Math.ceil(problem.inputs / SPAN);
    this.points = problem.family.kind === 'explicit' ? 0 : problem.family.lattice.points;
    this.spanBytes = 4 * recordColumns(shape) * SPAN;
    this.segment = Math.min(this.spans, Math.max(1, Math.floor(Math.min(RECORD_BYTES, limit) / this.spanBytes)));
    const { size } = problem.chain;
    this.capacity = shape.lattice ? MEMBERS : Math.max(1, Math.min(MEMBERS, Math.floor(THETA_BYTES / (4 * size))));
    this.capacity = Math.min(this.capacity, WORKGROUP * Math.ceil(problem.members / WORKGROUP));
    const storage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST;
    const fixed = packFixed(problem, shape);
    this.job = this.buffer(32, GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST);
    this.recordBuffer = this.buffer(this.segment * this.spanBytes, storage);
    this.memberBuffer = this.buffer(this.capacity * 4 * (shape.lattice ? 1 : size), storage);
    this.sums = this.buffer(8 * SUMS, GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC);
    this.staging = this.buffer(8 * SUMS, GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST);
    const bound = [this.job, this.recordBuffer, this.memberBuffer, this.sums];
    if (shape.lattice) {
      const buffer = this.buffer(fixed.byteLength, storage);
      device.queue.writeBuffer(buffer, 0, fixed);
      bound.push(buffer);
    }
    this.bindings = device.createBindGroup({
      layout: pipeline.getBindGroupLayout(0),
      entries: bound.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
  }

  private readonly spanBytes: number;
  private readonly points: number; // per axis of the lattice

  private buffer(size: number, usage: GPUBufferUsageFlags): GPUBuffer {
    const buffer = this.device.createBuffer({ size, usage });
    this.buffers.push(buffer);
    return buffer;
  }

  setMembers(packed: Float32Array<ArrayBuffer> | Uint32Array<ArrayBuffer>): void {
    this.device.queue.writeBuffer(this.memberBuffer, 0, packed);
  }

  /** The sums [spans, count] × (loss, power) of `count` members over spans [from, to), all in one segment. */
  async sum(count: number, from: number, to: number): Promise<Float32Array> {
    const { device } = this;
    const first = from - (from % this.segment);
    const perSpan = this.spanBytes / 4;
    const records = this.records.subarray(first * perSpan, (first + this.segment) * perSpan);
    if (first !== this.resident) {
      device.queue.writeBuffer(this.recordBuffer, 0, records);
      this.resident = first;
    }
    const tiles = records.length / (perSpan / (SPAN / TILE));
    device.queue.writeBuffer(this.job, 0, new Uint32Array([count, count, tiles, from - first, this.points]));
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

  dispose(): void {
    for (const buffer of this.buffers) buffer.destroy();
  }
}

/** Evaluates a Family with a generated shader. */
export async function evaluateFusedWebGPU(
  work: EvaluateWork,
  control: WorkControl,
  gpu: GpuContext,
): Promise<Evaluation> {
  const problem = problemOf(work);
  const { members, inputs, route, chain, affine } = problem;
  const loss = new Float32Array(members);
  const power = new Float32Array(members);
  const pace = new Pace(control);
  if (members === 0 || inputs === 0) return { loss, power, route };
  const lattice = work.family.kind === 'explicit' ? undefined : work.family.lattice;
  const shape: ShaderShape = {
    chain,
    lattice: lattice && { rank: lattice.subspace.rank },
    affine: affine !== undefined,
  };
  const records = await packRecords(problem, shape, control);
  const dispatcher = await gpu.guard('fused evaluation', async () => {
    const pipeline = await gpu.pipeline(fusedWgsl(shape));
    return new Dispatcher(gpu.device, pipeline, problem, shape, records);
  });
  try {
    const { capacity, spans, segment } = dispatcher;
    const totals = new Float64Array(2 * capacity);
    let cells = FIRST_DISPATCH / (SPAN * (chain.size + recordColumns(shape))); // members × spans in one dispatch
    for (let start = 0; start < members; ) {
      const wanted = Math.min(capacity, Math.floor(cells / spans));
      const end = Math.min(members, start + WORKGROUP * Math.max(1, Math.floor(wanted / WORKGROUP)));
      const count = end - start;
      totals.fill(0);
      const packed = packMembers(problem, start, end, count);
      for (let from = 0; from < spans; ) {
        const most = Math.min(MEMBERS - 1, Math.max(1, Math.floor(Math.min(cells, SUMS) / count)));
        const to = Math.min(spans, from + most, from - (from % segment) + segment);
        const began = performance.now();
        const sums = await gpu.guard('fused evaluation', async (dispatches) => {
          if (from === 0) dispatcher.setMembers(packed);
          dispatches(1);
          return dispatcher.sum(count, from, to);
        });
        for (let s = 0; s < to - from; s++)
          for (let i = 0; i < 2 * count; i++) totals[i] = totals[i]! + sums[2 * s * count + i]!;
        const elapsed = Math.max(0.1, performance.now() - began);
        cells = Math.min(4 * cells, (count * (to - from) * DISPATCH_TIME) / elapsed);
        from = to;
        const done = start + (count * to) / spans;
        await pace.step(done / members, progressText(done, members));
      }
      for (let i = 0; i < count; i++) {
        loss[start + i] = totals[2 * i]!;
        power[start + i] = totals[2 * i + 1]!;
      }
      start = end;
    }
  } finally {
    dispatcher.dispose();
  }
  return { loss, power, route };
}
