/** An adaptive lattice beside the full grid with early rejection, on one thread each and on all cores. */

import type { Device } from '../../src/catalog/work.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import { type Bench, CORES } from '../bench.js';
import { contest, type Entry, ours } from '../contest.js';
import { control, eight, type Problem } from '../problems.js';
import { rowOf } from '../rows.js';

const EPSILON = 0.01; // relative to E[φ²]

/** What an adaptive run found. */
interface Found {
  readonly index: Uint32Array;
  readonly values: Float32Array;
  readonly evaluated: number;
}

/** An entry whose values are J of the members found; `found` is what the last run gave. */
function adaptive(
  device: Device,
  threads: number,
  { work, reference }: Problem,
  cap: number,
  rule: { readonly rule: 'proved' } | { readonly rule: 'sampled'; readonly margin: number },
): Entry & { found(): Found } {
  const { lattice } = work.family;
  let last: Found | undefined;
  return {
    who: `Fiberscope, ${device.name}, adaptive`,
    threads,
    count: lattice.points ** lattice.subspace.rank,
    how: () => `rule ${rule.rule}, ${last!.evaluated.toLocaleString('en')} cells and members judged or evaluated`,
    run: async () => {
      last = await adaptiveMembers(lattice, reference!, device, control, { cap, ...rule });
      return { values: last.values };
    },
    found: () => last!,
  };
}

/** How the members that were found compare with the full grid's, index for index; none may be missing or have another J. */
function compared(
  values: Float32Array,
  cap: number,
  { index, values: known }: Found,
): { same: boolean; answer: string } {
  let at = 0;
  let missed = 0;
  let under = 0;
  let worst = 0;
  values.forEach((loss, i) => {
    if (!(loss < cap)) return;
    under++;
    while (at < index.length && index[at]! < i) at++;
    if (index[at] === i) worst = Math.max(worst, Math.abs(known[at]! - loss) / loss);
    else missed++;
  });
  const more = index.length - (under - missed);
  const words = `${under.toLocaleString('en')} members under the cap, ${missed} missed, ${more} too many, J within ${worst.toExponential(1)}`;
  return { same: under > 0 && missed === 0 && more === 0, answer: words };
}

/** m = 6 and 20 per axis: 64 million members of a network with eight parameters, 500 inputs. */
export async function adaptiveLattice(bench: Bench): Promise<void> {
  await onThreads(bench, 1, 8);
  if (CORES > 1) await onThreads(bench, CORES);
}

async function onThreads(bench: Bench, threads: number, promised?: number): Promise<void> {
  const device = await bench.wasm(threads);
  const rank = bench.slice(6, 4);
  const problem = await eight({ rank, points: 20, inputs: 500 }, device);
  const cap = EPSILON * problem.power;
  const full = ours(device, threads, { ...problem.work, cap }, 'full grid');
  const proved = adaptive(device, threads, problem, cap, { rule: 'proved' });
  const sampled = adaptive(device, threads, problem, cap, { rule: 'sampled', margin: 1.5 });
  const [other, ...own] = await contest(bench, [full, proved, sampled]);
  const where = threads === 1 ? '1 thread' : `${threads} cores`;
  const job = `adaptive, MLP 3–2–1, m = ${rank}, 20 per axis × 500, relative ε ${EPSILON}, ${where}`;
  for (const [i, entry] of [proved, sampled].entries()) {
    const row = { job, ours: own[i]!.side, against: other!.side };
    const atLeast = entry === proved ? promised : undefined;
    bench.row(rowOf(row, { atLeast, ...compared(other!.values, cap, entry.found()) }));
  }
}
