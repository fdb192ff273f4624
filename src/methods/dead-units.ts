/** Units that do nothing: an activation that is 0 on all inputs that count. */
import { type Architecture, layoutOf } from '../catalog/architecture.js';
import { product } from '../catalog/shape.js';
import type { DeadUnits, Inputs } from '../catalog/values.js';
import type { Device, WorkControl } from '../catalog/work.js';
import { part } from './progress.js';

const BLOCK = 512; // inputs at once, so that a wide layer's activations stay small

/**
 * Dead units of every activation layer: those whose activation is 0 on all inputs of weight > 0, as the others do not enter J.
 * A unit of a convolution is a channel, dead when it is 0 everywhere. The activations are the outputs of the architecture cut off after the layer; its θ is a prefix.
 */
export async function deadUnits(
  architecture: Architecture,
  theta: Float32Array,
  inputs: Inputs,
  device: Device,
  control: WorkControl,
): Promise<readonly DeadUnits[]> {
  const { shapes } = layoutOf(architecture);
  const counting = Uint32Array.from(inputs.weights.keys()).filter((i) => inputs.weights[i]! > 0);
  const found: DeadUnits[] = [];
  const cut = (layer: number): Architecture => ({ ...architecture, layers: architecture.layers.slice(0, layer + 1) });
  const layers = architecture.layers.flatMap(({ kind }, layer) => (kind === 'activation' ? [layer] : []));
  const work = layers.map((layer) => layoutOf(cut(layer)).multiplyAdds + 1);
  const all = work.reduce((sum, one) => sum + one, 0);
  let done = 0;
  for (const [place, layer] of layers.entries()) {
    const prefix = cut(layer);
    const its = theta.subarray(0, layoutOf(prefix).size);
    const [from, to] = [done / all, (done + work[place]!) / all];
    done += work[place]!;
    const shape = shapes[layer + 1]!; // of the activation: [units] or [channels, height, width]
    const units = shape[0]!;
    const width = product(shape);
    const alive = new Uint8Array(units);
    for (let start = 0; start < counting.length && alive.includes(0); start += BLOCK) {
      const values = await device.forward(
        prefix,
        its,
        chosen(inputs, counting.subarray(start, start + BLOCK)),
        part(control, from + ((to - from) * start) / counting.length, to),
      );
      const span = width / units;
      for (let i = 0; i < values.length; i++) if (values[i] !== 0) alive[Math.floor((i % width) / span)] = 1;
    }
    found.push({ layer, units, dead: alive.reduce((dead, one) => dead + (one ? 0 : 1), 0) });
  }
  return found;
}

/** The inputs of these indices. */
function chosen(inputs: Inputs, indices: Uint32Array): Inputs {
  const size = product(inputs.item);
  const x = new Float32Array(indices.length * size);
  for (const [place, i] of indices.entries()) x.set(inputs.x.subarray(i * size, (i + 1) * size), place * size);
  return {
    type: 'Inputs',
    x,
    count: indices.length,
    item: inputs.item,
    weights: Float32Array.from(indices, (i) => inputs.weights[i]!),
    source: inputs.source,
  };
}
