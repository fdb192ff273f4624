/**
 * The members of a lattice below a cap, coarse to fine. f = √J is a distance in function space, so |f(c) − f(c′)| ≤ ‖φ_c − φ_c′‖.
 * A cell is a block of members; where f at its centre is at least √cap plus how far the function can move within the cell, none of
 * its members is below the cap, and the cell is skipped with all that is in it. What is left at stride 1 is evaluated.
 */
import { FiberscopeError } from '../catalog/errors.js';
import { formatCount, formatPower } from '../catalog/text.js';
import type { Lattice, Reference, Refinement } from '../catalog/values.js';
import type { Device, Family, WorkControl } from '../catalog/work.js';
import { INPUT_BLOCK } from '../tensor/blocks.js';
import { norm } from '../tensor/linear-algebra.js';
import type { BoxBound } from './adaptive-bound.js';
import { type Cells, IndexList, levelsOf } from './adaptive-cells.js';
import { Found } from './adaptive-found.js';
import { completeByNeighbours } from './adaptive-neighbours.js';
import { sampleTightness } from './adaptive-sample.js';
import { type Stage, stagesOf, widened } from './adaptive-stages.js';
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
const ROOM: Room = { first: 512, sampled: 4096, chunk: 2 ** 20, cells: 2 ** 25, found: MOST_FOUND };
const BANDS = 4; // of caps within one chunk of cells, a factor of 2 apart
const SAMPLES = 24; // cells of a level in which the bound is compared with what the function does

/** How cells are judged: by what is proved, or by `margin` times what samples show. */
export type AdaptiveRule = { readonly rule: 'proved' } | { readonly rule: 'sampled'; readonly margin: number };

/** The rule, and the cap (absolute) below which members are wanted. */
export type AdaptiveOptions = AdaptiveRule & { readonly cap: number };

/** What was found: members below the cap by ascending index, and how. */
export interface AdaptiveResult {
  readonly index: Uint32Array;
  readonly values: Float32Array;
  readonly power: Float32Array;
  readonly refinement: Refinement;
  readonly route: string; // of the device
  readonly evaluated: number; // centres of cells, and members
  readonly blocks: number;
}

/**
 * The members of a lattice with J < cap, by cells. With rule 'proved' none is missed: the bound on how far the function moves in a
 * cell is proved (see ChangeBound), and √cap and √J are widened by what float32 may do. With 'sampled' the bound is scaled down to
 * `margin` times the greatest share of it that samples reached, where that is less than 1, and 2m neighbours of what was found are
 * evaluated until nothing new is found: only a component that lies wholly inside skipped cells can be missed. On levels of few cells
 * samples are not worth it, and the proved bound is taken. The result does not depend on chunks or threads. Rejects with kind `parameter` for negative weights, `limit` for more members than an
 * index can name or more cells than memory holds, and as `evaluate` does.
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
  private readonly stages: readonly Stage[]; // the last has all inputs
  private evaluated = 0;
  private blocks = 0;
  private route = '';
  private slope = 0; // greatest used
  private byProof = true; // until samples are used
  private sampled = 0;

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
    this.stages = stagesOf(reference, lattice, options.cap);
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
      let left = 0;
      for (const cell of kept) left += cells.size(cell);
      levels.push({ members: cells.whole, evaluated: this.evaluated - evaluated, skipped: open - left });
      open = left;
      before = { cells, kept };
    }
    const direct = this.found.length;
    const neighbours = before && !this.byProof ? await this.complete(before) : 0;
    return {
      ...this.found.sorted(),
      refinement: {
        rule: this.byProof ? 'proved' : 'sampled',
        levels,
        slope: this.slope,
        ...(options.rule === 'sampled' && !this.byProof ? { sampled: this.sampled, margin: options.margin } : {}),
        neighbours,
        found: this.found.length - direct,
      },
      route: this.route,
      evaluated: this.evaluated,
      blocks: this.blocks,
    };
  }

  /**
   * Evaluates the centres of a level's cells, first on few inputs and then on more, and returns the cells that can hold members
   * below the cap. J on some inputs is at most J, so what it tells of a cell is as true, and most cells need no more.
   */
  private async level(cells: Cells, before: Frontier, control: WorkControl): Promise<Uint32Array> {
    const boxes = this.stages.map(({ bound }) => bound.within(cells.half));
    const share = await this.share(cells, before, boxes.at(-1)!, control);
    const kept = new IndexList();
    let room = new Float64Array(0); // of centres, used again
    for (const { chunk, done } of chunks(cells, before, this.room.chunk)) {
      if (room.length === 0) room = new Float64Array(chunk.length * cells.half.length);
      const message = `cells of ${formatCount(cells.whole)} members: ${formatCount(kept.length)} kept`;
      control.progress(done, message);
      await breathe(control);
      this.evaluated += chunk.length;
      let open = chunk;
      for (const [i, stage] of this.stages.entries()) {
        if (open.length === 0) break;
        const centres = centresOf(cells, open, room);
        const limits = this.limits(cells, centres, stage, boxes[i]!, share);
        const loss = await this.banded(stage.reference, centres, limits, part(control, done, done), message);
        let left = 0; // in place: a chunk is nobody else's
        for (let at = 0; at < open.length; at++) if (!(loss[at]! >= limits[at]!)) open[left++] = open[at]!;
        open = open.subarray(0, left);
      }
      for (const cell of open) kept.push(cell);
      if (kept.length > this.room.cells) this.tooMany(cells, kept.length);
    }
    return kept.all;
  }

  /** The part of the bound that counts: all of it where it is proved, as much as samples reach times the margin otherwise. */
  private async share(cells: Cells, before: Frontier, box: BoxBound, control: WorkControl): Promise<number> {
    const count = before ? before.kept.length : cells.count;
    const parts = before ? before.cells.parts(cells) : 1;
    if (this.options.rule === 'proved' || count * parts < this.room.sampled) return 1;
    this.byProof = false;
    const take = Math.min(SAMPLES, count);
    const out = new Uint32Array(parts);
    const sample = Array.from({ length: take }, (_, i) => {
      const at = Math.floor(((i + 0.5) * count) / take);
      if (!before) return at;
      return out[i % before.cells.split(before.kept[at]!, cells, out, 0)]!;
    });
    const { ratio, slope } = await sampleTightness(cells, sample, box, this.reference, this.device, control);
    this.sampled = Math.max(this.sampled, slope);
    return ratio === 0 ? 1 : Math.min(1, this.options.margin * ratio);
  }

  /** For each cell, the J of its centre from which on it is skipped. */
  private limits(
    cells: Cells,
    centres: Float64Array,
    { root, size }: Stage,
    box: BoxBound,
    share: number,
  ): Float64Array {
    const { rank } = this.lattice.subspace;
    const reach = norm(cells.half);
    const limits = new Float64Array(centres.length / rank);
    for (let i = 0; i < limits.length; i++) {
      const change = share * box.change(centres, i * rank);
      this.slope = Math.max(this.slope, change / reach);
      limits[i] = widened(root + change, size);
    }
    return limits;
  }

  /** J of cell centres. Each is given up from its own limit on, or from one that is up to twice as high: few calls do for all. */
  private async banded(
    reference: Reference,
    centres: Float64Array,
    limits: Float64Array,
    control: WorkControl,
    message: string,
  ): Promise<Float32Array> {
    const { subspace } = this.lattice;
    const { rank } = subspace;
    let most = 0;
    for (const limit of limits) most = Math.max(most, limit);
    const family = { kind: 'affine', subspace, coefficients: centres } as const;
    if (reference.inputs.count <= INPUT_BLOCK)
      // one block for each, whatever its limit
      return (await this.evaluate(reference, family, most, control, message)).loss;
    const band = Uint8Array.from(limits, (limit) => Math.min(BANDS - 1, Math.floor(Math.log2(most / limit))));
    const loss = new Float32Array(limits.length);
    for (let b = 0; b < BANDS; b++) {
      let count = 0;
      for (const one of band) if (one === b) count++;
      if (count === 0) continue;
      const coefficients = new Float64Array(count * rank);
      for (let i = 0, at = 0; i < band.length; i++)
        if (band[i] === b) for (let k = 0; k < rank; k++) coefficients[at++] = centres[i * rank + k]!;
      const some = { ...family, coefficients };
      const got = await this.evaluate(reference, some, most / 2 ** b, control, message);
      for (let i = 0, at = 0; i < band.length; i++) if (band[i] === b) loss[i] = got.loss[at++]!;
    }
    return loss;
  }

  /** Evaluates the members of the kept cells. */
  private async members(cells: Cells, before: Frontier, open: number): Promise<void> {
    for (const { chunk, done } of chunks(cells, before, 4 * this.room.chunk))
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
    const { loss, power } = await this.evaluate(this.reference, family, cap, control, message);
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
    const control = part(this.control, 0.95, 1);
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
    message: string,
  ): Promise<{ readonly loss: Float32Array; readonly power: Float32Array }> {
    const said: WorkControl = {
      signal: control.signal,
      progress: (fraction) => control.progress(fraction, message),
    };
    const got = await this.device.evaluate({ architecture, inputs, outputs, family, cap }, said);
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

/** Coefficients [count, m] of the centres of cells, in `room` where they fit. */
function centresOf(cells: Cells, chunk: Uint32Array, room: Float64Array): Float64Array {
  const rank = cells.half.length;
  const length = chunk.length * rank;
  const centres = length <= room.length ? room.subarray(0, length) : new Float64Array(length);
  for (let i = 0; i < chunk.length; i++) cells.centre(chunk[i]!, centres, i * rank);
  return centres;
}

/** All cells of a level, or those inside the cells kept before, some at a time; `done` is the part that came before. */
function* chunks(
  cells: Cells,
  before: Frontier,
  most: number,
): Generator<{ readonly chunk: Uint32Array; readonly done: number }> {
  if (before === undefined) {
    for (let start = 0; start < cells.count; start += most) {
      const chunk = Uint32Array.from({ length: Math.min(most, cells.count - start) }, (_, i) => start + i);
      yield { chunk, done: start / cells.count };
    }
    return;
  }
  const parts = before.cells.parts(cells);
  const at = Math.max(1, Math.floor(most / parts));
  for (let start = 0; start < before.kept.length; start += at) {
    const some = before.kept.subarray(start, start + at);
    const out = new Uint32Array(some.length * parts);
    let end = 0;
    for (const cell of some) end = before.cells.split(cell, cells, out, end);
    yield { chunk: out.subarray(0, end), done: start / before.kept.length };
  }
}
