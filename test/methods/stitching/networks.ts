/** Small networks with parameters and running statistics drawn at random, and inputs that are labelled by one of them. */
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { product } from '../../../src/catalog/shape.js';
import type { Inputs, Model } from '../../../src/catalog/values.js';
import type { Device, WorkControl } from '../../../src/catalog/work.js';
import { channelsOf } from '../../../src/methods/weights/channels.js';
import { applySymmetry, randomSymmetry, rounded } from '../../../src/methods/weights/symmetry.js';
import { stream } from '../../../src/tensor/random.js';

/** Work that nobody watches or stops. */
export const silent: WorkControl = { signal: new AbortController().signal, progress: () => undefined };

/** Networks of an Architecture: weights N(0, 2 / fan in), gains near 1, shifts, biases and means near 0, variances near 1. */
export function drawnModel(architecture: Architecture, count = 1, seed = 0): Model {
  const { size, bufferSize, tensors, buffers } = layoutOf(architecture);
  const theta = new Float32Array(count * size);
  const state = new Float32Array(count * bufferSize);
  for (let i = 0; i < count; i++) {
    const random = stream(seed, 'test networks', i);
    for (const { offset, size: own, shape, role } of tensors) {
      const fan = product(shape.slice(1));
      const gain = role === 'weight' && shape.length === 1;
      const deviation = role === 'weight' && !gain ? Math.sqrt(2 / fan) : 0.2;
      for (let k = 0; k < own; k++) theta[i * size + offset + k] = (gain ? 1 : 0) + deviation * random.normal();
    }
    for (const { offset, size: own, role } of buffers)
      for (let k = 0; k < own; k++)
        state[i * bufferSize + offset + k] =
          role === 'variance' ? Math.exp(0.3 * random.normal()) : 0.2 * random.normal();
  }
  return {
    type: 'Model',
    architecture,
    theta,
    buffers: state,
    count,
    names: Array.from({ length: count }, (_, i) => `seed ${i}`),
    origin: 'drawn for a test',
    flags: [],
  };
}

/** The same networks, each acted on by a random element of its symmetry group. */
export function actedOn(model: Model, seed = 0): Model {
  const channels = channelsOf(model.architecture);
  const one = (all: Float32Array, i: number): Float32Array =>
    all.subarray((i * all.length) / model.count, ((i + 1) * all.length) / model.count);
  const moved = Array.from({ length: model.count }, (_, i) =>
    rounded(
      applySymmetry(channels, randomSymmetry(channels, { seed, item: i, sigma: 0.5 }), {
        theta: one(model.theta, i),
        buffers: one(model.buffers, i),
      }),
    ),
  );
  return {
    ...model,
    theta: Float32Array.from(moved.flatMap(({ theta }) => [...theta])),
    buffers: Float32Array.from(moved.flatMap(({ buffers }) => [...buffers])),
  };
}

/** N(0, 1) inputs of a shape. */
export function drawnInputs(item: readonly number[], count: number, seed = 0): Inputs {
  const random = stream(seed, 'test inputs', 0);
  return {
    type: 'Inputs',
    x: Float32Array.from({ length: count * product(item) }, () => random.normal()),
    count,
    item,
    weights: new Float32Array(count).fill(1 / count),
    source: 'drawn for a test',
  };
}

/** What a network of count 1 gives on inputs: its outputs, row by row. */
export async function outputsOf(model: Model, inputs: Inputs, device: Device): Promise<Float32Array> {
  const last = String(model.architecture.layers.length - 1);
  return (await device.record({ networks: model, inputs, layers: [{ path: last }] }, silent))[0]!;
}

/** The same network with the mean of its outputs over inputs taken from its last bias, so that no output is always the largest. */
export async function balanced(model: Model, inputs: Inputs, device: Device): Promise<Model> {
  const outputs = await outputsOf(model, inputs, device);
  const k = outputs.length / inputs.count;
  const { offset } = layoutOf(model.architecture).tensors.at(-1)!;
  const theta = model.theta.slice();
  outputs.forEach((value, at) => {
    theta[offset + (at % k)]! -= value / inputs.count;
  });
  return { ...model, theta };
}

/** The inputs labelled by the network's own largest output, so that it is right on all of them. */
export async function labelledBy(model: Model, inputs: Inputs, device: Device): Promise<Inputs> {
  const outputs = await outputsOf(model, inputs, device);
  const k = outputs.length / inputs.count;
  const labels = Int32Array.from({ length: inputs.count }, (_, i) => {
    const row = outputs.subarray(i * k, (i + 1) * k);
    return row.indexOf(Math.max(...row));
  });
  return { ...inputs, labels, classes: Array.from({ length: k }, (_, c) => String(c)) };
}
