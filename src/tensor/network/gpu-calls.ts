/** The calls of kernels that one piece of work consists of, in order, with the buffers that they use. */
import type { GuardedGpu } from '../gpu.js';
import type { GpuKernel, Job, Slot } from '../gpu-frame.js';
import { GpuBuffers } from '../gpu-memory.js';
import { type Bound, bind, type Dispatch, withBreaths } from '../gpu-run.js';
import type { Breathe } from '../pace.js';

const MOST_GROUPS = 65_535; // of one dimension of a dispatch

/** A part of a kernel's workgroups, from (across, down) on. */
interface Slice {
  readonly kernel: GpuKernel;
  readonly across: number;
  readonly down: number;
}

/** Cuts a kernel so that no dispatch of `members` takes more than `most` multiply-adds, as far as there are workgroups. */
export function slicesOf(kernel: GpuKernel, members: number, most: number): Slice[] {
  const [wide, high] = kernel.groups;
  const parts = Math.ceil((kernel.multiplyAdds * members) / most);
  const width = Math.min(MOST_GROUPS, Math.ceil(wide / parts));
  const columns = Math.ceil(wide / width);
  const height = Math.min(MOST_GROUPS, Math.ceil(high / Math.ceil(parts / columns)));
  const slices: Slice[] = [];
  for (let down = 0; down < high; down += height)
    for (let across = 0; across < wide; across += width) {
      const groups = [Math.min(width, wide - across), Math.min(height, high - down)] as const;
      const multiplyAdds = (kernel.multiplyAdds * groups[0] * groups[1]) / (wide * high);
      slices.push({ kernel: { ...kernel, groups, multiplyAdds }, across, down });
    }
  return slices;
}

/** Calls for up to `members` networks at once. Use inside `guard`. */
export class GpuCalls {
  readonly buffers: GpuBuffers;
  private readonly waiting: Promise<Bound>[] = [];
  private readonly calls: Bound[] = [];
  private readonly free: { readonly buffer: GPUBuffer; readonly rows: number }[] = [];
  private readonly lent = new Map<GPUBuffer, { readonly rows: number; holders: number }>();
  private work = 0; // multiply-adds of one network

  constructor(
    private readonly gpu: GuardedGpu,
    private readonly job: Omit<Job, 'alike' | 'part'>,
    private readonly most: number, // multiply-adds of one dispatch
  ) {
    this.buffers = new GpuBuffers(gpu.device);
  }

  /** Adds a call of a kernel on these buffers. Pipelines are compiled side by side. */
  add(kernel: GpuKernel, buffers: Partial<Record<Slot, GPUBuffer | undefined>>): void {
    const { gpu, job, most } = this;
    const table = kernel.slots.includes('table') ? this.buffers.upload(kernel.table) : undefined;
    for (const { kernel: part, across, down } of slicesOf(kernel, job.members, most)) {
      const told = { ...job, alike: false, part: 0, across, down };
      const bound = bind(gpu, this.buffers, part, told, { ...buffers, table } as Partial<Record<Slot, GPUBuffer>>);
      bound.catch(() => undefined); // `ready` says so
      this.waiting.push(bound);
    }
    this.work += kernel.multiplyAdds;
  }

  /** Waits until all kernels are compiled. */
  async ready(breathe: Breathe): Promise<void> {
    this.calls.push(...(await withBreaths(Promise.all(this.waiting.splice(0)), breathe)));
  }

  /** Multiply-adds of so many networks. */
  workOf(members: number): number {
    return this.work * members;
  }

  /** The dispatches for the first `members` networks. */
  dispatches(members: number): Dispatch[] {
    return this.calls.map((bound) => ({ bound, members }));
  }

  /** A buffer for `rows` rows of every network: one that nobody holds any more, or a new one. It has one holder. */
  take(rows: number): GPUBuffer {
    const fits = this.free.filter((free) => free.rows >= rows).sort((a, b) => a.rows - b.rows)[0];
    if (fits !== undefined) this.free.splice(this.free.indexOf(fits), 1);
    const buffer = fits?.buffer ?? this.buffers.make(16 * this.job.members * rows * this.job.columns);
    this.lent.set(buffer, { rows: fits?.rows ?? rows, holders: 1 });
    return buffer;
  }

  /** How many hold a buffer that was taken. */
  holders(buffer: GPUBuffer): number {
    return this.lent.get(buffer)!.holders;
  }

  /** One more holds it. */
  hold(buffer: GPUBuffer): void {
    this.lent.get(buffer)!.holders++;
  }

  /** One less holds it; calls that are added from now on may use it when nobody does. */
  release(buffer: GPUBuffer): void {
    const lent = this.lent.get(buffer)!;
    if (--lent.holders > 0) return;
    this.lent.delete(buffer);
    this.free.push({ buffer, rows: lent.rows });
  }

  close(): void {
    this.buffers.close();
  }
}
