/**
 * Stitching (intertwiner paper, Section 4): S(f, f̃, l, φ) = f̃_{>l} ∘ φ ∘ f_{≤l}, of which φ alone is trained. What comes before the
 * stitch is recorded once for all classes of φ.
 */
import type { NamedPlace } from '../../catalog/layer-names.js';
import type { Inputs, Model } from '../../catalog/values.js';
import type { Constraint, Device, Networks, WorkControl } from '../../catalog/work.js';
import { inPair, pairsOf } from '../models/pairs.js';
import { part, quiet } from '../progress.js';
import { type Bench, prepared, spliced } from './bench.js';
import { classRuns, rankAt, type StitchClass } from './classes.js';
import { affineFit, groupFit, rankFit, unexplained } from './fits.js';
import { affinePhi, groupPhi, positive, rankPhi, rounded, softPhi } from './phi.js';
import type { Network } from './pieces.js';
import { together } from './together.js';

/** How φ is trained: Adam on the mean cross-entropy. */
export interface StitchOptions {
  readonly classes: readonly StitchClass[];
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  readonly seed: number;
}

/** What one φ came to. */
export interface Stitch {
  readonly layer: number; // index into the layers asked for
  readonly pair: number;
  readonly of: number; // index into the classes
  readonly accuracy: number; // of S on the test examples, 0 to 1
  readonly trainingLoss: number;
  readonly diverged: boolean; // a training of φ, whose last good weights were kept
}

/** All of them, with the accuracies of the networks themselves on the test examples, by pair. */
export interface Stitches {
  readonly stitches: readonly Stitch[];
  readonly first: readonly number[]; // Acc f
  readonly second: readonly number[]; // Acc f̃
}

const OBJECTIVE = 'cross-entropy';

/** Stitches every pair of networks after every layer by every class. Both Models have one Architecture. */
export async function stitch(
  a: Model,
  b: Model,
  places: readonly NamedPlace[],
  train: Inputs,
  test: Inputs,
  options: StitchOptions,
  device: Device,
  control: WorkControl,
): Promise<Stitches> {
  const scores = part(control, 0, 0.02);
  const own = await device.score(a, { inputs: test }, OBJECTIVE, quiet(scores));
  const other = await device.score(b, { inputs: test }, OBJECTIVE, quiet(scores));
  const pairs = Array.from({ length: pairsOf(a, b) }, (_, pair) => pair);
  const jobs = places.flatMap((_, layer) => pairs.map((pair) => ({ layer, pair })));
  const threads = device.threads ?? 1;
  const lanes = Math.ceil(threads / options.classes.length); // the classes of a job go on at once
  const stitches = await together(jobs, lanes, part(control, 0.02, 1), async ({ layer, pair }, share) => {
    const [i, j] = [inPair(a, pair), inPair(b, pair)];
    const bench = await prepared({ a, b, i, j, place: places[layer]!, train, test, device }, part(share, 0, 0.1));
    const numbered = options.classes.map((of, index) => ({ of, index }));
    return together(numbered, threads, part(share, 0.1, 1), async ({ of, index }, control) => {
      const { loss, accuracy, diverged } = await trained(of, bench, options, device, control);
      return { layer, pair, of: index, accuracy, trainingLoss: loss, diverged };
    });
  });
  return {
    stitches: stitches.flat(),
    first: pairs.map((pair) => own.accuracy[inPair(a, pair)]!),
    second: pairs.map((pair) => other.accuracy[inPair(b, pair)]!),
  };
}

const EXACT = 1e-8; // share of the variance left unexplained at which one layer is φ of the other, and nothing is left to train

interface Outcome {
  readonly loss: number; // on the training examples
  readonly accuracy: number; // on the test examples
  readonly diverged: boolean;
}

/** S with the φ that a training gave. */
interface Candidate extends Network {
  readonly diverged?: boolean;
}

async function trained(
  of: StitchClass,
  bench: Bench,
  options: StitchOptions,
  device: Device,
  control: WorkControl,
): Promise<Outcome> {
  const { moments, place } = bench;
  const d = place.to[0]!;
  const isImage = place.to.length > 1;
  switch (of.kind) {
    case 'identity':
      return best([spliced(bench, [])], bench, device, control);
    case 'affine': {
      const fit = affineFit(moments);
      const start = spliced(bench, affinePhi(fit, d, isImage));
      if (unexplained(moments, fit) < EXACT) return best([start], bench, device, control);
      return best([start, await run(start, bench, options, device, control)], bench, device, control);
    }
    case 'rank': {
      const start = spliced(bench, rankPhi(rankFit(moments, rankAt(of.rank, d)), d, isImage));
      return best([start, await run(start, bench, options, device, control)], bench, device, control);
    }
    case 'group': {
      const third = (k: number): WorkControl => part(control, k / classRuns(of), (k + 1) / classRuns(of));
      const matched = groupFit(moments);
      if (unexplained(moments, matched) < EXACT)
        return best([spliced(bench, groupPhi(matched, isImage))], bench, device, control);
      const soft = spliced(bench, softPhi(matched, isImage));
      const offset = soft.trainable[0]!.start;
      const relaxed: Constraint = { kind: 'soft-permutation-scaling', start: offset, channels: d };
      const found = rounded((await run(soft, bench, options, device, third(0), relaxed)).theta, offset, d);
      const ends: Candidate[] = [];
      for (const [k, fit] of [matched, found].entries()) {
        const start = spliced(bench, groupPhi(fit, isImage));
        ends.push(start, await run(start, bench, options, device, third(k + 1), positive(offset, fit)));
      }
      return best(ends, bench, device, control);
    }
  }
}

/** Trains φ where it is free. */
async function run(
  start: Network,
  { train }: Bench,
  { epochs, batch, learningRate, seed }: StitchOptions,
  device: Device,
  control: WorkControl,
  constraint?: Constraint,
): Promise<Candidate> {
  const { networks, ended } = await device.train(
    {
      networks: { ...start, count: 1 },
      examples: train,
      objective: OBJECTIVE,
      optimizer: { name: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      weightDecay: 0,
      schedule: { name: 'cosine' },
      epochs,
      batch: Math.min(batch, train.inputs.count),
      seeds: [seed],
      trainable: start.trainable,
      statistics: 'running',
      ...(constraint ? { constraint } : {}),
    },
    control,
  );
  return { ...start, theta: networks.theta, diverged: ended[0] === 'diverged' };
}

/** The network of least training loss, among several of one Architecture. */
async function best(
  networks: readonly Candidate[],
  { train, test }: Bench,
  device: Device,
  control: WorkControl,
): Promise<Outcome> {
  let least: { readonly loss: number; readonly network: Networks } | undefined;
  for (const { architecture, theta, buffers } of networks) {
    const network: Networks = { architecture, theta, buffers, count: 1 };
    const loss = (await device.score(network, train, OBJECTIVE, quiet(control))).loss[0]!;
    if (least === undefined || loss < least.loss) least = { loss, network };
  }
  const scores = await device.score(least!.network, test, OBJECTIVE, quiet(control));
  const diverged = networks.some((network) => network.diverged === true);
  return { loss: least!.loss, accuracy: scores.accuracy[0]!, diverged };
}
