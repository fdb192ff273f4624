/** Networks in training in the memory of SIMD kernels: θ, the gradient and the optimiser's state stay there, in float32. */
import type { Constraint, ParameterRange, TrainWork } from '../../catalog/work.js';
import type { Breathe } from '../pace.js';
import { constrain, keepPositive } from './constraint.js';
import type { ExampleBatch, Standing, TrainingRun } from './engine.js';
import { trainableOf } from './examples.js';
import { descend } from './wasm-descent.js';
import { judgeSlabs } from './wasm-judge.js';
import { inSlices, type WasmMachine } from './wasm-machine.js';

/** Makes the machine of a run, for so many numbers of the optimiser's beside each parameter. */
export type MakeMachine = (states: number) => Promise<WasmMachine>;

/** Any work; a network goes after the other. */
export class WasmRun implements TrainingRun {
  readonly together = 1;
  private readonly machine: Promise<WasmMachine>;
  private readonly size: number;
  private readonly buffers: Float32Array;
  private readonly taken: Uint32Array; // steps of each network
  private readonly trainable: readonly ParameterRange[];

  constructor(
    private readonly work: TrainWork,
    make: MakeMachine,
    private readonly count: (passes: number) => void,
  ) {
    const { networks, optimizer } = work;
    this.size = networks.theta.length / networks.count;
    this.buffers = networks.buffers.slice();
    this.taken = new Uint32Array(networks.count);
    this.trainable = trainableOf(work).filter(({ start, end }) => end > start);
    const states = optimizer.name === 'adam' ? 2 : optimizer.momentum === 0 ? 0 : 1;
    this.machine = make(states).then((machine) => {
      for (let i = 0; i < networks.count; i++)
        machine.memory.numbers.set(
          networks.theta.subarray(i * this.size, (i + 1) * this.size),
          machine.installation.theta(i) / 4,
        );
      return machine;
    });
    this.machine.catch(() => undefined); // the first step hears it
  }

  async step(
    networks: readonly number[],
    batches: readonly ExampleBatch[],
    learningRate: number,
    loss: Float64Array,
    correct: Float64Array,
    breathe: Breathe,
  ): Promise<void> {
    const machine = await this.machine;
    for (const [g, network] of networks.entries()) {
      const batch = batches[g]!;
      const judged = judgeSlabs(machine, this.work.objective, batch);
      const { x, count } = batch;
      const pass = {
        theta: machine.installation.theta(network),
        buffers: this.buffersOf(network),
        x,
        count,
        judge: judged.judge,
      };
      await inSlices(machine.run(pass), () => breathe(g / networks.length));
      loss[g] = judged.loss();
      correct[g] = judged.correct();
      this.descend(machine, network, learningRate);
      if (this.work.constraint) this.constrain(machine, network, this.work.constraint);
    }
    this.count(networks.length);
  }

  private buffersOf(network: number): Float32Array {
    const width = this.buffers.length / this.work.networks.count;
    return this.buffers.subarray(network * width, (network + 1) * width);
  }

  private descend({ memory, installation }: WasmMachine, network: number, learningRate: number): void {
    const { optimizer, weightDecay } = this.work;
    const step = ++this.taken[network]!;
    const [theta, first, second] = [0, 1, 2].map((state) => installation.theta(network, state)) as [
      number,
      number,
      number,
    ];
    const standing = { theta, gradient: installation.gradient, first, second };
    descend(memory, optimizer, learningRate, weightDecay, step, standing, this.trainable);
  }

  /** Brings the part of θ that is bound back into its bound. */
  private constrain(machine: WasmMachine, network: number, constraint: Constraint): void {
    const { numbers } = machine.memory;
    const at = machine.installation.theta(network) / 4;
    if (constraint.kind === 'positive') {
      keepPositive(constraint.ranges, numbers, at);
      return;
    }
    const { start, channels } = constraint;
    const part = new Float64Array(numbers.subarray(at + start, at + start + channels ** 2));
    constrain(constraint, part, -start);
    numbers.set(part, at + start);
  }

  async read(network: number): Promise<Standing> {
    const machine = await this.machine;
    const at = machine.installation.theta(network) / 4;
    return { theta: machine.memory.numbers.slice(at, at + this.size), buffers: this.buffersOf(network).slice() };
  }

  dispose(): void {}
}
