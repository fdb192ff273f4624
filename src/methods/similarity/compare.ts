/** A measure of all layers of one side with all layers of the other, over pairs of models: layers are recorded, prepared and let go in groups. */
import type { Activations, Inputs } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { rowsAt } from '../../tensor/chosen-inputs.js';
import { Pace } from '../../tensor/pace.js';
import { stream } from '../../tensor/random.js';
import { networkAt } from '../models/networks.js';
import { spreadOf } from '../models/spread.js';
import { quiet } from '../progress.js';
import { columnsOf, type Rows } from './columns.js';
import { heldGroups, recordedGroups } from './groups.js';
import { type Excluded, isExcluded, type Measure } from './measure.js';
import { correspond, inputsTaken, type Pairing, type Reading } from './pairing.js';
import type { MeasureText } from './texts.js';

/** What is known of a layer after it was prepared, over its models. */
export interface LayerFacts {
  readonly dropped: number; // constant columns, at most
  readonly directions?: number; // of canonical correlations, at most
  readonly why?: string; // it could not be compared in some model, and why
}

/** Mean and sample standard deviation over pairs of models, [a, b] row-major; NaN where there are none, or fewer than two. */
export interface Comparison {
  readonly values: Float64Array;
  readonly spread: Float64Array;
  readonly counted: Int32Array; // pairs of models that have a value
  readonly a: readonly LayerFacts[];
  readonly b: readonly LayerFacts[];
}

/** The measure on the device's activations. Memory: some layers of A, one of B, and what is recorded at once. */
export async function compareLayers<P>(
  measure: Measure<P>,
  text: MeasureText,
  { a, b, pairing }: { readonly a: Activations; readonly b: Activations; readonly pairing: Pairing },
  device: Device,
  control: WorkControl,
): Promise<Comparison> {
  const rows = Math.min(a.rows, b.rows);
  const sideA = new Recorder(a, inputsOf(a.inputs, rows, a.seed), a.seed, device, control);
  const sideB = new Recorder(b, inputsOf(b.inputs, rows, a.seed), a.seed, device, control); // the same rows as of A
  const found = pairing.a.map(() => pairing.b.map((): number[] => []));
  const facts = { a: pairing.a.map(() => new Facts()), b: pairing.b.map(() => new Facts()) };
  const groups = heldGroups(pairing.a, text);
  const pace = new Pace(control);
  const steps = pairing.pairs * groups.reduce((sum, group) => sum + group.length + pairing.b.length, 0);
  let done = 0;
  const slices = async <T>(work: Generator<unknown, T>, message: string): Promise<T> => {
    for (;;) {
      const { done: ended, value } = work.next();
      if (ended) return value;
      if (pace.due) await pace.step(done / steps, message);
    }
  };
  const prepare = async (taken: Taken, of: Facts, side: string): Promise<P | Excluded> => {
    const columns = columnsOf(taken.rows, !measure.uncentred);
    const prepared = await slices(measure.prepare(columns), `${taken.reading.place.short} of ${side}`);
    of.add(columns.dropped, prepared, isExcluded(prepared) ? undefined : measure.directions?.(prepared));
    return prepared;
  };

  for (const group of groups) {
    let held: (P | Excluded)[] = [];
    for (let pair = 0; pair < pairing.pairs; pair++) {
      if (pair === 0 || a.model.count > 1) {
        held = [];
        for await (const taken of sideA.layers(
          group.map((i) => pairing.a[i]!),
          pair % a.model.count,
        )) {
          held.push(await prepare(taken, facts.a[group[held.length]!]!, 'A'));
        }
      }
      done += group.length;
      let j = 0;
      for await (const taken of sideB.layers(pairing.b, pair % b.model.count)) {
        const of = await prepare(taken, facts.b[j]!, 'B');
        for (const [k, i] of group.entries()) {
          const other = held[k]!;
          if (isExcluded(of) || isExcluded(other) || !correspond(pairing.a[i]!, taken.reading)) continue;
          const { value } = await slices(
            measure.compare(other, of),
            `${pairing.a[i]!.place.short} and ${taken.reading.place.short}`,
          );
          if (value !== undefined) found[i]![j]!.push(value);
        }
        j++;
        done++;
      }
    }
  }
  const cells = found.flat().map(spreadOf);
  return {
    values: Float64Array.from(cells, ({ mean }) => mean),
    spread: Float64Array.from(cells, ({ deviation }) => deviation),
    counted: Int32Array.from(cells, ({ count }) => count),
    a: facts.a.map((of) => of.all),
    b: facts.b.map((of) => of.all),
  };
}

/** Facts about a layer, gathered over models. */
class Facts {
  all: LayerFacts = { dropped: 0 };

  add(dropped: number, prepared: unknown, directions: number | undefined): void {
    const why = this.all.why ?? (isExcluded(prepared) ? prepared.why : undefined);
    const most = Math.max(this.all.directions ?? 0, directions ?? 0);
    this.all = {
      dropped: Math.max(this.all.dropped, dropped),
      ...(most > 0 && { directions: most }),
      ...(why !== undefined && { why }),
    };
  }
}

interface Taken {
  readonly reading: Reading;
  readonly rows: Rows;
}

/** Gives the layers of one side, some recorded at a time. */
class Recorder {
  constructor(
    private readonly side: Activations,
    private readonly inputs: Inputs,
    private readonly seed: number,
    private readonly device: Device,
    private readonly control: WorkControl,
  ) {}

  async *layers(readings: readonly Reading[], model: number): AsyncGenerator<Taken, void> {
    const { side, inputs, device, control } = this;
    for (const group of recordedGroups(readings)) {
      const asked = group.map((i) => readings[i]!);
      const layers = asked.map(({ place, positions, of }) =>
        positions < of ? { path: place.path, positions: this.positions(positions, of) } : { path: place.path },
      );
      const mean = side.reading === 'mean';
      const given: (Float32Array | undefined)[] = [
        ...(await device.record({ networks: networkAt(side.model, model), inputs, layers, mean }, quiet(control))),
      ];
      for (const [k, reading] of asked.entries()) {
        const rows = rowsOf(given[k]!, reading);
        given[k] = undefined; // let go
        yield { reading, rows };
      }
    }
  }

  /** Some image positions out of `of`, the same for every layer of that many. */
  private positions(count: number, of: number): Uint32Array {
    const all = Uint32Array.from({ length: of }, (_, i) => i);
    return stream(this.seed, 'sample', of).shuffle(all).slice(0, count).sort();
  }
}

/** What was recorded, [inputs, channels, positions], as rows: [inputs · positions, channels]. */
function rowsOf(values: Float32Array, { inputs, positions, count, width }: Reading): Rows {
  if (positions === 1) return { x: values, count, width };
  const x = new Float32Array(values.length);
  for (let i = 0; i < inputs; i++)
    for (let c = 0; c < width; c++)
      for (let p = 0; p < positions; p++) x[(i * positions + p) * width + c] = values[(i * width + c) * positions + p]!;
  return { x, count, width };
}

/** The inputs that give rows: all, or some drawn by seed. */
function inputsOf(inputs: Inputs, rows: number, seed: number): Inputs {
  const taken = inputsTaken(inputs.count, rows);
  if (taken === inputs.count) return inputs;
  const all = Uint32Array.from({ length: inputs.count }, (_, i) => i);
  const index = stream(seed, 'sample', 0).shuffle(all).slice(0, taken).sort();
  const { type, item, source } = inputs;
  const of = (values: Float32Array): Float32Array => rowsAt(values, inputs.count, index);
  return { type, item, source, count: taken, x: of(inputs.x), weights: of(inputs.weights) };
}
