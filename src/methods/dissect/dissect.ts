/** Interpretable units against the angle by which a representation is rotated (intertwiner paper, Section 6 and Figure 3). */
import type { NamedPlace } from '../../catalog/layer-names.js';
import type { Curve, Inputs, Model, Table } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { Pace } from '../../tensor/pace.js';
import { stream } from '../../tensor/random.js';
import { errorsText, meansOf } from '../models/estimate.js';
import { networkAt } from '../models/networks.js';
import { part } from '../progress.js';
import { requireFinite } from '../similarity/requirements.js';
import { randomOrthogonal, rotationPlanes, rotationPower } from '../stitching/rotation.js';
import { type ConceptMasks, conceptMasks, type Reading, readUnit } from './units.js';

/** How units are read, and how the representation is turned. */
export interface DissectOptions {
  readonly alphas: readonly number[];
  readonly rotations: number; // draws of Q
  readonly quantile: number; // of a unit's values that its mask is made of
  readonly threshold: number; // IoU from which on a unit is interpretable
  readonly seed: number;
}

/** Fractions of interpretable units, and the units as they are. */
export interface Dissection {
  readonly fractions: readonly (readonly (readonly (readonly number[])[])[])[]; // [layers][alphas][networks][rotations]
  readonly units: readonly (readonly Reading[])[]; // [layers][units] of the first network, not rotated
}

/** Reads every unit of the layers of every network, under Q^α for every draw of Q and every α. */
export async function dissect(
  model: Model,
  places: readonly NamedPlace[],
  inputs: Inputs,
  options: DissectOptions,
  device: Device,
  control: WorkControl,
): Promise<Dissection> {
  const [, height, width] = inputs.item as readonly [number, number, number];
  const masks = conceptMasks(inputs.concepts!, inputs.count, height, width);
  const fractions = places.map(() =>
    options.alphas.map(() => Array.from({ length: model.count }, () => new Array<number>(options.rotations).fill(0))),
  );
  const { concepts: _, ...shown } = inputs; // masks stay on this thread
  const units: Reading[][] = [];
  const steps = places.length * model.count;
  for (const [p, place] of places.entries())
    for (let i = 0; i < model.count; i++) {
      const step = p * model.count + i;
      const own = part(control, step / steps, (step + 1) / steps);
      const recording = { networks: networkAt(model, i), inputs: shown, layers: [{ path: place.path }] };
      const [values] = await device.record(recording, part(own, 0, 0.1));
      requireFinite(values!, `${place.label}, ${model.names[i]}`);
      const work = new Turning(values!, place, masks, options, part(own, 0.1, 1));
      const [first, shares] = await work.all();
      if (i === 0) units.push([...first]);
      for (const [a, runs] of shares.entries()) fractions[p]![a]![i] = runs;
    }
  return { fractions, units };
}

/** One layer of one network, rotated in all ways. */
class Turning {
  private readonly d: number;
  private readonly plane: number;
  private readonly unit: Float32Array; // values of one rotated unit
  private readonly pace: Pace;

  constructor(
    private readonly values: Float32Array, // [images, d, positions]
    private readonly place: NamedPlace,
    private readonly masks: ConceptMasks,
    private readonly options: DissectOptions,
    control: WorkControl,
  ) {
    this.d = place.to[0]!;
    this.plane = values.length / (masks.images * this.d);
    this.unit = new Float32Array(masks.images * this.plane);
    this.pace = new Pace(control);
  }

  /** The units as they are, and the fractions [alphas][rotations]. */
  async all(): Promise<[readonly Reading[], number[][]]> {
    const { options, d } = this;
    const still = await this.read(undefined, 0);
    const shares = options.alphas.map(() => new Array<number>(options.rotations).fill(this.share(still)));
    for (let r = 0; r < options.rotations; r++) {
      const planes = rotationPlanes(randomOrthogonal(d, stream(options.seed, 'dissect', r), true), d);
      for (const [a, alpha] of options.alphas.entries()) {
        const done = (r + a / options.alphas.length) / options.rotations;
        if (alpha !== 0) shares[a]![r] = this.share(await this.read(rotationPower(planes, alpha), done));
      }
    }
    return [still, shares];
  }

  private share(readings: readonly Reading[]): number {
    return readings.filter(({ iou }) => iou > this.options.threshold).length / this.d;
  }

  /** All units of Qz, or of z itself. */
  private async read(q: Float64Array | undefined, done: number): Promise<readonly Reading[]> {
    const { d, place, masks, options, unit, pace } = this;
    const readings: Reading[] = [];
    for (let c = 0; c < d; c++) {
      this.turn(q?.subarray(c * d, (c + 1) * d), c);
      readings.push(readUnit(unit, [place.to[1]!, place.to[2]!], masks, options.quantile));
      if (pace.due) await pace.step(done, `units of ${place.short}`);
    }
    return readings;
  }

  /** Values of unit c of Qz, `row` being Q's row, or of z. */
  private turn(row: Float64Array | undefined, c: number): void {
    const { values, unit, d, plane, masks } = this;
    for (let n = 0; n < masks.images; n++) {
      const to = unit.subarray(n * plane, (n + 1) * plane);
      if (row === undefined) {
        to.set(values.subarray((n * d + c) * plane, (n * d + c + 1) * plane));
        continue;
      }
      to.fill(0);
      for (let k = 0; k < d; k++) {
        const factor = row[k]!;
        const from = (n * d + k) * plane;
        for (let j = 0; j < plane; j++) to[j]! += factor * values[from + j]!;
      }
    }
  }
}

/**
 * Fraction against α, a line for each layer, with two standard errors: over networks, each the mean over draws of Q, or over the draws where
 * there is one network.
 */
export function dissectCurve(
  { fractions }: Dissection,
  places: readonly NamedPlace[],
  alphas: readonly number[],
): Curve {
  const networks = fractions[0]![0]!.length;
  const rotations = fractions[0]![0]![0]!.length;
  const mean = (runs: readonly number[]): number => runs.reduce((sum, run) => sum + run, 0) / runs.length;
  const lines = places.map(({ short }, p) => {
    const values = fractions[p]!.map((runs) => (networks > 1 ? runs.map(mean) : runs[0]!));
    return { name: short, ...meansOf(values) };
  });
  const of = networks > 1 ? 'networks' : 'rotations';
  const count = networks > 1 ? networks : rotations;
  return {
    type: 'Curve',
    x: Float64Array.from(alphas),
    xName: 'rotation α (0: none, 1: whole)',
    yName: 'fraction of interpretable units',
    logY: false,
    lines,
    ...(count > 1 ? { spreadName: errorsText(count, of) } : {}),
  };
}

/** What each unit of the first network shows, not rotated. */
export function unitTable(
  { units }: Dissection,
  places: readonly NamedPlace[],
  names: readonly string[],
  threshold: number,
): Table {
  return {
    type: 'Table',
    columns: [{ name: 'layer' }, { name: 'unit' }, { name: 'concept' }, { name: 'IoU' }, { name: 'interpretable' }],
    rows: places.flatMap(({ short }, p) =>
      units[p]!.map(({ concept, iou }, unit) => [
        short,
        unit,
        names[concept] ?? null,
        iou,
        iou > threshold ? 'yes' : 'no',
      ]),
    ),
  };
}
