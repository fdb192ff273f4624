/** Some of the inputs of an evaluation, or all in another order. */
import type { Inputs, Outputs } from '../catalog/values.js';

/** Inputs and the outputs they are compared with. */
export interface Data {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/** Rows of an array [count, …], in the order of `index`. */
export function rowsAt<A extends Float32Array | Int32Array | Uint8Array>(
  values: A,
  count: number,
  index: Uint32Array,
): A {
  const width = values.length / count;
  const chosen = new (values.constructor as new (length: number) => A)(index.length * width);
  index.forEach((from, to) => {
    chosen.set(values.subarray(from * width, (from + 1) * width), to * width);
  });
  return chosen;
}

/** The same data with these inputs, in this order. What is said of all of them (labels, concepts) is left out. */
export function chosenInputs<D extends Data>(data: D, index: Uint32Array): D {
  const { inputs, outputs } = data;
  const { labels: _, concepts: __, ...rest } = inputs;
  const rows = (values: Float32Array): Float32Array => rowsAt(values, inputs.count, index);
  return {
    ...data,
    inputs: { ...rest, x: rows(inputs.x), weights: rows(inputs.weights), count: index.length },
    outputs: { ...outputs, y: rows(outputs.y), count: index.length },
  };
}
