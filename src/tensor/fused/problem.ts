/** One evaluation made ready for a fused route: checked, its inputs through the prelude, its first layer's route chosen. */
import { FiberscopeError } from '../../catalog/errors.js';
import { formatCount } from '../../catalog/text.js';
import type { Subspace } from '../../catalog/values.js';
import type { EvaluateWork, Family, WorkControl } from '../../catalog/work.js';
import { activateAll } from '../activation.js';
import { familyCount, familySubspace } from '../family.js';
import { checkWork } from '../layered.js';
import { Pace } from '../pace.js';
import { type Chain, chainOf, fits, projects, type Stage } from './network.js';

/** What every fused route starts from. */
export interface Problem {
  readonly chain: Chain;
  readonly family: Family;
  readonly members: number;
  readonly inputs: number; // N
  readonly x: Float32Array; // [N, d], after the prelude
  readonly y: Float32Array; // [N, k]
  readonly weights: Float32Array; // [N]
  readonly uniform: number | undefined; // the weight where all are equal
  readonly subspace: Subspace | undefined; // of an affine family
  /** Whether the first layer is projected instead of formed. */
  readonly affine: boolean;
  readonly route: string;
}

/** Checks the shapes of the work and chooses the route. */
export function problemOf(work: EvaluateWork): Problem {
  checkWork(work);
  const { architecture, inputs, outputs, family } = work;
  const chain = chainOf(architecture);
  if (!chain) throw new FiberscopeError('internal', 'evaluate: expected a chain of dense layers, got another network');
  const members = familyCount(family);
  const subspace = familySubspace(family);
  const affine = subspace !== undefined && projects(chain, subspace.rank);
  if (!fits(chain, affine))
    throw new FiberscopeError('internal', `evaluate: ${formatCount(chain.size)} parameters do not fit a fused route`);
  const first = inputs.weights[0] ?? 0;
  return {
    chain,
    family,
    members,
    inputs: inputs.count,
    x: afterPrelude(chain, inputs.x),
    y: outputs.y,
    weights: inputs.weights,
    uniform: inputs.weights.every((weight) => weight === first) ? first : undefined,
    subspace,
    affine,
    route: affine ? 'fused · affine' : 'fused',
  };
}

/** The inputs as the first dense layer sees them. */
export function afterPrelude({ prelude }: Chain, x: Float32Array): Float32Array {
  if (prelude.length === 0) return x;
  const values = Float64Array.from(x);
  for (const activation of prelude) activateAll(activation, values, values, values.length);
  return Float32Array.from(values);
}

/**
 * The first layer's pre-activations on θ0 + Σ c_k b_k are affine in c: z = p_0 + Σ c_k p_{k+1}. Returns the maps
 * [N, units, m + 1] in float64: p_0 from θ0 with its bias, p_{k+1} from b_k.
 */
export async function projectInputs(problem: Problem, control: WorkControl): Promise<Float64Array> {
  const { x, inputs, chain } = problem;
  const { origin, basis, rank, size } = problem.subspace!;
  const stage = chain.stages[0]!;
  const maps = new Float64Array(inputs * stage.outputs * (rank + 1));
  const pace = new Pace(control);
  const theta = new Float64Array(size);
  for (let k = 0; k <= rank; k++) {
    theta.set(k === 0 ? origin : basis.subarray((k - 1) * size, k * size));
    for (let n = 0; n < inputs; n++) {
      projectOne(stage, theta, x, n, maps, n * stage.outputs * (rank + 1) + k, rank + 1);
      await pace.step(0, 'projecting the inputs');
    }
  }
  return maps;
}

/** Units that are summed side by side, so that no sum waits for the one before it. */
const SIDE_BY_SIDE = 4;

/** maps[at + o · stride] = (W x_n + bias)_o for every unit o. */
function projectOne(
  { inputs, outputs, weight, bias }: Stage,
  theta: Float64Array,
  x: Float32Array,
  n: number,
  maps: Float64Array,
  at: number,
  stride: number,
): void {
  const first = n * inputs;
  const start = (o: number): number => (bias === undefined ? 0 : theta[bias + o]!);
  let o = 0;
  for (; o + SIDE_BY_SIDE <= outputs; o += SIDE_BY_SIDE) {
    const row = weight + o * inputs;
    let [s0, s1, s2, s3] = [start(o), start(o + 1), start(o + 2), start(o + 3)];
    for (let i = 0; i < inputs; i++) {
      const value = x[first + i]!;
      s0 += theta[row + i]! * value;
      s1 += theta[row + inputs + i]! * value;
      s2 += theta[row + 2 * inputs + i]! * value;
      s3 += theta[row + 3 * inputs + i]! * value;
    }
    const to = at + o * stride;
    maps[to] = s0;
    maps[to + stride] = s1;
    maps[to + 2 * stride] = s2;
    maps[to + 3 * stride] = s3;
  }
  for (; o < outputs; o++) {
    let sum = start(o);
    for (let i = 0; i < inputs; i++) sum += theta[weight + o * inputs + i]! * x[first + i]!;
    maps[at + o * stride] = sum;
  }
}
