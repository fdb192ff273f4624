/** evaluate in a pool: ranges of members, each computed where a thread is free, put in place as they come back. */
import { layoutOf } from '../../catalog/architecture.js';
import { formatCount } from '../../catalog/text.js';
import type { EvaluateWork, Evaluation, WorkControl } from '../../catalog/work.js';
import { nextTurn } from '../../document/slices.js';
import type { BackedDevice } from '../backed-device.js';
import type { Range } from '../blocks.js';
import { familyCount, familySubspace } from '../family.js';
import { routeOf } from '../route.js';
import type { Crew } from './crew.js';
import { drive, type Employed } from './drive.js';
import type { Taken } from './messages.js';
import type { PoolWorker } from './pool-worker.js';
import { reporter } from './report.js';
import { byTime, Lane, Shards, type ShardTimes } from './shards.js';

const RATE = 2e7; // multiply-adds per ms of one thread before a rate is known: more than most do, so that few workers join too soon
const FIRST = 2e8; // multiply-adds of the first shard, before a rate is known: some ms
const FUSED: ShardTimes = { usual: 250, least: 5 };
const LAYERED: ShardTimes = { usual: 1500, least: 150 }; // each shard comes to all blocks of inputs, which is dear
const AHEAD = 2; // shards that a worker has, so that it never waits for the next

/** Multiply-adds of an evaluation, at most. */
export function evaluationSize({ architecture, inputs, family, range }: EvaluateWork): number {
  const members = range ? range.end - range.start : familyCount(family);
  return members * inputs.count * layoutOf(architecture).multiplyAdds;
}

/** Does an evaluation with its members cut into shards. `taken` hears of each that a worker did. */
export async function evaluateInPool(
  work: EvaluateWork,
  own: BackedDevice,
  crew: Crew,
  control: WorkControl,
  closed: AbortSignal,
  taken: (taken: Taken) => void,
): Promise<Evaluation> {
  const { architecture, family } = work;
  const range = work.range ?? { start: 0, end: familyCount(family) };
  const total = range.end - range.start;
  const here = new Lane();
  const route = routeOf(architecture, familySubspace(family)?.rank, own.name);
  const first = Math.max(1, Math.floor((FIRST * total) / evaluationSize(work)));
  const times = route.startsWith('fused') ? FUSED : LAYERED;
  const shards = new Shards(
    range,
    byTime(first, crew.size + 1, times, () => here.rate),
  );
  const loss = new Float32Array(total);
  const power = new Float32Array(total);
  let blocks = 0;
  let routeTaken = '';
  const say = reporter(control, () => `${formatCount(Math.floor(shards.done))} of ${formatCount(total)} points`);
  const report = (shard: Range, fraction: number): void => {
    shards.report(shard, fraction);
    say(shards.done / total);
  };
  const put = (shard: Range, part: Evaluation): void => {
    loss.set(part.loss, shard.start - range.start);
    power.set(part.power, shard.start - range.start);
    blocks += part.blocks;
    routeTaken ||= part.route;
    shards.finish(shard);
    say(shards.done / total);
  };

  async function computeHere(signal: AbortSignal): Promise<void> {
    let shard: Range | undefined;
    let began = performance.now();
    const progress: WorkControl['progress'] = (fraction, message) => {
      if (shard) report(shard, fraction);
      else control.progress(0, message); // it is being made ready
    };
    const source = {
      next: async () => {
        await nextTurn(); // so that workers are heard after each shard, however short
        shard = await shards.take(here);
        began = performance.now();
        return shard;
      },
      done: (of: Range, evaluation: Evaluation) => {
        here.measured(of, performance.now() - began);
        put(of, evaluation);
      },
    };
    await own.evaluateShards(work, source, { signal, progress });
  }

  function employ(worker: PoolWorker, signal: AbortSignal): Employed {
    const lane = new Lane();
    const job = worker.evaluate(work);
    signal.addEventListener('abort', job.cancel, { once: true });
    const loop = async (): Promise<void> => {
      for (let shard = await shards.take(lane); shard; shard = await shards.take(lane)) {
        const at = shard;
        const listen = (fraction: number): void => report(at, fraction);
        const { value, taken: took } = await job.run(at, vectorsOf(work, at), listen).catch((error: unknown) => {
          shards.giveBack(at);
          throw error;
        });
        lane.measured(at, took.ms);
        taken(took);
        put(at, value);
      }
    };
    const ended = Promise.all(Array.from({ length: AHEAD }, loop)).then(() => undefined);
    return { ended, over: job.close };
  }

  const left = (): number => shards.left / (here.rate ?? (RATE * total) / evaluationSize(work));
  await drive({ name: own.name, shards, left, own: computeHere, employ }, crew, control.signal, closed);
  return { loss, power, route: routeTaken, blocks };
}

/** The vectors of a shard of an explicit family. */
function vectorsOf({ family }: EvaluateWork, { start, end }: Range): Float32Array | undefined {
  if (family.kind !== 'explicit') return undefined;
  const size = family.theta.length / family.count;
  return family.theta.subarray(start * size, end * size);
}
