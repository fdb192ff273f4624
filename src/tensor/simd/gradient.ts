/** J and its gradient on wasm for networks that no fused kernel takes: reverse mode in SIMD, one candidate after the other. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';
import { chunksOf, type Range } from '../blocks.js';
import type { GradientEngine } from '../descend.js';
import { candidatesTogether } from '../gradient-parts.js';
import type { Minibatch } from '../minibatch.js';
import type { Breathe } from '../pace.js';
import { GradientMachine } from './gradient-machine.js';
import { putInputs } from './memory.js';
import { SLICE } from './program.js';
import { gradientWidth } from './sizes.js';

const INPUT_NUMBERS = 2 ** 24; // of the inputs in memory: 64 MB; a larger minibatch is put there in parts
const FLUSH = 1024; // inputs whose gradients are added in float32 before they go to float64 sums

/** The gradient engine; `count` is called with the number of network passes. `scale` below 1 takes less memory. */
export class SimdGradient implements GradientEngine {
  readonly together: number;
  private readonly size: number;
  private machine:
    | { readonly width: number; readonly slabs: number; readonly made: Promise<GradientMachine> }
    | undefined;
  private resident: { readonly x: Float32Array; readonly start: number } | undefined; // inputs in memory that stay

  constructor(
    private readonly architecture: Architecture,
    private readonly count: (passes: number) => void,
    private readonly scale = 1,
  ) {
    this.size = layoutOf(architecture).size;
    this.together = candidatesTogether(this.size);
  }

  /** The machine for minibatches of `count` inputs. */
  private machineFor(count: number): Promise<GradientMachine> {
    const width = gradientWidth(this.architecture, count, this.scale);
    const most = Math.max(1, Math.floor((this.scale * INPUT_NUMBERS) / (width * product(this.architecture.input))));
    const slabs = Math.min(Math.ceil(count / width), most);
    if (this.machine?.width !== width || this.machine.slabs < slabs) {
      this.machine = { width, slabs, made: GradientMachine.make(this.architecture, width, slabs) };
      this.resident = undefined;
    }
    return this.machine.made;
  }

  async gradients(
    theta: Float64Array,
    candidates: readonly number[],
    batch: Minibatch,
    loss: Float64Array,
    gradient: Float64Array,
    breathe: Breathe,
  ): Promise<void> {
    const machine = await this.machineFor(batch.count);
    const { width, slabs } = this.machine!;
    const parts = chunksOf(batch.count, width * slabs);
    if (!batch.whole) this.resident = undefined;
    let taken = 0; // multiply-adds since the last breath
    for (const [i, candidate] of candidates.entries()) {
      const own = gradient.subarray(i * this.size, (i + 1) * this.size).fill(0);
      machine.setTheta(theta.subarray(candidate * this.size, (candidate + 1) * this.size));
      machine.clear();
      let sum = 0;
      let added = 0;
      for (const part of parts) {
        this.put(machine, batch, part);
        for (const [s, { start, end }] of chunksOf(part.end - part.start, width).entries()) {
          const share = (): number => (i + (part.start + start) / batch.count) / candidates.length;
          for (const slice of machine.forward(s)) {
            taken += slice;
            if (taken < SLICE) continue;
            await breathe(share());
            taken = 0;
          }
          sum += slopes(machine, s, width, batch, part.start + start, part.start + end);
          for (const slice of machine.backward(s)) {
            taken += slice;
            if (taken < SLICE) continue;
            await breathe(share());
            taken = 0;
          }
          added += end - start;
          if (added < FLUSH && part.start + end < batch.count) continue;
          machine.addTo(own);
          machine.clear();
          added = 0;
        }
      }
      loss[i] = sum;
      await breathe((i + 1) / candidates.length);
    }
    this.count(candidates.length);
  }

  /** Puts the inputs of a part in memory, where they are not there yet. */
  private put(machine: GradientMachine, { x }: Minibatch, { start, end }: Range): void {
    if (this.resident?.x === x && this.resident.start === start) return;
    const { features, numbers } = machine;
    const { width } = this.machine!;
    for (const [s, slab] of chunksOf(end - start, width).entries())
      putInputs(numbers, machine.inputs(s) / 4, x, features, width, start + slab.start, start + slab.end);
    this.resident = { x, start };
  }

  dispose(): void {
    this.machine = undefined;
  }
}

/** Writes ∂J/∂φ = 2 w (φ − y) of inputs start ≤ n < end, and gives their part of J. */
function slopes(
  machine: GradientMachine,
  slab: number,
  width: number,
  { y, weights }: Minibatch,
  start: number,
  end: number,
): number {
  const { numbers, outputs: k } = machine;
  const [from, to] = [machine.outputRows(slab) / 4, machine.slopeRows / 4];
  if (end - start < width) numbers.fill(0, to, to + k * width);
  let loss = 0;
  for (let j = 0; j < k; j++)
    for (let n = start; n < end; n++) {
      const at = j * width + n - start;
      const rest = numbers[from + at]! - y[n * k + j]!;
      loss += weights[n]! * rest * rest;
      numbers[to + at] = 2 * weights[n]! * rest;
    }
  return loss;
}
