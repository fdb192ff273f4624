/** What Stitch checks and says before a run, and the sentences after it. Plain: no device, no tensors. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Cost } from '../../catalog/info.js';
import { chooseLayers, type NamedPlace } from '../../catalog/layer-names.js';
import { product } from '../../catalog/shape.js';
import { formatNumber } from '../../catalog/text.js';
import type { Curve } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { groupNotes, orderNotes, rankNotes, sameDataNotes, singleNotes } from '../diagnostics/stitching.js';
import { className, classRuns, classWork, type StitchClass } from './classes.js';
import { cutOf, recordedBytes } from './cut.js';
import { MOMENT_ROWS, sampledInputs } from './moments.js';

/** The layers to stitch after, without the last of all, which has nothing after it. Throws `parameter` where none is left. */
export function stitchPlaces(architecture: Architecture, text: string): readonly NamedPlace[] {
  const last = String(architecture.layers.length - 1);
  const chosen = chooseLayers(architecture, text);
  const places = chosen.filter(({ path }) => path !== last);
  if (places.length === 0)
    throw new FiberscopeError(
      'parameter',
      `parameter 'layers': expected layers that others come after, got ${chosen[0]!.label}, the last; name one before it`,
    );
  return places;
}

/** How long and on how much networks are trained and judged. */
interface Amounts {
  readonly epochs: number;
  readonly batch: number;
  readonly train: number; // inputs
  readonly test: number;
}

// What is no multiply-adds, in as many as take its time, about.
const MOVED = 16; // a number of an input that is put in its place
const BEGUN = 5e8; // a training: its kernels are written and its candidates judged
const BALANCED = 1000; // an entry of a soft permutation that is brought back after a step

/**
 * What stitching `[A, B]` networks will take. A step of training goes forward, and back to φ, of which alone the parameters get
 * derivatives. At most: where a fit leaves nothing to explain, nothing is trained.
 */
export function stitchCost(
  architecture: Architecture,
  places: readonly NamedPlace[],
  classes: readonly StitchClass[],
  [a, b]: readonly [number, number],
  { epochs, batch, train, test }: Amounts,
): Cost {
  const whole = layoutOf(architecture).multiplyAdds;
  const pairs = Math.max(a, b);
  let multiplyAdds = (a + b) * test * whole;
  let besides = 0;
  let working = 0;
  for (const place of places) {
    const [d, ...grid] = place.to as readonly [number, ...number[]];
    const positions = product(grid);
    const at = cutOf(architecture, place, Math.max(train, test));
    const rest = restOf(architecture, at);
    const moved = MOVED * product(layoutOf(architecture).shapes[at]!);
    const sampled = sampledInputs(train, positions);
    const rows = Math.min(MOMENT_ROWS, sampled * positions);
    let each = (train + test) * (whole - rest) + 2 * sampled * (whole - restOf(architecture, place.top + 1));
    each += 1.5 * rows * d ** 2; // moments
    for (const of of classes) {
      const runs = classRuns(of);
      const judged = (1 + runs) * train + test;
      each += (2 * runs * epochs * train + judged) * (rest + positions * classWork(of, d));
      besides += pairs * ((runs * epochs * train + judged) * moved + runs * BEGUN);
      if (of.kind === 'group')
        besides += pairs * BALANCED * d ** 2 * epochs * Math.ceil(train / Math.min(batch, train));
    }
    multiplyAdds += pairs * each;
    working = Math.max(working, 3 * recordedBytes(architecture, at, train));
  }
  const trained = classes.filter((of) => classRuns(of) > 0);
  return {
    points: pairs * places.length * classes.length,
    multiplyAdds,
    besides,
    work: {
      kind: 'train',
      architecture,
      batch: Math.min(batch, train),
      networks: pairs * places.length * Math.max(1, trained.length),
    },
    bytes: 64 * pairs * places.length * classes.length,
    working,
    ...(trained.some(({ kind }) => kind !== 'rank') && { atMost: true }),
    route: 'what comes before a stitch is recorded once',
  };
}

/** Multiply-adds of an input from layer `at` of the sequence on. */
function restOf(architecture: Architecture, at: number): number {
  const { shapes } = layoutOf(architecture);
  return layoutOf({ type: 'Architecture', input: shapes[at]!, layers: architecture.layers.slice(at) }).multiplyAdds;
}

const FREE = 0.2; // percentage points that count as no penalty

/** Sentences about penalties: the paper's orders, where they hold; where G_ReLU is free; what is missing. */
export function stitchNotes(
  penalty: Curve,
  places: readonly NamedPlace[],
  pairs: number,
  hasTest: boolean,
  parentsLearnt = true, // better than one answer for all: otherwise nothing can be lost
): readonly Note[] {
  const ranks = penalty.lines.flatMap(({ name }) => (name.startsWith('rank ') ? [Number(name.slice(5))] : []));
  const lowest = className({ kind: 'rank', rank: Math.min(...ranks) });
  return [
    ...sameDataNotes(hasTest),
    ...orderNotes(
      penalty,
      [
        { id: 'rank-above-group', high: lowest, low: 'G_ReLU', how: 'above' },
        { id: 'group-not-below-affine', high: 'G_ReLU', low: 'full affine', how: 'not below' },
        { id: 'identity-above-group', high: 'identity', low: 'G_ReLU', how: 'above' },
      ],
      'pairs',
    ),
    ...(parentsLearnt ? freeNotes(penalty, places) : []),
    ...groupNotes(places),
    ...rankNotes(places, ranks),
    ...singleNotes(pairs, 'pair'),
  ];
}

/** Says when G_ReLU stitches all pairs without a penalty at every layer outside residual blocks: Theorem 4.2 seen to hold. */
function freeNotes(penalty: Curve, places: readonly NamedPlace[]): readonly Note[] {
  const line = penalty.lines.find(({ name }) => name === 'G_ReLU');
  if (line === undefined) return [];
  const outside = places.flatMap(({ inside }, i) => (inside ? [] : [i]));
  const most = Math.max(...outside.flatMap((i) => (line.samples ?? [line.y]).map((sample) => sample[i]!)));
  if (outside.length === 0 || most > FREE) return [];
  return [
    {
      level: 'info',
      id: 'stitched-by-group',
      text: `G_ReLU stitches every pair at every layer outside residual blocks with a penalty of at most ${formatNumber(Math.max(0, most), 2)} percentage points, as Theorem 4.2 says of networks that differ by an element of their group.`,
    },
  ];
}

/** What training the rest of networks after layers will take: each network once for each place, and scores before and after. */
export function tuneCost(
  architecture: Architecture,
  places: readonly NamedPlace[],
  networks: number,
  { epochs, batch, train, test }: Amounts,
): Cost {
  const { multiplyAdds: whole, size, bufferSize } = layoutOf(architecture);
  const rests = places.map(({ top }) => restOf(architecture, top + 1));
  return {
    points: networks * places.length * epochs * train,
    multiplyAdds: rests.reduce(
      (sum, rest) => sum + networks * (3 * epochs * train * rest + train * (whole - rest) + 3 * test * whole),
      0,
    ),
    work: { kind: 'train', architecture, batch: Math.min(batch, train), networks: networks * places.length },
    bytes: 4 * networks * (size + bufferSize),
    working: Math.max(...places.map(({ top }) => recordedBytes(architecture, top + 1, train))),
    route: 'what comes before is recorded once',
  };
}
