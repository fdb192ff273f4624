/** J and its gradient of many candidates at once in WebAssembly: one emitted module per network, candidates in SIMD lanes. */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { FiberscopeError } from '../../catalog/errors.js';
import { blockCount, chunksOf, INPUT_BLOCK } from '../blocks.js';
import type { GradientEngine } from '../descend.js';
import type { Minibatch } from '../minibatch.js';
import type { Breathe } from '../pace.js';
import { Recent } from '../recent.js';
import { groupBytes, recordWidth, totalsBytes } from './gradient-frame.js';
import { tiledGradient } from './gradient-tiled.js';
import { QUAD, roomsOf } from './gradient-tiles.js';
import { unrolledGradient, writtenOut } from './gradient-unrolled.js';
import { type Chain, chainOf } from './network.js';
import { afterPrelude } from './problem.js';
import { encodeModule } from './wasm-emitter.js';
import { LANES } from './wasm-frame.js';
import { wasmMemory } from './wasm-memory.js';

const CALL_TIME = 15; // ms that one kernel call takes at most, roughly
const FIRST_CALL = 3e6; // multiply-adds of the first call, before a rate is known

/** Bytes of memory besides the kernel's scratch. Results do not depend on them. */
export interface GradientRooms {
  readonly candidates: number; // of a call: parameters and totals
  readonly inputs: number; // records in memory; more inputs are taken in segments
}
const ROOMS: GradientRooms = { candidates: 1 << 25, inputs: 1 << 26 };

type Run = (members: number, groups: number, inputs: number, count: number, totals: number, scratch: number) => void;

const modules = new Recent<Promise<WebAssembly.Module>>(64);

/** The compiled kernel of a chain; equal chains share one. */
function moduleOf(chain: Chain): Promise<WebAssembly.Module> {
  const key = JSON.stringify(chain);
  return modules.get(key, () => {
    const write = writtenOut(chain) ? unrolledGradient : tiledGradient;
    const module = WebAssembly.compile(encodeModule({ run: write(chain) }));
    module.catch(() => modules.delete(key));
    return module;
  });
}

/** A kernel with its memory: scratch, parameters and totals of groups of candidates, records of inputs. */
class Machine {
  readonly parameters: Float32Array; // [groups, P, 4]
  readonly totals: Float64Array; // [groups, P + 1, 4]
  readonly records: Float32Array; // [inputs, record]
  private readonly run: Run;
  private readonly at: { readonly parameters: number; readonly totals: number; readonly records: number };

  constructor(
    module: WebAssembly.Module,
    private readonly chain: Chain,
    readonly groups: number, // at most
    readonly inputs: number, // at most
  ) {
    let end = 0;
    const room = (bytes: number): number => {
      const start = end;
      end = Math.ceil((end + bytes) / 64) * 64;
      return start;
    };
    room(writtenOut(chain) ? 0 : roomsOf(chain).bytes); // scratch begins at 0
    const bytes = { parameters: groups * groupBytes(chain), totals: groups * totalsBytes(chain) };
    this.at = {
      parameters: room(bytes.parameters),
      totals: room(bytes.totals),
      records: room(4 * recordWidth(chain) * inputs),
    };
    const memory = wasmMemory(end);
    this.parameters = new Float32Array(memory.buffer, this.at.parameters, bytes.parameters / 4);
    this.totals = new Float64Array(memory.buffer, this.at.totals, bytes.totals / 8);
    this.records = new Float32Array(memory.buffer, this.at.records, recordWidth(chain) * inputs);
    this.run = new WebAssembly.Instance(module, { env: { memory } }).exports.run as Run;
  }

  /** Adds `count` records from `from` on to the totals of `groups` groups from `first` on. */
  add(first: number, groups: number, from: number, count: number): void {
    const { chain, at } = this;
    this.run(
      at.parameters + first * groupBytes(chain),
      groups,
      at.records + 4 * recordWidth(chain) * from,
      count,
      at.totals + first * totalsBytes(chain),
      0,
    );
  }

  /** Puts candidates into lanes, repeating the last one to fill its group, and clears their totals. */
  setCandidates(theta: Float64Array, candidates: readonly number[]): void {
    const { parameters } = this;
    const { size } = this.chain;
    const lanes = Math.ceil(candidates.length / LANES) * LANES;
    for (let i = 0; i < lanes; i++) {
      const from = candidates[Math.min(i, candidates.length - 1)]! * size;
      const to = (i - (i % LANES)) * size + (i % LANES);
      for (let p = 0; p < size; p++) parameters[to + LANES * p] = theta[from + p]!;
    }
    this.totals.fill(0, 0, lanes * (size + 1));
  }

  /** Reads J and the gradients of the first candidates. */
  read(count: number, loss: Float64Array, gradient: Float64Array): void {
    const { totals } = this;
    const { size } = this.chain;
    for (let i = 0; i < count; i++) {
      const from = (i - (i % LANES)) * (size + 1) + (i % LANES);
      for (let p = 0; p < size; p++) gradient[i * size + p] = 2 * totals[from + LANES * p]!;
      loss[i] = totals[from + LANES * size]!;
    }
  }
}

/** The gradient engine of chains of dense layers; `called` is told of kernel calls. `scale` ≤ 1 asks for less memory. */
export class FusedGradient implements GradientEngine {
  readonly together: number;
  private readonly chain: Chain;
  private readonly fill: number; // the batch is filled up to a multiple of so many inputs
  private readonly segment: number; // most inputs in memory, whole blocks
  private readonly perCell: number; // multiply-adds of a group's block, roughly
  private module: WebAssembly.Module | undefined;
  private machine: Machine | undefined;
  private resident: Float32Array | undefined; // the inputs in memory, where they are the same at every step
  private cells: number; // groups × blocks that one call takes

  constructor(
    architecture: Architecture,
    private readonly called: (calls: number) => void,
    scale = 1,
    rooms = ROOMS,
  ) {
    const chain = chainOf(architecture);
    if (chain === undefined)
      throw new FiberscopeError('internal', 'descend: expected a chain of dense layers, got another network');
    this.chain = chain;
    this.fill = writtenOut(chain) ? 1 : QUAD;
    const groups = Math.floor((scale * rooms.candidates) / (groupBytes(chain) + totalsBytes(chain)));
    this.together = LANES * Math.max(1, groups);
    const blocks = Math.floor((scale * rooms.inputs) / (4 * recordWidth(chain) * INPUT_BLOCK));
    this.segment = INPUT_BLOCK * Math.max(1, blocks);
    this.perCell = 3 * layoutOf(architecture).multiplyAdds * INPUT_BLOCK * LANES;
    this.cells = FIRST_CALL / this.perCell;
  }

  gradients(...args: Parameters<GradientEngine['gradients']>): Promise<void> | void {
    const { module } = this;
    if (module === undefined)
      return moduleOf(this.chain).then((compiled) => {
        this.module = compiled;
        return this.gradients(...args);
      });
    const [theta, candidates, batch, loss, gradient, breathe] = args;
    const groups = Math.ceil(candidates.length / LANES);
    const machine = this.machineFor(module, groups, Math.min(this.segment, this.filled(batch.count)));
    machine.setCandidates(theta, candidates);
    if (batch.count > this.segment || groups * blockCount(batch.count) > this.cells)
      return this.inSlices(machine, groups, batch, breathe).then(() => machine.read(candidates.length, loss, gradient));
    this.call(machine, 0, groups, 0, this.load(machine, batch, 0, batch.count));
    machine.read(candidates.length, loss, gradient);
  }

  private machineFor(module: WebAssembly.Module, groups: number, inputs: number): Machine {
    const { machine } = this;
    if (machine !== undefined && machine.groups >= groups && machine.inputs >= inputs) return machine;
    this.resident = undefined;
    this.machine = new Machine(
      module,
      this.chain,
      Math.max(groups, machine?.groups ?? 0),
      Math.max(inputs, machine?.inputs ?? 0),
    );
    return this.machine;
  }

  private filled(inputs: number): number {
    return Math.ceil(inputs / this.fill) * this.fill;
  }

  /** Every group and block in calls of some milliseconds. */
  private async inSlices(machine: Machine, groups: number, batch: Minibatch, breathe: Breathe): Promise<void> {
    const all = groups * batch.count;
    let done = 0;
    for (const { start, end } of chunksOf(batch.count, this.segment)) {
      const records = this.load(machine, batch, start, end);
      for (let first = 0; first < groups; ) {
        const some = Math.max(1, Math.min(groups - first, Math.floor(this.cells / blockCount(records))));
        for (let from = 0; from < records; ) {
          const count = Math.min(records - from, INPUT_BLOCK * Math.max(1, Math.floor(this.cells / some)));
          this.call(machine, first, some, from, count);
          from += count;
          done += some * count;
          await breathe(Math.min(1, done / all));
        }
        first += some;
      }
    }
  }

  /** One call of the kernel, from whose time the size of the next ones follows. */
  private call(machine: Machine, first: number, groups: number, from: number, count: number): void {
    if (groups === 0 || count === 0) return;
    const began = performance.now();
    machine.add(first, groups, from, count);
    const took = Math.max(0.01, performance.now() - began); // ms
    this.cells = Math.min(4 * this.cells, (groups * blockCount(count) * CALL_TIME) / took);
    this.called(1);
  }

  /** Puts inputs [start, end) of a batch into memory, filled up with inputs of weight 0; returns how many records that makes. */
  private load(machine: Machine, batch: Minibatch, start: number, end: number): number {
    const { chain } = this;
    const count = this.filled(end - start);
    const stays = batch.whole && end - start === batch.count;
    if (stays && this.resident === batch.x) return count;
    this.resident = stays ? batch.x : undefined;
    const { inputs: d, outputs: k } = chain;
    const x = afterPrelude(chain, batch.x.subarray(start * d, end * d));
    const y = batch.y.subarray(start * k, end * k);
    const { records } = machine;
    for (let i = 0, to = 0; i < count; i++) {
      const n = Math.min(i, end - start - 1); // a filling input overflows only where the last one does
      for (let j = n * d; j < (n + 1) * d; j++) records[to++] = x[j]!;
      for (let j = n * k; j < (n + 1) * k; j++) records[to++] = y[j]!;
      records[to++] = i === n ? batch.weights[start + n]! : 0;
    }
    return count;
  }

  dispose(): void {
    this.machine = undefined;
  }
}
