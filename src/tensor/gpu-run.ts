/** Runs kernels: bind groups, submissions of some tens of milliseconds, reads. */
import type { GuardedGpu } from './gpu.js';
import { bindingOf, type GpuKernel, type Job, jobNumbers, type Slot } from './gpu-frame.js';
import type { GpuBuffers } from './gpu-memory.js';
import type { Breathe } from './pace.js';

const SUBMISSION_TIME = 40; // ms; watchdogs end what takes seconds
const FIRST_RATE = 1e6; // multiply-adds per ms, before any was measured
const PAUSE = 25; // ms between two breaths of a wait
const GROWTH = 4; // of the rate, from one submission to the next

/** A kernel with its buffers. */
export interface Bound {
  readonly kernel: GpuKernel;
  readonly pipeline: GPUComputePipeline;
  readonly bindings: GPUBindGroup;
}

/** Waits for what a device does by itself, such as compiling, with breaths, and no longer once one of them throws. */
export async function withBreaths<T>(work: Promise<T>, breathe: Breathe): Promise<T> {
  let over = false;
  const end = (): void => {
    over = true;
  };
  const settled = work.then(end, end);
  while (!over) {
    await Promise.race([settled, new Promise((resolve) => setTimeout(resolve, PAUSE))]);
    if (!over) await breathe(0);
  }
  return work;
}

/** Gives a kernel its job, kept in `own`, and the buffers of its slots. Call inside `guard`. */
export async function bind(
  gpu: GuardedGpu,
  own: GpuBuffers,
  kernel: GpuKernel,
  job: Job,
  buffers: Partial<Record<Slot, GPUBuffer>>,
): Promise<Bound> {
  const told = own.upload(jobNumbers({ ...job, ...kernel.offsets }), GPUBufferUsage.UNIFORM);
  const pipeline = await gpu.pipeline(kernel.code);
  const bindings = gpu.device.createBindGroup({
    layout: pipeline.getBindGroupLayout(0),
    entries: [
      { binding: 0, resource: { buffer: told } },
      ...kernel.slots.map((slot) => ({ binding: bindingOf(slot), resource: { buffer: buffers[slot]! } })),
    ],
  });
  return { kernel, pipeline, bindings };
}

/** How fast a device is, from what submissions took. */
export class Tempo {
  private rate = FIRST_RATE;

  /** Multiply-adds that one submission should take. */
  get submission(): number {
    return this.rate * SUBMISSION_TIME;
  }

  /** What a submission of `multiplyAdds` took. Short ones tell little: they grow until they are not. */
  took(multiplyAdds: number, milliseconds: number): void {
    const measured = multiplyAdds / Math.max(0.1, milliseconds);
    if (milliseconds > SUBMISSION_TIME / 8 || measured > this.rate) this.rate = Math.min(GROWTH * this.rate, measured);
  }
}

/** One dispatch: a kernel for so many members. */
export interface Dispatch {
  readonly bound: Bound;
  readonly members: number;
}

/** Submits dispatches in order, as many at a time as the tempo allows, and `after` with the last, or alone where there are none; breathes in between. */
export async function submit(
  gpu: GuardedGpu,
  dispatches: readonly Dispatch[],
  after: (encoder: GPUCommandEncoder) => void,
  count: (dispatches: number) => void,
  breathe: Breathe,
): Promise<void> {
  const { device, tempo } = gpu;
  for (let at = 0; ; ) {
    const encoder = device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    const from = at;
    let work = 0;
    while (at < dispatches.length) {
      const { bound, members } = dispatches[at]!;
      const more = bound.kernel.multiplyAdds * members;
      if (at > from && work + more > 2 * tempo.submission) break;
      pass.setPipeline(bound.pipeline);
      pass.setBindGroup(0, bound.bindings);
      pass.dispatchWorkgroups(...bound.kernel.groups, Math.ceil(members / (bound.kernel.sideBySide ?? 1)));
      work += more;
      at++;
    }
    pass.end();
    const last = at === dispatches.length;
    if (last) after(encoder);
    device.queue.submit([encoder.finish()]);
    count(at - from);
    if (last) return; // its time is taken by the read
    const began = performance.now();
    await device.queue.onSubmittedWorkDone();
    tempo.took(work, performance.now() - began);
    await breathe(at / dispatches.length);
  }
}

/** Reads the first `bytes` of a staging buffer, once what fills it is done. */
export async function readBack(staging: GPUBuffer, bytes: number): Promise<Float32Array<ArrayBuffer>> {
  await staging.mapAsync(GPUMapMode.READ, 0, bytes);
  const values = new Float32Array(staging.getMappedRange(0, bytes).slice(0));
  staging.unmap();
  return values;
}
