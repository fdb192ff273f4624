/** The order in which the inputs of an evaluation are taken. */
import type { Inputs, Outputs } from '../catalog/values.js';

/** Inputs and the outputs they are compared with. */
export interface Data {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/** w‖y‖² of each input: where the reference is large, a function that is not equivalent to it is likely to be far from it. */
export function outputShares({ inputs, outputs }: Data): Float64Array {
  const { y, width } = outputs;
  return Float64Array.from(inputs.weights, (weight, n) => {
    let square = 0;
    for (let j = 0; j < width; j++) square += y[n * width + j]! ** 2;
    return weight * square;
  });
}

/**
 * The same data with the inputs by falling share, in their own order where it is equal; what is not a number comes first. The very
 * same objects where that is their order.
 */
export function byShare<D extends Data>(data: D, shares: Float64Array): D {
  const { inputs, outputs } = data;
  const { count } = inputs;
  const keys = shares.map((share) => (Number.isNaN(share) ? Number.POSITIVE_INFINITY : share));
  const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[b]! - keys[a]! || a - b);
  if (order.every((from, to) => from === to)) return data;
  const rows = (values: Float32Array): Float32Array => {
    const size = values.length / count;
    const taken = new Float32Array(values.length);
    order.forEach((from, to) => {
      taken.set(values.subarray(from * size, (from + 1) * size), to * size);
    });
    return taken;
  };
  const { labels: _, ...rest } = inputs;
  return {
    ...data,
    inputs: { ...rest, x: rows(inputs.x), weights: rows(inputs.weights) },
    outputs: { ...outputs, y: rows(outputs.y) },
  };
}

/** Puts the inputs that tell most first, so that partial sums say early that J will reach a cap; remembers what it did. */
export class InputOrder {
  readonly #known = new WeakMap<Inputs, WeakMap<Outputs, WeakMap<object, Data>>>();

  /**
   * The data by falling share. With a cap or without, all evaluations on the same data and `of` the same object take the same order,
   * so that they round alike; `sharesOf` is asked once.
   */
  async foremostFirst<D extends Data>(
    data: D,
    of: object,
    sharesOf: () => Float64Array | Promise<Float64Array>,
  ): Promise<D> {
    const { inputs, outputs } = data;
    const byOutputs = this.#known.get(inputs) ?? new WeakMap<Outputs, WeakMap<object, Data>>();
    this.#known.set(inputs, byOutputs);
    const made = byOutputs.get(outputs) ?? new WeakMap<object, Data>();
    byOutputs.set(outputs, made);
    const ordered = made.get(of) ?? byShare<Data>({ inputs, outputs }, await sharesOf());
    made.set(of, ordered);
    return { ...data, ...ordered };
  }
}
