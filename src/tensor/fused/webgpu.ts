/**
 * The fused route on WebGPU: a generated shader gives the sums of members and blocks, dispatches take some tens of
 * milliseconds, and the sums of a member are added in float64 in the order of the blocks, by the host or where that costs more
 * reading by a second shader. Dispatches are two-dimensional, members × blocks, so that few members fill a GPU too.
 */
import type { EvaluateWork, WorkControl } from '../../catalog/work.js';
import type { BlockSums, MemberSums } from '../block-sums.js';
import { blockCount, INPUT_BLOCK, powerOfTwo } from '../blocks.js';
import { withBreaths } from '../gpu-run.js';
import { type Breathe, Pace } from '../pace.js';
import type { Tensor } from '../tf.js';
import { staysFinite } from './gpu-bounds.js';
import type { GpuContext } from './gpu-context.js';
import { packFixed, packMembers, packRecords } from './gpu-packing.js';
import { paddedSize, paddedTensor, runProgram } from './gpu-program.js';
import { type Problem, problemOf } from './problem.js';
import { fusedWgsl } from './wgsl.js';
import { JOB, type Job, recordColumns, type Shader, type ShaderShape } from './wgsl-shape.js';
import { TOTALS_WGSL, TOTALS_WORKGROUP } from './wgsl-totals.js';
import { isWritten } from './wgsl-written.js';

const CALL_TIME = 40; // ms that a call aims at, its read included
const MEMBERS = 1 << 20; // in one call, at most
const RECORD_NUMBERS = 1 << 24; // of inputs on the device; more inputs are taken in segments
const THETA_NUMBERS = 1 << 22; // of explicit θ in one call
const SUMS = 1 << 21; // sums of one dispatch: members × blocks
const FIRST_WORK = 1 << 25; // multiply-adds of the first call, before a rate is known
/** Threads that a dispatch should have before one goes through several blocks: enough to fill the device some times over. */
const THREADS = { software: 1 << 10, hardware: 1 << 18 } as const;
const MOST_BLOCKS = 16; // of one thread
const DEVICE_TOTALS = 4; // blocks from which on totals cost less reading than sums

/** How the shader of an evaluation is chosen and how its sums are added. */
export interface FusedOptions {
  /** Whether a processor plays the adapter. */
  readonly software: boolean;
  /** Whether totals are added on the device: by default on hardware, where reading costs more than adding. */
  readonly totals?: boolean;
}

/** The tensors of one evaluation, and its dispatches. */
class GpuSums implements BlockSums {
  readonly route: string;
  readonly blocks: number;
  readonly scale: number;
  readonly most: number;
  readonly lanes: number;
  readonly unit = 1;
  readonly byBlock = false;
  readonly callTime = CALL_TIME;
  firstCells: number;
  private readonly columns: number; // numbers of one input's record
  private readonly segment: number; // blocks whose records are on the device at a time
  private readonly reach: number; // workgroups in a dimension of a dispatch
  private fixed: Tensor | undefined;
  private resident: { readonly first: number; readonly records: Tensor } | undefined;

  constructor(
    private readonly gpu: GpuContext,
    private readonly pipeline: GPUComputePipeline,
    private readonly problem: Problem,
    private readonly shape: ShaderShape,
    private readonly dispatch: Shader['dispatch'],
    private readonly records: Float32Array<ArrayBuffer>,
    private readonly options: Required<FusedOptions>,
  ) {
    const { chain, subspace, members } = problem;
    const { maxStorageBufferBindingSize, maxBufferSize, maxComputeWorkgroupsPerDimension } = gpu.device.limits;
    const numbers = powerOfTwo(Math.min(maxStorageBufferBindingSize, maxBufferSize) / 4);
    const { route, inputs, uniform } = problem;
    this.route = route;
    this.blocks = blockCount(inputs);
    this.scale = shape.weighted ? 1 : (uniform ?? 1);
    this.columns = recordColumns(shape);
    this.reach = maxComputeWorkgroupsPerDimension;
    this.segment = Math.max(1, Math.floor(Math.min(RECORD_NUMBERS, numbers) / (INPUT_BLOCK * this.columns)));
    this.lanes = dispatch.kind === 'written' ? dispatch.members * dispatch.workgroup : 1;
    const each = subspace === undefined ? chain.size : Math.max(1, subspace.rank);
    const theta = Math.min(numbers, subspace === undefined ? THETA_NUMBERS : numbers);
    const most = Math.floor(Math.min(MEMBERS, SUMS, theta / each, this.lanes * this.reach));
    this.most = Math.max(1, Math.min(most, members));
    const products = chain.stages.reduce((sum, stage) => sum + stage.inputs * stage.outputs, 0);
    this.firstCells = Math.max(1, Math.floor(FIRST_WORK / (INPUT_BLOCK * products)));
  }

  async add({ members, loss, power }: MemberSums, from: number, to: number, breathe: Breathe): Promise<void> {
    const { segment } = this;
    const packed = packMembers(this.problem, members);
    const most = Math.max(1, Math.min(this.reach, Math.floor(SUMS / members.length)));
    let held: Tensor | undefined;
    try {
      for (let at = from; at < to; ) {
        const end = Math.min(to, at + most, at - (at % segment) + segment);
        await this.gpu.guard('fused evaluation', async () => {
          held ??= paddedTensor(packed);
          await this.addOnce(held, at, end, loss, power);
        });
        at = end;
        if (at < to) await breathe((at - from) / (to - from));
      }
    } finally {
      held?.dispose();
    }
  }

  /** Adds blocks [from, to), all in one segment, to the totals of the members of `held`. */
  private async addOnce(
    held: Tensor,
    from: number,
    to: number,
    loss: Float64Array,
    power: Float64Array,
  ): Promise<void> {
    const count = loss.length;
    const sums = this.sums(held, count, from, to);
    try {
      if (this.options.totals && to - from >= DEVICE_TOTALS) await this.addOnDevice(sums, to - from, loss, power);
      else {
        const values = await sums.data();
        for (let at = 0, b = from; b < to; b++)
          for (let i = 0; i < count; i++) {
            loss[i]! += values[at++]!;
            power[i]! += values[at++]!;
          }
      }
    } finally {
      sums.dispose();
    }
  }

  /** Sums [block][member] × (loss, power). */
  private sums(held: Tensor, count: number, from: number, to: number): Tensor {
    const { dispatch, problem, shape, segment } = this;
    const first = from - (from % segment);
    const blocks = to - from;
    const job = {
      count,
      threads: count,
      inputs: problem.inputs - first * INPUT_BLOCK,
      first: from - first,
      blocks,
      run: 1,
    };
    let groups = [count, blocks] as readonly [number, number];
    if (dispatch.kind === 'written') {
      job.threads = Math.ceil(count / dispatch.members);
      const enough = THREADS[this.options.software ? 'software' : 'hardware'];
      job.run = Math.max(1, Math.min(MOST_BLOCKS, Math.floor((job.threads * blocks) / enough)));
      groups = [Math.ceil(job.threads / dispatch.workgroup), Math.ceil(blocks / job.run)];
    }
    const inputs = [this.recordsFrom(first), held];
    if (problem.subspace !== undefined) {
      this.fixed ??= paddedTensor(packFixed(problem, shape));
      inputs.push(this.fixed);
    }
    const size = paddedSize(2 * count * blocks);
    const numbers = JOB.map((name) => (job satisfies Job)[name]);
    return runProgram(
      { kernel: 'FusedBlockSums', pipeline: this.pipeline, groups, job: numbers, size, dtype: 'float32' },
      inputs,
    );
  }

  /** The records of a segment; the one before makes room. */
  private recordsFrom(first: number): Tensor {
    if (this.resident?.first !== first) {
      this.resident?.records.dispose();
      this.resident = undefined;
      const block = INPUT_BLOCK * this.columns;
      const records = this.records.subarray(first * block, (first + this.segment) * block);
      this.resident = { first, records: paddedTensor(records) };
    }
    return this.resident.records;
  }

  private async addOnDevice(sums: Tensor, blocks: number, loss: Float64Array, power: Float64Array): Promise<void> {
    const count = loss.length;
    const pipeline = await this.gpu.pipeline(TOTALS_WGSL);
    const totals = new Float64Array(2 * count);
    for (let i = 0; i < count; i++) {
      totals[2 * i] = loss[i]!;
      totals[2 * i + 1] = power[i]!;
    }
    const groups = [Math.ceil(count / TOTALS_WORKGROUP), 1] as const;
    const size = paddedSize(4 * count);
    const job = [count, blocks];
    const before = paddedTensor(new Int32Array(totals.buffer));
    let after: Tensor | undefined;
    try {
      after = runProgram({ kernel: 'FusedTotals', pipeline, groups, job, size, dtype: 'int32' }, [sums, before]);
      const { buffer, byteOffset } = (await after.data()) as Int32Array;
      const values = new Float64Array(buffer, byteOffset, 2 * count);
      for (let i = 0; i < count; i++) {
        loss[i] = values[2 * i]!;
        power[i] = values[2 * i + 1]!;
      }
    } finally {
      before.dispose();
      after?.dispose();
    }
  }

  close(): void {
    this.fixed?.dispose();
    this.resident?.records.dispose();
    this.fixed = undefined;
    this.resident = undefined;
  }
}

/** An evaluation with a generated shader. Call where WebGPU is the active backend of TensorFlow.js. */
export async function fusedGpuSums(
  work: EvaluateWork,
  control: WorkControl,
  gpu: GpuContext,
  { software, totals = !software }: FusedOptions,
): Promise<BlockSums> {
  const problem = problemOf(work);
  const { chain, subspace, affine, uniform, inputs } = problem;
  const weighted = uniform === undefined;
  const together = inputs % 2 === 0 ? 2 : 1;
  const finite = isWritten(problem) && staysFinite(problem);
  const shape = { chain, lattice: subspace && { rank: subspace.rank }, affine, weighted, together, software, finite };
  const { code, dispatch } = fusedWgsl(shape);
  const records = await packRecords(problem, shape, dispatch.kind, control);
  const pace = new Pace(control);
  return gpu.guard('fused evaluation', async () => {
    const pipeline = await withBreaths(gpu.pipeline(code), () => pace.step(0, 'compiling'));
    return new GpuSums(gpu, pipeline, problem, shape, dispatch, records, { software, totals });
  });
}
