/** What a device does for networks of any Architecture: values of layers, gradients, statistics of batches. */
import type { Objective, ParameterRange } from '../../catalog/work.js';
import type { Breathe } from '../pace.js';

/** Some examples: `x` [count, features] row-major, `labels` [count] or `targets` [count, k]. */
export interface ExampleBatch {
  readonly x: Float32Array;
  readonly count: number;
  readonly labels?: Int32Array;
  readonly targets?: Float32Array;
}

/** One step's gradients of several networks, each on its own batch. */
export interface GradientJob {
  readonly theta: Float64Array; // [all networks, P]
  readonly buffers: Float32Array; // [all networks, B]; with statistics 'batch' the running ones move
  readonly networks: readonly number[]; // which of them
  readonly batches: readonly ExampleBatch[]; // of each of these
  readonly objective: Objective;
  readonly statistics: 'batch' | 'running';
  readonly trainable: readonly ParameterRange[]; // where the gradient is wanted; elsewhere it may be anything
  /** Written: mean loss [networks.length], how many were classified rightly (NaN with the squared error), gradient [networks.length, P]. */
  readonly loss: Float64Array;
  readonly correct: Float64Array;
  readonly gradient: Float64Array;
}

/** Values of one network on some inputs: its outputs [count, k], and what the layers asked for give, [count, numbers of the layer] each. */
export interface LayerValues {
  readonly outputs: Float32Array;
  readonly layers: readonly Float32Array[];
}

/** One Architecture on one device. `breathe` is awaited between slices of at most some tens of milliseconds. */
export interface NetworkEngine {
  /** Most networks that one call of `gradients` takes, ≥ 1. */
  readonly together: number;
  /** Most inputs that one call of `forward` or `statistics` takes, ≥ 1. */
  readonly block: number;
  /** Values in evaluation mode of one network: theta [P], buffers [B], `x` [count, features]; `paths` as Place.path. */
  forward(
    theta: Float32Array,
    buffers: Float32Array,
    x: Float32Array,
    count: number,
    paths: readonly string[],
    breathe: Breathe,
  ): Promise<LayerValues>;
  gradients(job: GradientJob, breathe: Breathe): Promise<void>;
  /** Mean and unbiased variance of the batch at each batch normalisation, laid out as the buffers [B]; layers divide by the batch's own. */
  statistics(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float32Array>;
  dispose(): void;
}
