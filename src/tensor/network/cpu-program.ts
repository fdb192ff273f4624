/** One network of any Architecture by plain loops in float64: forward and back over its operations, all examples side by side. */
import { messageOf } from '../../catalog/errors.js';
import type { ParameterRange } from '../../catalog/work.js';
import { linearBackward, linearForward, linearGradient } from '../cpu-linear.js';
import { columns, slices } from '../cpu-network.js';
import { plainBackward, plainForward } from '../cpu-plain.js';
import type { LinearStep } from '../cpu-steps.js';
import { deviceFault } from '../device-fault.js';
import {
  batchStatistics,
  moveRunning,
  normBackward,
  normForward,
  runningStatistics,
  type Statistics,
} from './cpu-norm.js';
import { type Program, wantedOf } from './program.js';

/** Awaited between slices of at most some milliseconds. */
type Breath = () => Promise<void>;

/** How batch normalisation divides in a forward pass. */
export type Dividing =
  | { readonly by: 'running'; readonly buffers: ArrayLike<number> }
  | { readonly by: 'batch'; readonly moves?: Float32Array }; // the buffers that move towards the batch's statistics

/** Rows of so many slots; a lack of memory is a fault of the device. */
function rowsOf(slots: readonly number[], n: number): Float64Array<ArrayBuffer>[] {
  try {
    return slots.map((rows) => new Float64Array(rows * n));
  } catch (error) {
    throw deviceFault('cpu', 'memory', messageOf(error));
  }
}

/** A network with the rows of its slots, made larger when more examples come. */
export class CpuProgram {
  private capacity = 0;
  private values: Float64Array[] = [];
  private slopes: Float64Array[] = [];
  private spare = new Float64Array(0); // a derivative on its way to a slot that has one already
  private readonly statistics: (Statistics | undefined)[] = []; // by operation
  private ofBatch = false;

  constructor(readonly program: Program) {}

  /** The rows of slot 0, to be filled: [features, columns(count)]. */
  inputs(count: number): Float64Array {
    const n = columns(count);
    if (n > this.capacity) {
      this.values = rowsOf(this.program.slots, n);
      this.capacity = n;
      this.slopes = [];
    }
    return this.values[0]!;
  }

  /** The rows [rows, n] of a slot after `forward`. */
  value(slot: number): Float64Array {
    return this.values[slot]!;
  }

  /** What the batch normalisation of operation `i` divided by in the last pass. */
  dividedBy(i: number): Statistics | undefined {
    return this.statistics[i];
  }

  /** Runs the network on the `count` examples in slot 0. */
  async forward(theta: Float64Array, count: number, dividing: Dividing, breath: Breath): Promise<void> {
    const n = columns(count);
    this.ofBatch = dividing.by === 'batch';
    for (const [i, { step, from, to }] of this.program.operations.entries()) {
      const x = this.values[from[0]!]!;
      const out = this.values[to]!;
      switch (step.kind) {
        case 'linear':
          for (const { start, end } of slices(step.units, step.first.length * step.taps.length * n)) {
            linearForward(step, theta, x, out, n, start, end);
            await breath();
          }
          break;
        case 'batch-norm': {
          const statistics =
            dividing.by === 'batch' ? batchStatistics(step, x, n, count) : runningStatistics(step, dividing.buffers);
          this.statistics[i] = statistics;
          if (dividing.by === 'batch' && dividing.moves) moveRunning(step, dividing.moves, statistics, count);
          normForward(step, theta, statistics, x, out, n);
          break;
        }
        case 'join': {
          const beside = this.values[from[1]!]!;
          for (let k = 0; k < step.rows * n; k++) out[k] = x[k]! + beside[k]!;
          break;
        }
        default:
          plainForward(step, x, out, n);
      }
      await breath();
    }
  }

  /** The derivative by the outputs [k, n], to be written before `backward`. */
  outputSlope(): Float64Array {
    if (this.slopes.length === 0) {
      const most = Math.max(...this.program.slots);
      const made = rowsOf([most, ...this.program.slots], this.capacity);
      this.spare = made.shift()!;
      this.slopes = made;
    }
    return this.slopes[this.program.result]!;
  }

  /** Adds ∂J/∂θ within `trainable` to `gradient` [P], for what `forward` has just seen. Other places may get something too. */
  async backward(
    theta: Float64Array,
    gradient: Float64Array,
    trainable: readonly ParameterRange[],
    count: number,
    breath: Breath,
  ): Promise<void> {
    const { program, slopes } = this;
    const n = columns(count);
    const wanted = wantedOf(program, trainable);
    const reached = new Set([program.result]); // slots that have a derivative
    for (let i = program.operations.length - 1; i >= 0; i--) {
      const { step, from, to } = program.operations[i]!;
      if (!wanted.slots[to]) continue;
      const dout = slopes[to]!;
      const x = this.values[from[0]!]!;
      if (step.kind === 'linear' && wanted.parameters[i])
        for (const { start, end } of slices(step.units, step.first.length * step.taps.length * n)) {
          linearGradient(step, x, dout, gradient, n, start, end);
          await breath();
        }
      for (const [place, slot] of from.entries()) {
        const has = reached.has(slot);
        const dx = has ? this.spare : slopes[slot]!;
        if (step.kind === 'batch-norm')
          normBackward(
            step,
            theta,
            this.statistics[i]!,
            this.ofBatch,
            x,
            dout,
            wanted.slots[slot] ? dx : undefined,
            gradient,
            n,
            count,
          );
        if (!wanted.slots[slot]) continue;
        const numbers = program.slots[slot]! * n;
        if (step.kind === 'linear') await linearBack(step, theta, dout, dx, numbers, n, breath);
        else if (step.kind === 'join') dx.set(dout.subarray(0, numbers));
        else if (step.kind !== 'batch-norm') plainBackward(step, x, dout, dx, numbers, n);
        if (has) {
          const sum = slopes[slot]!;
          for (let k = 0; k < numbers; k++) sum[k]! += dx[k]!;
        }
        reached.add(slot);
        if (place > 0) continue;
        await breath();
      }
    }
  }
}

async function linearBack(
  step: LinearStep,
  theta: Float64Array,
  dout: Float64Array,
  dx: Float64Array,
  numbers: number,
  n: number,
  breath: Breath,
): Promise<void> {
  dx.fill(0, 0, numbers);
  for (const { start, end } of slices(step.taps.length, step.first.length * step.units * n)) {
    linearBackward(step, theta, dout, dx, n, start, end);
    await breath();
  }
}
