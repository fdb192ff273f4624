/** A device made of many threads: one of its own, and workers that each have a device of the same name. */
import type { Architecture } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import type { Inputs } from '../../catalog/values.js';
import type {
  DescendWork,
  Descent,
  Device,
  DeviceName,
  EvaluateWork,
  Evaluation,
  Examples,
  Networks,
  Objective,
  RecordWork,
  Scores,
  Training,
  TrainWork,
  WorkControl,
} from '../../catalog/work.js';
import type { BackedDevice } from '../backed-device.js';
import { checkWork } from '../layered.js';
import { checkExamples, checkInputs, checkNetworks } from '../network/examples.js';
import { checkTraining } from '../network/train.js';
import { Crew } from './crew.js';
import { descendInPool, descentSize } from './descend.js';
import { Desk } from './desk.js';
import { WORTH } from './drive.js';
import { evaluateInPool, evaluationSize } from './evaluate.js';
import type { Opening, Taken } from './messages.js';
import { type NetworkGift, type NetworkTask, taskSize } from './network-task.js';
import { NetworkWork } from './networks.js';
import type { Listen } from './pool-worker.js';
import type { StartThread } from './thread.js';

/**
 * A device that computes on `threads` threads: small work in this one, long work in workers too, which are started for the first
 * long work and stay until `dispose`. Results are bit for bit those of `own`, whatever the threads and however work is cut. A worker that
 * dies is replaced, and what it had not finished is done by others.
 */
export class PooledDevice implements Device {
  readonly name: DeviceName;
  readonly adapter: string;
  readonly software: boolean;
  readonly #crew: Crew;
  readonly #closed = new AbortController();
  readonly #desk: Desk;
  readonly #networks: NetworkWork;
  #workerSeconds = 0;

  constructor(
    private readonly own: BackedDevice,
    threads: number,
    opening: Omit<Opening, 'lock'>,
    start: StartThread,
    worth = WORTH,
  ) {
    this.name = own.name;
    this.adapter = own.adapter;
    this.software = own.software;
    this.#crew = new Crew(threads - 1, opening, start, worth);
    this.#desk = new Desk(own, this.#crew, this.#closed.signal, this.#take);
    this.#networks = new NetworkWork(this.#desk);
  }

  /** How many threads long work gets. */
  get threads(): number {
    return 1 + this.#crew.size;
  }

  /** Seconds that workers have computed since the device was made. */
  get workerSeconds(): number {
    return this.#workerSeconds;
  }

  get dispatches(): number {
    return this.own.dispatches + this.#crew.dispatches;
  }

  readonly #take = ({ ms }: Taken): void => {
    this.#workerSeconds += ms / 1000;
  };

  async evaluate(given: EvaluateWork, control: WorkControl): Promise<Evaluation> {
    checkWork(given);
    if (this.#crew.size === 0 || !(evaluationSize(given) > this.#crew.worth.size))
      return this.own.evaluate(given, control);
    const work = await this.own.prepared(given, control);
    return evaluateInPool(work, this.own, this.#crew, control, this.#closed.signal, this.#take);
  }

  async descend(work: DescendWork, control: WorkControl): Promise<Descent> {
    if (this.#crew.size === 0 || work.count < 2 || !(descentSize(work) > this.#crew.worth.size))
      return this.own.descend(work, control);
    return descendInPool(work, this.own, this.#crew, control, this.#closed.signal, this.#take);
  }

  forward(
    architecture: Architecture,
    theta: Float32Array,
    inputs: Inputs,
    control: WorkControl,
  ): Promise<Float32Array> {
    return this.own.forward(architecture, theta, inputs, control);
  }

  /** A task that is not worth cutting, done by whichever thread is free. */
  #small(task: NetworkTask, { signal, finish, progress }: WorkControl): Promise<NetworkGift> | undefined {
    if (taskSize(task) > this.#crew.worth.size) return undefined;
    const listen: Listen = (fraction, curve) => progress(fraction, undefined, curve);
    return this.#desk.run(task, { signal, ...(finish ? { finish } : {}), listen });
  }

  async train(work: TrainWork, control: WorkControl): Promise<Training> {
    checkTraining(work);
    const small = this.#small({ kind: 'train', asks: work }, control);
    return small ? ((await small) as Training) : this.#networks.train(work, control);
  }

  async score(networks: Networks, examples: Examples, objective: Objective, control: WorkControl): Promise<Scores> {
    const task = { kind: 'score', asks: { networks, examples, objective } } as const;
    checkExamples(examples, objective, checkNetworks(networks, 'score'), 'score');
    const small = this.#small(task, control);
    return small ? ((await small) as Scores) : this.#networks.score(networks, examples, objective, control);
  }

  async record(work: RecordWork, control: WorkControl): Promise<readonly Float32Array[]> {
    checkInputs(work.inputs, checkNetworks(work.networks, 'record'), 'record');
    const small = this.#small({ kind: 'record', asks: work }, control);
    return small ? ((await small) as readonly Float32Array[]) : this.#networks.record(work, control);
  }

  async estimateStatistics(
    networks: Networks,
    inputs: Inputs,
    batch: number,
    control: WorkControl,
  ): Promise<Float32Array> {
    checkInputs(inputs, checkNetworks(networks, 'statistics'), 'statistics');
    const task = { kind: 'estimate', asks: { networks, inputs, batch } } as const;
    const small = this.#small(task, control);
    return small ? ((await small) as Float32Array) : this.#networks.estimate(networks, inputs, batch, control);
  }

  /** Ends the workers; work that goes on in them rejects with kind `cancelled`. */
  async dispose(): Promise<void> {
    const reason = new FiberscopeError('cancelled', `device ${this.name}: closed while it computed`);
    this.#closed.abort(reason);
    this.#crew.dispose(reason);
    await this.own.dispose();
  }
}
