/** ε-sets alone beside the whole Fields they are part of, on one device. */
import type { Device, EvaluateWork } from '../../src/catalog/work.js';
import type { Bench } from '../bench.js';
import { contest, ours } from '../contest.js';
import { rowOf, type Side, sameBits } from '../rows.js';
import { number } from '../table.js';

/** A whole Field and the J from which on it is of no interest. */
export interface Capped {
  readonly job: string;
  readonly work: EvaluateWork;
  readonly cap: number;
  readonly atLeast?: number;
}

/**
 * Ours with a cap beside ours without, all of them in turns. The members under the cap must be the same, index for index, with
 * the same J to the bit: what the capped run gives is the whole Field with +∞ at and above the cap. Gives the sides of the capped
 * runs.
 */
export async function epsilonSets(
  bench: Bench,
  device: Device,
  threads: number | null,
  all: readonly Capped[],
): Promise<Side[]> {
  const entries = all.flatMap(({ work, cap }) => [
    ours(device, threads, { ...work, cap }, 'ε-set only'),
    ours(device, threads, work, 'whole Field'),
  ]);
  const results = await contest(bench, entries);
  return all.map(({ job, cap, atLeast }, i) => {
    const capped = results[2 * i]!;
    const whole = results[2 * i + 1]!;
    const expected = whole.values.map((loss) => (loss >= cap ? Number.POSITIVE_INFINITY : loss));
    const under = expected.reduce((sum, loss) => sum + (loss < cap ? 1 : 0), 0);
    const { same, answer } = sameBits(capped.values, expected, 'members under the cap and J');
    const [some, every] = [entries[2 * i]!, entries[2 * i + 1]!].map((entry) => entry.last().blocks);
    const added = `${number((100 * some!) / every!)} % of the blocks of inputs were added`;
    const text = `${answer}; ${under} of ${expected.length} members are under the cap, ${added}`;
    const row = { job, ours: capped.side, against: whole.side };
    bench.row(rowOf(row, { atLeast, same: same && under > 0, answer: text }));
    return capped.side;
  });
}
