/** A network of any Architecture in the memory of SIMD kernels: a batch goes forward and back in slabs, phase by phase (wasm-plan). */
import { chunksOf, type Range } from '../blocks.js';
import { transpose, wholeOf } from '../simd/gradient-machine.js';
import { putInputs, Regions } from '../simd/memory.js';
import { instanceOf, type Kernel, SLICE, type UnitSlice, unitSlices } from '../simd/program.js';
import { fanIn, type LinearStage } from '../simd/stages.js';
import { tileOf } from '../simd/sums.js';
import { gradientTile } from '../simd/weight-gradient.js';
import { NormState } from './norm-state.js';
import type { NormStep, Program } from './program.js';
import { KernelList, type Task } from './wasm-kernels.js';
import { adamStep, sgdStep } from './wasm-optimizer.js';
import { type NormStage, type Plan, type Planned, type PlanStage, type Purpose, planOf } from './wasm-plan.js';

const ADDING: ReadonlySet<PlanStage['kind']> = new Set(['linear', 'join', 'max', 'mean']); // kernels that add in any case

/** A place for the rows of a slot: of all slabs, or of the present one. */
interface Place {
  readonly at: number;
  readonly stride: number; // bytes from slab to slab
}

/** An operation with its kernels and what it needs in memory. */
interface Installed extends Planned {
  readonly index: number;
  readonly kernels: Partial<Record<Task, string>>;
  readonly linear?: {
    readonly forward: readonly UnitSlice[];
    readonly weights: readonly UnitSlice[];
    readonly back: readonly UnitSlice[];
    readonly transposed: number;
  };
  readonly norm?: {
    readonly state: NormState;
    readonly forward: number; // coefficients of the kernels
    readonly sums: number;
    readonly back: number;
  };
}

/** What is being done to a batch, and where its network lies. */
export interface Pass {
  readonly theta: number; // address of θ
  readonly buffers: Float32Array; // [B]; the running statistics that are divided by, or that move
  readonly x: Float32Array;
  readonly count: number;
  /** Writes ∂J/∂φ of a slab from the outputs at `out` to `slope` (indices of numbers, rows of `width`), zeros beside the examples. */
  judge?(slab: Range, out: number, slope: number | undefined): void;
  /** Reads what it wants of a slab that is through. */
  read?(slab: Range): void;
}

/** Runs one plan. `networks` have their θ in memory, with `states` numbers of the optimiser for each parameter. */
export class WasmMachine {
  numbers = new Float32Array(0); // the whole memory
  kernels: Readonly<Record<string, Kernel>> = {};
  readonly gradient: number; // address of ∂J/∂θ [P]
  readonly stride: number; // bytes of one θ
  private readonly plan: Plan;
  private readonly regions = new Regions();
  private readonly list: KernelList;
  private readonly installed: readonly Installed[];
  private readonly values: readonly Place[];
  private readonly storages: readonly Place[];
  private readonly thetas: number;
  private readonly mask: number; // two rows: all ones, and those of the last slab
  private readonly scratch: number; // [channels, 2]

  private constructor(
    readonly program: Program,
    private readonly purpose: Purpose,
    readonly width: number,
    readonly most: number, // examples
    networks: number,
    states: number,
  ) {
    const { regions, list } = { regions: this.regions, list: new KernelList(width) };
    this.list = list;
    this.plan = planOf(program, purpose);
    const { operations, held, storages } = this.plan;
    const slabs = Math.ceil(most / width);
    const place = (rows: number, all: boolean): Place => {
      const stride = all ? 4 * rows * width : 0;
      return { at: regions.take(rows * width * (all ? slabs : 1)), stride };
    };
    const used = new Set([0, program.result, ...purpose.kept, ...operations.flatMap(({ from, to }) => [...from, to])]);
    this.values = program.slots.map((rows, slot) => (used.has(slot) ? place(rows, held[slot]!) : { at: 0, stride: 0 }));
    this.storages = storages.map(({ rows, held: all }) => place(rows, all));
    this.stride = 16 * Math.ceil(program.size / 4);
    this.thetas = regions.take((networks * (1 + states) * this.stride) / 4);
    this.gradient = regions.take(this.stride / 4);
    this.mask = regions.take(2 * width);
    const channels = operations.map(({ stage }) => (stage.kind === 'batch-norm' ? stage.channels : 0));
    this.scratch = regions.take(2 * Math.max(1, ...channels));
    this.installed = operations.map((operation, index) => this.install(operation, index));
    list.put('sgd', () => sgdStep(false));
    list.put('momentum', () => sgdStep(true));
    list.put('adam', adamStep);
  }

  /** A machine for batches of up to `most` examples. */
  static async make(
    ...made: [program: Program, purpose: Purpose, width: number, most: number, networks: number, states: number]
  ): Promise<WasmMachine> {
    const machine = new WasmMachine(...made);
    const memory = machine.regions.memory();
    machine.numbers = new Float32Array(memory.buffer);
    machine.numbers.fill(1, machine.mask / 4, machine.mask / 4 + machine.width);
    machine.kernels = await instanceOf(machine.list.key, memory, () => machine.list.functions);
    return machine;
  }

  private install(operation: Planned, index: number): Installed {
    const { plan, list, regions, width } = this;
    const { stage, from, to } = operation;
    const kernels: Partial<Record<Task, string>> = { forward: list.name(stage, 'forward') };
    const isBack = plan.wanted[to]!;
    const down = isBack && from.some((slot) => plan.wanted[slot]);
    if (down)
      for (const slot of from) {
        const task = this.isFirst(slot, index) || this.isShared(slot, to) || ADDING.has(stage.kind) ? 'back' : 'add';
        if (plan.wanted[slot]) kernels[task] = list.name(stage, task);
      }
    if (stage.kind === 'linear') {
      if (plan.moving[index]) {
        kernels.weights = list.name(stage, 'weights');
        kernels.bias = list.name(stage, 'bias');
      }
      const transposed = down ? regions.take(stage.step.units * fanIn(stage)) : 0;
      return { ...operation, index, kernels, linear: { ...slicesOf(stage, width), transposed } };
    }
    if (stage.kind !== 'batch-norm') return { ...operation, index, kernels };
    if (this.purpose.statistics === 'batch') kernels.statistics = list.name(stage, 'statistics');
    if (isBack) kernels.sums = list.name(stage, 'sums');
    const take = (each: number): number => regions.take(each * stage.channels);
    const norm = { state: new NormState(stage), forward: take(2), sums: take(3), back: take(4) };
    return { ...operation, index, kernels, norm };
  }

  private isFirst(slot: number, operation: number): boolean {
    return this.plan.slopes[slot]?.first.has(operation) === true;
  }

  /** Whether the derivatives by two slots are in the same place. */
  private isShared(slot: number, other: number): boolean {
    const { slopes } = this.plan;
    return slopes[slot] !== undefined && slopes[slot].storage === slopes[other]?.storage;
  }

  /** Address of the θ of a network, or of a state of the optimiser for it. */
  theta(network: number, state = 0, networks = 1): number {
    return this.thetas + (state * networks + network) * this.stride;
  }

  private value(slot: number, slab: number): number {
    const { at, stride } = this.values[slot]!;
    return at + slab * stride;
  }

  /** Index of the first number of a slot, for the slab that is being read. */
  rows(slot: number, slab: number): number {
    return this.value(slot, slab) / 4;
  }

  private slope(slot: number, slab: number): number {
    const { at, stride } = this.storages[this.plan.slopes[slot]!.storage]!;
    return at + slab * stride;
  }

  /** Takes a batch through the network, and back where something is trainable. Yields the multiply-adds of each slice. */
  *run(pass: Pass): Generator<number> {
    const { plan } = this;
    const slabs = chunksOf(pass.count, this.width);
    const last = plan.phases - 1;
    this.begin(pass, slabs.at(-1)!);
    for (let phase = 0; phase < plan.phases; phase++) {
      this.settle(phase, pass);
      if (phase === last && this.purpose.estimates) return; // all is known
      for (const [s, slab] of slabs.entries()) {
        if (phase === 0) this.put(pass, s, slab);
        for (const operation of this.installed)
          if (operation.phase === phase) {
            yield* this.forward(operation, pass.theta, s);
            this.observe(operation.to, s, slab);
          }
        if (phase < last) continue;
        pass.judge?.(slab, this.rows(plan.program.result, s), this.slopeRows(s));
        pass.read?.(slab);
        yield* this.back(phase, s, slab);
      }
    }
    for (let phase = last - 1; phase >= 0; phase--) {
      this.turn(phase + 1, pass);
      for (const [s, slab] of slabs.entries()) yield* this.back(phase, s, slab);
    }
    for (const { norm, index } of this.installed)
      if (norm && plan.moving[index]) norm.state.writeGradient(this.numbers, this.gradient / 4);
  }

  private slopeRows(slab: number): number | undefined {
    const { wanted, program } = this.plan;
    return wanted[program.result] ? this.slope(program.result, slab) / 4 : undefined;
  }

  private begin(pass: Pass, last: Range): void {
    const { numbers, gradient, purpose, width, program } = this;
    numbers.fill(0, gradient / 4, gradient / 4 + program.size);
    const partial = this.mask / 4 + width;
    numbers.fill(1, partial, partial + last.end - last.start);
    numbers.fill(0, partial + last.end - last.start, partial + width);
    for (const { linear, stage } of this.installed)
      if (linear && linear.transposed !== 0) {
        const { step } = stage as LinearStage;
        transpose(
          numbers,
          pass.theta / 4 + step.weight,
          linear.transposed / 4,
          step.units,
          fanIn(stage as LinearStage),
        );
      }
    for (const { norm } of this.installed) {
      norm?.state.begin();
      if (norm && purpose.statistics === 'running') norm.state.divideByRunning(pass.buffers);
    }
  }

  /** Puts the inputs of a slab in place; a norm may read them at once. */
  private put({ x }: Pass, s: number, { start, end }: Range): void {
    putInputs(this.numbers, this.value(0, s) / 4, x, this.program.features, this.width, start, end);
    this.observe(0, s, { start, end });
  }

  /** The mask of a slab. */
  private maskOf({ start, end }: Range): number {
    return this.mask + (end - start < this.width ? 4 * this.width : 0);
  }

  /** Lets the norms that wait for the batch see a slot of a slab. */
  private observe(slot: number, s: number, slab: Range): void {
    if (this.purpose.statistics !== 'batch') return;
    for (const { stage, from, norm, kernels } of this.installed) {
      if (!norm || from[0] !== slot) continue;
      const examples = slab.end - slab.start;
      const share = 1 / ((stage as NormStep).positions * examples);
      this.kernels[kernels.statistics!]!(this.value(slot, s), this.maskOf(slab), share, this.scratch);
      norm.state.take(this.numbers, this.scratch / 4, examples);
    }
  }

  /** The norms of a phase know what to divide by. */
  private settle(phase: number, { theta, buffers }: Pass): void {
    for (const { norm, phase: own } of this.installed) {
      if (!norm || own !== phase) continue;
      if (this.purpose.statistics === 'batch') {
        norm.state.divideByBatch();
        if (this.purpose.estimates) norm.state.write(buffers);
        else norm.state.move(buffers);
      }
      norm.state.writeForward(this.numbers, norm.forward / 4, theta / 4, 2);
      norm.state.writeForward(this.numbers, norm.sums / 4, theta / 4, 3);
      if (this.purpose.statistics === 'running')
        norm.state.writeBackward(this.numbers, norm.back / 4, theta / 4, false);
    }
  }

  /** The norms of a phase know what to pass on. */
  private turn(phase: number, { theta }: Pass): void {
    for (const { norm, phase: own } of this.installed)
      if (norm && own === phase) norm.state.writeBackward(this.numbers, norm.back / 4, theta / 4, true);
  }

  private *forward(operation: Installed, theta: number, s: number): Generator<number> {
    const { stage, from, to, kernels, linear, norm } = operation;
    const kernel = this.kernels[kernels.forward!]!;
    const x = this.value(from[0]!, s);
    const out = this.value(to, s);
    if (norm) kernel(x, norm.forward, out);
    else if (stage.kind === 'join') kernel(x, this.value(from[1]!, s), out);
    else if (stage.kind !== 'linear') kernel(x, out);
    else {
      const { weight, bias } = stage.step;
      const unit = 4 * stage.places * this.width;
      for (const { start, tiles, rest } of linear!.forward) {
        const w = theta + 4 * (weight + start * fanIn(stage));
        kernel(x, w, theta + 4 * (bias + start), out + start * unit, tiles, rest);
        yield this.taken(stage, linear!.forward);
      }
    }
  }

  private *back(phase: number, s: number, slab: Range): Generator<number> {
    for (const { operation, passes } of this.plan.back[phase]!) {
      const own = this.installed[operation]!;
      const { stage, from, to, kernels, linear, norm } = own;
      const dout = this.slope(to, s);
      const x = this.value(from[0]!, s);
      if (norm) {
        this.normBack(own, s, slab, passes);
        continue;
      }
      if (stage.kind === 'linear' && this.plan.moving[operation]) {
        const { weight, bias } = stage.step;
        if (bias >= 0) this.kernels[kernels.bias!]!(dout, this.gradient + 4 * bias);
        for (const { start, tiles, rest } of linear!.weights) {
          const dz = dout + 4 * start * stage.places * this.width;
          this.kernels[kernels.weights!]!(x, dz, this.gradient + 4 * (weight + start * fanIn(stage)), tiles, rest);
          yield this.taken(stage, linear!.weights);
        }
      }
      for (const [i, slot] of from.entries()) {
        if (!this.plan.wanted[slot]) continue;
        const first = this.isFirst(slot, operation) && !(i > 0 && from[0] === slot);
        if (stage.kind === 'linear') yield* this.linearBack(own, s, first);
        else if (stage.kind !== 'batch-norm')
          this.stepBack(stage, kernels, x, this.value(to, s), dout, this.slope(slot, s), this.rowsOf(slot), first);
      }
    }
  }

  private rowsOf(slot: number): number {
    return this.program.slots[slot]!;
  }

  /** In its phase a norm finds what its own parameters get; with statistics of the batch it passes on in the phase below. */
  private normBack(own: Installed, s: number, slab: Range, passes: boolean): void {
    const { index, from, to, kernels, norm } = own;
    const [slot] = from as readonly [number];
    const { state, sums, back } = norm!;
    const z = this.value(slot, s);
    const d = this.slope(to, s);
    if (!passes || this.purpose.statistics === 'running') {
      this.kernels[kernels.sums!]!(z, d, sums, this.scratch);
      state.add(this.numbers, this.scratch / 4);
    }
    if (!passes || !this.plan.wanted[slot]) return;
    const kernel = this.kernels[this.isFirst(slot, index) ? kernels.back! : kernels.add!]!;
    kernel(z, d, back, this.maskOf(slab), this.slope(slot, s));
  }

  private *linearBack(own: Installed, s: number, first: boolean): Generator<number> {
    const { stage, from, to, kernels, linear } = own;
    const { step, taps } = stage as LinearStage;
    const dx = this.slope(from[0]!, s);
    if (first) this.numbers.fill(0, dx / 4, dx / 4 + this.rowsOf(from[0]!) * this.width);
    for (const { start, tiles, rest } of linear!.back) {
      const out = dx + 4 * start * (taps.at(-1)?.step ?? 1) * this.width;
      this.kernels[kernels.back!]!(this.slope(to, s), linear!.transposed + 4 * start * step.units, 0, out, tiles, rest);
      yield this.taken(stage as LinearStage, linear!.back);
    }
  }

  /** The derivative by what a step without parameters reads. */
  private stepBack(
    stage: Exclude<PlanStage, LinearStage | NormStage>,
    kernels: Installed['kernels'],
    x: number,
    out: number,
    dout: number,
    dx: number,
    rows: number,
    first: boolean,
  ): void {
    const { numbers, width } = this;
    switch (stage.kind) {
      case 'join':
        if (dx === dout) return; // it is there
        if (first) numbers.copyWithin(dx / 4, dout / 4, dout / 4 + rows * width);
        else this.kernels[kernels.back!]!(dx, dout, dx);
        return;
      case 'activation':
        this.kernels[first || dx === dout ? kernels.back! : kernels.add!]!(x, dout, dx);
        return;
      case 'pad':
        this.kernels[first ? kernels.back! : kernels.add!]!(dx, dout);
        return;
      default:
        if (first) numbers.fill(0, dx / 4, dx / 4 + rows * width);
        this.kernels[kernels.back ?? kernels.add!]!(x, out, dx, dout);
    }
  }

  private taken(stage: LinearStage, slices: readonly UnitSlice[]): number {
    return (stage.rows * fanIn(stage) * this.width) / slices.length;
  }
}

function slicesOf(
  stage: LinearStage,
  width: number,
): Pick<NonNullable<Installed['linear']>, 'forward' | 'weights' | 'back'> {
  const { units } = stage.step;
  const K = fanIn(stage);
  const across = stage.places * width;
  const inner = stage.taps.at(-1)?.count ?? 1;
  const back = unitSlices(inner, tileOf(inner, width).units, units * across);
  return {
    forward: unitSlices(units, tileOf(units, width).units, K * across),
    weights: unitSlices(units, gradientTile(inner).units, K * across),
    back: stage.taps.length <= 1 ? back : [wholeOf(back)],
  };
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
