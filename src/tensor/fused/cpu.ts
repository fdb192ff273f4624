/** The fused route in plain JavaScript: loops over typed arrays in float64, one member at a time, a block of inputs at a time. */
import type { EvaluateWork, WorkControl } from '../../catalog/work.js';
import { activateAll } from '../activation.js';
import type { BlockSums, MemberSums } from '../block-sums.js';
import { INPUT_BLOCK, inputBlocks, type Range } from '../blocks.js';
import { Members } from '../members.js';
import type { Breathe } from '../pace.js';
import type { Stage } from './network.js';
import { type Problem, problemOf, projectInputs } from './problem.js';

const BREATH = 1e6; // multiply-adds between two chances for messages

/** Inputs (or the m + 1 maps) block by block, one row of a block after another: [block, row, INPUT_BLOCK], zero-padded. */
function blocked(values: ArrayLike<number>, inputs: number, rows: number): Float64Array {
  const blocks = inputBlocks(inputs);
  const out = new Float64Array(blocks.length * rows * INPUT_BLOCK);
  for (const [b, { start, end }] of blocks.entries())
    for (let row = 0; row < rows; row++)
      for (let n = start; n < end; n++) out[(b * rows + row) * INPUT_BLOCK + n - start] = values[n * rows + row]!;
  return out;
}

/** out = W a + bias for one block; a is [inputs, INPUT_BLOCK] from `at` on, out is [outputs, INPUT_BLOCK]. */
function dense(stage: Stage, theta: Float64Array, a: Float64Array, at: number, out: Float64Array): void {
  const { inputs, outputs, weight, bias } = stage;
  const first = inputs % 4 || 4; // products of the first pass, which also sets the bias
  for (let o = 0; o < outputs; o++) {
    const to = o * INPUT_BLOCK;
    const row = weight + o * inputs;
    begin(theta, row, first, bias === undefined ? 0 : theta[bias + o]!, a, at, out, to);
    for (let i = first; i < inputs; i += 4) addFour(theta, row + i, a, at + i * INPUT_BLOCK, out, to);
  }
}

/** out = bias + one to four products. */
function begin(
  w: Float64Array,
  row: number,
  count: number,
  bias: number,
  a: Float64Array,
  at: number,
  out: Float64Array,
  to: number,
): void {
  const w0 = w[row]!;
  if (count === 1) {
    for (let n = 0; n < INPUT_BLOCK; n++) out[to + n] = bias + w0 * a[at + n]!;
    return;
  }
  const w1 = w[row + 1]!;
  const a1 = at + INPUT_BLOCK;
  for (let n = 0; n < INPUT_BLOCK; n++) out[to + n] = bias + w0 * a[at + n]! + w1 * a[a1 + n]!;
  for (let i = 2; i < count; i++) {
    const wi = w[row + i]!;
    const ai = at + i * INPUT_BLOCK;
    for (let n = 0; n < INPUT_BLOCK; n++) out[to + n] = out[to + n]! + wi * a[ai + n]!;
  }
}

/** out += four products. */
function addFour(w: Float64Array, row: number, a: Float64Array, at: number, out: Float64Array, to: number): void {
  const w0 = w[row]!;
  const w1 = w[row + 1]!;
  const w2 = w[row + 2]!;
  const w3 = w[row + 3]!;
  const a1 = at + INPUT_BLOCK;
  const a2 = at + 2 * INPUT_BLOCK;
  const a3 = at + 3 * INPUT_BLOCK;
  for (let n = 0; n < INPUT_BLOCK; n++)
    out[to + n] = out[to + n]! + w0 * a[at + n]! + w1 * a[a1 + n]! + w2 * a[a2 + n]! + w3 * a[a3 + n]!;
}

/** out = p_0 + Σ c_k p_{k+1} for one block; maps are [units, m + 1, INPUT_BLOCK] from `at` on. */
function combine(units: number, c: Float64Array, maps: Float64Array, at: number, out: Float64Array): void {
  const rank = c.length;
  for (let o = 0; o < units; o++) {
    const to = o * INPUT_BLOCK;
    const from = at + o * (rank + 1) * INPUT_BLOCK;
    for (let n = 0; n < INPUT_BLOCK; n++) out[to + n] = maps[from + n]!;
    for (let k = 0; k < rank; k++) {
      const ck = c[k]!;
      const map = from + (k + 1) * INPUT_BLOCK;
      for (let n = 0; n < INPUT_BLOCK; n++) out[to + n] = out[to + n]! + ck * maps[map + n]!;
    }
  }
}

/** One member after another through the chain, a block of inputs at a time; keeps its buffers. */
class CpuSums implements BlockSums {
  readonly route: string;
  readonly blocks: number;
  readonly scale = 1;
  readonly most = 65_536;
  readonly lanes = 1;
  readonly unit = 1;
  readonly byBlock = false;
  readonly callTime = 20;
  private readonly members: Members;
  private readonly theta: Float64Array;
  private readonly formed: number; // the first parameter that is formed
  private c: Float64Array = new Float64Array(0);
  private readonly ranges: readonly Range[];
  private readonly y: Float64Array; // blocked
  private readonly weights: Float64Array;
  private readonly buffers: readonly [Float64Array, Float64Array];
  private readonly perBlock: number; // multiply-adds

  constructor(
    private readonly problem: Problem,
    private readonly first: Float64Array, // blocked inputs or maps
    private readonly rows: number,
  ) {
    const { chain } = problem;
    const widest = Math.max(...chain.stages.map((stage) => stage.outputs));
    this.buffers = [new Float64Array(widest * INPUT_BLOCK), new Float64Array(widest * INPUT_BLOCK)];
    this.ranges = inputBlocks(problem.inputs);
    this.y = blocked(problem.y, problem.inputs, chain.outputs);
    this.weights = Float64Array.from(problem.weights);
    this.members = new Members(problem.family);
    this.theta = new Float64Array(chain.size);
    this.formed = problem.affine ? (chain.stages[1]?.weight ?? chain.size) : 0;
    this.route = problem.route;
    this.blocks = this.ranges.length;
    this.perBlock = INPUT_BLOCK * (chain.size + rows);
  }

  async add({ members, loss, power }: MemberSums, from: number, to: number, breathe: Breathe): Promise<void> {
    const between = Math.ceil(BREATH / (this.perBlock * (to - from))); // members
    for (let i = 0; i < members.length; i++) {
      const member = members[i]!;
      this.members.theta(member, this.theta, this.formed);
      if (this.problem.affine) this.c = this.members.coefficients(member);
      for (let b = from; b < to; b++) {
        this.block(b);
        loss[i]! += this.loss;
        power[i]! += this.power;
      }
      if (i % between === between - 1) await breathe((i + 1) / members.length);
    }
  }

  private loss = 0; // of the present member and block
  private power = 0;

  private block(b: number): void {
    const { stages } = this.problem.chain;
    const { start, end } = this.ranges[b]!;
    const at = b * this.rows * INPUT_BLOCK;
    let [a, out] = this.buffers;
    for (let s = 0; s < stages.length; s++) {
      const stage = stages[s]!;
      if (s > 0) dense(stage, this.theta, a, 0, out);
      else if (this.problem.affine) combine(stage.outputs, this.c, this.first, at, out);
      else dense(stage, this.theta, this.first, at, out);
      for (const activation of stage.activations) activateAll(activation, out, out, stage.outputs * INPUT_BLOCK);
      [a, out] = [out, a];
    }
    this.reduce(a, b, end - start);
  }

  /** This block's partial sums Σ w‖φ − y‖² and Σ w‖φ‖². */
  private reduce(phi: Float64Array, b: number, count: number): void {
    const { y, weights } = this;
    const { outputs } = this.problem.chain;
    const at = b * INPUT_BLOCK;
    let loss = 0;
    let power = 0;
    for (let o = 0; o < outputs; o++) {
      const from = o * INPUT_BLOCK;
      const to = (b * outputs + o) * INPUT_BLOCK;
      for (let n = 0; n < count; n++) {
        const value = phi[from + n]!;
        const difference = value - y[to + n]!;
        const weight = weights[at + n]!;
        loss += weight * (difference * difference);
        power += weight * (value * value);
      }
    }
    this.loss = loss;
    this.power = power;
  }

  close(): void {}
}

/** An evaluation in plain JavaScript. */
export async function fusedCpuSums(work: EvaluateWork, control: WorkControl): Promise<BlockSums> {
  const problem = problemOf(work);
  const { stages, inputs } = problem.chain;
  const rows = problem.affine ? stages[0]!.outputs * (problem.subspace!.rank + 1) : inputs;
  const values = problem.affine ? await projectInputs(problem, control) : problem.x;
  return new CpuSums(problem, blocked(values, problem.inputs, rows), rows);
}
