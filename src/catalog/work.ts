/**
 * The primitives that a node may ask for, and the context it runs in. `src/tensor` implements them for each device;
 * nodes and methods see only these interfaces.
 */
import type { FileReference } from '../document/schema.js';
import type { Architecture } from './architecture.js';
import type { Curve, Inputs, Lattice, Outputs, Subspace } from './values.js';

/** Where tensors are computed. */
export type DeviceName = 'webgpu' | 'wasm' | 'cpu';

/**
 * A lazily indexed set of parameter vectors. All but `explicit` are affine: θ0 + Σ c_k b_k. `members` are chosen indices of a
 * lattice; `affine` has its coefficients [count, m] listed: a path, the centres of cells.
 */
export type Family =
  | { readonly kind: 'explicit'; readonly theta: Float32Array; readonly count: number }
  | { readonly kind: 'lattice'; readonly lattice: Lattice }
  | { readonly kind: 'members'; readonly lattice: Lattice; readonly index: Uint32Array }
  | { readonly kind: 'affine'; readonly subspace: Subspace; readonly coefficients: Float64Array };

/** evaluate(family × inputs → J and power). */
export interface EvaluateWork {
  readonly architecture: Architecture;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly family: Family;
  /** Members with J ≥ cap are given up as soon as their partial sum says so; none where absent. */
  readonly cap?: number;
  /** Only the members start ≤ i < end; all where absent. What one shard computes. */
  readonly range?: { readonly start: number; readonly end: number };
}

/**
 * One entry per member (of the range): `loss` = Σ w‖φ − y‖², `power` = Σ w‖φ‖². With a cap, `loss` is +∞ and `power` NaN exactly
 * where J ≥ cap; everything else is what it is without one, bit for bit. A J that overflows to NaN may be either: what made it NaN
 * may not have been added.
 */
export interface Evaluation {
  readonly loss: Float32Array;
  readonly power: Float32Array;
  /** 'fused' or 'layered', then 'affine' where the first layer was projected, 'rejecting' where there was a cap. */
  readonly route: string;
  /**
   * How many blocks of inputs were added to a member's sums, over all members: the work that rejection saves shows here. Not whole
   * where a member was given up within a block.
   */
  readonly blocks: number;
}

/** Gradient descent rules; momentum 0 is plain SGD. */
export type Optimizer =
  | { readonly name: 'sgd'; readonly learningRate: number; readonly momentum: number }
  | {
      readonly name: 'adam';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
    };

/** descend(batch of θ, J): `start` is [count, P]. All candidates see the same minibatch at a step, drawn from (seed, step). */
export interface DescendWork {
  readonly architecture: Architecture;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
  readonly start: Float32Array;
  readonly count: number;
  readonly optimizer: Optimizer;
  readonly steps: number;
  readonly batch: number; // clipped to N
  readonly seed: number;
  readonly record: number; // record the minibatch J of each candidate every so many steps
}

/** `theta` [count, P]; `history` [records, count] minibatch J at `steps` [records]. A diverged candidate holds NaN. */
export interface Descent {
  readonly theta: Float32Array;
  readonly steps: Float64Array;
  readonly history: Float32Array;
}

/** Parameters `start` ≤ i < `end` of a θ. */
export interface ParameterRange {
  readonly start: number;
  readonly end: number;
}

/** What training makes small: the mean cross-entropy of softmax(φ) with the labels, or the mean squared error with targets. */
export type Objective = 'cross-entropy' | 'squared-error';

/** The learning rate over a run: as it is; cosine to 0; times `factor` every `epochs`; up over the share `warmup`, then down to 0, both linear. */
export type Schedule =
  | { readonly name: 'constant' | 'cosine' }
  | { readonly name: 'step'; readonly epochs: number; readonly factor: number }
  | { readonly name: 'one-cycle'; readonly warmup: number };

/** A bound that part of θ is kept in after every step: W [d, d] at `start` as a doubly stochastic matrix times a positive diagonal, or entries above 0. */
export type Constraint =
  | { readonly kind: 'soft-permutation-scaling'; readonly start: number; readonly channels: number }
  | { readonly kind: 'positive'; readonly ranges: readonly ParameterRange[] };

/** Points with what a network should give on them: labels in `inputs`, or `targets` for the squared error. */
export interface Examples {
  readonly inputs: Inputs;
  readonly targets?: Outputs;
}

/** Networks of one Architecture: theta [count, P], buffers [count, B]. */
export interface Networks {
  readonly architecture: Architecture;
  readonly theta: Float32Array;
  readonly buffers: Float32Array;
  readonly count: number;
}

/** train(networks, examples): each from its own start on minibatches in its own order. Inputs' weights are not used. */
export interface TrainWork {
  readonly networks: Networks;
  readonly examples: Examples;
  readonly validation?: Examples;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly weightDecay: number; // λ: g + λθ with SGD (as torch.optim.SGD), decoupled with Adam (AdamW)
  readonly schedule: Schedule;
  readonly epochs: number;
  readonly batch: number; // clipped to N; the last of an epoch may be smaller
  readonly seeds: readonly number[]; // [count] of the order of examples in each epoch
  readonly trainable?: readonly ParameterRange[]; // what moves; all of θ where absent
  /** What batch normalisation divides by: the batch's statistics, which also move the running ones, or the running ones, which stay. */
  readonly statistics: 'batch' | 'running';
  readonly constraint?: Constraint;
}

/** One number for each epoch and network, [epochs, count]: of the examples while they were trained on, and of the validation after the epoch. NaN where there is none. */
export interface TrainHistory {
  readonly loss: Float32Array;
  readonly accuracy: Float32Array;
  readonly validationLoss: Float32Array;
  readonly validationAccuracy: Float32Array;
}

/**
 * Networks after training. `epochs` [count] is how many each did: fewer where it was told to finish (`untrained` where that was before
 * its first step), or where it diverged, and then θ and buffers are those after the last epoch whose loss was finite.
 */
export interface Training {
  readonly networks: Networks;
  readonly epochs: readonly number[];
  readonly ended: readonly ('done' | 'finished' | 'untrained' | 'diverged')[];
  readonly history: TrainHistory;
}

/** Mean loss and accuracy of each network on examples, in evaluation mode; accuracy is NaN with the squared error. */
export interface Scores {
  readonly loss: Float64Array; // [count]
  readonly accuracy: Float64Array; // [count], from 0 to 1
}

/** record(network, inputs, layers): what layers give, in evaluation mode. `networks.count` is 1. */
export interface RecordWork {
  readonly networks: Networks;
  readonly inputs: Inputs;
  readonly layers: readonly { readonly path: string; readonly positions?: Uint32Array }[]; // of images: which positions y·W + x, all where absent
  readonly mean?: boolean; // of images: the mean over positions instead
}

/** How long work says what it is doing and learns that it should stop. */
export interface WorkControl {
  readonly signal: AbortSignal;
  /** Aborted when training is to end after the present step and keep what there is. */
  readonly finish?: AbortSignal;
  /** `fraction` in [0, 1]; `curve` is drawn live on the node. */
  progress(fraction: number, message?: string, curve?: Curve): void;
}

/** A device that computes the primitives. All methods reject with a typed error and never return silent zeros. */
export interface Device {
  readonly name: DeviceName;
  readonly adapter: string; // 'NVIDIA H200', 'SwiftShader (software)', 'SIMD', 'JavaScript'
  readonly software: boolean; // a software WebGPU adapter
  /**
   * J and power of every member of a family, in the family's order: loss and power [count], NaN for a vector that is not finite.
   * An input of weight 0 adds nothing. A member's numbers are the same whatever members are beside it (to 10⁻⁶); across
   * devices they agree within float32 rounding (5·10⁻⁵ of J + power), not to the bit. Memory does not grow with the family.
   * Rejects with kind `shape` where inputs, outputs or members do not fit the Architecture, `cancelled` once the signal is
   * aborted, `device` when the device is lost or has no memory even for the smallest batches.
   */
  evaluate(work: EvaluateWork, control: WorkControl): Promise<Evaluation>;
  /**
   * Gradient descent of B candidates [B, P] at once on minibatches of J, the same inputs for all at each step: θ [B, P] after the
   * last step and J at the recorded ones. A candidate that diverges holds NaN and leaves the others as they are. A candidate's
   * path does not depend on the others; across devices paths agree at first and drift apart as rounding does in any descent.
   * Rejects as `evaluate` does, and with kind `parameter` for steps, batch or an optimiser out of range.
   */
  descend(work: DescendWork, control: WorkControl): Promise<Descent>;
  /** The network's outputs [N, k] for one θ [P], weights unseen. Rejects as `evaluate` does. */
  forward(architecture: Architecture, theta: Float32Array, inputs: Inputs, control: WorkControl): Promise<Float32Array>;
  /**
   * Trains networks of any Architecture, at once where the device can. A network's numbers do not depend on the others, nor on the
   * threads; across devices they agree at first and drift apart as rounding does. Rejects as `evaluate` does; a network that diverges
   * ends alone, with its last good weights.
   */
  train(work: TrainWork, control: WorkControl): Promise<Training>;
  /** Loss and accuracy of each network. */
  score(networks: Networks, examples: Examples, objective: Objective, control: WorkControl): Promise<Scores>;
  /** By layer, in the order asked for: [N, channels, positions], [N, channels] with `mean`, [N, units] of a vector. */
  record(work: RecordWork, control: WorkControl): Promise<readonly Float32Array[]>;
  /** Buffers [count, B] of batch normalisation estimated anew: the mean over batches of their statistics, layer after layer in one pass (as torch.optim.swa_utils.update_bn). */
  estimateStatistics(networks: Networks, inputs: Inputs, batch: number, control: WorkControl): Promise<Float32Array>;
  /** Dispatches (or kernel calls) since the device was made; proves that work ran here. */
  readonly dispatches: number;
  /** Threads that long work is computed on; 1 where absent. Results do not depend on it. */
  readonly threads?: number;
  /** Seconds that other threads than the caller's have computed since the device was made; 0 where absent. */
  readonly workerSeconds?: number;
  dispose(): Promise<void>;
}

/** One array inside a file, from its header alone; of a small file also what is wrong with its numbers. */
export interface ArrayHeader {
  readonly name: string;
  readonly dtype: string; // numpy style: 'f4', 'f8', 'i4', …
  readonly shape: readonly number[];
  readonly fault?: string; // the error that reading its numbers as float32 would give
}

/** Bytes of the files that documents name. */
export interface FileSource {
  read(file: FileReference): Promise<Uint8Array>;
  /** Headers of an array file if it is known here, undefined otherwise. Synchronous, so that checks need no run. */
  headers(file: FileReference): readonly ArrayHeader[] | undefined;
  /** The bytes if the file is known here, undefined otherwise: for checks that look at their start, or at little. They must not be changed. */
  bytes(file: FileReference): Uint8Array | undefined;
}

/** What the members of a step took: for provenance and the card, never for results. */
export interface Effort {
  readonly members: number; // of the family
  readonly evaluated: number; // of these, in this step; and cells of an adaptive lattice that were judged
  readonly judged?: number; // how many of them are such cells, judged by intervals, by their centres or by both
  readonly blocks: number; // of inputs, over all that were evaluated; not whole where one was given up within a block
  readonly blocksEach: number; // blocks that a member takes which is computed to the end
  readonly seconds: number;
  readonly from?: string; // what it went on from, one phrase
}

/** What `run` gets besides inputs and parameters. */
export interface RunContext extends WorkControl {
  readonly device: Device;
  readonly files: FileSource;
  /** Takes what the work took, once at most. */
  account?(effort: Effort): void;
}
