/**
 * J and its gradient on WebGPU: all candidates of a group go through each kernel together, forward with the values kept, then
 * back. One read for each group gives losses and gradients. A candidate's numbers are the same whatever group it is in.
 */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import { powerOfTwo } from './blocks.js';
import { stepsOf } from './cpu-steps.js';
import type { GradientEngine } from './descend.js';
import type { GuardedGpu } from './gpu.js';
import { GpuGradientPlan, type PlanSize } from './gpu-gradient-plan.js';
import { candidatesTogether } from './gradient-parts.js';

const BYTES = { software: 2 ** 27, hardware: 2 ** 29 } as const; // of a group's buffers
const PART = 1024; // inputs at once
const PART_WORK = { software: 2 ** 27, hardware: 2 ** 34 } as const; // multiply-adds of one candidate's dispatch

/** The gradient engine on a guarded GPU. `scale` below 1 takes fewer inputs and candidates at once. */
export class GpuGradient implements GradientEngine {
  readonly together: number;
  private readonly sizes: PlanSize;
  private plan: GpuGradientPlan | undefined;
  private whole: Float32Array | undefined; // all inputs, where they are on the device

  constructor(
    architecture: Architecture,
    private readonly gpu: GuardedGpu,
    software: boolean,
    scale: number,
  ) {
    const { size, outputs, multiplyAdds } = layoutOf(architecture);
    const steps = stepsOf(architecture);
    const features = product(architecture.input);
    const widest = Math.max(features, ...steps.map((step) => step.rows));
    const rows = steps.reduce((sum, step) => sum + step.rows, 2 * widest); // kept for the way back
    const kind = software ? 'software' : 'hardware';
    const { maxStorageBufferBindingSize, maxBufferSize } = gpu.device.limits;
    const limit = Math.min(maxStorageBufferBindingSize, maxBufferSize);
    const bytes = scale * BYTES[kind];
    const inputs = Math.min(
      scale * PART,
      bytes / (4 * rows),
      limit / (4 * widest),
      PART_WORK[kind] / Math.max(1, multiplyAdds),
    );
    this.sizes = {
      steps,
      features,
      outputs,
      size,
      widest,
      rows,
      part: powerOfTwo(inputs, 4),
      bytes,
      limit,
      staged: !software,
    };
    this.together = candidatesTogether(size);
  }

  async gradients(...args: Parameters<GradientEngine['gradients']>): Promise<void> {
    const [theta, candidates, batch, loss, gradient, breathe] = args;
    if (this.plan !== undefined && !this.plan.fits(batch.count, candidates.length)) this.dispose();
    this.plan ??= new GpuGradientPlan(this.gpu, this.sizes, batch.count, candidates.length);
    const { plan } = this;
    await this.gpu.guard('descend', async (dispatches) => {
      await plan.open(breathe);
      if (this.whole !== batch.x) plan.take(batch);
      this.whole = batch.whole ? batch.x : undefined;
      await plan.run(theta, candidates, loss, gradient, dispatches, breathe);
    });
  }

  dispose(): void {
    this.plan?.close();
    this.plan = undefined;
    this.whole = undefined;
  }
}
