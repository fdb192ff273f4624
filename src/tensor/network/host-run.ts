/** Networks in training with their parameters and the optimiser on the host, in float64: the device gives gradients. */
import type { TrainWork } from '../../catalog/work.js';
import { Descender } from '../optimizer.js';
import type { Breathe } from '../pace.js';
import { constrain } from './constraint.js';
import type { ExampleBatch, NetworkEngine, Standing, TrainingRun } from './engine.js';
import { trainableOf } from './examples.js';

/** Any work on any engine. */
export class HostRun implements TrainingRun {
  readonly together: number;
  private readonly size: number;
  private readonly theta: Float64Array;
  private readonly buffers: Float32Array;
  private readonly gradient: Float64Array;
  private readonly descender: Descender;
  private readonly taken: Uint32Array; // steps of each network

  constructor(
    private readonly work: TrainWork,
    private readonly engine: Pick<NetworkEngine, 'together' | 'gradients'>,
  ) {
    const { theta, buffers, count } = work.networks;
    this.size = theta.length / count;
    this.theta = Float64Array.from(theta);
    this.buffers = buffers.slice();
    this.together = Math.max(1, Math.min(count, engine.together));
    this.gradient = new Float64Array(this.together * this.size);
    this.taken = new Uint32Array(count);
    const moving = { ranges: trainableOf(work), decay: work.weightDecay };
    this.descender = new Descender(work.optimizer, this.theta, this.size, moving);
  }

  async step(
    networks: readonly number[],
    batches: readonly ExampleBatch[],
    learningRate: number,
    loss: Float64Array,
    correct: Float64Array,
    breathe: Breathe,
  ): Promise<void> {
    const { theta, buffers, gradient, size, work } = this;
    const { objective, statistics, constraint } = work;
    const trainable = trainableOf(work);
    await this.engine.gradients(
      { theta, buffers, networks, batches, objective, statistics, trainable, loss, correct, gradient },
      breathe,
    );
    for (const [g, network] of networks.entries()) {
      const step = this.taken[network]!++;
      this.descender.update([network], gradient.subarray(g * size), step, learningRate);
      if (constraint) constrain(constraint, theta, network * size);
    }
  }

  async read(network: number): Promise<Standing> {
    const { theta, buffers, size } = this;
    const width = buffers.length / this.work.networks.count;
    return {
      theta: Float32Array.from(theta.subarray(network * size, (network + 1) * size)),
      buffers: buffers.slice(network * width, (network + 1) * width),
    };
  }

  dispose(): void {}
}
