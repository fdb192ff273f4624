/** What a device does for networks of any Architecture: values of layers, gradients, statistics of batches. */
import type { Objective, ParameterRange, TrainWork } from '../../catalog/work.js';
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
  /**
   * Written: mean loss of each batch [networks.length] (of the squared error also over the k outputs, as torch.nn.MSELoss), how many
   * were classified rightly (NaN with the squared error), gradient [networks.length, P].
   */
  readonly loss: Float64Array;
  readonly correct: Float64Array;
  readonly gradient: Float64Array;
}

/** Values of one network on some inputs: its outputs [count, k], and what the layers asked for give, [count, numbers of the layer] each. */
export interface LayerValues {
  readonly outputs: Float32Array;
  readonly layers: readonly Float32Array[];
}

/** A network as it stands in training. */
export interface Standing {
  readonly theta: Float32Array; // [P]
  readonly buffers: Float32Array; // [B]
}

/** Networks in training: who keeps their θ, buffers and the state of the optimiser. A network's numbers do not depend on the others. */
export interface TrainingRun {
  /** Most networks that one call of `step` takes, ≥ 1. */
  readonly together: number;
  /**
   * One step of some networks, each on its batch, at this learning rate. Decay is the optimiser's: λθ beside the gradient of SGD, θ ← θ − ηλθ
   * before Adam. What is outside of `trainable` stays. Writes the mean loss before the step, and how many were right, of each of `networks`.
   */
  step(
    networks: readonly number[],
    batches: readonly ExampleBatch[],
    learningRate: number,
    loss: Float64Array,
    correct: Float64Array,
    breathe: Breathe,
  ): Promise<void>;
  /** A network as it stands, copied. */
  read(network: number): Promise<Standing>;
  dispose(): void;
}

/** One Architecture on one device. `breathe` is awaited between slices of at most some tens of milliseconds. */
export interface NetworkEngine {
  /** Most networks that one call of `gradients` takes, ≥ 1. */
  readonly together: number;
  /** Most inputs that one call of `forward` takes, ≥ 1. */
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
  /**
   * A batch may have any size. With statistics 'batch', running ones move by each layer's momentum towards the batch's mean and unbiased
   * variance (as torch.nn.BatchNorm2d); of a single number (one example, one position) there is no variance, and they stay.
   */
  gradients(job: GradientJob, breathe: Breathe): Promise<void>;
  /**
   * Networks in training on the device itself, where that is faster than `gradients` and the optimiser of the host (host-run.ts); undefined
   * where this work is not for it: the host has constraints.
   */
  begin?(work: TrainWork): TrainingRun | undefined;
  /**
   * Mean and unbiased variance of the batch (of any size) at each batch normalisation, laid out as the buffers [B]; layers divide by the
   * batch's own. Of a single number the variance is NaN.
   */
  statistics(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float32Array>;
  dispose(): void;
}
