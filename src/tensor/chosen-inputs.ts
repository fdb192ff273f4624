/** Some of the inputs of an evaluation, or all in another order. */
import type { Inputs, Outputs } from '../catalog/values.js';

/** Inputs and the outputs they are compared with. */
export interface Data {
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/** The same data with these inputs, in this order. Labels, which belong to all of them, are left out. */
export function chosenInputs<D extends Data>(data: D, index: Uint32Array): D {
  const { inputs, outputs } = data;
  const rows = (values: Float32Array): Float32Array => {
    const width = values.length / inputs.count;
    const chosen = new Float32Array(index.length * width);
    index.forEach((from, to) => {
      chosen.set(values.subarray(from * width, (from + 1) * width), to * width);
    });
    return chosen;
  };
  const { labels: _, ...rest } = inputs;
  return {
    ...data,
    inputs: { ...rest, x: rows(inputs.x), weights: rows(inputs.weights), count: index.length },
    outputs: { ...outputs, y: rows(outputs.y), count: index.length },
  };
}
