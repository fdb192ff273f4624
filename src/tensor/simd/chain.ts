/** Stages on a memory: where each writes its rows, and how one network pass is run. */
import type { FunctionWriter } from '../fused/wasm-emitter.js';
import type { Breathe } from '../pace.js';
import type { Regions } from './memory.js';
import { pointwise } from './pointwise.js';
import { type Kernel, linearForward, SLICE, type UnitSlice, unitSlices } from './program.js';
import { fanIn, type LinearStage, type Stage } from './stages.js';
import { tileOf } from './sums.js';

/** Multiply-adds of a stage on one input. */
function workOf(stage: Stage): number {
  return stage.kind === 'linear' ? stage.rows * fanIn(stage) : 0;
}

/** Multiply-adds of stages on one input. */
function multiplyAdds(stages: readonly Stage[]): number {
  return stages.reduce((sum, stage) => sum + workOf(stage), 0);
}

/** Stages one after another, each with rows of its own. `prefix` tells their functions from those of other chains. */
export class Chain {
  readonly out: number; // address of the last rows
  private readonly to: readonly number[];
  private readonly slices: readonly UnitSlice[][];
  readonly work: number; // multiply-adds of one pass

  constructor(
    private readonly stages: readonly Stage[],
    private readonly width: number,
    private readonly prefix: string,
    regions: Regions,
    private readonly before: number, // numbers of θ that are not in memory: those of layers ahead of the chain
  ) {
    this.to = stages.map(({ rows }) => regions.take(rows * width));
    this.out = this.to.at(-1) ?? 0;
    this.work = multiplyAdds(stages) * width;
    this.slices = stages.map((stage) =>
      stage.kind === 'linear'
        ? unitSlices(stage.step.units, tileOf(stage.step.units, width).units, stage.places * fanIn(stage) * width)
        : [],
    );
  }

  /** The functions that the chain calls. */
  functions(): Record<string, FunctionWriter> {
    return Object.fromEntries(
      this.stages.map((stage, i) => [
        `${this.prefix}${i}`,
        stage.kind === 'linear' ? linearForward(stage, this.width) : pointwise(stage, this.width),
      ]),
    );
  }

  /** Address of the rows that stage i gives. */
  rowsOf(i: number): number {
    return this.to[i]!;
  }

  /** Whether a pass takes so long that it must be cut. */
  get isLong(): boolean {
    return this.work > SLICE;
  }

  /** The stages from the rows at `x`; the last one may write to `out` instead of its own rows. Gives where the result is. */
  run(kernels: Readonly<Record<string, Kernel>>, theta: number, x: number, out = this.out): number {
    let from = x;
    this.stages.forEach((stage, i) => {
      const to = i === this.stages.length - 1 && out !== 0 ? out : this.to[i]!;
      const kernel = kernels[`${this.prefix}${i}`]!;
      if (stage.kind === 'linear')
        for (const slice of this.slices[i]!) this.linear(kernel, stage, slice, theta, from, to);
      else kernel(from, to);
      from = to;
    });
    return from;
  }

  /** The same with a breath between slices. */
  async runInParts(
    kernels: Readonly<Record<string, Kernel>>,
    theta: number,
    x: number,
    breathe: Breathe,
  ): Promise<number> {
    let from = x;
    let done = 0;
    for (const [i, stage] of this.stages.entries()) {
      const to = this.to[i]!;
      const kernel = kernels[`${this.prefix}${i}`]!;
      if (stage.kind !== 'linear') kernel(from, to);
      else {
        const slices = this.slices[i]!;
        for (const slice of slices) {
          this.linear(kernel, stage, slice, theta, from, to);
          done += (workOf(stage) * this.width) / slices.length;
          await breathe(Math.min(1, done / this.work));
        }
      }
      from = to;
    }
    return from;
  }

  private linear(
    kernel: Kernel,
    stage: LinearStage,
    { start, tiles, rest }: UnitSlice,
    theta: number,
    from: number,
    to: number,
  ): void {
    const { weight, bias } = stage.step;
    const w = theta + 4 * (weight - this.before + start * fanIn(stage));
    const b = theta + 4 * (bias - this.before + start);
    kernel(from, w, b, to + 4 * start * stage.places * this.width, tiles, rest);
  }
}
