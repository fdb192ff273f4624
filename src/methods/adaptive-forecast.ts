/** What an adaptive lattice will take, from some of its cells. */
import type { Lattice, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { Candidates, type Cells, COARSEST, levelsOf } from './adaptive-cells.js';
import { type AdaptiveRule, CellJudge, SAMPLED } from './adaptive-judge.js';
import { latticeCount } from './lattice.js';
import { breathe, quiet } from './progress.js';

const CELLS = 1024; // of a level that are judged
const MEMBERS = 4096; // that are evaluated

/** Cells to be judged and members to be evaluated, about, and the seconds of each on one thread. */
export interface Forecast {
  readonly cells: number;
  readonly judging: number; // seconds
  readonly members: number;
  readonly evaluating: number; // seconds
}

/**
 * Goes through the levels of a search as the search does, but judges at most 1,024 cells of each, evenly drawn from those inside
 * the ones that it kept before, and counts and times them for all. At the end a few members are timed. Takes some tens of
 * milliseconds where a cell takes some microseconds. `now` gives seconds. Rejects as `evaluate` does.
 */
export async function forecastAdaptive(
  lattice: Lattice,
  reference: Reference,
  device: Device,
  control: WorkControl,
  options: AdaptiveRule & { readonly cap: number },
  now: () => number = () => performance.now() / 1000,
): Promise<Forecast> {
  const silent = quiet(control);
  const { architecture } = reference;
  const judge = new CellJudge(lattice, reference, device, options, SAMPLED, ({ inputs, outputs }, family, cap, work) =>
    device.evaluate({ architecture, inputs, outputs, family, cap }, work),
  );
  let before: { readonly cells: Cells; readonly kept: Uint32Array } | undefined;
  let open = latticeCount(lattice); // members that are not skipped, about
  let judged = 0;
  let judging = 0;
  for (const cells of levelsOf(lattice, COARSEST)) {
    if (cells.whole === 1 || open === 0) break;
    await breathe(control);
    const candidates = new Candidates(cells, before);
    const began = now();
    const filters = await judge.filters(candidates, silent);
    judging += now() - began;
    if (filters.length === 0 && candidates.canWait) continue;
    const some = candidates.sample(CELLS);
    const inside = cells.sizes(some);
    const all = (open / inside) * some.length; // cells of this level
    const ready = now();
    let kept: Uint32Array = some.slice();
    for (const filter of filters) kept = await filter(kept, silent);
    judging += ((now() - ready) * all) / some.length;
    if (filters.length > 0) judged += all;
    open *= cells.sizes(kept) / inside;
    before = { cells, kept };
  }
  return { cells: judged, judging, members: open, evaluating: open * (await timeOfMember()) };

  /** Seconds of a member, of some of those that are left. */
  async function timeOfMember(): Promise<number> {
    if (open === 0) return 0;
    const members = levelsOf(lattice, COARSEST).at(-1)!;
    const index = new Candidates(members, before).sample(MEMBERS);
    const { inputs, outputs } = reference;
    const family = { kind: 'members', lattice, index } as const;
    const work = { architecture, inputs, outputs, family, cap: options.cap };
    await device.evaluate(work, silent); // compiles
    const began = now();
    await device.evaluate(work, silent);
    return (now() - began) / index.length;
  }
}
