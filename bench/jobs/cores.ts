/** The same work on more and more cores. */
import type { EvaluateWork } from '../../src/catalog/work.js';
import { type Bench, THREADS } from '../bench.js';
import { contest, ours } from '../contest.js';
import { missingRow, rowOf, sameBits } from '../rows.js';

const PER_CORE = 0.85; // of one thread's rate, for each core

/** Ours on 2, 4, … and all cores beside ours on one; the answer has to be the same to the bit. */
export async function cores(bench: Bench, job: string, work: EvaluateWork): Promise<void> {
  if (THREADS.length === 1) return bench.row(missingRow(`${job}, more cores`, 'this machine has one core', PER_CORE));
  const entries = [];
  for (const threads of THREADS) entries.push(ours(await bench.wasm(threads), threads, work));
  const [one, ...others] = await contest(bench, entries);
  for (const { side, values } of others) {
    const row = { job: `${job}, ${side.threads} cores`, ours: side, against: one!.side };
    bench.row(rowOf(row, { atLeast: PER_CORE * side.threads!, ...sameBits(values, one!.values) }));
  }
}
