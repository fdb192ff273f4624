/** Reverse mode of one network in memory: rows of every layer, their derivatives, and ∂J/∂θ, added up over slabs of inputs. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';
import type { FunctionWriter } from '../fused/wasm-emitter.js';
import { Regions } from './memory.js';
import { activationBackward, padRows, pointwise, poolBackward } from './pointwise.js';
import { backwardShape, instanceOf, type Kernel, linearForward, type UnitSlice, unitSlices } from './program.js';
import { fanIn, type LinearStage, type Stage, stagesOf } from './stages.js';
import { sums, tileOf } from './sums.js';
import { biasGradient, gradientTile, weightGradient } from './weight-gradient.js';

/** A stage with where its rows and their derivatives are. */
interface Placed {
  readonly stage: Stage;
  readonly from: number; // address of its inputs; 0 for the inputs of the network
  readonly to: number;
  readonly dFrom: number; // address of the derivative by its inputs; 0 where none is needed
  readonly dTo: number;
  readonly below: number; // rows of its inputs
  readonly transposed: number; // address of the weights as [K, units], 0 where they are not needed
  readonly forward: readonly UnitSlice[];
  readonly backward: readonly UnitSlice[];
  readonly weights: readonly UnitSlice[];
}

/** Multiply-adds that a slice has taken. */
export type Taken = number;

/** J's gradient at one θ, slab by slab of `width` inputs. */
export class GradientMachine {
  readonly features: number;
  readonly outputs: number; // k
  readonly size: number; // P
  numbers = new Float32Array(0); // the whole memory
  private kernels: Readonly<Record<string, Kernel>> = {};
  private readonly regions = new Regions();
  private readonly at: { readonly inputs: number; readonly theta: number; readonly gradient: number };
  private readonly placed: readonly Placed[];
  private readonly lowest: number; // the first stage with parameters

  private constructor(
    architecture: Architecture,
    private readonly width: number,
    slabs: number,
  ) {
    const { regions } = this;
    this.features = product(architecture.input);
    const { outputs, size } = layoutOf(architecture);
    this.outputs = outputs;
    this.size = size;
    const inputs = regions.take(slabs * this.features * width);
    this.at = { inputs, theta: regions.take(size), gradient: regions.take(size) };
    const stages = stagesOf(architecture);
    const lowest = stages.findIndex(({ kind }) => kind === 'linear');
    this.lowest = lowest;
    let from = 0;
    let dFrom = 0;
    let below = this.features;
    this.placed = stages.map((stage, i) => {
      const to = regions.take(stage.rows * width);
      const inPlace = stage.kind === 'activation' && lowest >= 0 && i > lowest; // its derivative stays where it is
      const dTo = i < lowest ? 0 : inPlace ? dFrom : regions.take(stage.rows * width);
      const linear = stage.kind === 'linear' ? this.slices(stage, i > lowest) : NONE;
      const transposed = stage.kind === 'linear' && i > lowest ? regions.take(stage.step.units * fanIn(stage)) : 0;
      const placed = { stage, from, to, dFrom, dTo, below, transposed, ...linear };
      [from, dFrom, below] = [to, dTo, stage.rows];
      return placed;
    });
    this.slopeRows = this.placed.at(-1)?.dTo ?? regions.take(outputs * width);
  }

  private slices(stage: LinearStage, deeper: boolean): Pick<Placed, 'forward' | 'backward' | 'weights'> {
    const { units } = stage.step;
    const K = fanIn(stage);
    const across = stage.places * this.width;
    const inner = stage.taps.at(-1)?.count ?? 1;
    const backward = unitSlices(inner, tileOf(inner, this.width).units, units * across);
    return {
      forward: unitSlices(units, tileOf(units, this.width).units, K * across),
      backward: !deeper ? [] : stage.taps.length <= 1 ? backward : [wholeOf(backward)],
      weights: unitSlices(units, gradientTile(inner).units, K * across),
    };
  }

  /** A machine for up to `slabs` slabs of inputs. */
  static async make(architecture: Architecture, width: number, slabs: number): Promise<GradientMachine> {
    const machine = new GradientMachine(architecture, width, slabs);
    const memory = machine.regions.memory();
    machine.numbers = new Float32Array(memory.buffer);
    const key = `descend ${width} ${JSON.stringify(architecture)}`;
    machine.kernels = await instanceOf(key, memory, () => machine.functions());
    return machine;
  }

  private functions(): Record<string, FunctionWriter> {
    const { width, lowest } = this;
    const functions: Record<string, FunctionWriter> = {};
    this.placed.forEach(({ stage }, i) => {
      functions[`f${i}`] = stage.kind === 'linear' ? linearForward(stage, width) : pointwise(stage, width);
      if (stage.kind === 'linear') {
        functions[`w${i}`] = weightGradient(stage, width);
        functions[`b${i}`] = biasGradient(stage, width);
      }
      if (i > lowest) functions[`d${i}`] = backwardOf(stage, width);
    });
    return functions;
  }

  /** Address of the inputs [features, width] of a slab. */
  inputs(slab: number): number {
    return this.at.inputs + 4 * slab * this.features * this.width;
  }

  /** Address of the outputs [k, width] of the slab that `forward` has just seen. */
  outputRows(slab: number): number {
    return this.placed.at(-1)?.to ?? this.inputs(slab);
  }

  /** Address of ∂J/∂φ [k, width], written by the caller between forward and backward. */
  readonly slopeRows: number;

  /** Takes θ [P]. */
  setTheta(theta: Float64Array): void {
    this.numbers.set(theta, this.at.theta / 4);
    for (const { stage, transposed } of this.placed)
      if (stage.kind === 'linear' && transposed !== 0)
        transpose(this.numbers, this.at.theta / 4 + stage.step.weight, transposed / 4, stage.step.units, fanIn(stage));
  }

  /** Sets the gradient in memory to 0. */
  clear(): void {
    this.numbers.fill(0, this.at.gradient / 4, this.at.gradient / 4 + this.size);
  }

  /** Adds the gradient in memory to `to` [P]. */
  addTo(to: Float64Array): void {
    const from = this.numbers.subarray(this.at.gradient / 4, this.at.gradient / 4 + this.size);
    for (let i = 0; i < to.length; i++) to[i]! += from[i]!;
  }

  /** The outputs of a slab, in slices. */
  *forward(slab: number): Generator<Taken> {
    const { theta } = this.at;
    for (const [i, { stage, from, to, forward }] of this.placed.entries()) {
      const x = i === 0 ? this.inputs(slab) : from;
      const kernel = this.kernels[`f${i}`]!;
      if (stage.kind !== 'linear') {
        kernel(x, to);
        continue;
      }
      const { weight, bias } = stage.step;
      for (const { start, tiles, rest } of forward) {
        const w = theta + 4 * (weight + start * fanIn(stage));
        kernel(x, w, theta + 4 * (bias + start), to + 4 * start * stage.places * this.width, tiles, rest);
        yield this.taken(stage, forward);
      }
    }
  }

  /** Adds the gradient of a slab that `forward` has just seen, in slices. */
  *backward(slab: number): Generator<Taken> {
    const { gradient } = this.at;
    if (this.lowest < 0) return;
    for (let i = this.placed.length - 1; i >= this.lowest; i--) {
      const { stage, from, to, dFrom, dTo, below, transposed, weights, backward } = this.placed[i]!;
      const x = i === 0 ? this.inputs(slab) : from;
      if (stage.kind === 'linear') {
        const { weight, bias } = stage.step;
        const K = fanIn(stage);
        if (bias >= 0) this.kernels[`b${i}`]!(dTo, gradient + 4 * bias);
        for (const { start, tiles, rest } of weights) {
          const dz = dTo + 4 * start * stage.places * this.width;
          this.kernels[`w${i}`]!(x, dz, gradient + 4 * (weight + start * K), tiles, rest);
          yield this.taken(stage, weights);
        }
        if (i === this.lowest) return;
        this.numbers.fill(0, dFrom / 4, dFrom / 4 + below * this.width);
        for (const { start, tiles, rest } of backward) {
          const w = transposed + 4 * start * stage.step.units;
          const out = dFrom + 4 * start * (stage.taps.at(-1)?.step ?? 1) * this.width;
          this.kernels[`d${i}`]!(dTo, w, 0, out, tiles, rest);
          yield this.taken(stage, backward);
        }
      } else if (stage.kind === 'activation') this.kernels[`d${i}`]!(x, dTo, dTo);
      else if (stage.kind === 'pad') this.kernels[`d${i}`]!(dFrom, dTo);
      else {
        this.numbers.fill(0, dFrom / 4, dFrom / 4 + below * this.width);
        this.kernels[`d${i}`]!(x, to, dFrom, dTo);
      }
    }
  }

  private taken(stage: LinearStage, slices: readonly UnitSlice[]): Taken {
    return (stage.rows * fanIn(stage) * this.width) / slices.length;
  }
}

const NONE = { forward: [], backward: [], weights: [] } as const;

/** All slices as one. */
export function wholeOf(slices: readonly UnitSlice[]): UnitSlice {
  return { start: 0, tiles: slices.reduce((sum, { tiles }) => sum + tiles, 0), rest: 1 };
}

/** The derivative by the inputs of a stage. */
function backwardOf(stage: Stage, width: number): FunctionWriter {
  switch (stage.kind) {
    case 'linear':
      return sums(backwardShape(stage, width));
    case 'activation':
      return activationBackward(stage.activation, stage.rows, width);
    case 'pad':
      return padRows(stage, width, true);
    default:
      return poolBackward(stage, width);
  }
}

const TILE = 32; // rows and columns moved together: a matrix of a power of two wide would otherwise miss every cache

/** numbers[to…] [columns, rows] = numbers[from…] [rows, columns], transposed. */
export function transpose(numbers: Float32Array, from: number, to: number, rows: number, columns: number): void {
  for (let k0 = 0; k0 < columns; k0 += TILE)
    for (let o0 = 0; o0 < rows; o0 += TILE) {
      const [k1, o1] = [Math.min(columns, k0 + TILE), Math.min(rows, o0 + TILE)];
      for (let k = k0; k < k1; k++)
        for (let o = o0; o < o1; o++) numbers[to + k * rows + o] = numbers[from + o * columns + k]!;
    }
}
