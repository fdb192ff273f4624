/**
 * The members of a lattice below a cap, coarse to fine. A cell is a block of members. Where bounds tell that none of them can be
 * below the cap (see CellJudge), the cell is skipped with all that is in it. What is left at stride 1 is evaluated.
 */
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount, formatPower } from '../catalog/text.js';
import type { Lattice, Reference, Refinement } from '../catalog/values.js';
import type { Device, Evaluation, Family, WorkControl } from '../catalog/work.js';
import { routeOf } from '../tensor/route.js';
import { Candidates, type Cells, COARSEST, IndexList, levelsOf } from './adaptive-cells.js';
import { Found } from './adaptive-found.js';
import { type AdaptiveRule, CellJudge, SAMPLED } from './adaptive-judge.js';
import { completeByNeighbours } from './adaptive-neighbours.js';
import { latticeCount, MOST_ADAPTIVE, MOST_FOUND } from './lattice.js';
import { breathe, part } from './progress.js';

/** Sizes within a search, in members and cells. Only the first two have a part in what is found, and only by sampled slopes. */
export interface Room {
  readonly first: number; // cells of the coarsest level, at most
  readonly sampled: number; // cells of a level from which on samples cost less than they save
  readonly chunk: number; // cells of one evaluation; of members four times as many
  readonly cells: number; // kept at one level
  readonly found: number; // members below the cap
}
const ROOM: Room = { first: COARSEST, sampled: SAMPLED, chunk: 2 ** 20, cells: 2 ** 25, found: MOST_FOUND };

/** The rule, and the cap (absolute) below which members are wanted. */
export type AdaptiveOptions = AdaptiveRule & { readonly cap: number };

/** What was found: members below the cap by ascending index, and how. */
export interface AdaptiveResult {
  readonly index: Uint32Array;
  readonly values: Float32Array;
  readonly power: Float32Array;
  readonly refinement: Refinement;
  readonly route: string; // of the device
  readonly evaluated: number; // cells judged and members evaluated
  readonly blocks: number;
}

/**
 * The members of a lattice with J < cap, by cells. With rule 'proved' none is missed: that J stays above the cap in a skipped
 * cell is proved (see IntervalBound and ChangeBound), and √cap and √J are widened by what float32 may do. With 'sampled' the
 * second bound is scaled down to `margin` times the greatest share of it that samples reached, where that is less than 1, and 2m
 * neighbours of what was found are evaluated until nothing new is found: only a component that lies wholly inside skipped cells
 * can be missed. On levels of few cells samples are not worth it, and the proved bound is taken. The result does not depend on
 * chunks or threads. Rejects with kind `parameter` for negative weights, `limit` for more members than an index can name or more
 * cells than memory holds, and as `evaluate` does.
 */
export async function adaptiveMembers(
  lattice: Lattice,
  reference: Reference,
  device: Device,
  control: WorkControl,
  options: AdaptiveOptions,
  room: Room = ROOM,
): Promise<AdaptiveResult> {
  return new Search(lattice, reference, device, control, options, room).run();
}

/** Members or cells that a level begins with: all of them, or those that make up the cells kept before. */
type Frontier = { readonly cells: Cells; readonly kept: Uint32Array } | undefined;

class Search {
  private readonly found = new Found();
  private readonly judge: CellJudge;
  private evaluated = 0;
  private blocks = 0;
  private route = '';

  constructor(
    private readonly lattice: Lattice,
    private readonly reference: Reference,
    private readonly device: Device,
    private readonly control: WorkControl,
    private readonly options: AdaptiveOptions,
    private readonly room: Room,
  ) {
    const count = latticeCount(lattice);
    if (count > MOST_ADAPTIVE)
      throw new FiberscopeError(
        'limit',
        `adaptive lattice: expected at most ${formatCount(MOST_ADAPTIVE)} members, got ${formatPower(lattice.points, lattice.subspace.rank)} = ${formatCount(count)}; use fewer points per axis`,
      );
    if (reference.inputs.weights.some((weight) => !(weight >= 0)))
      throw new FiberscopeError(
        'parameter',
        'adaptive lattice: expected weights of at least 0, so that J is a distance, got a negative one; keep the whole Field or members below a cap',
      );
    this.judge = new CellJudge(lattice, reference, device, options, room.sampled, (some, family, cap, work) =>
      this.evaluate(some, family, cap, work),
    );
  }

  async run(): Promise<AdaptiveResult> {
    const { lattice, options } = this;
    const levels: Refinement['levels'][number][] = [];
    let before: Frontier;
    let open = latticeCount(lattice); // members that are not skipped
    const all = levelsOf(lattice, this.room.first);
    for (const [l, cells] of all.entries()) {
      const evaluated = this.evaluated;
      if (cells.whole === 1) {
        await this.members(cells, before, open);
        levels.push({ members: 1, evaluated: this.evaluated - evaluated, skipped: 0 });
        break;
      }
      const kept = await this.level(
        cells,
        before,
        part(this.control, (0.3 * l) / all.length, (0.3 * (l + 1)) / all.length),
      );
      if (kept === undefined) continue;
      const left = cells.sizes(kept);
      levels.push({ members: cells.whole, evaluated: this.evaluated - evaluated, skipped: open - left });
      open = left;
      before = { cells, kept };
    }
    const { centres, skipped } = this.judge;
    const samples = centres.flatMap((level) => level.samples ?? []); // until some are used, all is proved
    const direct = this.found.length;
    const neighbours = before && samples.length > 0 ? await this.complete(before) : 0;
    return {
      ...this.found.sorted(),
      refinement: {
        ...{ rule: samples.length > 0 ? 'sampled' : 'proved', levels, intervals: skipped },
        slope: centres.reduce((most, level) => Math.max(most, level.slope), 0),
        ...(samples.length > 0 ? { sampled: Math.max(...samples.map(({ slope }) => slope)) } : {}),
        ...(options.rule === 'sampled' ? { margin: options.margin } : {}),
        neighbours,
        found: this.found.length - direct,
      },
      route:
        this.route || `${routeOf(this.reference.architecture, lattice.subspace.rank, this.device.name)} · rejecting`,
      evaluated: this.evaluated,
      blocks: this.blocks + Math.ceil(this.judge.blocks),
    };
  }

  /** The cells of a level that can hold members below the cap; none where a finer level comes off better without. */
  private async level(cells: Cells, before: Frontier, control: WorkControl): Promise<Uint32Array | undefined> {
    const candidates = new Candidates(cells, before);
    if (candidates.count === 0) return undefined;
    const filters = await this.judge.filters(candidates, control);
    if (filters.length === 0 && candidates.canWait) return undefined;
    const kept = new IndexList();
    for (const { chunk, done } of candidates.chunks(this.room.chunk)) {
      const message = `cells of ${formatCount(cells.whole)} members: ${formatCount(kept.length)} kept`;
      control.progress(done, message);
      await breathe(control);
      if (filters.length > 0) this.evaluated += chunk.length;
      const said: WorkControl = {
        signal: control.signal,
        progress: (fraction) => control.progress(done + (fraction * chunk.length) / candidates.count, message),
      };
      let open = chunk;
      for (const [i, filter] of filters.entries())
        open = await filter(open, part(said, i / filters.length, (i + 1) / filters.length));
      for (const cell of open) kept.push(cell);
      if (kept.length > this.room.cells) this.tooMany(cells, kept.length);
    }
    return kept.all;
  }

  /** Evaluates the members of the kept cells. */
  private async members(cells: Cells, before: Frontier, open: number): Promise<void> {
    for (const { chunk, done } of new Candidates(cells, before).chunks(4 * this.room.chunk))
      await this.find(
        chunk,
        part(this.control, 0.3 + 0.65 * done, 0.3 + 0.65 * done),
        `${formatCount(Math.round(done * open))} of ${formatCount(open)} members in kept cells`,
      );
  }

  private async find(members: Uint32Array, control: WorkControl, message: string): Promise<void> {
    const { cap } = this.options;
    this.evaluated += members.length;
    control.progress(0, message);
    await breathe(control);
    const family = { kind: 'members', lattice: this.lattice, index: members } as const;
    const said: WorkControl = {
      signal: control.signal,
      progress: (fraction) => control.progress(fraction, message),
    };
    const { loss, power } = await this.evaluate(this.reference, family, cap, said);
    for (let i = 0; i < members.length; i++) if (loss[i]! < cap) this.found.add(members[i]!, loss[i]!, power[i]!);
    if (this.found.length > this.room.found)
      throw new FiberscopeError(
        'limit',
        `adaptive lattice: expected at most ${formatCount(this.room.found)} members below the cap, got more; use a smaller cap, fewer points per axis or a smaller bound`,
      );
  }

  /** Completes what was touched; returns how many members that took. */
  private complete({ cells, kept }: NonNullable<Frontier>): Promise<number> {
    const bits = new Uint32Array(Math.ceil(cells.count / 32));
    for (const cell of kept) bits[cell >>> 5]! |= 1 << (cell & 31);
    const known = (member: number): boolean => {
      const cell = cells.holding(member);
      return ((bits[cell >>> 5]! >>> (cell & 31)) & 1) === 1;
    };
    const control = part(this.control, 0.95, 0.95);
    return completeByNeighbours(
      this.lattice,
      this.found,
      known,
      (members) => this.find(members, control, `neighbours of ${formatCount(this.found.length)} members`),
      this.room.chunk,
    );
  }

  private async evaluate(
    { architecture, inputs, outputs }: Reference,
    family: Family,
    cap: number,
    control: WorkControl,
  ): Promise<Evaluation> {
    const got = await this.device.evaluate({ architecture, inputs, outputs, family, cap }, control);
    this.blocks += got.blocks;
    this.route = got.route;
    return got;
  }

  private tooMany({ whole, count }: Cells, kept: number): never {
    throw new FiberscopeError(
      'limit',
      `adaptive lattice: expected at most ${formatCount(this.room.cells)} cells of ${formatCount(whole)} members that can hold the set, got more than ${formatCount(kept)} of ${formatCount(count)}; use a smaller cap, fewer points per axis or a smaller bound`,
    );
  }
}
