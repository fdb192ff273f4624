/** A network of any Architecture in the memory of SIMD kernels: a batch goes forward and back in slabs, phase by phase (wasm-plan). */
import { chunksOf, type Range } from '../blocks.js';
import { transpose } from '../simd/gradient-machine.js';
import { putInputs } from '../simd/memory.js';
import { instanceOf, SLICE } from '../simd/program.js';
import { fanIn } from '../simd/stages.js';
import { Installation, type Installed } from './wasm-installation.js';
import { type Memory, sliceOf, WayBack } from './wasm-way-back.js';

/** What is being done to a batch, and where its network lies. */
export interface Pass {
  readonly theta: number; // address of θ
  readonly buffers: Float32Array; // [B]; the running statistics that are divided by, or that move
  readonly x: Float32Array;
  readonly count: number;
  /** Writes ∂J/∂φ of a slab from the outputs at `out` to `slope` (indices of numbers, rows of `width`), zeros beside the examples. */
  judge?(slab: Range, out: number, slope: number | undefined): void;
  /** Reads what it wants of a slab that is through; only slab 0 is held where there is one phase. */
  read?(slab: Range): void;
}

/** Runs an installation. */
export class WasmMachine {
  private readonly wayBack: WayBack;

  private constructor(
    readonly installation: Installation,
    readonly memory: Memory,
  ) {
    this.wayBack = new WayBack(installation, memory);
  }

  /** A machine with room for what the installation says. */
  static async make(...asked: ConstructorParameters<typeof Installation>): Promise<WasmMachine> {
    const installation = new Installation(...asked);
    const { regions, list, mask, width } = installation;
    const memory = regions.memory();
    const numbers = new Float32Array(memory.buffer);
    numbers.fill(1, mask / 4, mask / 4 + width);
    const kernels = await instanceOf(list.key, memory, () => list.functions);
    return new WasmMachine(installation, { numbers, kernels });
  }

  /** Takes a batch through the network, and back where something is trainable. Yields the multiply-adds of each slice. */
  *run(pass: Pass): Generator<number> {
    const { plan, operations, purpose, program, gradient, width } = this.installation;
    const { numbers } = this.memory;
    const slabs = chunksOf(pass.count, width);
    const last = plan.phases - 1;
    this.begin(pass, slabs.at(-1)!);
    for (let phase = 0; phase <= last; phase++) {
      this.settle(phase, pass);
      if (phase === last && purpose.estimates) return; // all is known
      const own = operations.filter((operation) => operation.phase === phase);
      for (const [s, slab] of slabs.entries()) {
        if (phase === 0) this.put(pass, s, slab);
        for (const operation of own) {
          yield* this.forward(operation, pass.theta, s);
          this.observe(operation.to, s, slab);
        }
        if (phase < last) continue;
        const slope = plan.wanted[program.result] ? this.installation.slope(program.result, s) / 4 : undefined;
        pass.judge?.(slab, this.rows(program.result, s), slope);
        pass.read?.(slab);
        yield* this.wayBack.phase(phase, s, slab);
      }
    }
    for (let phase = last - 1; phase >= 0; phase--) {
      this.turn(phase + 1, pass);
      for (const [s, slab] of slabs.entries()) yield* this.wayBack.phase(phase, s, slab);
    }
    for (const { norm, index } of operations)
      if (norm && plan.moving[index]) norm.state.writeGradient(numbers, gradient / 4);
  }

  /** Index of the first number of a slot, of a slab. */
  rows(slot: number, slab: number): number {
    return this.installation.value(slot, slab) / 4;
  }

  private begin({ theta, buffers }: Pass, last: Range): void {
    const { gradient, purpose, width, program, mask, operations } = this.installation;
    const { numbers } = this.memory;
    numbers.fill(0, gradient / 4, gradient / 4 + program.size);
    const partial = mask / 4 + width;
    numbers.fill(1, partial, partial + last.end - last.start);
    numbers.fill(0, partial + last.end - last.start, partial + width);
    for (const { linear, norm } of operations) {
      if (linear && linear.transposed !== 0) {
        const { step } = linear.stage;
        transpose(numbers, theta / 4 + step.weight, linear.transposed / 4, step.units, fanIn(linear.stage));
      }
      norm?.state.begin();
      if (norm && purpose.statistics === 'running') norm.state.divideByRunning(buffers);
    }
  }

  /** Puts the inputs of a slab in place; a norm may read them at once. */
  private put({ x }: Pass, s: number, { start, end }: Range): void {
    const { width, program } = this.installation;
    putInputs(this.memory.numbers, this.rows(0, s), x, program.features, width, start, end);
    this.observe(0, s, { start, end });
  }

  /** Lets the norms that wait for the batch see a slot of a slab. */
  private observe(slot: number, s: number, slab: Range): void {
    const { installation, memory } = this;
    if (installation.purpose.statistics !== 'batch') return;
    for (const { from, norm, kernels } of installation.operations) {
      if (!norm || from[0] !== slot) continue;
      const examples = slab.end - slab.start;
      const share = 1 / (norm.stage.positions * examples);
      const kernel = memory.kernels[kernels.statistics!]!;
      kernel(installation.value(slot, s), installation.maskOf(slab), share, installation.scratch);
      norm.state.take(memory.numbers, installation.scratch / 4, examples);
    }
  }

  /** The norms of a phase know what to divide by. */
  private settle(phase: number, { theta, buffers }: Pass): void {
    const { operations, purpose } = this.installation;
    const { numbers } = this.memory;
    for (const { norm, phase: own } of operations) {
      if (!norm || own !== phase) continue;
      const { state, forward, sums, back } = norm;
      if (purpose.statistics === 'batch') {
        state.divideByBatch();
        if (purpose.estimates) state.write(buffers);
        else state.move(buffers);
      } else state.writeBackward(numbers, back / 4, theta / 4, false);
      state.writeForward(numbers, forward / 4, theta / 4, 2);
      state.writeForward(numbers, sums / 4, theta / 4, 3);
    }
  }

  /** The norms of a phase know what to pass on. */
  private turn(phase: number, { theta }: Pass): void {
    for (const { norm, phase: own } of this.installation.operations)
      if (norm && own === phase) norm.state.writeBackward(this.memory.numbers, norm.back / 4, theta / 4, true);
  }

  private *forward({ stage, from, to, kernels, linear, norm }: Installed, theta: number, s: number): Generator<number> {
    const { installation } = this;
    const kernel = this.memory.kernels[kernels.forward!]!;
    const x = installation.value(from[0]!, s);
    const out = installation.value(to, s);
    if (norm) kernel(x, norm.forward, out);
    else if (stage.kind === 'join') kernel(x, installation.value(from[1]!, s), out);
    else if (!linear) kernel(x, out);
    else {
      const { places, step } = linear.stage;
      for (const { start, tiles, rest } of linear.forward) {
        const w = theta + 4 * (step.weight + start * fanIn(linear.stage));
        const rows = out + 4 * start * places * installation.width;
        kernel(x, w, theta + 4 * (step.bias + start), rows, tiles, rest);
        yield sliceOf(linear.stage, installation.width, linear.forward.length);
      }
    }
  }
}

/** Runs a generator of slices, with a breath after each that is long enough. */
export async function inSlices(slices: Generator<number>, breath: () => Promise<void>): Promise<void> {
  let taken = 0;
  for (const slice of slices) {
    taken += slice;
    if (taken < SLICE) continue;
    await breath();
    taken = 0;
  }
}
