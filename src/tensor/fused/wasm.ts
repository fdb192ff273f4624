/** The fused route in WebAssembly: one emitted module per network shape, members in SIMD lanes, bounded memory. */
import type { EvaluateWork, Evaluation, WorkControl } from '../../catalog/work.js';
import { blockCount, INPUT_BLOCK } from '../blocks.js';
import { latticeCoefficients, latticeIndex } from '../family.js';
import { Pace } from '../pace.js';
import { Recent } from '../recent.js';
import { type Problem, problemOf, progressText, projectInputs } from './problem.js';
import {
  firstFormed,
  formedCount,
  type KernelShape,
  LANES,
  memberBytes,
  recordWidth,
  TOTALS_BYTES,
} from './wasm-frame.js';
import { kernelModule, scratchBytes } from './wasm-kernel.js';
import { wasmMemory } from './wasm-memory.js';

const CALL_TIME = 20; // ms that one kernel call aims at
const FIRST_CALL = 1e6; // multiply-adds of the first call, before a rate is known

/** Memory that an evaluation takes besides its result, in bytes. Results do not depend on it. */
export interface Rooms {
  readonly members: number; // evaluated together
  readonly inputs: number; // records in memory; more inputs are taken in segments
}
const ROOMS: Rooms = { members: 1 << 21, inputs: 1 << 26 };

type Run = (
  members: number,
  groups: number,
  inputs: number,
  count: number,
  totals: number,
  fixed: number,
  scratch: number,
) => void;

const modules = new Recent<Promise<WebAssembly.Module>>(64);

/** The compiled module of a kernel; equal shapes share one. */
function moduleOf(shape: KernelShape): Promise<WebAssembly.Module> {
  const key = JSON.stringify(shape);
  return modules.get(key, () => {
    const module = WebAssembly.compile(kernelModule(shape));
    module.catch(() => modules.delete(key));
    return module;
  });
}

/** Records of all inputs: [values or maps, outputs, weight unless uniform], float32. */
async function recordsOf(problem: Problem, shape: KernelShape, control: WorkControl): Promise<Float32Array> {
  const { inputs, y, weights, chain } = problem;
  const first = problem.affine ? await projectInputs(problem, problem.affine, control) : problem.x;
  const columns = first.length / Math.max(1, inputs);
  const width = recordWidth(shape);
  const records = new Float32Array(inputs * width);
  const pace = new Pace(control);
  for (let n = 0; n < inputs; n++) {
    if (n % 1024 === 0) await pace.step(0, 'preparing the inputs');
    const at = n * width;
    for (let i = 0; i < columns; i++) records[at + i] = first[n * columns + i]!;
    for (let o = 0; o < chain.outputs; o++) records[at + columns + o] = y[n * chain.outputs + o]!;
    if (!shape.uniform) records[at + width - 1] = weights[n]!;
  }
  return records;
}

/** θ0 and the basis vectors of each formed parameter, side by side in float64. */
function fixedOf({ family }: Problem, shape: KernelShape): Float64Array {
  if (family.kind === 'explicit') return new Float64Array(0);
  const { origin, basis, rank, size } = family.lattice.subspace;
  const first = firstFormed(shape);
  const fixed = new Float64Array((size - first) * (rank + 1));
  for (let p = first; p < size; p++)
    for (let k = 0; k <= rank; k++)
      fixed[(p - first) * (rank + 1) + k] = k === 0 ? origin[p]! : basis[(k - 1) * size + p]!;
  return fixed;
}

/** A kernel with its memory: fixed numbers, scratch, a segment of inputs, a chunk of members and their totals. */
class Machine {
  readonly groupRoom: number; // groups in a chunk, at most
  readonly segment: number; // inputs in a segment, whole blocks
  private readonly at: { fixed: number; scratch: number; members: number; totals: number; inputs: number };
  private readonly memory: WebAssembly.Memory;
  private readonly run: Run;
  private readonly c: Float64Array;
  private resident = -1; // first input of the segment in memory

  constructor(
    module: WebAssembly.Module,
    private readonly problem: Problem,
    private readonly shape: KernelShape,
    private readonly records: Float32Array,
    rooms: Rooms,
  ) {
    const fixed = fixedOf(problem, shape);
    const stride = 4 * recordWidth(shape);
    const perGroup = memberBytes(shape) + TOTALS_BYTES;
    this.groupRoom = Math.max(1, Math.min(Math.floor(rooms.members / perGroup), Math.ceil(problem.members / LANES)));
    const blocks = Math.max(1, Math.floor(rooms.inputs / (stride * INPUT_BLOCK)));
    this.segment = INPUT_BLOCK * Math.min(blocks, blockCount(problem.inputs));
    let end = 0;
    const room = (bytes: number): number => {
      const start = end;
      end = Math.ceil((end + bytes) / 64) * 64;
      return start;
    };
    this.at = {
      fixed: room(fixed.byteLength),
      scratch: room(scratchBytes(shape)),
      members: room(this.groupRoom * memberBytes(shape)),
      totals: room(this.groupRoom * TOTALS_BYTES),
      inputs: room(this.segment * stride + 4 * stride), // a tile may read past the last input
    };
    this.memory = wasmMemory(end + 64);
    new Float64Array(this.memory.buffer, this.at.fixed, fixed.length).set(fixed);
    this.c = new Float64Array(shape.rank ?? 0);
    this.run = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports.run as Run;
  }

  /** Puts members [start, end) into lanes, repeating the last one to fill its group, and clears their totals. */
  setMembers(start: number, end: number): void {
    const { family } = this.problem;
    const { rank, chain } = this.shape;
    const width = rank ?? chain.size;
    const groups = Math.ceil((end - start) / LANES);
    const count = groups * LANES;
    const view =
      rank === undefined
        ? new Float32Array(this.memory.buffer, this.at.members, count * width)
        : new Float64Array(this.memory.buffer, this.at.members, count * width);
    for (let i = 0; i < count; i++) {
      const member = Math.min(start + i, end - 1);
      const at = Math.floor(i / LANES) * LANES * width + (i % LANES);
      if (family.kind === 'explicit')
        for (let p = 0; p < width; p++) view[at + LANES * p] = family.theta[member * width + p]!;
      else {
        latticeCoefficients(family.lattice, latticeIndex(family, member), this.c);
        for (let k = 0; k < width; k++) view[at + LANES * k] = this.c[k]!;
      }
    }
    new Float64Array(this.memory.buffer, this.at.totals, 2 * count).fill(0);
  }

  /** Adds the blocks of inputs [start, end) to the totals of the present groups. */
  addInputs(groups: number, start: number, end: number): void {
    const width = recordWidth(this.shape);
    const first = start - (start % this.segment);
    if (first !== this.resident) {
      const records = this.records.subarray(first * width, (first + this.segment) * width);
      new Float32Array(this.memory.buffer, this.at.inputs, records.length).set(records);
      this.resident = first;
    }
    const { members, totals, fixed, scratch } = this.at;
    const inputs = this.at.inputs + 4 * width * (start - first);
    this.run(members, groups, inputs, end - start, totals, fixed, scratch);
  }

  /** Reads the totals of members [start, end). */
  read(start: number, end: number, loss: Float32Array, power: Float32Array): void {
    const count = Math.ceil((end - start) / LANES) * LANES;
    const totals = new Float64Array(this.memory.buffer, this.at.totals, 2 * count);
    const scale = this.problem.uniform ?? 1;
    for (let i = 0; i < end - start; i++) {
      const at = Math.floor(i / LANES) * 2 * LANES + (i % LANES);
      loss[start + i] = scale * totals[at]!;
      power[start + i] = scale * totals[at + LANES]!;
    }
  }
}

/** Evaluates a Family with an emitted SIMD kernel. */
export async function evaluateFusedWasm(work: EvaluateWork, control: WorkControl, rooms = ROOMS): Promise<Evaluation> {
  const problem = problemOf(work);
  const { members, inputs, route, chain } = problem;
  const loss = new Float32Array(members);
  const power = new Float32Array(members);
  const pace = new Pace(control);
  if (members === 0 || inputs === 0) return { loss, power, route };
  const shape: KernelShape = {
    chain,
    rank: work.family.kind === 'explicit' ? undefined : work.family.lattice.subspace.rank,
    affine: problem.affine !== undefined,
    uniform: problem.uniform !== undefined,
  };
  const records = await recordsOf(problem, shape, control);
  const machine = new Machine(await moduleOf(shape), problem, shape, records, rooms);
  const { groupRoom, segment } = machine;

  const perCell = (formedCount(shape) + recordWidth(shape)) * INPUT_BLOCK * LANES; // multiply-adds, roughly
  let cells = FIRST_CALL / perCell; // groups × blocks that one call takes
  for (let start = 0; start < members; ) {
    const groups = Math.max(1, Math.min(groupRoom, Math.floor(cells / blockCount(inputs))));
    const end = Math.min(members, start + groups * LANES);
    machine.setMembers(start, end);
    const filled = Math.ceil((end - start) / LANES);
    for (let from = 0; from < inputs; ) {
      const blocks = Math.max(1, Math.floor(cells / filled));
      const to = Math.min(inputs, from + blocks * INPUT_BLOCK, from - (from % segment) + segment);
      const began = performance.now();
      machine.addInputs(filled, from, to);
      const took = Math.max(0.01, performance.now() - began); // ms
      cells = Math.min(4 * cells, (filled * blockCount(to - from) * CALL_TIME) / took);
      const done = start + ((end - start) * to) / inputs;
      await pace.step(done / members, progressText(done, members));
      from = to;
    }
    machine.read(start, end, loss, power);
    start = end;
  }
  return { loss, power, route };
}
