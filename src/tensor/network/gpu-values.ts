/** Values of one network on WebGPU, in evaluation mode or while it divides by statistics of the batch; those not asked for are overwritten. */
import type { GuardedGpu } from '../gpu.js';
import type { GpuShape } from '../gpu-frame.js';
import { rowsOf } from '../gpu-rows.js';
import { readBack, submit } from '../gpu-run.js';
import type { Breathe } from '../pace.js';
import { GpuCalls } from './gpu-calls.js';
import type { GpuRoom } from './gpu-gradients.js';
import { statisticsKernel } from './gpu-norm-kernels.js';
import { type Stage, stageKernel, stagesOf } from './gpu-stages.js';
import type { Program } from './program.js';

/** What is asked for: slots with the running statistics, or the statistics of the batch. */
export type Asked = readonly number[] | 'statistics';

/** The buffers and calls of values, for inputs of one count. */
export class GpuValues {
  private readonly calls: GpuCalls;
  private readonly shape: GpuShape;
  private readonly answers: { readonly buffer: GPUBuffer; readonly rows: number }[] = [];
  private readonly bytes: number; // of all answers
  private inputs!: GPUBuffer;
  private theta!: GPUBuffer;
  private statistics!: GPUBuffer;
  private staging!: GPUBuffer;
  private opened = false;

  constructor(
    private readonly gpu: GuardedGpu,
    private readonly program: Program,
    readonly count: number,
    readonly asked: Asked,
    { software, dispatch }: GpuRoom,
  ) {
    const columns = Math.ceil(count / 4);
    this.shape = { columns, size: program.size, staged: !software };
    this.calls = new GpuCalls(gpu, { columns, members: 1, count }, dispatch);
    this.bytes =
      asked === 'statistics'
        ? 4 * program.bufferSize
        : asked.reduce((sum, slot) => sum + 16 * program.slots[slot]! * columns, 0);
  }

  /** Makes the buffers and lists the calls, once. Call inside `guard`. */
  async open(breathe: Breathe): Promise<void> {
    if (this.opened) return;
    this.opened = true;
    const { calls, program, shape, asked } = this;
    const { buffers } = calls;
    const { size, bufferSize, slots } = program;
    this.inputs = calls.take(slots[0]!);
    this.theta = buffers.make(4 * size);
    this.statistics = buffers.make(4 * bufferSize);
    this.staging = buffers.staging(this.bytes);
    const { theta, statistics } = this;
    const ofBatch = asked === 'statistics';
    const stages = this.stages();
    const readers = slots.map((_, slot) =>
      stages.reduce((n, { from }) => n + from.filter((s) => s === slot).length, 0),
    );
    if (!ofBatch) for (const slot of asked) readers[slot]!++; // never overwritten
    const values: (GPUBuffer | undefined)[] = [this.inputs];
    for (const stage of stages) {
      const [x, value] = stage.from.map((slot) => values[slot]);
      const out = calls.take(slots[stage.to]!);
      values[stage.to] = out;
      if (stage.step.kind === 'batch-norm' && ofBatch)
        calls.add(statisticsKernel(stage.step, bufferSize, shape), { x, sums: statistics });
      calls.add(stageKernel(stage, program, shape), { x, value, out, theta, coefficients: statistics });
      for (const slot of stage.from) if (--readers[slot]! === 0) calls.release(values[slot]!);
    }
    if (ofBatch) this.answers.push({ buffer: statistics, rows: 0 });
    else for (const slot of asked) this.answers.push({ buffer: values[slot]!, rows: slots[slot]! });
    await calls.ready(breathe);
  }

  /** The stages up to what is asked for. */
  private stages(): Stage[] {
    const { asked, program } = this;
    if (asked !== 'statistics') return stagesOf(program, new Set(asked), false);
    const all = stagesOf(program, new Set(), false);
    return all.slice(0, all.findLastIndex(({ step }) => step.kind === 'batch-norm') + 1);
  }

  /** What was asked for, of inputs [count, features]: each slot [count, rows], or statistics [B], their variance biased. Call inside `guard`. */
  async run(
    theta: Float32Array,
    buffers: Float32Array | undefined,
    x: Float32Array,
    dispatches: (count: number) => void,
    breathe: Breathe,
  ): Promise<Float32Array[]> {
    const { gpu, calls, shape, count, staging, answers } = this;
    const { queue } = gpu.device;
    const features = this.program.features;
    queue.writeBuffer(this.inputs, 0, rowsOf(x.subarray(0, count * features), count, shape.columns));
    queue.writeBuffer(this.theta, 0, Float32Array.from(theta));
    if (buffers !== undefined) queue.writeBuffer(this.statistics, 0, Float32Array.from(buffers));
    const bytesOf = (rows: number): number => (rows === 0 ? this.bytes : 16 * rows * shape.columns);
    const copy = (encoder: GPUCommandEncoder): void => {
      let at = 0;
      for (const { buffer, rows } of answers) {
        encoder.copyBufferToBuffer(buffer, 0, staging, at, bytesOf(rows));
        at += bytesOf(rows);
      }
    };
    const began = performance.now();
    await submit(gpu, calls.dispatches(1), copy, dispatches, breathe);
    const read = await readBack(staging, this.bytes);
    gpu.tempo.took(calls.workOf(1), performance.now() - began);
    let at = 0;
    const found: Float32Array[] = [];
    for (const { rows } of answers) {
      const own = read.subarray(at / 4, (at + bytesOf(rows)) / 4);
      at += bytesOf(rows);
      found.push(rows === 0 ? own : examplesOf(own, rows, count));
      await breathe(1);
    }
    return found;
  }

  close(): void {
    this.calls.close();
  }
}

/** Rows [rows][columns × 4] as examples [count, rows]. */
function examplesOf(values: Float32Array, rows: number, count: number): Float32Array {
  const width = values.length / rows;
  const examples = new Float32Array(count * rows);
  for (let n = 0; n < count; n++) for (let r = 0; r < rows; r++) examples[n * rows + r] = values[r * width + n]!;
  return examples;
}
