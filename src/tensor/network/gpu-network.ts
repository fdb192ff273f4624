/**
 * Networks of any Architecture on WebGPU, by our own kernels: networks of one call go through each of them together. A network's
 * numbers are the same whatever others are beside it. Plans for the batch sizes met last are kept: an epoch's last batch is short.
 */
import type { Architecture } from '../../catalog/architecture.js';
import { chunksOf, powerOfTwo } from '../blocks.js';
import type { GuardedGpu } from '../gpu.js';
import type { Breathe } from '../pace.js';
import type { GradientJob, LayerValues, NetworkEngine } from './engine.js';
import { GpuGradients, type GpuRoom, type GradientKind } from './gpu-gradients.js';
import { type Asked, GpuValues } from './gpu-values.js';
import { type Program, programOf } from './program.js';

const BYTES = { software: 2 ** 28, hardware: 2 ** 30 } as const; // of a plan's buffers
const NUMBERS_TOGETHER = 2 ** 25; // of the gradients that one call returns: 256 MB
const NETWORKS_TOGETHER = 64;
const FEWER_TOGETHER = 8; // times the scale, after a lack of memory: their number is what a step's memory grows with
const BLOCK = 1024; // inputs of one call of `forward`
const BLOCK_NUMBERS = { software: 2 ** 24, hardware: 2 ** 26 } as const; // of all layers: all of them may be read back
const DISPATCH_WORK = { software: 2 ** 25, hardware: 2 ** 34 } as const; // multiply-adds of one dispatch
const BATCH = 2 ** 14; // of one part of a batch
const PLANS = 2; // of each kind that are kept

/** The network engine on a guarded GPU. `scale` below 1 takes fewer networks and inputs at once. */
export class GpuNetworkEngine implements NetworkEngine {
  readonly together: number;
  readonly block: number;
  private readonly batch: number; // inputs of one part of a batch
  private readonly program: Program;
  private readonly room: GpuRoom;
  private gradientPlans: GpuGradients[] = [];
  private valuePlans: GpuValues[] = [];

  constructor(
    architecture: Architecture,
    private readonly gpu: GuardedGpu,
    software: boolean,
    scale: number,
  ) {
    this.program = programOf(architecture);
    const { size, slots } = this.program;
    const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    const kind = software ? 'software' : 'hardware';
    const bytes = scale * BYTES[kind];
    this.room = { bytes, limit, software, dispatch: scale * DISPATCH_WORK[kind] };
    const together = scale < 1 ? scale * FEWER_TOGETHER : NETWORKS_TOGETHER;
    this.together = powerOfTwo(Math.min(together, NUMBERS_TOGETHER / Math.max(1, size)));
    const rows = slots.reduce((sum, own) => sum + own, 0);
    const fits = Math.min(bytes / (4 * rows), limit / (4 * Math.max(...slots)));
    this.block = powerOfTwo(Math.min(scale * BLOCK, (scale * BLOCK_NUMBERS[kind]) / rows, fits), 4);
    this.batch = powerOfTwo(Math.min(scale * BATCH, fits), 4);
  }

  async gradients(job: GradientJob, breathe: Breathe): Promise<void> {
    const { batches, networks } = job;
    const counts = [...new Set(batches.map(({ count }) => count))];
    let done = 0;
    for (const count of counts) {
      const chosen = [...networks.keys()].filter((g) => batches[g]!.count === count);
      const share = (within: number): Promise<void> => breathe((done + within * chosen.length) / networks.length);
      const whole = count <= this.batch || (job.statistics === 'batch' && this.program.bufferSize > 0);
      await (whole ? this.batchGradients(job, chosen, count, share) : this.partGradients(job, chosen, count, share));
      done += chosen.length;
    }
  }

  /** Those of networks whose batches have `count` examples. */
  private async batchGradients(
    job: GradientJob,
    chosen: readonly number[],
    count: number,
    breathe: Breathe,
  ): Promise<void> {
    const { objective, statistics, trainable } = job;
    const plan = this.gradientPlan({ count, objective, statistics, trainable }, chosen.length);
    await this.gpu.guard('train', async (dispatches) => {
      await plan.open(() => breathe(0));
      await plan.run(job, chosen, dispatches, breathe);
    });
  }

  /** The same in parts of the batches, where examples do not meet in statistics: means of the parts' numbers by their examples. */
  private async partGradients(
    job: GradientJob,
    chosen: readonly number[],
    count: number,
    breathe: Breathe,
  ): Promise<void> {
    const { features, outputs: k, size } = this.program;
    const { loss, correct, gradient } = job;
    for (const g of chosen) {
      loss[g] = 0;
      correct[g] = 0;
      gradient.fill(0, g * size, (g + 1) * size);
    }
    for (const { start, end } of chunksOf(count, this.batch)) {
      const part = {
        ...job,
        batches: job.batches.map(({ x, labels, targets }) => ({
          x: x.subarray(start * features, end * features),
          count: end - start,
          ...(labels && { labels: labels.subarray(start, end) }),
          ...(targets && { targets: targets.subarray(start * k, end * k) }),
        })),
        loss: new Float64Array(loss.length),
        correct: new Float64Array(loss.length),
        gradient: new Float64Array(loss.length * size),
      };
      const weight = (end - start) / count;
      await this.batchGradients(part, chosen, end - start, (share) => breathe(start / count + share * weight));
      for (const g of chosen) {
        loss[g]! += weight * part.loss[g]!;
        correct[g]! += part.correct[g]!;
        for (let i = g * size; i < (g + 1) * size; i++) gradient[i]! += weight * part.gradient[i]!;
      }
    }
  }

  /** A plan for such calls, the one used last first. */
  private gradientPlan(kind: GradientKind, networks: number): GpuGradients {
    const { gpu, program, room } = this;
    const plan =
      this.gradientPlans.find((kept) => kept.fits(kind, networks)) ??
      new GpuGradients(gpu, program, kind, networks, room);
    this.gradientPlans = kept(this.gradientPlans, plan);
    return plan;
  }

  private async values(
    asked: Asked,
    theta: Float32Array,
    buffers: Float32Array | undefined,
    x: Float32Array,
    count: number,
    breathe: Breathe,
  ): Promise<Float32Array[]> {
    const key = String(asked);
    const plan =
      this.valuePlans.find((kept) => kept.count === count && String(kept.asked) === key) ??
      new GpuValues(this.gpu, this.program, count, asked, this.room);
    this.valuePlans = kept(this.valuePlans, plan);
    return this.gpu.guard('values', async (dispatches) => {
      await plan.open(() => breathe(0));
      return plan.run(theta, buffers, x, dispatches, breathe);
    });
  }

  async forward(
    theta: Float32Array,
    buffers: Float32Array,
    x: Float32Array,
    count: number,
    paths: readonly string[],
    breathe: Breathe,
  ): Promise<LayerValues> {
    const { program } = this;
    const asked = [program.result, ...paths.map((path) => program.places.get(path)!)];
    const [outputs, ...layers] = await this.values(asked, theta, buffers, x, count, breathe);
    return { outputs: outputs!, layers };
  }

  async statistics(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float32Array> {
    const { bufferSize, operations } = this.program;
    if (bufferSize === 0) return new Float32Array(0);
    const found = Float32Array.from((await this.values('statistics', theta, undefined, x, count, breathe))[0]!);
    for (const { step } of operations) {
      if (step.kind !== 'batch-norm') continue;
      const numbers = step.positions * count;
      const end = step.variance + step.channels;
      for (let i = step.variance; i < end; i++) found[i] = (found[i]! * numbers) / (numbers - 1);
    }
    return found;
  }

  dispose(): void {
    for (const plan of [...this.gradientPlans.splice(0), ...this.valuePlans.splice(0)]) plan.close();
  }
}

/** The plans to keep, `last` first; the others are closed. */
function kept<Plan extends { close(): void }>(plans: readonly Plan[], last: Plan): Plan[] {
  const order = [last, ...plans.filter((plan) => plan !== last)];
  for (const plan of order.slice(PLANS)) plan.close();
  return order.slice(0, PLANS);
}
