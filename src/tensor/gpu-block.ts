/** One block of inputs on the GPU with its buffers: values pass between two of them, for a group of members. */
import type { GuardedGpu } from './gpu.js';
import type { GpuKernel, Job, Slot } from './gpu-frame.js';
import { GpuBuffers } from './gpu-memory.js';
import { targetRows } from './gpu-rows.js';
import { type Bound, bind, type Dispatch, readBack, submit, withBreaths } from './gpu-run.js';
import { BLOCK_COLUMNS } from './gpu-sum-kernels.js';
import type { BlockSum, LayeredBlock, Target } from './layered.js';
import type { Members } from './members.js';
import type { Breathe } from './pace.js';

/** See LayeredBlock. To be made inside `guard`. */
export class GpuBlock implements LayeredBlock {
  private readonly buffers: GpuBuffers;
  private readonly columns: number;
  private readonly jobs: readonly [Job, Job]; // members with values of their own, and alike
  private readonly theta: GPUBuffer;
  private readonly coefficients: GPUBuffer | undefined;
  private readonly bound: { readonly bound: Bound; readonly shared: boolean }[] = [];
  private former: Bound | undefined;
  private result: GPUBuffer | undefined;
  private staging: GPUBuffer | undefined;
  private answer = 0; // numbers that one member gives back
  private repeat = false; // a network without parameters: all members share one result

  constructor(
    private readonly gpu: GuardedGpu,
    private readonly count: number,
    private readonly outputs: number,
    private readonly members: Members,
    readonly group: number,
  ) {
    this.columns = Math.ceil(count / 4);
    this.buffers = new GpuBuffers(gpu.device);
    const job = { columns: this.columns, alike: false, members: group, part: 0 };
    this.jobs = [job, { ...job, alike: true }];
    this.theta = this.buffers.make(4 * group * members.size);
    const rank = members.subspace?.rank;
    this.coefficients = rank === undefined ? undefined : this.buffers.make(4 * group * rank);
  }

  /** A buffer of this block's that holds `data`. */
  upload(data: Float32Array<ArrayBuffer>): GPUBuffer {
    return this.buffers.upload(data);
  }

  /** Forms θ of affine members on the device. */
  async form(kernel: GpuKernel, breathe: Breathe): Promise<void> {
    const { rank } = this.members.subspace!;
    const maps = new Float32Array((rank + 1) * this.members.size);
    for (let k = 0; k <= rank; k++) maps.set(this.members.map(k), k * this.members.size);
    const theta = this.upload(maps);
    const buffers = { theta, coefficients: this.coefficients, sums: this.theta } as Record<Slot, GPUBuffer>;
    this.former = await withBreaths(bind(this.gpu, this.buffers, kernel, this.jobs[0], buffers), breathe);
  }

  /** Binds `input` through the kernels and, where a target is given, through the sum of the outputs. */
  async bind(
    kernels: readonly GpuKernel[],
    input: GPUBuffer,
    widest: number,
    breathe: Breathe,
    sum?: GpuKernel,
    target?: Target,
  ): Promise<void> {
    const { columns, group, buffers } = this;
    const used = sum === undefined ? kernels : [...kernels, sum];
    await withBreaths(Promise.all(used.map((kernel) => this.gpu.pipeline(kernel.code))), breathe); // compiled side by side
    const pair = [0, 1].map(() => buffers.make(16 * group * widest * columns)) as [GPUBuffer, GPUBuffer];
    let from = input;
    let common = true; // so far all members read the same
    for (const [i, kernel] of kernels.entries()) {
      const out = pair[i % 2]!;
      const table = buffers.upload(kernel.table);
      const { theta, coefficients } = this;
      const slots = { x: from, out, theta, table, ...(coefficients && { coefficients }) };
      const bound = await bind(this.gpu, buffers, kernel, this.jobs[common ? 1 : 0], slots);
      this.bound.push({ bound, shared: common && !kernel.perMember });
      if (kernel.perMember) common = false;
      from = out;
    }
    this.result = from;
    this.repeat = common;
    this.answer = 4 * this.outputs * columns;
    if (sum !== undefined && target !== undefined) {
      const targets = buffers.upload(targetRows(target, this.count, this.outputs, columns));
      this.answer = 2 * Math.ceil(columns / BLOCK_COLUMNS);
      this.result = buffers.make(4 * group * this.answer);
      const bound = await bind(this.gpu, buffers, sum, this.jobs[common ? 1 : 0], {
        x: from,
        targets,
        sums: this.result,
      });
      this.bound.push({ bound, shared: common });
    }
    if (this.answer > 0) this.staging = buffers.staging(4 * group * this.answer);
  }

  /** Runs all members once and hands the buffer of the result over to another block, which closes it. */
  async keepResult(to: GpuBlock, dispatches: (count: number) => void, breathe: Breathe): Promise<GPUBuffer> {
    const chosen = Uint32Array.from({ length: this.group }, (_, i) => i);
    await this.submit(chosen, dispatches, breathe);
    const kept = this.result!;
    this.buffers.give(kept, to.buffers);
    return kept;
  }

  /** Writes the parameters of members and queues their kernels; with `staging`, the answers are copied there. */
  private submit(
    chosen: Uint32Array,
    count: (dispatches: number) => void,
    breathe: Breathe,
    staging?: GPUBuffer,
  ): Promise<void> {
    const { members, gpu } = this;
    const { queue } = gpu.device;
    if (members.subspace === undefined) {
      const theta = new Float32Array(chosen.length * members.size);
      chosen.forEach((member, i) => {
        members.theta(member, theta.subarray(i * members.size, (i + 1) * members.size));
      });
      queue.writeBuffer(this.theta, 0, theta);
    } else {
      const { rank } = members.subspace;
      const coefficients = new Float32Array(chosen.length * rank);
      chosen.forEach((member, i) => {
        coefficients.set(members.coefficients(member), i * rank);
      });
      queue.writeBuffer(this.coefficients!, 0, coefficients);
    }
    const list: Dispatch[] = this.bound.map(({ bound, shared }) => ({ bound, members: shared ? 1 : chosen.length }));
    if (this.former !== undefined) list.unshift({ bound: this.former, members: chosen.length });
    const bytes = 4 * this.answer * (this.repeat ? 1 : chosen.length);
    const copy = (encoder: GPUCommandEncoder): void => {
      if (staging !== undefined) encoder.copyBufferToBuffer(this.result!, 0, staging, 0, bytes);
    };
    return submit(gpu, list, copy, count, breathe);
  }

  /** The answers [members][answer] of members, in groups of what the tempo allows. */
  private async answers(chosen: Uint32Array, breathe: Breathe): Promise<Float32Array> {
    const { tempo } = this.gpu;
    const all = new Float32Array(chosen.length * this.answer);
    const each = this.bound.reduce((sum, { bound, shared }) => sum + (shared ? 0 : bound.kernel.multiplyAdds), 1);
    for (let start = 0; start < chosen.length; ) {
      const fits = Math.max(1, Math.floor(tempo.submission / each));
      const here = chosen.subarray(start, start + Math.min(fits, this.group));
      const values = await this.gpu.guard('evaluate', async (dispatches) => {
        const began = performance.now();
        const share = (within: number): Promise<void> => breathe((start + within * here.length) / chosen.length);
        await this.submit(here, dispatches, share, this.staging);
        const read = await readBack(this.staging!, 4 * this.answer * (this.repeat ? 1 : here.length));
        tempo.took(each * here.length, performance.now() - began);
        return read;
      });
      for (let at = 0; at < here.length * this.answer; at += values.length) all.set(values, start * this.answer + at);
      start += here.length;
      await breathe(start / chosen.length);
    }
    return all;
  }

  async run(chosen: Uint32Array, breathe: Breathe): Promise<readonly ArrayLike<number>[]> {
    const { count, outputs, answer, columns } = this;
    const values = await this.answers(chosen, breathe);
    return Array.from(chosen, (_, member) => {
      const out = new Float32Array(count * outputs);
      for (let j = 0; j < outputs; j++)
        for (let n = 0; n < count; n++) out[n * outputs + j] = values[member * answer + 4 * j * columns + n]!;
      return out;
    });
  }

  async sums(chosen: Uint32Array, breathe: Breathe): Promise<BlockSum> {
    return { blocks: this.answer / 2, values: await this.answers(chosen, breathe) };
  }

  close(): void {
    this.buffers.close();
  }
}
