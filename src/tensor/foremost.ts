/** The order in which the inputs of an evaluation are taken. */
import type { Inputs, Outputs } from '../catalog/values.js';
import { chosenInputs, type Data } from './chosen-inputs.js';
import { counting } from './weightless.js';

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
  const keys = shares.map((share) => (Number.isNaN(share) ? Number.POSITIVE_INFINITY : share));
  const order = Uint32Array.from(keys.keys()).sort((a, b) => keys[b]! - keys[a]! || a - b);
  return order.every((from, to) => from === to) ? data : chosenInputs(data, order);
}

/** What is known of the inputs and outputs of an evaluation. */
interface Known {
  readonly counted: Data; // without inputs that do not count
  byOutput?: Data;
  last?: { readonly of: readonly unknown[]; readonly data: Data };
}

/**
 * Leaves out inputs that do not count and puts those that tell most first, so that partial sums say early that J will reach a cap.
 * Remembers what it did with the same Inputs and Outputs: by their own shares, and by the last ones that were asked for.
 */
export class InputOrder {
  readonly #known = new WeakMap<Inputs, WeakMap<Outputs, Known>>();

  /** The data by falling w‖y‖²; the very same objects for the same data. */
  byOutput<D extends Data>(data: D): D {
    const known = this.#of(data);
    known.byOutput ??= byShare(known.counted, outputShares(known.counted));
    return { ...data, ...known.byOutput };
  }

  /**
   * The data by falling share; `sharesOf`, given the data that counts, must say the same whenever the entries of `of` are the same
   * (by `Object.is`), so that with a cap or without all evaluations round alike. It is asked again only after it has failed, or
   * where the data was last asked for with another `of`.
   */
  async byShares<D extends Data>(
    data: D,
    of: readonly unknown[],
    sharesOf: (counted: D) => Float64Array | Promise<Float64Array>,
  ): Promise<D> {
    const known = this.#of(data);
    let { last } = known;
    if (last === undefined || last.of.length !== of.length || !of.every((entry, i) => Object.is(entry, last!.of[i]))) {
      last = { of, data: byShare(known.counted, await sharesOf({ ...data, ...known.counted })) };
      known.last = last;
    }
    return { ...data, ...last.data };
  }

  #of({ inputs, outputs }: Data): Known {
    const byOutputs = this.#known.get(inputs) ?? new WeakMap<Outputs, Known>();
    this.#known.set(inputs, byOutputs);
    const known = byOutputs.get(outputs) ?? { counted: counting({ inputs, outputs }) };
    byOutputs.set(outputs, known);
    return known;
  }
}
