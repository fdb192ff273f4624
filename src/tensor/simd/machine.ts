/** One network in memory: a block of inputs (or its projected maps), the parameters of a group of members, the rows of each layer. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';
import { INPUT_BLOCK, type Range } from '../blocks.js';
import type { FunctionWriter } from '../fused/wasm-emitter.js';
import { firstLayerSize } from '../layered.js';
import type { Members } from '../members.js';
import type { Breathe } from '../pace.js';
import { Chain } from './chain.js';
import { form } from './form.js';
import { finish, type Head, headOf, settle } from './head.js';
import { putRows, Regions } from './memory.js';
import { instanceOf, type Kernel } from './program.js';
import { joined, stagesOf } from './stages.js';
import { TOTALS, totals } from './totals.js';

const FORMED_NUMBERS = 2 ** 26; // of θ0 and the basis in memory: 256 MB; beyond, the host forms θ

/** The head of an affine family in memory. */
interface Projected {
  readonly head: Head;
  readonly chain: Chain; // of what is projected
  readonly rank: number; // at least 1
  readonly theta: number; // the head's own numbers of θ
  readonly maps: number; // [slabs][m + 1][rows, width]
  readonly base: number;
  readonly start: number; // rows after the head
}

/** Runs members of a family, or one θ, on slabs of `width` inputs. */
export class Machine {
  readonly features: number;
  readonly outputs: number; // k
  numbers = new Float32Array(0); // the whole memory
  private kernels: Readonly<Record<string, Kernel>> = {};
  private readonly chain: Chain; // all stages, or those after the head
  private readonly projected: Projected | undefined;
  private readonly at: {
    inputs: number;
    theta: number;
    family: number;
    single: number;
    double: number;
    y: number;
    weights: number;
    totals: number;
  };
  private readonly regions = new Regions();
  private readonly skip: number; // numbers of θ that members do not form
  private readonly formed: number; // numbers of θ that they do, in whole registers
  private readonly size: number; // P
  private readonly inMemory: boolean; // θ0 and the basis
  private readonly coefficients: Float64Array; // [group, m]
  private readonly blocks: number; // of INPUT_BLOCK inputs, at most
  private readonly settled: { slab: number; readonly c: Float64Array }; // what `base` holds

  private constructor(
    architecture: Architecture,
    private readonly width: number,
    slabs: number,
    private readonly group: number,
    private readonly rank: number | undefined,
    affine: boolean,
  ) {
    const { regions } = this;
    this.features = product(architecture.input);
    const { outputs, size } = layoutOf(architecture);
    this.outputs = outputs;
    this.size = size;
    const stages = stagesOf(architecture);
    const head = affine ? headOf(stages) : undefined;
    this.skip = head === undefined ? 0 : firstLayerSize(architecture);
    this.formed = 4 * Math.ceil((size - this.skip) / 4);
    this.inMemory = rank !== undefined && (rank + 1) * this.formed <= FORMED_NUMBERS;
    const inputs = regions.take(slabs * this.features * width);
    const own = regions.take(this.skip); // ahead of θ, so that a view of P numbers fits before it
    const theta = regions.take(group * this.formed);
    const family = regions.take(this.inMemory ? (rank! + 1) * this.formed : 0);
    const single = regions.take(4 * Math.max(1, rank ?? 0));
    const double = regions.take(4 * (rank ?? 0));
    const y = regions.take(slabs * outputs * width);
    const weights = regions.take(slabs * width);
    this.blocks = Math.ceil((slabs * width) / INPUT_BLOCK);
    const sums = regions.take(group * this.blocks * TOTALS);
    this.at = { inputs, theta, family, single, double, y, weights, totals: sums };
    this.coefficients = new Float64Array(group * (rank ?? 0));
    this.settled = { slab: -1, c: new Float64Array(rank ?? 0) };
    if (head !== undefined) {
      const terms = Math.max(1, rank!);
      this.projected = {
        head,
        chain: new Chain(stages.slice(0, head.at + 1), width, 'p', regions, 0),
        rank: terms,
        theta: own,
        maps: regions.take(slabs * (terms + 1) * head.rows * width),
        base: regions.take(head.rows * width),
        start: regions.take(head.outRows * width),
      };
    }
    this.chain = new Chain(joined(stages.slice(head?.next ?? 0)), width, 's', regions, this.skip);
  }

  /** A machine for blocks of up to `block` inputs and groups of up to `group` members of a family of this rank, if it is affine. */
  static async make(
    architecture: Architecture,
    width: number,
    block: number,
    group: number,
    rank: number | undefined,
    affine: boolean,
  ): Promise<Machine> {
    const machine = new Machine(architecture, width, Math.ceil(block / width), group, rank, affine);
    const memory = machine.regions.memory();
    machine.numbers = new Float32Array(memory.buffer);
    const key = `evaluate ${width} ${rank} ${affine} ${JSON.stringify(architecture)}`;
    machine.kernels = await instanceOf(key, memory, () => machine.functions());
    return machine;
  }

  private functions(): Record<string, FunctionWriter> {
    const { projected, rank } = this;
    return {
      ...this.chain.functions(),
      totals: totals(this.outputs, this.width),
      ...(rank === undefined ? {} : { form: form(rank) }),
      ...(projected === undefined
        ? {}
        : {
            ...projected.chain.functions(),
            settle: settle(projected.rank),
            finish: finish(projected.head, this.width),
          }),
    };
  }

  /** Multiply-adds of a pass. */
  get work(): number {
    return this.chain.work;
  }

  /** Whether a pass takes so long that it must be cut. */
  get isLong(): boolean {
    return this.chain.isLong;
  }

  /** Address of the inputs [features, width] of a slab. */
  inputs(slab: number): number {
    return this.at.inputs + 4 * slab * this.features * this.width;
  }

  private map(slab: number, k: number): number {
    const { head, maps, rank } = this.projected!;
    return maps + 4 * (slab * (rank + 1) + k) * head.rows * this.width;
  }

  /** Takes θ0 and the basis in. */
  takeFamily(members: Members): void {
    if (!this.inMemory) return;
    for (let k = 0; k <= this.rank!; k++)
      this.numbers.set(members.map(k).subarray(this.skip), this.at.family / 4 + k * this.formed);
  }

  /** The first linear layer of θ0 and of every basis vector on the first `slabs` slabs of inputs. */
  project(members: Members, slabs: number): void {
    const { chain, theta } = this.projected!;
    this.settled.slab = -1;
    for (let k = 0; k <= this.rank!; k++) {
      this.numbers.set(members.map(k).subarray(0, this.skip), theta / 4);
      for (let s = 0; s < slabs; s++) chain.run(this.kernels, theta, this.inputs(s), this.map(s, k));
    }
  }

  private theta(g: number): number {
    return this.at.theta + 4 * g * this.formed;
  }

  /** Puts one θ in place of the first member's. */
  setTheta(theta: Float32Array): void {
    this.numbers.set(theta, this.theta(0) / 4);
  }

  /** Forms θ of the members of a group. */
  setMembers(members: Members, chosen: Uint32Array): void {
    const m = this.rank ?? 0;
    chosen.forEach((member, g) => {
      if (this.rank !== undefined) this.coefficients.set(members.coefficients(member), g * m);
      if (this.inMemory) {
        const splatted = new Float64Array(this.numbers.buffer, this.at.double, 2 * m);
        for (let k = 0; k < m; k++) splatted.fill(this.coefficients[g * m + k]!, 2 * k, 2 * k + 2);
        this.kernels.form!(this.theta(g), this.at.family, 4 * this.formed, this.at.double);
        return;
      }
      const view = new Float32Array(this.numbers.buffer, this.theta(g) - 4 * this.skip, this.size);
      members.theta(member, view, this.skip);
    });
  }

  /** Member g of the group on a slab: the address of its outputs [k, width]. */
  run(slab: number, g: number): number {
    return this.chain.run(this.kernels, this.theta(g), this.begin(slab, g));
  }

  /** The same with breaths. */
  runInParts(slab: number, g: number, breathe: Breathe): Promise<number> {
    return this.chain.runInParts(this.kernels, this.theta(g), this.begin(slab, g), breathe);
  }

  /** The rows that the chain starts from. */
  private begin(slab: number, g: number): number {
    if (this.projected === undefined) return this.inputs(slab);
    const { head, rank, start } = this.projected;
    const m = this.rank!;
    const c = this.at.single;
    for (let k = 0; k < m; k++) this.numbers.fill(this.coefficients[g * m + k]!, c / 4 + 4 * k, c / 4 + 4 * k + 4);
    const bytes = 4 * head.rows * this.width;
    let base = this.map(slab, 0);
    if (rank > 1) {
      base = this.projected.base;
      const c0 = this.coefficients.subarray(g * m, (g + 1) * m - 1);
      if (this.settled.slab !== slab || !c0.every((value, k) => value === this.settled.c[k])) {
        this.kernels.settle!(base, this.map(slab, 0), bytes, c);
        this.settled.slab = slab;
        this.settled.c.set(c0);
      }
    }
    this.kernels.finish!(base, this.map(slab, rank), start, c + 16 * (rank - 1));
    return start;
  }

  /** Takes what the outputs are compared with in, and the weights; what fills up the last row gets weight 0. */
  setTarget(y: Float32Array, weights: Float32Array, slabs: readonly Range[]): void {
    slabs.forEach(({ start, end }, s) => {
      putRows(this.numbers, this.target(s) / 4, y, this.outputs, this.width, start, end);
      putRows(this.numbers, this.weights(s) / 4, weights, 1, this.width, start, end);
    });
  }

  private target(slab: number): number {
    return this.at.y + 4 * slab * this.outputs * this.width;
  }

  private weights(slab: number): number {
    return this.at.weights + 4 * slab * this.width;
  }

  private totals(g: number, block: number): number {
    return this.at.totals + 4 * (g * this.blocks + block) * TOTALS;
  }

  /** Sets the sums of all members and blocks to 0. */
  clearSums(): void {
    this.numbers.fill(0, this.totals(0, 0) / 4, this.totals(this.group, 0) / 4);
  }

  /** Adds the outputs at `out` of member g on a slab to its sums. */
  addSums(slab: number, g: number, out: number): void {
    const block = Math.floor((slab * this.width) / INPUT_BLOCK);
    this.kernels.totals!(out, this.target(slab), this.weights(slab), this.totals(g, block));
  }

  /** The loss of member g with its first `blocks` blocks added to what was `before`. */
  lossOf(g: number, blocks: number, before: number): number {
    let loss = before;
    for (let block = 0; block < blocks; block++) loss += Math.fround(this.sumOf(this.totals(g, block) / 4));
    return loss;
  }

  private sumOf(at: number): number {
    const { numbers } = this;
    return numbers[at]! + numbers[at + 1]! + numbers[at + 2]! + numbers[at + 3]!;
  }

  /** The sums of member g over a block: loss, then power, to two numbers of `to` from `at` on. */
  readSums(g: number, block: number, to: Float32Array, at: number): void {
    const from = this.totals(g, block) / 4;
    for (let i = 0; i < 2; i++) to[at + i] = this.sumOf(from + 4 * i);
  }
}
