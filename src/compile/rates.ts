/** How fast this machine is, where that is known, and the time that a cost takes at that speed. */
import { layoutOf } from '../catalog/architecture.js';
import type { Cost, Work } from '../catalog/info.js';

/**
 * Measured speed of one device: amounts (see `amountOf`) per second by `speedKey`, of one thread where the work is spread over several (see
 * `isSpread`), and its `threads`, 1 where absent.
 */
export type Rates = Readonly<Record<string, number>>;

/**
 * What is of one speed: the same work on the same network, with counts rounded to powers of two and caps to half decades. A node
 * whose work cannot be sliced has the speed of its type.
 */
export function speedKey(type: string, work: Work | undefined): string {
  switch (work?.kind) {
    case undefined:
    case 'loops':
      return `node ${type}`; // of no type: loops of any node
    case 'evaluate': {
      const { rank, inputs, architecture, cap, adaptive } = work;
      const above =
        cap === undefined ? [] : [cap.relative ? 'relative' : 'absolute', Math.round(2 * Math.log10(cap.value))];
      const coarse = adaptive === undefined ? [] : ['adaptive', adaptive];
      const { input, layers } = architecture;
      return JSON.stringify(['evaluate', rank, rounded(inputs), input, layers, ...above, ...coarse]);
    }
    case 'descend': {
      const { candidates, batch, architecture } = work;
      return JSON.stringify(['descend', rounded(candidates), rounded(batch), architecture.input, architecture.layers]);
    }
    case 'train':
      return JSON.stringify(['train', rounded(work.batch), work.architecture.input, work.architecture.layers]);
    case 'infer':
      return JSON.stringify(['infer', work.architecture.input, work.architecture.layers]);
    case 'embed':
      return JSON.stringify(['embed', rounded(work.neighbours)]);
    case 'draw':
      return JSON.stringify(['draw', work.of]);
  }
}

/** What of a cost its time goes by: multiply-adds with what is done besides; where none are counted, bytes, of data that is drawn, read or put together. */
export function amountOf({ multiplyAdds, besides = 0, bytes, work }: Cost): number {
  if (multiplyAdds > 0) return multiplyAdds + besides;
  return work === undefined || work.kind === 'draw' ? bytes : 0;
}

const rounded = (count: number): number => 2 ** Math.round(Math.log2(Math.max(1, count)));

/** Seconds that a step takes whatever its size, about: code is loaded and compiled, its result is checked and drawn. */
const STEP = 0.09;
/** Seconds that each point of a result takes to be counted and drawn, about: what small networks on large grids spend most on. */
const LOOK = 3e-7;

/** Seconds of long work before other threads join in, about. */
const ALONE = 0.3;

/** Multiply-adds of a network for an input, up to which a search of an adaptive lattice can be forecast in a moment. */
const FORECAST = 2 ** 14;

/** The work that is timed for this one: of an adaptive lattice of a large network, the whole lattice with its cap. */
export function timedAs<W extends Work>(work: W): W {
  const small = work.kind === 'evaluate' && layoutOf(work.architecture).multiplyAdds <= FORECAST;
  return small ? work : whole(work);
}

/** The same work on all members of its lattice. */
function whole<W extends Work>(work: W): W {
  return work.kind === 'evaluate' && work.adaptive !== undefined ? { ...work, adaptive: undefined } : work;
}

/**
 * Whether the time of work of this kind is that of one thread, spread over the threads of a device. That of an adaptive lattice is
 * the time of all of them as it is: cells are judged by one.
 */
export function isSpread(work: Work | undefined): boolean {
  if (work?.kind === 'evaluate') return work.adaptive === undefined;
  return work?.kind === 'descend' || work?.kind === 'train' || work?.kind === 'infer';
}

/** The time of work that would take one thread so many seconds, on several. */
export function together(seconds: number, threads: number): number {
  return seconds > ALONE ? ALONE + (seconds - ALONE) / threads : seconds;
}

/** Into how many parts work can be cut for threads: candidates and trained networks go to one thread each. */
function partsOf(work: Work | undefined): number {
  if (work?.kind === 'descend') return work.candidates;
  return work?.kind === 'train' ? (work.networks ?? 1) : Number.POSITIVE_INFINITY;
}

function spread(work: Work | undefined, seconds: number, threads: number): number {
  return isSpread(work) ? together(seconds, Math.min(partsOf(work), threads)) : seconds;
}

/** Rough time for a cost. */
export interface Estimate {
  readonly seconds: number;
  readonly atMost: boolean; // members are given up on the way, or there may be fewer; how many is not known yet
  readonly perSecond: number; // points, while they are computed
  readonly perRound?: true; // it is that of one round, and there may be more
  readonly several?: true; // it is that of several steps, some of which are meant by `atMost` and `perRound`
  readonly untimed?: number; // of several steps, how many have work of which no time is known; they are not in `seconds`
}

/** What is said of the time of a step, or of several. */
export type Time = Omit<Estimate, 'perSecond'>;

/** The time of a cost, where it says how much is to be computed and the speed is known: with a cap, at least that without one. */
export function estimateFor(type: string, cost: Cost, rates: Rates | undefined): Estimate | undefined {
  const amount = amountOf(cost);
  if (rates === undefined || amount === 0) return undefined;
  const { work, points } = cost;
  const known = (of: Work | undefined): number => {
    const key = speedKey(type, of);
    return Object.hasOwn(rates, key) ? rates[key]! : 0;
  };
  const capped = work?.kind === 'evaluate' && work.cap !== undefined;
  const own = known(work);
  const adaptive = capped && work.adaptive !== undefined;
  const loops = work?.kind === 'loops' && (rates[speedKey('', work)] ?? 0);
  const rate =
    own || loops || (adaptive && known(whole(work))) || (capped ? known({ ...whole(work), cap: undefined }) : 0);
  if (!(rate > 0)) return undefined;
  const computing = spread(work && !own ? whole(work) : work, amount / rate, rates.threads ?? 1);
  const looked = adaptive ? 0 : points; // few members of an adaptive lattice are ever looked at
  return {
    seconds: STEP + looked * LOOK + computing,
    atMost: cost.atMost === true || (capped && !(own > 0)),
    perSecond: points / computing,
    ...((cost.rounds ?? 1) > 1 ? { perRound: true } : {}),
  };
}
