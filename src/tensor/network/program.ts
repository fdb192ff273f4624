/**
 * An Architecture as a list of operations over slots: slot 0 holds the inputs, each operation reads one slot or two and writes one of its
 * own. A slot has a row for each of its numbers, with a column for each example, as in cpu-steps; devices say how rows lie in memory.
 */
import { type Architecture, type Layer, layoutOf, type Place } from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';
import type { ParameterRange } from '../../catalog/work.js';
import { offsetsOf, type Step, stepsOfLayer } from '../cpu-steps.js';

/** γ (z − μ)/√(σ² + ε) + β of each channel: `positions` rows that follow one another. */
export interface NormStep {
  readonly kind: 'batch-norm';
  readonly rows: number;
  readonly channels: number;
  readonly positions: number; // rows of a channel
  readonly weight: number; // offset in θ of γ [channels]
  readonly bias: number; // offset in θ of β [channels]
  readonly mean: number; // offset in the buffers of the running means [channels]
  readonly variance: number; // offset in the buffers of the running variances [channels]
  readonly momentum: number;
  readonly epsilon: number;
}

/** The sum of two slots. */
export interface JoinStep {
  readonly kind: 'join';
  readonly rows: number;
}

/** What an operation does. */
export type NetworkStep = Step | NormStep | JoinStep;

/** One operation: reads the slots `from`, writes slot `to`; operation i writes slot i + 1. */
export interface Operation {
  readonly step: NetworkStep;
  readonly from: readonly number[];
  readonly to: number;
  readonly parameters: readonly ParameterRange[]; // what of θ it reads
}

/** A network as operations, in an order in which each finds its slots written. */
export interface Program {
  readonly features: number; // rows of slot 0
  readonly outputs: number; // k
  readonly size: number; // P
  readonly bufferSize: number; // B
  readonly slots: readonly number[]; // rows of each
  readonly operations: readonly Operation[];
  readonly result: number; // the slot of the outputs
  readonly places: ReadonlyMap<string, number>; // the slot of what a layer gives, by Place.path
}

/** Lists the operations of a network. */
class Lister {
  readonly slots: number[];
  readonly operations: Operation[] = [];
  readonly places = new Map<string, number>();
  private readonly layout;
  private readonly known: ReadonlyMap<string, Place>;

  constructor(architecture: Architecture) {
    this.layout = layoutOf(architecture);
    this.known = new Map(this.layout.places.map((place) => [place.path, place]));
    this.slots = [product(architecture.input)];
  }

  private add(step: NetworkStep, from: readonly number[], parameters: readonly ParameterRange[]): number {
    const to = this.slots.length;
    this.slots.push(step.rows);
    this.operations.push({ step, from, to, parameters });
    return to;
  }

  /** The slot after the layers, which are named `prefix` and their index. */
  chain(layers: readonly Layer[], prefix: string, from: number): number {
    let slot = from;
    for (const [i, layer] of layers.entries()) {
      const path = `${prefix}${i}`;
      slot = this.layer(layer, path, slot);
      this.places.set(path, slot);
    }
    return slot;
  }

  private layer(layer: Layer, path: string, from: number): number {
    const { layout } = this;
    if (layer.kind === 'residual') {
      const block = this.chain(layer.block, `${path}.block.`, from);
      const beside = this.chain(layer.shortcut, `${path}.shortcut.`, from);
      return this.add({ kind: 'join', rows: this.slots[block]! }, [block, beside], []);
    }
    const place = this.known.get(path)!;
    const [weight, bias] = offsetsOf(layout, path);
    const parameters = layout.tensors
      .filter((tensor) => tensor.path === path)
      .map(({ offset, size }) => ({ start: offset, end: offset + size }));
    if (layer.kind === 'batch-norm') {
      const channels = place.to[0]!;
      const rows = product(place.to);
      const at = (role: 'mean' | 'variance'): number =>
        layout.buffers.find((buffer) => buffer.path === path && buffer.role === role)!.offset;
      const { momentum, epsilon } = layer;
      const step: NormStep = {
        kind: 'batch-norm',
        rows,
        channels,
        positions: rows / channels,
        weight,
        bias,
        mean: at('mean'),
        variance: at('variance'),
        momentum,
        epsilon,
      };
      return this.add(step, [from], parameters);
    }
    return stepsOfLayer(place, weight, bias).reduce(
      (slot, step) => this.add(step, [slot], step.kind === 'linear' ? parameters : []),
      from,
    );
  }

  program(result: number): Program {
    const { slots, operations, places, layout } = this;
    const { outputs, size, bufferSize } = layout;
    return { features: slots[0]!, outputs, size, bufferSize, slots, operations, result, places };
  }
}

/** The operations of an Architecture. */
export function programOf(architecture: Architecture): Program {
  const lister = new Lister(architecture);
  return lister.program(lister.chain(architecture.layers, '', 0));
}

/** Whether any of these parameters is in the ranges. */
function meets(parameters: readonly ParameterRange[], ranges: readonly ParameterRange[]): boolean {
  return parameters.some((own) => ranges.some(({ start, end }) => start < own.end && own.start < end));
}

/** What a walk back has to find: by operation whether its own parameters move, by slot whether anything at or below it does. */
export interface Wanted {
  readonly parameters: readonly boolean[];
  readonly slots: readonly boolean[];
}

/** What to walk back for the gradient in `trainable`. */
export function wantedOf(
  { operations, slots }: Pick<Program, 'operations' | 'slots'>,
  trainable: readonly ParameterRange[],
): Wanted {
  const parameters = operations.map((operation) => meets(operation.parameters, trainable));
  const wanted = slots.map(() => false);
  for (const [i, { from, to }] of operations.entries())
    wanted[to] = parameters[i]! || from.some((slot) => wanted[slot]);
  return { parameters, slots: wanted };
}
