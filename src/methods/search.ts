/** The search for parameters that give the reference's function: many starts, gradient descent on J, automatic selection. */
import { layoutOf } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { formatNumber, subscript } from '../catalog/text.js';
import type { Curve, Parameters, Reference, Verdict } from '../catalog/values.js';
import type { Device, Optimizer, WorkControl } from '../catalog/work.js';
import { chunksOf } from '../tensor/blocks.js';
import { norm, orthogonalise } from '../tensor/linear-algebra.js';
import { Pace } from '../tensor/pace.js';
import { type Candidate, failureText, SearchRecord } from './candidates.js';
import { INDEPENDENT } from './gram-schmidt.js';
import { type Initialisation, initialTheta } from './initialise.js';
import { lossOf } from './points.js';
import { breathe, part, quiet } from './progress.js';
import { startsAtOnce } from './search-size.js';

/** How to search. `independent` keeps searching until m + 1 candidates pass; `first` takes the first m + 1 as the paper's authors did. */
export interface SearchOptions {
  readonly mode: 'independent' | 'first';
  readonly rank: number; // m
  readonly starts: number; // candidates of one round
  readonly rounds: number; // most rounds
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly batch: number;
  readonly tolerance: number; // J / E[φ²]
  readonly initialisation: Initialisation;
  readonly seed: number;
}

/** What the search found. `curve` holds the minibatch J of every candidate, up to 4,096 and those selected later. */
export interface SearchResult {
  readonly parameters: Parameters;
  readonly candidates: readonly Candidate[];
  readonly curve: Curve;
}

/**
 * A candidate counts as independent when its distance from the plane of those before it is at least this share of the larger of
 * ‖θ_i − θ_0‖ and ‖θ_0‖: neither nearly in the plane nor nearly θ_0 again.
 */
const INDEPENDENT_SHARE = 0.05;

const RECORDS = 100; // points of a loss curve

interface Selected {
  readonly theta: Float32Array;
  readonly loss: number;
  readonly power: number;
}

/**
 * Candidates θ_0…θ_m with J ≤ tolerance · E[φ²] and linearly independent θ_i − θ_0, in the order of their starts. Every start
 * is drawn from (seed, its number) and all see the same minibatches, so the result does not depend on how starts are cut into
 * rounds. Fails with the best candidates and the reasons for rejection when `rounds` are not enough. Source: Lengyel et al. 2020
 * (GENNI), Section 3 and Algorithm 1; the selection by tolerance and independence replaces the paper's choice by hand.
 */
export async function search(
  options: SearchOptions,
  reference: Reference,
  device: Device,
  control: WorkControl,
): Promise<SearchResult> {
  const { architecture, inputs, outputs, scale } = reference;
  if (scale.power === 0)
    throw new FiberscopeError(
      'search',
      "input 'reference': expected a function that is not 0 everywhere, got a dead one; J relative to its power is undefined: choose another θ or seed",
    );
  const wanted = options.rank + 1;
  const starts = options.mode === 'first' ? wanted : options.starts;
  const rounds = options.mode === 'first' ? 1 : options.rounds;
  const record = new SearchRecord(scale.power);
  const selected: Selected[] = [];
  const basis: Float64Array[] = [];
  for (let round = 0; round < rounds && selected.length < wanted; round++) {
    for (const { start: first, end } of chunksOf(starts, startsAtOnce(architecture, starts))) {
      const count = end - first;
      const number = round * starts + first; // of the first start, over all rounds
      const work = part(control, (round + first / starts) / rounds, (round + end / starts) / rounds);
      const start = await startsOf(reference, options, number, count, quiet(control));
      const where =
        (rounds > 1 ? `round ${round + 1} of at most ${rounds}` : 'round 1') +
        (count === starts ? '' : `, starts ${first + 1} to ${end} of ${starts}`);
      const descent = await device.descend(
        {
          architecture,
          inputs,
          outputs,
          start,
          count,
          optimizer: options.optimizer,
          steps: options.steps,
          batch: Math.min(options.batch, inputs.count),
          seed: options.seed, // the same minibatches in every round: a start's descent does not depend on its round
          record: Math.max(1, Math.ceil(options.steps / RECORDS)),
        },
        {
          ...work,
          progress: (fraction, message, curve) =>
            work.progress(fraction, `${where}: ${message ?? ''}`, curve && record.live(curve, number)),
        },
      );
      await breathe(control);
      const { loss, power } = await lossOf(descent.theta, count, reference, device, quiet(control));
      const size = descent.theta.length / count;
      const pace = new Pace(quiet(control));
      for (let i = 0; i < count; i++) {
        if (pace.due) await pace.step(1);
        const one = { theta: descent.theta.subarray(i * size, (i + 1) * size), loss: loss[i]!, power: power[i]! };
        const judged = judge(one, selected, basis, wanted, options, scale.power);
        if (judged.verdict === 'selected') selected.push({ ...one, theta: one.theta.slice() });
        const candidate = { round, start: first + i, loss: one.loss, relative: one.loss / scale.power, ...judged };
        record.add(candidate, number + i, descent.steps, (r) => descent.history[r * count + i]!);
      }
    }
  }
  if (selected.length < wanted)
    throw new FiberscopeError('search', failureText(record.candidates, selected.length, options));
  const size = selected[0]!.theta.length;
  const theta = new Float32Array(wanted * size);
  selected.forEach((one, i) => {
    theta.set(one.theta, i * size);
  });
  return {
    parameters: {
      type: 'Parameters',
      theta,
      count: wanted,
      size,
      reference,
      loss: Float64Array.from(selected, (one) => one.loss),
      power: Float64Array.from(selected, (one) => one.power),
      flags: options.mode === 'first' ? [firstFlag(selected, scale.power)] : [],
    },
    candidates: record.candidates,
    curve: record.curve,
  };
}

/** Starts [count, P]; start s of all rounds is drawn from (seed, s). */
async function startsOf(
  { architecture }: Reference,
  { initialisation, seed }: SearchOptions,
  first: number,
  count: number,
  control: WorkControl,
): Promise<Float32Array> {
  const { size } = layoutOf(architecture);
  const start = new Float32Array(count * size);
  const pace = new Pace(control);
  for (let i = 0; i < count; i++) {
    if (pace.due) await pace.step(i / count);
    start.set(await initialTheta(architecture, initialisation, seed, 'search', first + i, control), i * size);
  }
  return start;
}

/** The verdict on one candidate; a selected one adds its direction to `basis`. */
function judge(
  { theta, loss, power }: Selected,
  selected: readonly Selected[],
  basis: Float64Array[],
  wanted: number,
  { mode, tolerance }: SearchOptions,
  scale: number,
): { verdict: Verdict; newness?: number } {
  if (!Number.isFinite(loss) || theta.some((value) => !Number.isFinite(value))) return { verdict: 'diverged' };
  if (mode === 'independent' && power === 0) return { verdict: 'dead' };
  if (mode === 'independent' && !(loss <= tolerance * scale)) return { verdict: 'loss' };
  if (selected.length === 0) return { verdict: 'selected' };
  if (selected.length === wanted) return { verdict: 'spare' };
  const origin = selected[0]!.theta;
  const rest = new Float64Array(theta.length);
  for (let k = 0; k < rest.length; k++) rest[k] = theta[k]! - origin[k]!;
  const length = norm(rest);
  orthogonalise(rest, basis);
  const left = norm(rest);
  const newness = length === 0 ? 0 : left / Math.max(length, norm(origin));
  if (mode === 'first' ? !(left > INDEPENDENT * length) : newness < INDEPENDENT_SHARE)
    return { verdict: 'dependent', newness };
  for (let k = 0; k < rest.length; k++) rest[k]! /= left;
  basis.push(rest);
  return { verdict: 'selected', newness };
}

function firstFlag(selected: readonly Selected[], scale: number): string {
  const each = selected.map((one, i) => `θ${subscript(i)} ${formatNumber(one.loss / scale)}`);
  return `Chosen as the first m + 1 starts whatever their J, as the paper's authors did; J / E[φ²]: ${each.join(', ')}.`;
}
