/** descend in a pool: groups of candidates, each descending to its end where a thread is free; the history comes together. */
import { layoutOf } from '../../catalog/architecture.js';
import { formatCount } from '../../catalog/text.js';
import type { Curve } from '../../catalog/values.js';
import type { DescendWork, Descent, WorkControl } from '../../catalog/work.js';
import { nextTurn } from '../../document/slices.js';
import type { BackedDevice } from '../backed-device.js';
import type { Range } from '../blocks.js';
import type { Crew } from './crew.js';
import { drive, type Employed } from './drive.js';
import type { Taken } from './messages.js';
import type { PoolWorker } from './pool-worker.js';
import { reporter } from './report.js';
import { Lane, Shards } from './shards.js';

const RATE = 2e6; // multiply-adds per ms of one thread, before a rate is known
const TOGETHER = 4; // candidates that kernels take side by side
const GROUPS = 2; // for each thread, so that who started late has less to do

/** Multiply-adds of a descent. */
export function descentSize({ architecture, inputs, count, steps, batch }: DescendWork): number {
  return 3 * count * steps * Math.min(batch, inputs.count) * layoutOf(architecture).multiplyAdds;
}

/** Candidates in one group. */
function groupOf(count: number, threads: number): number {
  if (count <= threads * TOGETHER) return Math.ceil(count / threads);
  return TOGETHER * Math.ceil(count / (threads * GROUPS) / TOGETHER);
}

/** Does a descent with its candidates cut into groups. `taken` hears of each that a worker did. */
export async function descendInPool(
  work: DescendWork,
  own: BackedDevice,
  crew: Crew,
  control: WorkControl,
  closed: AbortSignal,
  taken: (taken: Taken) => void,
): Promise<Descent> {
  const { start, count } = work;
  const size = start.length / count;
  const group = groupOf(count, crew.size + 1);
  const shards = new Shards({ start: 0, end: count }, () => group);
  const here = new Lane();
  const theta = new Float32Array(start.length);
  let steps = new Float64Array(0);
  let history = new Float32Array(0);
  const curves = new Map<number, Curve>(); // of each group that has told, by its first candidate
  const say = reporter(
    control,
    (fraction) => `step ${formatCount(Math.floor(fraction * work.steps) + 1)} of ${formatCount(work.steps)}`,
    () => together(curves),
  );
  const report = (shard: Range, fraction: number, curve: Curve | undefined): void => {
    if (curve) curves.set(shard.start, curve);
    shards.report(shard, fraction);
    say(shards.done / count);
  };
  const put = (shard: Range, part: Descent): void => {
    const width = shard.end - shard.start;
    if (steps.length === 0) {
      steps = Float64Array.from(part.steps);
      history = new Float32Array(steps.length * count);
    }
    theta.set(part.theta, shard.start * size);
    for (let r = 0; r < steps.length; r++)
      history.set(part.history.subarray(r * width, (r + 1) * width), r * count + shard.start);
    shards.finish(shard);
    say(shards.done / count);
  };
  const partOf = (shard: Range): DescendWork => ({
    ...work,
    start: start.slice(shard.start * size, shard.end * size),
    count: shard.end - shard.start,
  });

  async function computeHere(signal: AbortSignal): Promise<void> {
    for (let shard = await shards.take(here); shard; shard = await shards.take(here)) {
      const at = shard;
      const began = performance.now();
      const progress: WorkControl['progress'] = (fraction, _, curve) => report(at, fraction, curve);
      const part = await own.descend(partOf(at), { signal, progress });
      here.measured(at, performance.now() - began);
      put(at, part);
      await nextTurn(); // so that workers are heard after each group, however short
    }
  }

  function employ(worker: PoolWorker, signal: AbortSignal): Employed {
    const lane = new Lane();
    let over = Promise.resolve();
    const loop = async (): Promise<void> => {
      for (let shard = await shards.take(lane); shard; shard = await shards.take(lane)) {
        const at = shard;
        const job = worker.descend(partOf(at), signal, (fraction, curve) => report(at, fraction, curve));
        over = job.over;
        const { value, taken: took } = await job.made.catch((error: unknown) => {
          shards.giveBack(at);
          throw error;
        });
        taken(took);
        put(at, value);
        await over;
      }
    };
    return { ended: loop(), over: () => over };
  }

  const perCandidate = descentSize(work) / count;
  const left = (): number => shards.left / (here.rate ?? RATE / perCandidate);
  await drive({ name: own.name, shards, left, own: computeHere, employ }, crew, control.signal, closed);
  return { theta, steps, history };
}

/** The curves of groups as one, over the steps of the group that is furthest. */
function together(curves: ReadonlyMap<number, Curve>): Curve | undefined {
  const parts = [...curves].sort(([a], [b]) => a - b);
  if (parts.length === 0) return undefined;
  const longest = parts.reduce((a, [, b]) => (b.x.length > a.x.length ? b : a), parts[0]![1]);
  const { length } = longest.x;
  const lines = parts.flatMap(([first, { lines: own }]) =>
    own.map(({ y }, i) => {
      const padded = new Float64Array(length).fill(Number.NaN);
      padded.set(y);
      return { name: `candidate ${first + i}`, y: padded };
    }),
  );
  return { ...longest, lines };
}
