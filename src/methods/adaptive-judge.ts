/** Which cells of a level can hold members below the cap: judged by intervals, by J of their centres, or by both, as it pays. */
import type { Lattice, Reference } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { INPUT_BLOCK } from '../tensor/blocks.js';
import type { Candidates, Cells } from './adaptive-cells.js';
import { type Evaluate, LevelCentres } from './adaptive-centres.js';
import { type BoxIntervals, IntervalBound } from './adaptive-intervals.js';
import { type Stage, stagesOf } from './adaptive-stages.js';
import { breathe, quiet } from './progress.js';

/** Cells of a level from which on samples of slopes cost less than they save. */
export const SAMPLED = 4096;
const TRIED = 256; // cells of a level, to see what pays
const FIRST = 32; // of these, that are tried first
const DEARER = 16; // times an input of a member: one of intervals, in plain loops
const PAYS = 1 / 32; // of the cells that intervals leave, to be given up by their centres
const AT_ONCE = 20; // ms between two breaths, and
const BETWEEN = 64; // cells between two looks at the clock

/** How cells are judged: by what is proved, or by `margin` times what samples show. */
export type AdaptiveRule = { readonly rule: 'proved' } | { readonly rule: 'sampled'; readonly margin: number };

/** Keeps the cells that can hold members below the cap, in the memory that they came in. */
export type CellFilter = (some: Uint32Array, control: WorkControl) => Promise<Uint32Array>;

/** Judges the cells of one search. All that is skipped by rule 'proved' is above the cap, whatever is found to pay. */
export class CellJudge {
  /** The levels at which centres were judged. */
  readonly centres: LevelCentres[] = [];
  /** Members in the cells that intervals gave up. */
  skipped = 0;
  /** Blocks of inputs that intervals took. */
  blocks = 0;
  private readonly stages: readonly Stage[];
  private readonly intervals: IntervalBound | undefined;
  private readonly limit: number; // J of a member below the cap, at most

  constructor(
    lattice: Lattice,
    reference: Reference,
    private readonly device: Device,
    private readonly options: AdaptiveRule & { readonly cap: number },
    private readonly worth: number, // cells from which on samples of slopes cost less than they save
    private readonly evaluate: Evaluate,
  ) {
    this.stages = stagesOf(reference, lattice, options.cap);
    this.limit = this.stages.at(-1)!.root ** 2;
    this.intervals = IntervalBound.of(reference, lattice.subspace);
  }

  /** What to judge the cells of a level by, one after another; none where that does not pay, as some of them show. */
  async filters(candidates: Candidates, control: WorkControl): Promise<CellFilter[]> {
    const { cells, count } = candidates;
    const silent = quiet(control);
    const tried = candidates.sample(TRIED);
    if (!this.intervals) return [this.byCentres(await this.centresOf(cells, tried, count, silent))];
    const box = this.intervals.within(cells.half);
    const left = await this.leftOf(cells, box, tried, silent);
    const saved = (tried.length - left.length) * cells.whole * INPUT_BLOCK; // inputs of members, which take one block each
    const byIntervals = saved > DEARER * box.taken ? [this.byIntervals(cells, box)] : [];
    if (left.length === 0) return byIntervals;
    const centres = await this.centresOf(cells, left, (count * left.length) / tried.length, silent);
    const open = await centres.open(left.slice(), silent);
    return left.length - open.length > PAYS * left.length ? [...byIntervals, this.byCentres(centres)] : byIntervals;
  }

  /** What intervals leave of the cells that are tried: all, where they give up none of the first few, which are drawn from all. */
  private async leftOf(
    cells: Cells,
    box: BoxIntervals,
    tried: Uint32Array,
    control: WorkControl,
  ): Promise<Uint32Array> {
    const few = tried.filter((_, i) => i % (TRIED / FIRST) === 0);
    const open = await this.open(cells, box, few.slice(), control);
    return open.length === few.length ? tried : this.open(cells, box, tried.slice(), control);
  }

  /** How centres are judged; `expected` is how many cells there will be, like `some`. */
  private async centresOf(
    cells: Cells,
    some: Uint32Array,
    expected: number,
    control: WorkControl,
  ): Promise<LevelCentres> {
    const { options, device, worth } = this;
    const proved = new LevelCentres(cells, this.stages, this.evaluate);
    if (options.rule === 'proved' || expected < worth) return proved;
    return proved.sampled(some, options.margin, device, control);
  }

  private byCentres(centres: LevelCentres): CellFilter {
    this.centres.push(centres);
    return (some, control) => centres.open(some, control);
  }

  private byIntervals(cells: Cells, box: BoxIntervals): CellFilter {
    return async (some, control) => {
      const members = cells.sizes(some);
      const open = await this.open(cells, box, some, control);
      this.skipped += members - cells.sizes(open);
      return open;
    };
  }

  /** The cells that intervals leave, in the memory that they came in. */
  private async open(cells: Cells, box: BoxIntervals, some: Uint32Array, control: WorkControl): Promise<Uint32Array> {
    const centre = new Float64Array(cells.half.length);
    const before = box.taken;
    let left = 0;
    let breath = performance.now();
    for (let i = 0; i < some.length; i++) {
      cells.centre(some[i]!, centre);
      if (!box.isAbove(centre, this.limit)) some[left++] = some[i]!;
      if (i % BETWEEN !== 0 || performance.now() - breath < AT_ONCE) continue;
      control.progress(i / some.length);
      await breathe(control);
      breath = performance.now();
    }
    this.blocks += (box.taken - before) / INPUT_BLOCK;
    return some.subarray(0, left);
  }
}
