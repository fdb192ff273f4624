/**
 * Cells judged by J at their centres, which a device evaluates: |f(c) − f(c′)| ≤ ‖φ_c − φ_c′‖ for f = √J, so where f at the
 * centre is at least √cap plus how far the function can move in the cell, no member of it is below the cap.
 */
import type { Lattice, Reference } from '../catalog/values.js';
import type { Device, Evaluation, Family, WorkControl } from '../catalog/work.js';
import { INPUT_BLOCK } from '../tensor/blocks.js';
import { norm } from '../tensor/linear-algebra.js';
import type { BoxBound } from './adaptive-bound.js';
import type { Cells } from './adaptive-cells.js';
import { sampleTightness, type Tightness } from './adaptive-sample.js';
import { type Stage, widened } from './adaptive-stages.js';
import { part } from './progress.js';

const BANDS = 4; // of caps within one chunk of cells, a factor of 2 apart
const SAMPLES = 24; // cells of a level in which the bound is compared with what the function does

/** J of a family on the inputs of a reference, given up from a cap on. */
export type Evaluate = (reference: Reference, family: Family, cap: number, control: WorkControl) => Promise<Evaluation>;

/** The centres of a level's cells, and how they are judged. */
export class LevelCentres {
  /** Greatest |Δφ| / |Δc| that a cell was judged by. */
  slope = 0;
  private readonly boxes: readonly BoxBound[];
  private readonly share: number; // of the bound that counts
  private room: Float64Array = new Float64Array(0); // of centres, used again

  /** By all of the proved bound; with samples, by `margin` times the greatest share of it that they reach. */
  constructor(
    private readonly cells: Cells,
    private readonly stages: readonly Stage[], // the last has all inputs
    private readonly evaluate: Evaluate,
    readonly samples?: Tightness & { readonly margin: number },
  ) {
    this.boxes = stages.map(({ bound }) => bound.within(cells.half));
    this.share = samples && samples.ratio > 0 ? Math.min(1, samples.margin * samples.ratio) : 1;
  }

  /** The same cells, by samples of what the function does in some of them. */
  async sampled(some: Uint32Array, margin: number, device: Device, control: WorkControl): Promise<LevelCentres> {
    const { cells, stages, evaluate, boxes } = this;
    const take = Math.min(SAMPLES, some.length);
    const sample = Array.from({ length: take }, (_, i) => some[Math.floor(((i + 0.5) * some.length) / take)]!);
    const { reference } = stages.at(-1)!;
    const tightness = await sampleTightness(cells, sample, boxes.at(-1)!, reference, device, control);
    return new LevelCentres(cells, stages, evaluate, { ...tightness, margin });
  }

  /**
   * Evaluates centres, first on few inputs and then on more, and returns the cells that can hold members below the cap, in the
   * memory that they came in. J on some inputs is at most J, so what it tells of a cell is as true, and most cells need no more.
   */
  async open(some: Uint32Array, control: WorkControl): Promise<Uint32Array> {
    let open = some;
    for (const [i, stage] of this.stages.entries()) {
      if (open.length === 0) break;
      const centres = this.cells.centres(open, this.room);
      if (centres.length > this.room.length) this.room = centres;
      const limits = this.limits(centres, stage, this.boxes[i]!);
      const loss = await this.banded(
        stage.reference,
        centres,
        limits,
        part(control, i / this.stages.length, (i + 1) / this.stages.length),
      );
      let left = 0;
      for (let at = 0; at < open.length; at++) if (!(loss[at]! >= limits[at]!)) open[left++] = open[at]!;
      open = open.subarray(0, left);
    }
    return open;
  }

  private get lattice(): Lattice {
    return this.cells.members;
  }

  /** For each cell, the J of its centre from which on it is skipped. */
  private limits(centres: Float64Array, { root, size }: Stage, box: BoxBound): Float64Array {
    const { rank } = this.lattice.subspace;
    const reach = norm(this.cells.half);
    const limits = new Float64Array(centres.length / rank);
    for (let i = 0; i < limits.length; i++) {
      const change = this.share * box.change(centres, i * rank);
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
  ): Promise<Float32Array> {
    const { subspace } = this.lattice;
    const { rank } = subspace;
    let most = 0;
    for (const limit of limits) most = Math.max(most, limit);
    const family = { kind: 'affine', subspace, coefficients: centres } as const;
    if (reference.inputs.count <= INPUT_BLOCK)
      // one block for each, whatever its limit
      return (await this.evaluate(reference, family, most, control)).loss;
    const band = Uint8Array.from(limits, (limit) => Math.min(BANDS - 1, Math.floor(Math.log2(most / limit))));
    const loss = new Float32Array(limits.length);
    for (let b = 0; b < BANDS; b++) {
      let count = 0;
      for (const one of band) if (one === b) count++;
      if (count === 0) continue;
      const coefficients = new Float64Array(count * rank);
      for (let i = 0, at = 0; i < band.length; i++)
        if (band[i] === b) for (let k = 0; k < rank; k++) coefficients[at++] = centres[i * rank + k]!;
      const got = await this.evaluate(
        reference,
        { ...family, coefficients },
        most / 2 ** b,
        part(control, b / BANDS, (b + 1) / BANDS),
      );
      for (let i = 0, at = 0; i < band.length; i++) if (band[i] === b) loss[i] = got.loss[at++]!;
    }
    return loss;
  }
}
