/** What crosses between a pool and its workers. A worker does one job at a time; results and errors cross as data. */
import type { Curve } from '../../catalog/values.js';
import type { DescendWork, Descent, DeviceName, EvaluateWork, Evaluation } from '../../catalog/work.js';
import type { Range } from '../blocks.js';
import type { FaultData } from '../device-fault.js';
import type { NetworkGift, NetworkTask } from './network-task.js';

/** How a worker opens its device. */
export interface Opening {
  readonly device: Exclude<DeviceName, 'webgpu'>;
  /** Name of a Web Lock that the worker holds for as long as it lives. */
  readonly lock?: string;
}

/** What a worker is told. */
export type Order =
  | { readonly kind: 'start'; readonly opening: Opening }
  /** Begins a job; an explicit family comes empty, its vectors with each shard. */
  | { readonly kind: 'evaluate'; readonly job: number; readonly work: EvaluateWork }
  | { readonly kind: 'shard'; readonly job: number; readonly range: Range; readonly theta?: Float32Array }
  | { readonly kind: 'descend'; readonly job: number; readonly work: DescendWork }
  | { readonly kind: 'network'; readonly job: number; readonly task: NetworkTask }
  /** End now, and keep what there is. */
  | { readonly kind: 'finish'; readonly job: number }
  /** No more shards will come. */
  | { readonly kind: 'close'; readonly job: number }
  | { readonly kind: 'cancel'; readonly job: number };

/** What a piece of work took. */
export interface Taken {
  readonly ms: number; // that this thread computed
  readonly dispatches: number; // of the worker's device since it was made
}

/** What a worker answers. `start` is where the shard begins that is meant. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unable'; readonly fault: FaultData }
  | {
      readonly kind: 'progress';
      readonly job: number;
      readonly start: number;
      readonly fraction: number;
      readonly curve?: Curve;
    }
  | {
      readonly kind: 'done';
      readonly job: number;
      readonly start: number;
      readonly evaluation: Evaluation;
      readonly taken: Taken;
    }
  | { readonly kind: 'descended'; readonly job: number; readonly descent: Descent; readonly taken: Taken }
  | { readonly kind: 'gift'; readonly job: number; readonly gift: NetworkGift; readonly taken: Taken }
  /** The job is over; only its closing follows. */
  | { readonly kind: 'failed'; readonly job: number; readonly fault: FaultData }
  /** The worker is free. */
  | { readonly kind: 'closed'; readonly job: number };
