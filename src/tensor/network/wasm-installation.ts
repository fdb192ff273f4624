/** Where a plan lies in memory: rows of the slots and of their derivatives, parameters, and what each operation's kernels need. */
import type { Range } from '../blocks.js';
import { wholeOf } from '../simd/gradient-machine.js';
import { Regions } from '../simd/memory.js';
import { type UnitSlice, unitSlices } from '../simd/program.js';
import { fanIn, type LinearStage } from '../simd/stages.js';
import { tileOf } from '../simd/sums.js';
import { gradientTile } from '../simd/weight-gradient.js';
import { NormState } from './norm-state.js';
import type { Program } from './program.js';
import { KernelList, type Task } from './wasm-kernels.js';
import { adamStep, sgdStep } from './wasm-optimizer.js';
import { type NormStage, type Plan, type Planned, type PlanStage, type Purpose, planOf } from './wasm-plan.js';

const ADDING: ReadonlySet<PlanStage['kind']> = new Set(['linear', 'join', 'max', 'mean']); // kernels that add in any case

/** A place for the rows of a slot: of all slabs, or of the present one. */
interface Place {
  readonly at: number;
  readonly stride: number; // bytes from slab to slab
}

/** How a linear stage is cut, and where its weights are as [K, units]. */
export interface LinearPart {
  readonly stage: LinearStage;
  readonly forward: readonly UnitSlice[];
  readonly weights: readonly UnitSlice[];
  readonly back: readonly UnitSlice[];
  readonly transposed: number; // 0 where they are not needed
}

/** What batch normalisation adds up, and addresses of the coefficients of its kernels. */
export interface NormPart {
  readonly stage: NormStage;
  readonly state: NormState;
  readonly forward: number;
  readonly sums: number;
  readonly back: number;
}

/** An operation with its kernels, by name. */
export interface Installed extends Planned {
  readonly index: number;
  readonly kernels: Partial<Record<Task, string>>;
  readonly linear?: LinearPart;
  readonly norm?: NormPart;
}

/** Slices of a linear stage forward, by weights and back. */
function slicesOf(stage: LinearStage, width: number): Pick<LinearPart, 'forward' | 'weights' | 'back'> {
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

/** A plan with room for batches of up to `most` examples and for `networks` with `states` numbers of the optimiser beside each parameter. */
export class Installation {
  readonly plan: Plan;
  readonly list: KernelList;
  readonly regions = new Regions();
  readonly operations: readonly Installed[];
  readonly gradient: number; // address of ∂J/∂θ [P]
  readonly scratch: number; // address of what a kernel of batch normalisation writes, [channels, 2]
  readonly mask: number; // address of two rows: all ones, and those of the last slab
  private readonly stride: number; // bytes of one θ
  private readonly thetas: number;
  private readonly values: readonly Place[];
  private readonly storages: readonly Place[];

  constructor(
    readonly program: Program,
    readonly purpose: Purpose,
    readonly width: number,
    most: number,
    readonly networks: number,
    states: number,
  ) {
    const { regions } = this;
    this.list = new KernelList(width);
    this.plan = planOf(program, purpose);
    const { operations, held, storages } = this.plan;
    const slabs = Math.ceil(most / width);
    const place = (rows: number, all: boolean): Place => {
      const stride = all ? 4 * rows * width : 0;
      return { at: regions.take(rows * width * (all ? slabs : 1)), stride };
    };
    const used = new Set([0, program.result, ...operations.flatMap(({ from, to }) => [...from, to])]);
    this.values = program.slots.map((rows, slot) => (used.has(slot) ? place(rows, held[slot]!) : { at: 0, stride: 0 }));
    this.storages = storages.map(({ rows, held: all }) => place(rows, all));
    this.stride = 16 * Math.ceil(program.size / 4);
    this.thetas = regions.take((networks * (1 + states) * this.stride) / 4);
    this.gradient = regions.take(this.stride / 4);
    this.mask = regions.take(2 * width);
    const channels = operations.map(({ stage }) => (stage.kind === 'batch-norm' ? stage.channels : 0));
    this.scratch = regions.take(2 * Math.max(1, ...channels));
    this.operations = operations.map((operation, index) => this.install(operation, index));
    if (purpose.trainable.length === 0) return;
    this.list.put('sgd', () => sgdStep(false));
    this.list.put('momentum', () => sgdStep(true));
    this.list.put('adam', adamStep);
  }

  private install(operation: Planned, index: number): Installed {
    const { plan, list, regions, width, purpose } = this;
    const { stage, from, to } = operation;
    const kernels: Partial<Record<Task, string>> = { forward: list.name(stage, 'forward') };
    const isBack = plan.wanted[to]!;
    const down = from.filter((slot) => plan.wanted[slot]);
    for (const slot of down) {
      const task = this.isFirst(slot, index) || this.isShared(slot, to) || ADDING.has(stage.kind) ? 'back' : 'add';
      kernels[task] = list.name(stage, task);
    }
    if (stage.kind === 'linear') {
      if (plan.moving[index]) {
        kernels.weights = list.name(stage, 'weights');
        kernels.bias = list.name(stage, 'bias');
      }
      const transposed = down.length > 0 ? regions.take(stage.step.units * fanIn(stage)) : 0;
      return { ...operation, index, kernels, linear: { stage, ...slicesOf(stage, width), transposed } };
    }
    if (stage.kind !== 'batch-norm') return { ...operation, index, kernels };
    if (purpose.statistics === 'batch') kernels.statistics = list.name(stage, 'statistics');
    if (isBack) kernels.sums = list.name(stage, 'sums');
    const take = (each: number): number => regions.take(each * stage.channels);
    const norm = { stage, state: new NormState(stage), forward: take(2), sums: take(3), back: take(4) };
    return { ...operation, index, kernels, norm };
  }

  /** Whether the derivative by a slot has nothing yet when it comes to this operation. */
  isFirst(slot: number, operation: number): boolean {
    return this.plan.slopes[slot]?.first.has(operation) === true;
  }

  /** Whether the derivatives by two slots are in the same place. */
  private isShared(slot: number, other: number): boolean {
    const { slopes } = this.plan;
    return slopes[slot] !== undefined && slopes[slot].storage === slopes[other]?.storage;
  }

  /** Address of the θ of a network, or of a state of the optimiser for it, from 1. */
  theta(network: number, state = 0): number {
    return this.thetas + (state * this.networks + network) * this.stride;
  }

  /** Address of the rows of a slot, of a slab. */
  value(slot: number, slab: number): number {
    const { at, stride } = this.values[slot]!;
    return at + slab * stride;
  }

  /** Address of the derivative by a slot that is wanted, of a slab. */
  slope(slot: number, slab: number): number {
    const { at, stride } = this.storages[this.plan.slopes[slot]!.storage]!;
    return at + slab * stride;
  }

  /** Address of the mask of a slab. */
  maskOf({ start, end }: Range): number {
    return this.mask + (end - start < this.width ? 4 * this.width : 0);
  }
}
