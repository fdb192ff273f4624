/** The networks of a Model one by one. */
import type { Model } from '../../catalog/values.js';
import type { Networks } from '../../catalog/work.js';

/** Network `i` of a Model by itself. */
export function networkAt({ architecture, theta, buffers, count }: Networks, i: number): Networks {
  const row = (all: Float32Array): Float32Array =>
    all.subarray((i * all.length) / count, ((i + 1) * all.length) / count);
  return { architecture, theta: row(theta), buffers: row(buffers), count: 1 };
}

/** Network `i` of a Model as a Model. */
export function singleModel(model: Model, i: number): Model {
  return { ...model, ...networkAt(model, i), names: [model.names[i]!] };
}
