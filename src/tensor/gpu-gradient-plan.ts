/** Gradients on WebGPU for minibatches of one size: their buffers, and the kernels of gpu-gradient-stages bound to them. See gpu-gradient. */
import { chunksOf, type Range } from './blocks.js';
import type { LinearStep, Step } from './cpu-steps.js';
import type { GuardedGpu } from './gpu.js';
import type { GpuKernel, GpuShape, Job, Slot } from './gpu-frame.js';
import { lossBlocks, lossKernel } from './gpu-gradient-kernels.js';
import { type Stage, stagesOf, wayBack } from './gpu-gradient-stages.js';
import { GpuBuffers } from './gpu-memory.js';
import { rowsOf, targetRows } from './gpu-rows.js';
import { type Bound, bind, type Dispatch, readBack, submit, withBreaths } from './gpu-run.js';
import { addSpansKernel, spanNumbers, weightGradientKernel } from './gpu-weight-gradient.js';
import type { Minibatch } from './minibatch.js';
import type { Breathe } from './pace.js';

/** A network, and how much of it may be on the device at once. */
export interface PlanSize {
  readonly steps: readonly Step[];
  readonly features: number;
  readonly outputs: number; // k
  readonly size: number; // P
  readonly widest: number; // rows of the widest step
  readonly rows: number; // of all values of one candidate
  readonly part: number; // inputs at once, at most: a power of two
  readonly bytes: number; // of all buffers, roughly
  readonly limit: number; // bytes of one buffer
  readonly staged: boolean;
}

const MOST_CANDIDATES = 2 ** 14; // a dimension of a dispatch ends at 65,535

/** Runs gradients of up to `group` candidates at a time. */
export class GpuGradientPlan {
  private readonly group: number;
  private readonly parts: readonly Range[];
  private readonly shape: GpuShape;
  private readonly stages: readonly Stage[];
  private readonly buffers: GpuBuffers;
  private readonly blocks: number; // losses of one candidate
  private readonly inputs: GPUBuffer[] = []; // of each part
  private readonly targets: GPUBuffer[] = [];
  private readonly calls: Bound[] = [];
  private theta: GPUBuffer | undefined;
  private gradient: GPUBuffer | undefined;
  private losses: GPUBuffer | undefined;
  private staging: GPUBuffer | undefined;
  private readonly shared = new Set<Bound>(); // run once for all candidates
  private work = 0; // multiply-adds of one candidate

  constructor(
    private readonly gpu: GuardedGpu,
    private readonly sizes: PlanSize,
    private readonly count: number,
    candidates: number,
  ) {
    const { steps, features, size, widest, rows, bytes, limit } = sizes;
    const part = Math.min(sizes.part, 4 * Math.ceil(count / 4));
    this.parts = chunksOf(count, part);
    this.shape = { columns: Math.ceil(part / 4), size, staged: sizes.staged };
    this.blocks = this.parts.length * lossBlocks(this.shape);
    this.stages = stagesOf(steps, features, this.shape);
    const spans = Math.max(0, ...this.linear().map((step) => spanNumbers(step, this.shape)));
    const values = 4 * this.shape.columns;
    const each = 4 * (rows * values + 3 * size + spans + 2 * this.blocks);
    const largest = 4 * Math.max(widest * values, size + this.blocks, spans);
    this.most = Math.max(1, Math.floor(Math.min(bytes / each, limit / largest, MOST_CANDIDATES)));
    this.group = Math.min(candidates, this.most);
    this.spans = spans;
    this.buffers = new GpuBuffers(gpu.device);
  }
  private readonly most: number;
  private readonly spans: number;
  private opened = false;

  private linear(): LinearStep[] {
    return this.stages.flatMap(({ step }) => (step.kind === 'linear' ? [step] : []));
  }

  /** Whether the buffers serve a minibatch of `count` inputs and so many candidates. */
  fits(count: number, candidates: number): boolean {
    return count === this.count && Math.min(candidates, this.most) <= this.group;
  }

  /** Makes the buffers and the bind groups, once. Call inside `guard`. */
  async open(breathe: Breathe): Promise<void> {
    if (this.opened) return;
    this.opened = true;
    const { buffers, group, shape, sizes } = this;
    const { columns } = shape;
    this.theta = buffers.make(4 * group * sizes.size);
    this.gradient = buffers.make(4 * group * sizes.size);
    this.losses = buffers.make(4 * group * this.blocks);
    this.staging = buffers.staging(4 * group * (sizes.size + this.blocks));
    const layer = (rows: number): GPUBuffer => buffers.make(16 * group * rows * columns);
    const values = this.stages.map(({ kernel }) => layer(kernel.rows));
    const downs = [layer(sizes.widest), layer(sizes.widest)] as const;
    const spans = buffers.make(4 * group * this.spans);
    const tables = new Map<GpuKernel, GPUBuffer>();
    for (const [part] of this.parts.entries()) {
      this.inputs.push(buffers.make(16 * sizes.features * columns));
      this.targets.push(buffers.make(16 * (sizes.outputs + 1) * columns));
      const job = { columns, alike: false, members: group, part };
      await this.openPart(part, [this.inputs[part]!, ...values], downs, spans, job, tables, breathe);
    }
    this.work = this.calls.reduce((sum, call) => sum + (this.shared.has(call) ? 0 : call.kernel.multiplyAdds), 1);
  }

  private async openPart(
    part: number,
    values: readonly GPUBuffer[],
    downs: readonly [GPUBuffer, GPUBuffer],
    spans: GPUBuffer,
    job: Job,
    tables: Map<GpuKernel, GPUBuffer>,
    breathe: Breathe,
  ): Promise<void> {
    const { stages, shape, sizes, buffers } = this;
    const theta = this.theta!;
    const common = stages.findIndex(({ kernel }) => kernel.perMember); // values[0…common] are alike
    const alike = (i: number): boolean => common < 0 || i <= common;
    const calls: { readonly bound: Promise<Bound>; readonly shared: boolean }[] = []; // compiled side by side
    const add = (kernel: GpuKernel, isAlike: boolean, slots: Partial<Record<Slot, GPUBuffer>>): void => {
      let table = tables.get(kernel);
      if (table === undefined) {
        table = buffers.upload(kernel.table);
        tables.set(kernel, table);
      }
      const bound = bind(this.gpu, buffers, kernel, { ...job, alike: isAlike }, { ...slots, table });
      calls.push({ bound, shared: isAlike && !kernel.perMember });
    };
    for (const [i, { kernel }] of stages.entries()) {
      add(kernel, alike(i), { x: values[i]!, out: values[i + 1]!, theta });
    }
    const last = stages.length;
    const loss = lossKernel(sizes.outputs, stages.at(-1)?.activation, shape, this.parts.length);
    let down = downs[0];
    const targets = this.targets[part]!;
    add(loss, alike(last), { x: values[last]!, out: down, targets, sums: this.losses! });
    const lowest = stages.findIndex(({ step }) => step.kind === 'linear');
    for (let i = last - 1; i >= Math.max(0, lowest) && lowest >= 0; i--) {
      const { step, rowsIn } = stages[i]!;
      const x = values[i]!;
      if (step.kind === 'linear') {
        const cut = spanNumbers(step, shape) > 0;
        const sums = cut ? spans : this.gradient!;
        add(weightGradientKernel(step, rowsIn, shape), alike(i), { x, value: down, sums });
        if (cut) add(addSpansKernel(step, shape), false, { coefficients: spans, sums: this.gradient! });
      }
      if (i === lowest) break;
      const out = down === downs[0] ? downs[1] : downs[0];
      const { kernel, looksAt } = wayBack(stages, i, shape);
      add(kernel, false, { x: down, out, theta, value: looksAt === 'input' ? x : values[i + 1]! });
      down = out;
    }
    const bounds = await withBreaths(Promise.all(calls.map(({ bound }) => bound)), breathe);
    for (const [i, bound] of bounds.entries()) if (calls[i]!.shared) this.shared.add(bound);
    this.calls.push(...bounds);
  }

  /** Takes a minibatch to the device. */
  take(batch: Minibatch): void {
    const { columns } = this.shape;
    const { features, outputs } = this.sizes;
    const { queue } = this.gpu.device;
    for (const [part, { start, end }] of this.parts.entries()) {
      const x = rowsOf(batch.x.subarray(start * features, end * features), end - start, columns);
      const target = {
        y: batch.y.subarray(start * outputs, end * outputs),
        weights: batch.weights.subarray(start, end),
      };
      queue.writeBuffer(this.inputs[part]!, 0, x);
      queue.writeBuffer(this.targets[part]!, 0, targetRows(target, end - start, outputs, columns));
    }
  }

  /** J and gradients of candidates, in groups of what the tempo allows. Call inside `guard`. */
  async run(
    theta: Float64Array,
    candidates: readonly number[],
    loss: Float64Array,
    gradient: Float64Array,
    dispatches: (count: number) => void,
    breathe: Breathe,
  ): Promise<void> {
    const { gpu, blocks } = this;
    const { size } = this.sizes;
    const { tempo } = gpu;
    for (let start = 0; start < candidates.length; ) {
      const fits = Math.max(1, Math.floor(tempo.submission / this.work));
      const here = candidates.slice(start, start + Math.min(this.group, fits));
      const began = performance.now();
      const rows = new Float32Array(here.length * size);
      for (const [i, candidate] of here.entries())
        rows.set(theta.subarray(candidate * size, (candidate + 1) * size), i * size);
      gpu.device.queue.writeBuffer(this.theta!, 0, rows);
      const list: Dispatch[] = this.calls.map((bound) => ({
        bound,
        members: this.shared.has(bound) ? 1 : here.length,
      }));
      const numbers = 4 * here.length * size;
      const bytes = numbers + 4 * here.length * blocks;
      const copy = (encoder: GPUCommandEncoder): void => {
        if (size > 0) encoder.copyBufferToBuffer(this.gradient!, 0, this.staging!, 0, numbers);
        encoder.copyBufferToBuffer(this.losses!, 0, this.staging!, numbers, bytes - numbers);
      };
      const share = (within: number): Promise<void> => breathe((start + within * here.length) / candidates.length);
      await submit(gpu, list, copy, dispatches, share);
      const read = await readBack(this.staging!, bytes);
      tempo.took(this.work * here.length, performance.now() - began);
      gradient.set(read.subarray(0, here.length * size), start * size);
      for (let i = 0; i < here.length; i++) {
        let sum = 0;
        for (let b = 0; b < blocks; b++) sum += read[here.length * size + i * blocks + b]!;
        loss[start + i] = sum;
      }
      start += here.length;
      await breathe(start / candidates.length);
    }
  }

  close(): void {
    this.buffers.close();
  }
}
