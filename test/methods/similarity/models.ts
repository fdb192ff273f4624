/** Small random models and inputs, and a run of a node on the plain device. */
import type { Architecture } from '../../../src/catalog/architecture.js';
import { freshBuffers, layoutOf } from '../../../src/catalog/architecture.js';
import { mlp, myrtle } from '../../../src/catalog/presets.js';
import { product } from '../../../src/catalog/shape.js';
import type { Activations, Inputs, Model } from '../../../src/catalog/values.js';
import { stream } from '../../../src/tensor/random.js';

/** Dense layers 0, 2, 4 and ReLUs 1, 3. */
export const perceptron = mlp([5, 8, 6, 3], { name: 'relu' }, true);
/** ReLUs are layers 2 and 5 (8 × 8), 9 (4 × 4) and 13 (2 × 2); layer 16 is dense. */
export const cnn = myrtle([2, 8, 8], 2, 4);

/** Networks of normal weights, one for each seed; running statistics as if fresh. */
export function randomModel(architecture: Architecture, seeds: readonly number[]): Model {
  const { size, bufferSize } = layoutOf(architecture);
  const theta = new Float32Array(seeds.length * size);
  const buffers = new Float32Array(seeds.length * bufferSize);
  seeds.forEach((seed, i) => {
    const s = stream(seed, 'test model', 0);
    for (let k = 0; k < size; k++) theta[i * size + k] = 0.6 * s.normal();
    buffers.set(freshBuffers(architecture), i * bufferSize);
  });
  return {
    type: 'Model',
    architecture,
    theta,
    buffers,
    count: seeds.length,
    names: seeds.map((seed) => `seed ${seed}`),
    origin: 'random weights',
    flags: [],
  };
}

/** `count` random inputs of a shape. */
export function randomInputs(count: number, item: readonly number[], seed = 0): Inputs {
  const s = stream(seed, 'test inputs', 1);
  return {
    type: 'Inputs',
    x: Float32Array.from({ length: count * product(item) }, () => s.normal()),
    count,
    item,
    weights: new Float32Array(count).fill(1 / count),
    source: `${count} draws`,
  };
}

/** Layers of a model on inputs. */
export function activationsOf(
  model: Model,
  inputs: Inputs,
  layers: readonly string[],
  rest: Partial<Pick<Activations, 'reading' | 'rows' | 'seed'>> = {},
): Activations {
  return { type: 'Activations', model, inputs, layers, reading: 'mean', rows: 2000, seed: 0, ...rest };
}
