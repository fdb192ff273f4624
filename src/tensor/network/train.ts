/**
 * The loop of training, the same on all devices: epochs of minibatches in an order of each network's own, the schedule, validation, and
 * when a network ends. A device brings the steps (TrainingRun) and the outputs (NetworkEngine).
 */

import { joined } from '../../arrays/numbers.js';
import { layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Training, TrainWork, WorkControl } from '../../catalog/work.js';
import { chunksOf } from '../blocks.js';
import { checkRule } from '../optimizer.js';
import { Pace } from '../pace.js';
import { stream } from '../random.js';
import type { NetworkEngine, Standing, TrainingRun } from './engine.js';
import { checkExamples, checkNetworks, Gatherer } from './examples.js';
import { emptyHistory, epochText, historyCurve } from './history.js';
import { HostRun } from './host-run.js';
import { rateFactor } from './schedule.js';
import { judgeNetwork } from './score.js';

const DIVERGED = 1e4; // times the first loss, or 1 where that is more

/** Throws a typed error where work to train does not fit together. */
export function checkTraining(work: TrainWork): void {
  const { networks, examples, validation, objective, optimizer, weightDecay, epochs, batch, seeds, trainable } = work;
  const layout = checkNetworks(networks, 'train');
  checkExamples(examples, objective, layout, 'train');
  if (validation) checkExamples(validation, objective, layout, 'train, validation');
  const refuse = (what: string, expected: string, got: unknown): never => {
    throw new FiberscopeError('parameter', `train: ${what}: expected ${expected}, got ${got}`);
  };
  if (!(Number.isInteger(epochs) && epochs >= 0)) refuse('epochs', 'an integer ≥ 0', epochs);
  if (!(Number.isInteger(batch) && batch >= 1)) refuse('batch', 'an integer ≥ 1', batch);
  if (!(weightDecay >= 0 && weightDecay < Infinity)) refuse('weight decay', 'a number ≥ 0', weightDecay);
  if (seeds.length !== networks.count) refuse('seeds', `one for each of ${networks.count} networks`, seeds.length);
  checkRule(optimizer, 'train');
  for (const { start, end } of trainable ?? [])
    if (!(0 <= start && start <= end && end <= layout.size))
      refuse('what moves', `ranges of the ${layout.size} parameters`, `${start} to ${end}`);
}

/** One network while it is trained. */
interface Pupil {
  readonly network: number;
  order: Uint32Array;
  first: number | undefined; // its first loss
  loss: number; // sum over the examples of this epoch
  correct: number;
  epochs: number; // that are done
  good: Standing; // after the last of them
  ended: Training['ended'][number] | undefined;
}

/** Whether all numbers of a network are finite. */
function isSound({ theta, buffers }: Standing): boolean {
  return theta.every(Number.isFinite) && buffers.every(Number.isFinite);
}

/** Trains networks as `work` says. */
export async function trainWith(work: TrainWork, engine: NetworkEngine, control: WorkControl): Promise<Training> {
  checkTraining(work);
  const run = engine.begin?.(work) ?? new HostRun(work, engine);
  try {
    return await new Loop(work, engine, run, control).done();
  } finally {
    run.dispose();
  }
}

class Loop {
  private readonly count: number; // networks
  private readonly examples: number;
  private readonly batch: number;
  private readonly steps: number; // of an epoch
  private readonly outputs: number;
  private readonly pupils: readonly Pupil[];
  private readonly gatherers: readonly Gatherer[];
  private readonly history;
  private readonly pace: Pace;
  private readonly loss: Float64Array;
  private readonly correct: Float64Array;

  constructor(
    private readonly work: TrainWork,
    private readonly engine: NetworkEngine,
    private readonly run: TrainingRun,
    private readonly control: WorkControl,
  ) {
    const { networks, examples, objective, epochs } = work;
    const { theta, buffers, count } = networks;
    this.count = count;
    this.examples = examples.inputs.count;
    this.batch = Math.min(work.batch, this.examples);
    this.steps = Math.ceil(this.examples / this.batch);
    const { size, bufferSize, outputs } = layoutOf(networks.architecture);
    this.outputs = outputs;
    this.pupils = Array.from({ length: count }, (_, network) => ({
      network,
      order: new Uint32Array(0),
      first: undefined,
      loss: 0,
      correct: 0,
      epochs: 0,
      good: {
        theta: theta.slice(network * size, (network + 1) * size),
        buffers: buffers.slice(network * bufferSize, (network + 1) * bufferSize),
      },
      ended: undefined,
    }));
    const together = Math.max(1, Math.min(count, run.together));
    this.gatherers = Array.from({ length: together }, () => new Gatherer(examples, objective, this.batch));
    this.loss = new Float64Array(together);
    this.correct = new Float64Array(together);
    this.history = emptyHistory(epochs, count);
    this.pace = new Pace(control);
  }

  private get going(): readonly Pupil[] {
    return this.pupils.filter(({ ended }) => ended === undefined);
  }

  private get isFinishing(): boolean {
    return this.control.finish?.aborted === true;
  }

  /** All epochs. */
  async done(): Promise<Training> {
    const { epochs, networks } = this.work;
    for (let epoch = 0; epoch < epochs && this.going.length > 0 && !this.isFinishing; epoch++) await this.epoch(epoch);
    for (const pupil of this.going) {
      const standing = await this.run.read(pupil.network);
      if (!isSound(standing)) {
        pupil.ended = 'diverged';
        continue;
      }
      pupil.good = standing;
      pupil.ended = pupil.epochs === epochs ? 'done' : pupil.first === undefined ? 'untrained' : 'finished';
    }
    const { pupils } = this;
    const theta = joined(pupils.map(({ good }) => good.theta));
    const buffers = joined(pupils.map(({ good }) => good.buffers));
    return {
      networks: { ...networks, theta, buffers },
      epochs: pupils.map((pupil) => pupil.epochs),
      ended: pupils.map(({ ended }) => ended!),
      history: this.history,
    };
  }

  private async epoch(epoch: number): Promise<void> {
    for (const pupil of this.going) {
      pupil.order = stream(this.work.seeds[pupil.network]!, 'epoch', epoch).permutation(this.examples);
      pupil.loss = 0;
      pupil.correct = 0;
    }
    for (let step = 0; step < this.steps; step++) {
      await this.step(epoch, step);
      if (this.isFinishing && step + 1 < this.steps) return; // the epoch is not whole
    }
    await this.close(epoch);
  }

  private async breathe(epoch: number, share: number): Promise<void> {
    if (!this.pace.due) return;
    const { epochs } = this.work;
    const done = Math.max(0, ...this.pupils.map((pupil) => pupil.epochs));
    await this.pace.step((epoch + share) / epochs, epochText(epoch, epochs), () =>
      historyCurve(this.history, done, this.count),
    );
  }

  private async step(epoch: number, step: number): Promise<void> {
    const { work, steps, batch, gatherers, loss, correct } = this;
    const at = epoch * steps + step;
    const rate = work.optimizer.learningRate * rateFactor(work.schedule, at, work.epochs * steps, work.epochs);
    const going = this.going;
    const groups = chunksOf(going.length, gatherers.length);
    for (const [g, { start, end }] of groups.entries()) {
      const group = going.slice(start, end);
      const batches = group.map(({ order }, i) => gatherers[i]!.take(order.subarray(step * batch, (step + 1) * batch)));
      const networks = group.map(({ network }) => network);
      const breathe = (share: number): Promise<void> =>
        this.breathe(epoch, (step + (g + share) / groups.length) / (steps + 1)); // validation takes about a step
      await this.run.step(networks, batches, rate, loss, correct, breathe);
      for (const [i, pupil] of group.entries()) {
        const value = loss[i]!;
        pupil.first ??= value;
        pupil.loss += value * batches[i]!.count;
        pupil.correct += correct[i]!;
        if (!(Math.abs(value) <= DIVERGED * Math.max(1, pupil.first))) pupil.ended = 'diverged';
      }
      await breathe(1);
    }
  }

  /** The end of an epoch: what it came to, and validation. */
  private async close(epoch: number): Promise<void> {
    const { history, examples } = this;
    for (const pupil of this.going) {
      const standing = await this.run.read(pupil.network);
      if (!isSound(standing) || !(await this.validate(standing, epoch, pupil.network))) {
        pupil.ended = 'diverged';
        continue;
      }
      pupil.good = standing;
      pupil.epochs = epoch + 1;
      const at = epoch * this.count + pupil.network;
      history.loss[at] = pupil.loss / examples;
      history.accuracy[at] = pupil.correct / examples;
    }
  }

  /** Writes how a network does on the validation, where there is one; false where its loss there is not finite. */
  private async validate(standing: Standing, epoch: number, network: number): Promise<boolean> {
    const { engine, history, outputs, steps, count } = this;
    const { validation, objective } = this.work;
    if (validation === undefined) return true;
    const breathe = (): Promise<void> => this.breathe(epoch, steps / (steps + 1));
    const { loss, correct } = await judgeNetwork(engine, standing, validation, objective, outputs, breathe);
    if (!Number.isFinite(loss)) return false;
    history.validationLoss[epoch * count + network] = loss;
    history.validationAccuracy[epoch * count + network] = correct;
    return true;
  }
}
