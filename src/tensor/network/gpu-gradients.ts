/** Gradients of several networks at once on WebGPU, for batches of one size: forward with the values kept, then back. */
import type { Objective, ParameterRange } from '../../catalog/work.js';
import type { GuardedGpu } from '../gpu.js';
import type { GpuShape } from '../gpu-frame.js';
import { rowsOf } from '../gpu-rows.js';
import { readBack, submit } from '../gpu-run.js';
import { spanNumbers } from '../gpu-weight-gradient.js';
import type { Breathe } from '../pace.js';
import { moveRunning } from './cpu-norm.js';
import type { GradientJob } from './engine.js';
import { GpuCalls } from './gpu-calls.js';
import { lossGroups, markRows, marksOf, objectiveKernel } from './gpu-loss-kernels.js';
import { statisticsKernel } from './gpu-norm-kernels.js';
import { type Stage, stageKernel, stagesOf } from './gpu-stages.js';
import { BackwardCalls } from './gpu-way-back.js';
import { type Program, type Wanted, wantedOf } from './program.js';

const MOST_NETWORKS = 2 ** 12; // a dimension of a dispatch ends at 65,535

/** How much may be on the device at once. */
export interface GpuRoom {
  readonly bytes: number; // of all buffers, roughly
  readonly limit: number; // of one buffer
  readonly dispatch: number; // multiply-adds of one dispatch
  readonly software: boolean;
}

/** What all calls of a plan have in common. */
export interface GradientKind {
  readonly count: number; // inputs of each network's batch
  readonly objective: Objective;
  readonly statistics: 'batch' | 'running';
  readonly trainable: readonly ParameterRange[];
}

/** The buffers and calls of gradients. */
export class GpuGradients {
  private readonly shape: GpuShape;
  private readonly stages: readonly Stage[];
  private readonly wanted: Wanted;
  private readonly group: number; // networks at once
  private readonly most: number;
  private readonly calls: GpuCalls;
  private readonly moving: ParameterRange; // what of a gradient is read back
  private readonly judged: number; // numbers of loss and correctness, of one network
  private readonly divides: boolean; // by statistics of the batch, which are read back
  private readonly marks: number; // numbers that one network's batch is judged by
  private inputs!: GPUBuffer;
  private targets!: GPUBuffer;
  private theta!: GPUBuffer;
  private statistics!: GPUBuffer;
  private gradient!: GPUBuffer;
  private losses!: GPUBuffer;
  private staging!: GPUBuffer;
  private opened = false;

  constructor(
    private readonly gpu: GuardedGpu,
    private readonly program: Program,
    readonly kind: GradientKind,
    networks: number,
    room: GpuRoom,
  ) {
    const { size, bufferSize, slots, outputs } = program;
    const columns = Math.ceil(kind.count / 4);
    this.shape = { columns, size, staged: !room.software };
    this.stages = stagesOf(program, new Set(), true);
    this.wanted = wantedOf(program, kind.trainable);
    const { trainable } = kind;
    const start = Math.min(size, ...trainable.map((range) => range.start));
    this.moving = { start, end: Math.max(start, ...trainable.map((range) => range.end)) };
    this.judged = 2 * lossGroups(this.shape);
    this.divides = kind.statistics === 'batch' && bufferSize > 0;
    this.marks = 4 * columns * markRows(kind.objective, outputs);
    const widest = Math.max(...slots);
    const rows = this.stages.reduce((sum, { to }) => sum + slots[to]!, slots[0]! + 3 * widest);
    const each = 4 * (rows * 4 * columns + 3 * size + this.spanMost() + this.marks + 2 * bufferSize);
    const largest = 4 * Math.max(widest * 4 * columns, size + this.judged + bufferSize, this.spanMost());
    this.most = Math.max(1, Math.floor(Math.min(room.bytes / each, room.limit / largest, MOST_NETWORKS)));
    this.group = Math.min(networks, this.most);
    this.calls = new GpuCalls(gpu, { columns, members: this.group, count: kind.count }, room.dispatch);
  }

  /** Numbers of the largest sums of weights in parts. */
  private spanMost(): number {
    return Math.max(0, ...this.stages.map(({ step }) => (step.kind === 'linear' ? spanNumbers(step, this.shape) : 0)));
  }

  /** Whether the plan serves such calls, of so many networks. */
  fits(kind: GradientKind, networks: number): boolean {
    const { count, objective, statistics, trainable } = this.kind;
    return (
      count === kind.count &&
      objective === kind.objective &&
      statistics === kind.statistics &&
      Math.min(networks, this.most) <= this.group &&
      (trainable === kind.trainable || JSON.stringify(trainable) === JSON.stringify(kind.trainable))
    );
  }

  /** Makes the buffers and lists the calls, once. Call inside `guard`. */
  async open(breathe: Breathe): Promise<void> {
    if (this.opened) return;
    this.opened = true;
    const { calls, program, shape, group, stages, kind, wanted } = this;
    const { buffers } = calls;
    const { size, bufferSize, slots, result, outputs } = program;
    const numbers = (count: number): GPUBuffer => buffers.make(4 * group * count);
    this.inputs = calls.take(slots[0]!);
    this.targets = numbers(this.marks);
    this.theta = numbers(size);
    this.statistics = numbers(bufferSize);
    this.gradient = numbers(size);
    this.losses = numbers(this.judged);
    this.staging = buffers.staging(4 * group * (size + this.judged + bufferSize));
    const { theta, statistics, gradient } = this;
    const values: (GPUBuffer | undefined)[] = [this.inputs];
    for (const stage of stages) {
      const [x, value] = stage.from.map((slot) => values[slot]);
      const out = calls.take(slots[stage.to]!);
      values[stage.to] = out;
      if (stage.step.kind === 'batch-norm' && this.divides)
        calls.add(statisticsKernel(stage.step, bufferSize, shape), { x, sums: statistics });
      calls.add(stageKernel(stage, program, shape), { x, value, out, theta, coefficients: statistics });
    }
    const spans = numbers(this.spanMost());
    const ofBatch = kind.statistics === 'batch';
    const way = { program, stages, wanted, shape, ofBatch, calls, values, theta, statistics, gradient, spans };
    new BackwardCalls(way).list((ending) => objectiveKernel(kind.objective, outputs, ending, shape), {
      targets: this.targets,
      sums: this.losses,
      value: values[result]!,
    });
    await calls.ready(breathe);
  }

  /** Writes losses and gradients of the networks `chosen` of a job, and moves running statistics. Call inside `guard`. */
  async run(
    job: GradientJob,
    chosen: readonly number[],
    dispatches: (count: number) => void,
    breathe: Breathe,
  ): Promise<void> {
    for (let start = 0; start < chosen.length; start += this.group) {
      const here = chosen.slice(start, start + this.group);
      const share = (within: number): Promise<void> => breathe((start + within * here.length) / chosen.length);
      this.upload(job, here);
      this.take(job, here, await this.computed(here.length, dispatches, share));
      await share(1);
    }
  }

  private upload({ theta, buffers, networks, batches }: GradientJob, here: readonly number[]): void {
    const { queue } = this.gpu.device;
    const { shape, program, kind } = this;
    const { size, bufferSize, features, outputs } = program;
    const parameters = new Float32Array(here.length * size);
    const running = new Float32Array(here.length * bufferSize);
    for (const [i, g] of here.entries()) {
      const network = networks[g]!;
      const batch = batches[g]!;
      parameters.set(theta.subarray(network * size, (network + 1) * size), i * size);
      running.set(buffers.subarray(network * bufferSize, (network + 1) * bufferSize), i * bufferSize);
      const x = rowsOf(batch.x.subarray(0, batch.count * features), batch.count, shape.columns);
      queue.writeBuffer(this.inputs, i * x.byteLength, x);
      queue.writeBuffer(this.targets, 4 * i * this.marks, marksOf(kind.objective, batch, outputs, shape));
    }
    queue.writeBuffer(this.theta, 0, parameters);
    if (!this.divides && bufferSize > 0) queue.writeBuffer(this.statistics, 0, running);
  }

  /** What the device has computed for the first `members` networks: gradients, losses, statistics. */
  private async computed(
    members: number,
    dispatches: (count: number) => void,
    breathe: Breathe,
  ): Promise<Float32Array> {
    const { gpu, calls, judged, divides, staging } = this;
    const { size, bufferSize } = this.program;
    const { start, end } = this.moving;
    let bytes = 0;
    const copy = (encoder: GPUCommandEncoder): void => {
      const take = (buffer: GPUBuffer, from: number, numbers: number): void => {
        if (numbers > 0) encoder.copyBufferToBuffer(buffer, 4 * from, staging, bytes, 4 * numbers);
        bytes += 4 * numbers;
      };
      if (end - start === size) take(this.gradient, 0, members * size);
      else for (let i = 0; i < members; i++) take(this.gradient, i * size + start, end - start);
      take(this.losses, 0, members * judged);
      if (divides) take(this.statistics, 0, members * bufferSize);
    };
    const began = performance.now();
    await submit(gpu, calls.dispatches(members), copy, dispatches, breathe);
    const read = await readBack(staging, bytes);
    gpu.tempo.took(calls.workOf(members), performance.now() - began);
    return read;
  }

  private take(job: GradientJob, here: readonly number[], read: Float32Array): void {
    const { program, kind, judged, divides } = this;
    const { size, bufferSize, operations } = program;
    const { start, end } = this.moving;
    const losses = here.length * (end - start);
    const statistics = losses + here.length * judged;
    for (const [i, g] of here.entries()) {
      job.gradient.set(read.subarray(i * (end - start), (i + 1) * (end - start)), g * size + start);
      const sum = (from: number): number =>
        read.subarray(from, from + judged / 2).reduce((total, part) => total + part, 0);
      job.loss[g] = sum(losses + i * judged);
      job.correct[g] = kind.objective === 'cross-entropy' ? sum(losses + i * judged + judged / 2) : Number.NaN;
      if (!divides) continue;
      const own = read.subarray(statistics + i * bufferSize, statistics + (i + 1) * bufferSize);
      const network = job.networks[g]!;
      const buffers = job.buffers.subarray(network * bufferSize, (network + 1) * bufferSize);
      for (const { step } of operations) {
        if (step.kind !== 'batch-norm') continue;
        const part = (from: number): Float64Array => Float64Array.from(own.subarray(from, from + step.channels));
        moveRunning(step, buffers, { mean: part(step.mean), variance: part(step.variance) }, kind.count);
      }
    }
  }

  close(): void {
    this.calls.close();
  }
}
