/** The order in which the inputs of an evaluation are taken. */
import type { Inputs, Outputs } from '../catalog/values.js';

interface Data {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

const known = new WeakMap<Inputs, WeakMap<Outputs, Data>>();

/**
 * The same data with the inputs by falling w‖y‖², in their own order where it is equal. Where the reference is large, a function
 * that is not equivalent to it is likely to be far from it, so that partial sums tell early that J will reach a cap. With a cap or
 * without, all evaluations on the same data take the same order, so that they round alike.
 */
export function foremostFirst<D extends Data>(data: D): D {
  const { inputs, outputs } = data;
  const byOutputs = known.get(inputs) ?? new WeakMap();
  known.set(inputs, byOutputs);
  const ordered = byOutputs.get(outputs) ?? reordered(inputs, outputs);
  byOutputs.set(outputs, ordered);
  return { ...data, ...ordered };
}

function reordered(inputs: Inputs, outputs: Outputs): Data {
  const { count } = inputs;
  const { y, width } = outputs;
  const shares = new Float64Array(count);
  for (let n = 0; n < count; n++) {
    let square = 0;
    for (let j = 0; j < width; j++) square += y[n * width + j]! ** 2;
    const share = inputs.weights[n]! * square;
    shares[n] = Number.isNaN(share) ? Number.POSITIVE_INFINITY : share;
  }
  const order = Uint32Array.from({ length: count }, (_, n) => n).sort((a, b) => shares[b]! - shares[a]! || a - b);
  if (order.every((from, to) => from === to)) return { inputs, outputs };
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
    inputs: { ...rest, x: rows(inputs.x), weights: rows(inputs.weights) },
    outputs: { ...outputs, y: rows(y) },
  };
}
