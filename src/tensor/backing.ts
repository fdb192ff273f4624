/** What each kind of device brings; `device.ts` makes a Device of it. */
import type { Architecture } from '../catalog/architecture.js';
import type { DeviceName, EvaluateWork, WorkControl } from '../catalog/work.js';
import type { BlockSums } from './block-sums.js';
import type { GradientEngine } from './descend.js';
import type { LayeredEngine } from './layered.js';
import type { NetworkEngine } from './network/engine.js';
import type { Breathe } from './pace.js';

/** A layered engine that also gives the outputs of one θ: `x` [count, features] to [count, k]. */
export interface ForwardEngine extends LayeredEngine {
  forward(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<ArrayLike<number>>;
}

/** A place to compute. `scale` ≤ 1 asks for smaller batches, after a lack of memory. */
export interface Backing {
  readonly name: DeviceName;
  readonly adapter: string;
  readonly software: boolean;
  readonly dispatches: number;
  /** Runs work with the device to itself. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  engine(architecture: Architecture, scale: number): ForwardEngine;
  gradient(architecture: Architecture, scale: number): GradientEngine;
  /** For networks of any Architecture: to train, to score, to record. */
  network(architecture: Architecture, scale: number): NetworkEngine;
  /** The fused route, made ready; undefined where it cannot do with less memory. */
  fused(work: EvaluateWork, control: WorkControl, scale: number): Promise<BlockSums | undefined>;
  /** Makes the device anew after a fault. */
  rebuild(): Promise<void>;
  dispose(): Promise<void>;
}
