/** The fused route in plain JavaScript: loops over typed arrays in float64, one member at a time, a block of inputs at a time. */
import { layoutOf } from '../../catalog/architecture.js';
import type { EvaluateWork, Evaluation, WorkControl } from '../../catalog/work.js';
import { activateAll } from '../activation.js';
import { INPUT_BLOCK, inputBlocks, type Range } from '../blocks.js';
import { familyTheta, latticeCoefficients, latticeIndex } from '../family.js';
import { Pace } from '../pace.js';
import type { Stage } from './network.js';
import { type Problem, problemOf, progressText, projectInputs } from './problem.js';

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

/** One member after another through the chain; keeps its buffers. */
class Member {
  readonly theta: Float64Array;
  readonly c: Float64Array;
  loss = 0;
  power = 0;
  private readonly float32: Float32Array;
  private readonly blocks: readonly Range[];
  private readonly y: Float64Array; // blocked
  private readonly weights: Float64Array;
  private readonly buffers: readonly [Float64Array, Float64Array];

  constructor(
    private readonly problem: Problem,
    private readonly first: Float64Array, // blocked inputs or maps
    private readonly rows: number,
  ) {
    const widest = Math.max(...problem.chain.stages.map((stage) => stage.outputs));
    this.buffers = [new Float64Array(widest * INPUT_BLOCK), new Float64Array(widest * INPUT_BLOCK)];
    this.blocks = inputBlocks(problem.inputs);
    this.y = blocked(problem.y, problem.inputs, problem.chain.outputs);
    this.weights = Float64Array.from(problem.weights);
    this.float32 = new Float32Array(problem.chain.size);
    this.theta = new Float64Array(problem.chain.size);
    this.c = new Float64Array(problem.affine?.subspace.rank ?? 0);
  }

  /** Sets `loss` and `power` for one member. */
  evaluate(member: number): void {
    const { problem, theta, c } = this;
    if (problem.affine) {
      latticeCoefficients(problem.affine, latticeIndex(problem.family, member), c);
      this.formTail(problem.affine.subspace.origin, problem.affine.subspace.basis);
    } else theta.set(familyTheta(problem.family, member, this.float32));
    this.loss = 0;
    this.power = 0;
    for (let b = 0; b < this.blocks.length; b++) this.block(b, this.blocks[b]!.end - this.blocks[b]!.start);
  }

  /** θ of all layers but the first. */
  private formTail(origin: Float32Array, basis: Float32Array): void {
    const { theta, c } = this;
    const size = theta.length;
    for (let p = this.problem.chain.stages[1]?.weight ?? size; p < size; p++) {
      let sum = origin[p]!;
      for (let k = 0; k < c.length; k++) sum += c[k]! * basis[k * size + p]!;
      theta[p] = Math.fround(sum);
    }
  }

  private block(b: number, count: number): void {
    const { stages } = this.problem.chain;
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
    this.reduce(a, b, count);
  }

  /** Adds this block's partial sums Σ w‖φ − y‖² and Σ w‖φ‖². */
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
    this.loss += loss;
    this.power += power;
  }
}

/** Evaluates a Family in plain JavaScript. */
export async function evaluateFusedCpu(work: EvaluateWork, control: WorkControl): Promise<Evaluation> {
  const problem = problemOf(work);
  const pace = new Pace(control);
  const { stages, inputs } = problem.chain;
  const rows = problem.affine ? stages[0]!.outputs * (problem.affine.subspace.rank + 1) : inputs;
  const rowValues = problem.affine ? await projectInputs(problem, problem.affine, control) : problem.x;
  const member = new Member(problem, blocked(rowValues, problem.inputs, rows), rows);
  const loss = new Float32Array(problem.members);
  const power = new Float32Array(problem.members);
  const between = Math.ceil(1e5 / (1 + layoutOf(work.architecture).multiplyAdds * problem.inputs)); // members
  for (let i = 0; i < problem.members; i++) {
    member.evaluate(i);
    loss[i] = member.loss;
    power[i] = member.power;
    if (i % between === 0) await pace.step(i / problem.members, progressText(i, problem.members));
  }
  return { loss, power, route: problem.route };
}
