/**
 * descend(batch of θ, J): gradient descent on many parameter vectors at once. The rules, the minibatches and the parameters are
 * the host's, in float64; a device gives J and its gradient. Each candidate's numbers depend on its own start only.
 */
import { layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount } from '../catalog/text.js';
import type { Curve } from '../catalog/values.js';
import type { DescendWork, Descent, WorkControl } from '../catalog/work.js';
import { chunksOf } from './blocks.js';
import { checkWork } from './layered.js';
import { type Minibatch, Minibatches } from './minibatch.js';
import { Descender } from './optimizer.js';
import { type Breathe, Pace } from './pace.js';
import { counting } from './weightless.js';

/** What a device does for descend. */
export interface GradientEngine {
  /** Most candidates that one call takes, ≥ 1: as many as its memory holds. A candidate's numbers do not depend on it. */
  readonly together: number;
  /**
   * J of the minibatch, Σ w‖φ − y‖², and ∂J/∂θ of some candidates: candidate `candidates[i]` has its parameters in row
   * `candidates[i]` of `theta` [count, P]; its J goes to `loss[i]`, its gradient to row i of `gradient` [≥ candidates.length, P].
   * Both are overwritten, whatever they hold. A candidate's numbers depend neither on the others of the call, nor on its place
   * among them; one that overflows gives a J or a gradient that is not finite, and leaves the others alone. `batch` and
   * `candidates` are read during the call only. `breathe(share of the call that is done)` is awaited between slices of at most
   * some tens of milliseconds; a call shorter than that may be synchronous.
   */
  gradients(
    theta: Float64Array,
    candidates: readonly number[],
    batch: Minibatch,
    loss: Float64Array,
    gradient: Float64Array,
    breathe: Breathe,
  ): Promise<void> | void;
  dispose(): void;
}

function check(work: DescendWork): void {
  const { architecture, inputs, outputs, start, count, steps, batch, record } = work;
  checkWork({ architecture, inputs, outputs, family: { kind: 'explicit', theta: start, count } });
  const whole = (name: string, value: number, low: number): void => {
    if (!(Number.isInteger(value) && value >= low))
      throw new FiberscopeError('parameter', `descend: expected ${name} to be an integer ≥ ${low}, got ${value}`);
  };
  whole('steps', steps, 0);
  whole('batch', batch, 1);
  whole('record', record, 1);
}

/** Gradient descent of every candidate on J, as `work` says; diverged candidates hold NaN, the others are unharmed. */
export async function descendWith(work: DescendWork, engine: GradientEngine, control: WorkControl): Promise<Descent> {
  check(work);
  const { start, count, optimizer, steps, record } = work;
  const size = layoutOf(work.architecture).size;
  const theta = Float64Array.from(start);
  const descender = new Descender(optimizer, theta, size);
  const data = counting(work);
  const { inputs, outputs } = data.inputs.count === 0 ? work : data; // where nothing counts, J is 0 everywhere
  const minibatches = new Minibatches(inputs, outputs, work.batch, work.seed);
  const recorded: number[] = [];
  for (let s = 0; s < steps; s++) if (s % record === 0 || s === steps - 1) recorded.push(s);
  const history = new Float32Array(recorded.length * count).fill(Number.NaN);
  const together = Math.max(1, Math.min(count, engine.together));
  const loss = new Float64Array(together);
  const gradient = new Float64Array(together * size);
  const alive = new Uint8Array(count).fill(1);
  let groups = groupsOf(alive, together);
  let records = 0;
  const pace = new Pace(control);
  const curve = (): Curve => curveOf(recorded.slice(0, records), history, count);

  for (let s = 0; s < steps && groups.length > 0; s++) {
    const batch = minibatches.at(s);
    const isRecorded = recorded[records] === s;
    let lost = false;
    for (const [g, group] of groups.entries()) {
      const breathe = async (share: number): Promise<void> => {
        if (!pace.due) return;
        const done = (s + (g + share) / groups.length) / steps;
        await pace.step(done, `step ${formatCount(s + 1)} of ${formatCount(steps)}`, curve);
      };
      await engine.gradients(theta, group, batch, loss, gradient, breathe);
      descender.update(group, gradient, s);
      for (const [i, candidate] of group.entries()) {
        const value = Math.fround(loss[i]!);
        const finite = Number.isFinite(value);
        if (isRecorded && finite) history[records * count + candidate] = value;
        if (finite && descender.finite(candidate)) continue;
        theta.fill(Number.NaN, candidate * size, (candidate + 1) * size);
        alive[candidate] = 0;
        lost = true;
      }
      if (pace.due) await breathe(1);
    }
    if (isRecorded) records++;
    if (lost) groups = groupsOf(alive, together);
  }
  return { theta: Float32Array.from(theta), steps: Float64Array.from(recorded), history };
}

/** The candidates that are alive, in groups of at most `together`. */
function groupsOf(alive: Uint8Array, together: number): number[][] {
  const candidates = [...alive.keys()].filter((candidate) => alive[candidate] === 1);
  return chunksOf(candidates.length, together).map(({ start, end }) => candidates.slice(start, end));
}

function curveOf(steps: readonly number[], history: Float32Array, count: number): Curve {
  const x = Float64Array.from(steps);
  return {
    type: 'Curve',
    x,
    xName: 'step',
    yName: 'J of the minibatch',
    logY: true,
    lines: Array.from({ length: count }, (_, candidate) => ({
      name: `candidate ${candidate}`,
      y: Float64Array.from(x, (_, r) => history[r * count + candidate]!),
    })),
  };
}
