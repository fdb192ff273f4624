/** Reverse mode of one slab in one phase: what each operation passes on to the slots below it, and what its parameters get. */
import type { Range } from '../blocks.js';
import type { Kernel } from '../simd/program.js';
import { fanIn, type LinearStage } from '../simd/stages.js';
import type { Installation, Installed, LinearPart, NormPart } from './wasm-installation.js';

/** The memory of kernels and the kernels on it. */
export interface Memory {
  readonly numbers: Float32Array;
  readonly kernels: Readonly<Record<string, Kernel>>;
}

/** Multiply-adds of one of the slices of a linear stage on a slab. */
export function sliceOf(stage: LinearStage, width: number, slices: number): number {
  return (stage.rows * fanIn(stage) * width) / slices;
}

/** Walks back through an installation. */
export class WayBack {
  constructor(
    private readonly installation: Installation,
    private readonly memory: Memory,
  ) {}

  /** The operations of a phase, for a slab. Yields the multiply-adds of each slice. */
  *phase(phase: number, s: number, slab: Range): Generator<number> {
    const { plan, operations } = this.installation;
    for (const { operation, passes } of plan.back[phase]!) {
      const own = operations[operation]!;
      if (own.norm) this.norm(own, own.norm, s, slab, passes);
      else if (own.linear) {
        if (plan.moving[operation]) yield* this.weights(own, own.linear, s);
        if (plan.wanted[own.from[0]!]) yield* this.linear(own, own.linear, s);
      } else this.plain(own, s);
    }
  }

  /** In its phase a norm finds what its own parameters get; with statistics of the batch it passes on in the phase below. */
  private norm(own: Installed, { state, sums, back }: NormPart, s: number, slab: Range, passes: boolean): void {
    const { installation, memory } = this;
    const { index, from, to, kernels } = own;
    const [slot] = from as readonly [number];
    const z = installation.value(slot, s);
    const d = installation.slope(to, s);
    if (!passes || installation.purpose.statistics === 'running') {
      memory.kernels[kernels.sums!]!(z, d, sums, installation.scratch);
      state.add(memory.numbers, installation.scratch / 4);
    }
    if (!passes || !installation.plan.wanted[slot]) return;
    const kernel = memory.kernels[installation.isFirst(slot, index) ? kernels.back! : kernels.add!]!;
    kernel(z, d, back, installation.maskOf(slab), installation.slope(slot, s));
  }

  private *weights(own: Installed, { stage, weights }: LinearPart, s: number): Generator<number> {
    const { installation, memory } = this;
    const { gradient, width } = installation;
    const { weight, bias } = stage.step;
    const x = installation.value(own.from[0]!, s);
    const dout = installation.slope(own.to, s);
    if (bias >= 0) memory.kernels[own.kernels.bias!]!(dout, gradient + 4 * bias);
    for (const { start, tiles, rest } of weights) {
      const dz = dout + 4 * start * stage.places * width;
      memory.kernels[own.kernels.weights!]!(x, dz, gradient + 4 * (weight + start * fanIn(stage)), tiles, rest);
      yield sliceOf(stage, width, weights.length);
    }
  }

  private *linear(own: Installed, { stage, back, transposed }: LinearPart, s: number): Generator<number> {
    const { installation, memory } = this;
    const { width } = installation;
    const [slot] = own.from as readonly [number];
    const dx = installation.slope(slot, s);
    if (installation.isFirst(slot, own.index)) this.clear(slot, dx);
    for (const { start, tiles, rest } of back) {
      const out = dx + 4 * start * (stage.taps.at(-1)?.step ?? 1) * width;
      const w = transposed + 4 * start * stage.step.units;
      memory.kernels[own.kernels.back!]!(installation.slope(own.to, s), w, 0, out, tiles, rest);
      yield sliceOf(stage, width, back.length);
    }
  }

  private clear(slot: number, at: number): void {
    const { program, width } = this.installation;
    this.memory.numbers.fill(0, at / 4, at / 4 + program.slots[slot]! * width);
  }

  /** What has no parameters. */
  private plain({ index, stage, from, to, kernels }: Installed, s: number): void {
    const { installation, memory } = this;
    const dout = installation.slope(to, s);
    const x = installation.value(from[0]!, s);
    for (const [i, slot] of from.entries()) {
      if (!installation.plan.wanted[slot]) continue;
      const dx = installation.slope(slot, s);
      const first = installation.isFirst(slot, index) && !(i > 0 && from[0] === slot);
      const kernel = memory.kernels[(first || dx === dout ? kernels.back : kernels.add) ?? kernels.back!]!;
      if (stage.kind === 'join') {
        if (dx === dout) continue; // it is there
        if (!first) kernel(dx, dout, dx);
        else memory.numbers.copyWithin(dx / 4, dout / 4, dout / 4 + stage.rows * installation.width);
      } else if (stage.kind === 'activation') kernel(x, dout, dx);
      else if (stage.kind === 'pad') kernel(dx, dout);
      else {
        if (first) this.clear(slot, dx);
        kernel(x, installation.value(to, s), dx, dout);
      }
    }
  }
}
