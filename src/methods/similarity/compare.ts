/** A measure of all layers of one side with all layers of the other, over pairs of models: layers are recorded, prepared and let go in groups. */
import type { Activations } from '../../catalog/values.js';
import type { Device, WorkControl } from '../../catalog/work.js';
import { Pace } from '../../tensor/pace.js';
import { inPair } from '../models/pairs.js';
import { spreadOf } from '../models/spread.js';
import { columnsIn } from './columns.js';
import { heldGroups } from './groups.js';
import { type Excluded, isExcluded, type Measure } from './measure.js';
import { correspond, type Pairing, type Reading } from './pairing.js';
import { firstInputs, orderOf, Recorder } from './recorder.js';
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

/** Does sliced work with pauses, and says what it is. */
type Slices = <T>(work: Generator<unknown, T>, message: string) => Promise<T>;

/** The measure on the device's activations. Memory: some layers of A, one of B, and what is recorded at once. */
export async function compareLayers<P>(
  measure: Measure<P>,
  text: MeasureText,
  { a, b, pairing }: { readonly a: Activations; readonly b: Activations; readonly pairing: Pairing },
  device: Device,
  control: WorkControl,
): Promise<Comparison> {
  const groups = heldGroups(pairing.a, text);
  const steps = pairing.pairs * groups.reduce((sum, group) => sum + group.length + pairing.b.length, 0);
  let done = 0;
  const pace = new Pace(control);
  const slices: Slices = async (work, message) => {
    for (;;) {
      const { done: ended, value } = work.next();
      if (ended) return value;
      if (pace.due) await pace.step(done / steps, message);
    }
  };
  const order = orderOf(a.inputs.count, a.seed, [...pairing.a, ...pairing.b]);
  const sideOf = (name: string, of: Activations, readings: readonly Reading[]): Side<P> => {
    const inputs = firstInputs(of.inputs, order, readings);
    const recorder = new Recorder(of, inputs, a.seed, device, control); // at A's positions also of B
    return new Side(name, of.model.names, readings, recorder, measure, slices);
  };
  const sides = { a: sideOf('A', a, pairing.a), b: sideOf('B', b, pairing.b) };
  const all = pairing.b.map((_, j) => j);
  const found = pairing.a.map(() => pairing.b.map((): number[] => []));
  for (const group of groups) {
    const held: Prepared<P>[] = [];
    for (let pair = 0; pair < pairing.pairs; pair++) {
      if (pair === 0 || a.model.count > 1) {
        held.length = 0;
        for await (const layer of sides.a.prepared(group, inPair(a.model, pair))) held.push(layer);
      }
      done += group.length;
      for await (const y of sides.b.prepared(all, inPair(b.model, pair))) {
        for (const x of held) {
          if (isExcluded(x.of) || isExcluded(y.of) || !correspond(x.reading, y.reading)) continue;
          const names = `${x.reading.place.short} and ${y.reading.place.short}`;
          const { value } = await slices(measure.compare(x.of, y.of), names);
          if (value !== undefined) found[x.index]![y.index]!.push(value);
        }
        done++;
      }
    }
  }
  const cells = found.flat().map(spreadOf);
  return {
    values: Float64Array.from(cells, ({ mean }) => mean),
    spread: Float64Array.from(cells, ({ deviation }) => deviation),
    counted: Int32Array.from(cells, ({ count }) => count),
    a: sides.a.facts,
    b: sides.b.facts,
  };
}

/** A layer that is ready to be compared, or not to be. */
interface Prepared<P> {
  readonly index: number; // among its side's
  readonly reading: Reading;
  readonly of: P | Excluded;
}

/** One side's layers, and what is found out about them over its models. */
class Side<P> {
  readonly facts: LayerFacts[];

  constructor(
    private readonly name: string,
    private readonly models: readonly string[],
    private readonly readings: readonly Reading[],
    private readonly recorder: Recorder,
    private readonly measure: Measure<P>,
    private readonly slices: Slices,
  ) {
    this.facts = readings.map(() => ({ dropped: 0 }));
  }

  /** These layers of a model, one after another. */
  async *prepared(indices: readonly number[], model: number): AsyncGenerator<Prepared<P>, void> {
    const asked = indices.map((i) => this.readings[i]!);
    for await (const { place, rows } of this.recorder.layers(asked, model)) {
      const [index, reading] = [indices[place]!, asked[place]!];
      const who = `${reading.place.label} of ${this.name}, ${this.models[model]}`;
      const message = `${reading.place.short} of ${this.name}`;
      const columns = await this.slices(columnsIn(rows, !this.measure.uncentred, who), message);
      const of = await this.slices(this.measure.prepare(columns), message);
      this.learn(index, columns.dropped, of);
      yield { index, reading, of };
    }
  }

  private learn(index: number, dropped: number, of: P | Excluded): void {
    const before = this.facts[index]!;
    const why = before.why ?? (isExcluded(of) ? of.why : undefined);
    const directions = Math.max(before.directions ?? 0, isExcluded(of) ? 0 : (this.measure.directions?.(of) ?? 0));
    this.facts[index] = {
      dropped: Math.max(before.dropped, dropped),
      ...(directions > 0 && { directions }),
      ...(why !== undefined && { why }),
    };
  }
}
