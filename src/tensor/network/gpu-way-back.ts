/**
 * The way back through the stages of a network: which kernels take ∂J/∂ of the outputs to ∂J/∂θ, in which order and on which buffers.
 * What several stages read gets the sum of what each gives, added in the order of the way back.
 */
import type { Activation } from '../../catalog/architecture.js';
import { type Ending, type GpuKernel, type GpuShape, PLAIN, type Slot } from '../gpu-frame.js';
import { activationSlopeKernel, poolSlopeKernel, through } from '../gpu-gradient-kernels.js';
import { turnedKernel } from '../gpu-padded.js';
import { slopeFromOutput } from '../gpu-slopes.js';
import { addSpansKernel, spanNumbers, weightGradientKernel } from '../gpu-weight-gradient.js';
import type { GpuCalls } from './gpu-calls.js';
import { normGradientKernel, normSlopeKernel } from './gpu-norm-kernels.js';
import type { Stage } from './gpu-stages.js';
import type { Program, Wanted } from './program.js';

/** Adds to what is there before `ending`. */
const adding = (ending: Ending): Ending => ({ ...ending, result: (s) => ending.result(`(out[to] + ${s})`) });

/** What the way back works on. */
export interface WayBack {
  readonly program: Program;
  readonly stages: readonly Stage[];
  readonly wanted: Wanted;
  readonly shape: GpuShape;
  readonly ofBatch: boolean; // what batch normalisation divides by
  readonly calls: GpuCalls;
  readonly values: readonly (GPUBuffer | undefined)[]; // of each slot
  readonly theta: GPUBuffer;
  readonly statistics: GPUBuffer;
  readonly gradient: GPUBuffer; // [networks, P]
  readonly spans: GPUBuffer; // parts of the sums of weights
}

/** Lists the calls of the way back, once those of the way forward are listed. */
export class BackwardCalls {
  private readonly slopes: (GPUBuffer | undefined)[] = []; // ∂J/∂ of each slot, before the activation of the stage that wrote it
  private readonly readers: number[];
  private readonly writers: (Stage | undefined)[] = [];

  constructor(private readonly way: WayBack) {
    const { program, stages } = way;
    this.readers = program.slots.map(() => 0); // yet to give their share
    for (const stage of stages) {
      this.writers[stage.to] = stage;
      for (const slot of stage.from) this.readers[slot]!++;
    }
    this.readers[program.result]!++; // what is made small
  }

  /** Lists all; `objective` is the kernel that gives ∂J/∂φ, with the buffers of its own. */
  list(objective: (ending: Ending) => GpuKernel, buffers: Partial<Record<Slot, GPUBuffer>>): void {
    const { program, stages, wanted, calls } = this.way;
    this.give(program.result, objective, { ...buffers, x: this.way.values[program.result] });
    for (const stage of [...stages].reverse()) {
      const slope = this.slopes[stage.to];
      if (!wanted.slots[stage.to] || slope === undefined) continue;
      this.parameters(stage, slope);
      for (const slot of stage.from) if (wanted.slots[slot]) this.back(stage, slot, slope);
      calls.release(slope);
    }
  }

  /** The gradient of a stage's own parameters. */
  private parameters({ step, operation, from, reads, padded }: Stage, slope: GPUBuffer): void {
    const { program, calls, shape, values, gradient, spans, wanted, statistics, ofBatch } = this.way;
    const wants = wanted.parameters[operation]!;
    const x = values[from[0]!];
    if (step.kind === 'batch-norm' && (wants || (ofBatch && wanted.slots[from[0]!]!))) {
      const kernel = normGradientKernel(step, program.bufferSize, shape);
      calls.add(kernel, { x: slope, value: x, coefficients: statistics, sums: gradient });
    }
    if (step.kind !== 'linear' || !wants) return;
    const cut = spanNumbers(step, shape) > 0;
    const kernel = weightGradientKernel(step, program.slots[from[0]!]!, shape, padded ? reads : undefined);
    calls.add(kernel, { x, value: slope, sums: cut ? spans : gradient });
    if (cut) calls.add(addSpansKernel(step, shape), { coefficients: spans, sums: gradient });
  }

  /** What a stage gives to ∂J/∂ of a slot that it reads. */
  private back({ step, reads, to }: Stage, slot: number, slope: GPUBuffer): void {
    const { program, shape, values, theta, statistics, gradient, ofBatch } = this.way;
    const rows = program.slots[slot]!;
    const own = { x: slope, value: values[slot] };
    switch (step.kind) {
      case 'join':
        this.pass(slot, slope);
        break;
      case 'linear':
        this.give(slot, (ending) => turnedKernel(step, reads!, ending, shape), { ...own, theta });
        break;
      case 'batch-norm': {
        const kernel = (ending: Ending): GpuKernel => normSlopeKernel(step, ofBatch, ending, program.bufferSize, shape);
        this.give(slot, kernel, { ...own, theta, coefficients: statistics, sums: gradient });
        break;
      }
      case 'activation': {
        const value = slopeFromOutput(step.activation) ? values[to] : values[slot];
        this.give(slot, (ending) => activationSlopeKernel(step.activation, rows, shape, ending), { ...own, value });
        break;
      }
      case 'max':
      case 'mean':
        this.give(slot, (ending) => poolSlopeKernel(step, rows, ending, shape), own);
        break;
    }
  }

  /** The activation that ∂J/∂ of a slot goes through with its last share. */
  private lastOf(slot: number): Activation | undefined {
    return --this.readers[slot]! === 0 ? this.writers[slot]?.activation : undefined;
  }

  /** Adds the share that a kernel computes. */
  private give(
    slot: number,
    kernel: (ending: Ending) => GpuKernel,
    buffers: Partial<Record<Slot, GPUBuffer | undefined>>,
  ): void {
    const { calls, program } = this.way;
    const ending = through(this.lastOf(slot));
    const value = buffers.value ?? this.way.values[slot];
    const here = this.slopes[slot];
    const out = here === undefined ? calls.take(program.slots[slot]!) : this.alone(slot, here);
    this.slopes[slot] = out;
    calls.add(kernel(here === undefined ? ending : adding(ending)), { ...buffers, value, out });
  }

  /** Adds a share that is there already: the other side of a join. */
  private pass(slot: number, slope: GPUBuffer): void {
    const { calls, program, shape } = this.way;
    const rows = program.slots[slot]!;
    const untouched =
      this.slopes[slot] === undefined && (this.readers[slot]! > 1 || through(this.writers[slot]?.activation) === PLAIN);
    if (!untouched) {
      this.give(slot, (ending) => activationSlopeKernel(undefined, rows, shape, ending), { x: slope });
      return;
    }
    this.lastOf(slot);
    this.slopes[slot] = slope;
    calls.hold(slope);
  }

  /** ∂J/∂ of a slot in a buffer that nobody else holds. */
  private alone(slot: number, here: GPUBuffer): GPUBuffer {
    const { calls, program, shape } = this.way;
    if (calls.holders(here) === 1) return here;
    const rows = program.slots[slot]!;
    const copy = calls.take(rows);
    calls.add(activationSlopeKernel(undefined, rows, shape), { x: here, out: copy });
    calls.release(here);
    return copy;
  }
}
