/** The same work on more and more cores. */
import type { EvaluateWork } from '../../src/catalog/work.js';
import { type Bench, THREADS } from '../bench.js';
import { contest, type Entry, ours, type Result } from '../contest.js';
import { missingRow, rowOf, sameBits } from '../rows.js';

const PER_CORE = 0.85; // of one thread's rate, for each core

/** Ours on 2, 4, … and all cores. */
export async function onCores(bench: Bench, work: EvaluateWork): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const threads of THREADS.slice(1)) entries.push(ours(await bench.wasm(threads), threads, work));
  return entries;
}

/** Reports them beside ours on one thread; the answer has to be the same to the bit. */
export function reportCores(bench: Bench, job: string, one: Result, others: readonly Result[]): void {
  if (others.length === 0) bench.row(missingRow(`${job}, more cores`, 'this machine has one core', PER_CORE));
  for (const { side, values } of others) {
    const row = { job: `${job}, ${side.threads} cores`, ours: side, against: one.side };
    bench.row(rowOf(row, { atLeast: PER_CORE * side.threads!, ...sameBits(values, one.values) }));
  }
}

/** Ours on 2, 4, … and all cores beside ours on one, in turns. */
export async function cores(bench: Bench, job: string, work: EvaluateWork): Promise<void> {
  const entries = await onCores(bench, work);
  const [one, ...others] = await contest(bench, [ours(await bench.wasm(), 1, work), ...entries]);
  reportCores(bench, job, one!, others);
}
