/** Networks of any Architecture in plain JavaScript, in float64: the measure for the others. */

import { range } from '../../arrays/numbers.js';
import type { Architecture } from '../../catalog/architecture.js';
import { columns, inputRows } from '../cpu-network.js';
import type { Breathe } from '../pace.js';
import { CpuProgram } from './cpu-program.js';
import type { GradientJob, LayerValues, NetworkEngine } from './engine.js';
import { judge } from './objective.js';
import { type Program, programOf } from './program.js';

const BLOCK_NUMBERS = 2 ** 24; // of all slots of one block: 128 MB
const MOST = 256; // inputs of one block

/** The engine of the plain route; `count` is called with the number of network passes. */
export class CpuNetworkEngine implements NetworkEngine {
  readonly together = 1;
  readonly block: number;
  private readonly program: Program;
  private readonly network: CpuProgram;

  constructor(
    architecture: Architecture,
    private readonly count: (passes: number) => void,
    scale = 1,
  ) {
    this.program = programOf(architecture);
    this.network = new CpuProgram(this.program);
    const rows = this.program.slots.reduce((sum, own) => sum + own, 0);
    this.block = Math.max(1, Math.min(MOST, Math.floor((scale * BLOCK_NUMBERS) / rows)));
  }

  async forward(
    theta: Float32Array,
    buffers: Float32Array,
    x: Float32Array,
    count: number,
    paths: readonly string[],
    breathe: Breathe,
  ): Promise<LayerValues> {
    const { network, program } = this;
    const n = columns(count);
    inputRows(x, program.features, range(count), padded(network.inputs(count), program.features, n));
    await network.forward(Float64Array.from(theta), count, { by: 'running', buffers }, () => breathe(0));
    this.count(1);
    const read = (slot: number): Float32Array => {
      const rows = program.slots[slot]!;
      const from = network.value(slot);
      const values = new Float32Array(count * rows);
      for (let r = 0; r < rows; r++) for (let i = 0; i < count; i++) values[i * rows + r] = from[r * n + i]!;
      return values;
    };
    return { outputs: read(program.result), layers: paths.map((path) => read(program.places.get(path)!)) };
  }

  async gradients(job: GradientJob, breathe: Breathe): Promise<void> {
    const { network, program } = this;
    const { features, outputs: k, size, bufferSize } = program;
    for (const [g, which] of job.networks.entries()) {
      const batch = job.batches[g]!;
      const { count } = batch;
      const n = columns(count);
      const theta = job.theta.subarray(which * size, (which + 1) * size);
      const buffers = job.buffers.subarray(which * bufferSize, (which + 1) * bufferSize);
      const gradient = job.gradient.subarray(g * size, (g + 1) * size).fill(0);
      const breath = (): Promise<void> => breathe(g / job.networks.length);
      inputRows(batch.x, features, range(count), padded(network.inputs(count), features, n));
      const dividing = job.statistics === 'batch' ? { by: 'batch', moves: buffers } : { by: 'running', buffers };
      await network.forward(theta, count, dividing as Parameters<CpuProgram['forward']>[2], breath);
      const places = { at: 0, example: 1, output: n };
      const slope = network.outputSlope().fill(0, 0, k * n);
      const out = network.value(program.result);
      const judged = judge(job.objective, k, batch, 0, count, out, places, { to: slope, at: 0, scale: 1 / count });
      job.loss[g] = judged.loss / count;
      job.correct[g] = judged.correct;
      await network.backward(theta, gradient, job.trainable, count, breath);
    }
    this.count(job.networks.length);
  }

  async statistics(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float32Array> {
    const { network, program } = this;
    inputRows(x, program.features, range(count), padded(network.inputs(count), program.features, columns(count)));
    await network.forward(Float64Array.from(theta), count, { by: 'batch' }, () => breathe(0));
    this.count(1);
    const found = new Float32Array(program.bufferSize);
    for (const [i, { step }] of program.operations.entries()) {
      if (step.kind !== 'batch-norm') continue;
      const { mean, variance } = network.dividedBy(i)!;
      const numbers = step.positions * count;
      found.set(mean, step.mean);
      found.set(
        variance.map((v) => (v * numbers) / (numbers - 1)),
        step.variance,
      );
    }
    return found;
  }

  dispose(): void {}
}

/** Rows with the columns beyond the examples set to 0. */
function padded(rows: Float64Array, features: number, n: number): Float64Array {
  return rows.fill(0, 0, features * n);
}
