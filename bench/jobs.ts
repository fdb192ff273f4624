/** Everything that is measured, in order. */
import type { Bench } from './bench.js';
import { adaptiveLattice } from './jobs/adaptive.js';
import { assignment } from './jobs/assignment.js';
import { cost } from './jobs/cost.js';
import { fcn500, fcn16384, fcnEpsilon } from './jobs/fcn.js';
import { lenet, lenetEpsilon } from './jobs/lenet.js';
import { mlp } from './jobs/mlp.js';
import { searches } from './jobs/searches.js';
import { training } from './jobs/training.js';

/** One or more rows of the table, by a name to ask for. */
export interface Job {
  readonly name: string;
  run(bench: Bench): Promise<void>;
}

/** All jobs. */
export const JOBS: readonly Job[] = [
  { name: 'fcn-500-webgpu', run: (bench) => fcn500(bench, 'webgpu') },
  { name: 'fcn-500-wasm', run: (bench) => fcn500(bench, 'wasm') },
  { name: 'fcn-16384', run: fcn16384 },
  { name: 'fcn-epsilon', run: fcnEpsilon },
  { name: 'lenet-epsilon', run: lenetEpsilon },
  { name: 'lenet', run: lenet },
  { name: 'mlp', run: mlp },
  { name: 'searches', run: searches },
  { name: 'adaptive', run: adaptiveLattice },
  { name: 'assignment', run: assignment },
  { name: 'training', run: training },
  { name: 'cost', run: cost },
];
