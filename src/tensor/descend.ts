/**
 * descend(batch of θ, J): gradient descent on many parameter vectors at once. The rules, the minibatches and the parameters are
 * the host's, in float64; a device gives J and its gradient. Each candidate's numbers depend on its own start only.
 */
import { layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount } from '../catalog/text.js';
import type { Curve } from '../catalog/values.js';
import type { DescendWork, Descent, WorkControl } from '../catalog/work.js';
import { checkWork } from './layered.js';
import { type Minibatch, Minibatches } from './minibatch.js';
import { Descender } from './optimizer.js';
import { Pace } from './pace.js';
import { counting } from './weightless.js';

/** What a device does for descend. */
export interface GradientEngine {
  /**
   * J of the minibatch, Σ w‖φ − y‖², and ∂J/∂θ [P] at each candidate's row of `theta` [count, P], given to `each` in any order;
   * the gradient's array is used again after `each` returns. `breathe` is awaited between candidates.
   */
  gradients(
    theta: Float64Array,
    candidates: readonly number[],
    batch: Minibatch,
    each: (candidate: number, loss: number, gradient: ArrayLike<number>) => void,
    breathe: () => Promise<void>,
  ): Promise<void>;
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
  let alive = Array.from({ length: count }, (_, i) => i);
  let records = 0;
  const pace = new Pace(control);
  const curve = (): Curve => curveOf(recorded.slice(0, records), history, count);

  for (let s = 0; s < steps && alive.length > 0; s++) {
    const batch = minibatches.at(s);
    const lost = new Set<number>();
    const isRecorded = recorded[records] === s;
    let done = 0;
    await engine.gradients(
      theta,
      alive,
      batch,
      (candidate, loss, gradient) => {
        done++;
        const finite = Number.isFinite(Math.fround(loss));
        if (isRecorded && finite) history[records * count + candidate] = loss;
        if (!finite || !descender.update(candidate, gradient, s)) lost.add(candidate);
      },
      () => pace.step((s + done / alive.length) / steps, `step ${formatCount(s + 1)} of ${formatCount(steps)}`, curve),
    );
    if (isRecorded) records++;
    if (lost.size > 0) {
      for (const candidate of lost) theta.fill(Number.NaN, candidate * size, (candidate + 1) * size);
      alive = alive.filter((candidate) => !lost.has(candidate));
    }
  }
  return { theta: Float32Array.from(theta), steps: Float64Array.from(recorded), history };
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
