/** Networks of any Architecture by emitted SIMD kernels. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import type { TrainWork } from '../../catalog/work.js';
import type { Breathe } from '../pace.js';
import { takeRows } from '../simd/memory.js';
import type { GradientJob, LayerValues, NetworkEngine, TrainingRun } from './engine.js';
import { trainableOf } from './examples.js';
import { type Program, programOf } from './program.js';
import { judgeSlabs } from './wasm-judge.js';
import { inSlices, WasmMachine } from './wasm-machine.js';
import type { Purpose } from './wasm-plan.js';
import { WasmRun } from './wasm-run.js';

const ROWS_BYTES = 2 ** 27; // of the rows of one slab
const BLOCK = 256; // inputs of one call of `forward`

/** Examples in a slab: a cache line of images, more of vectors, whose sums are short. */
function widthOf(architecture: Architecture, program: Program, count: number, scale: number): number {
  const images = layoutOf(architecture).places.some(({ layer: { kind } }) => kind === 'conv' || kind === 'pool');
  let width = images ? 16 : 64;
  while (width > 4 && width / 2 >= count) width /= 2;
  const rows = program.slots.reduce((sum, own) => sum + own, 0);
  while (width > 4 && 8 * rows * width > ROWS_BYTES * scale) width /= 2;
  return width;
}

/** The engine; `count` is called with the number of network passes. `scale` below 1 takes less memory, where the whole batch need not be there. */
export class WasmNetworkEngine implements NetworkEngine {
  readonly together = 1;
  readonly block = BLOCK;
  private readonly program: Program;
  private readonly machines = new Map<string, { readonly most: number; readonly made: Promise<WasmMachine> }>(); // by purpose

  constructor(
    private readonly architecture: Architecture,
    private readonly count: (passes: number) => void,
    private readonly scale = 1,
  ) {
    this.program = programOf(architecture);
  }

  private make(purpose: Purpose, most: number, networks: number, states: number): Promise<WasmMachine> {
    const width = widthOf(this.architecture, this.program, most, this.scale);
    return WasmMachine.make(this.program, purpose, width, most, networks, states);
  }

  /** The machine for a purpose, for batches of up to `most`; one that is large enough is kept. */
  private machineFor(purpose: Purpose, most: number): Promise<WasmMachine> {
    const key = JSON.stringify(purpose);
    const known = this.machines.get(key);
    if (known && known.most >= most) return known.made;
    const made = this.make(purpose, most, 1, 0);
    this.machines.set(key, { most, made });
    return made;
  }

  async forward(
    theta: Float32Array,
    buffers: Float32Array,
    x: Float32Array,
    count: number,
    paths: readonly string[],
    breathe: Breathe,
  ): Promise<LayerValues> {
    const { program } = this;
    const kept = paths.map((path) => program.places.get(path)!);
    const machine = await this.machineFor({ statistics: 'running', trainable: [], kept }, count);
    machine.memory.numbers.set(theta, machine.installation.theta(0) / 4);
    const slots = [program.result, ...kept];
    const values = slots.map((slot) => new Float32Array(count * program.slots[slot]!));
    let done = 0;
    const read = ({ start, end }: { start: number; end: number }): void => {
      for (const [i, slot] of slots.entries())
        takeRows(
          machine.memory.numbers,
          machine.rows(slot, 0),
          program.slots[slot]!,
          machine.installation.width,
          values[i]!,
          start,
          end - start,
        );
      done = end / count;
    };
    await inSlices(machine.run({ theta: machine.installation.theta(0), buffers, x, count, read }), () => breathe(done));
    this.count(1);
    const [outputs, ...layers] = values as [Float32Array, ...Float32Array[]];
    return { outputs, layers };
  }

  async gradients(job: GradientJob, breathe: Breathe): Promise<void> {
    const { size, bufferSize } = this.program;
    const purpose = { statistics: job.statistics, trainable: job.trainable, kept: [] };
    for (const [g, network] of job.networks.entries()) {
      const batch = job.batches[g]!;
      const machine = await this.machineFor(purpose, batch.count);
      const theta = machine.installation.theta(0);
      machine.memory.numbers.set(job.theta.subarray(network * size, (network + 1) * size), theta / 4);
      const buffers = job.buffers.subarray(network * bufferSize, (network + 1) * bufferSize);
      const { judge, loss, correct } = judgeSlabs(machine, job.objective, batch);
      const pass = { theta, buffers, x: batch.x, count: batch.count, judge };
      await inSlices(machine.run(pass), () => breathe(g / job.networks.length));
      job.loss[g] = loss();
      job.correct[g] = correct();
      const at = machine.installation.gradient / 4;
      job.gradient.set(machine.memory.numbers.subarray(at, at + size), g * size);
    }
    this.count(job.networks.length);
  }

  begin(work: TrainWork): TrainingRun {
    const { statistics, networks, examples } = work;
    const purpose = { statistics, trainable: trainableOf(work), kept: [] };
    const most = Math.min(work.batch, examples.inputs.count);
    return new WasmRun(work, (states) => this.make(purpose, most, networks.count, states), this.count);
  }

  async statistics(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float32Array> {
    const machine = await this.machineFor({ statistics: 'batch', trainable: [], kept: [], estimates: true }, count);
    machine.memory.numbers.set(theta, machine.installation.theta(0) / 4);
    const buffers = new Float32Array(this.program.bufferSize);
    await inSlices(machine.run({ theta: machine.installation.theta(0), buffers, x, count }), () => breathe(0));
    this.count(1);
    return buffers;
  }

  dispose(): void {
    this.machines.clear();
  }
}
