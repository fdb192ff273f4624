/** The fused route in WebAssembly: one emitted module per network shape, members in SIMD lanes, bounded memory. */
import type { EvaluateWork, WorkControl } from '../../catalog/work.js';
import type { BlockSums, MemberSums } from '../block-sums.js';
import { blockCount, INPUT_BLOCK } from '../blocks.js';
import { Coefficients } from '../family.js';
import { type Breathe, Pace } from '../pace.js';
import { Recent } from '../recent.js';
import { type Problem, problemOf, projectInputs } from './problem.js';
import { firstFormed, type KernelShape, LANES, memberBytes, recordWidth, TOTALS_BYTES } from './wasm-frame.js';
import { kernelModule, scratchBytes } from './wasm-kernel.js';
import { wasmMemory } from './wasm-memory.js';

/** Memory that an evaluation takes besides its result, in bytes. Results do not depend on it. */
export interface Rooms {
  readonly members: number; // evaluated together
  readonly inputs: number; // records in memory; more inputs are taken in segments
}
/** What is taken where memory is not short. */
export const ROOMS: Rooms = { members: 1 << 19, inputs: 1 << 26 };

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
  const first = problem.affine ? await projectInputs(problem, control) : problem.x;
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
function fixedOf({ subspace }: Problem, shape: KernelShape): Float64Array {
  if (subspace === undefined) return new Float64Array(0);
  const { origin, basis, rank, size } = subspace;
  const first = firstFormed(shape);
  const fixed = new Float64Array((size - first) * (rank + 1));
  for (let p = first; p < size; p++)
    for (let k = 0; k <= rank; k++)
      fixed[(p - first) * (rank + 1) + k] = k === 0 ? origin[p]! : basis[(k - 1) * size + p]!;
  return fixed;
}

/** A kernel with its memory: fixed numbers, scratch, a segment of inputs, a chunk of members and their sums. */
class WasmSums implements BlockSums {
  readonly route: string;
  readonly blocks: number;
  readonly scale: number;
  readonly most: number;
  readonly lanes = LANES;
  readonly unit = 1;
  readonly byBlock = false;
  readonly callTime = 20;
  private readonly segment: number; // blocks of inputs in memory at a time
  private readonly at: { fixed: number; scratch: number; members: number; totals: number; inputs: number };
  private readonly memory: WebAssembly.Memory;
  private readonly run: Run;
  private readonly coefficients: Coefficients | undefined;
  private resident = -1; // first block of the segment in memory

  constructor(
    module: WebAssembly.Module,
    private readonly problem: Problem,
    private readonly shape: KernelShape,
    private readonly records: Float32Array,
    rooms: Rooms,
  ) {
    const { family } = problem;
    const fixed = fixedOf(problem, shape);
    const stride = 4 * recordWidth(shape);
    const perGroup = memberBytes(shape) + TOTALS_BYTES;
    const groups = Math.max(1, Math.min(Math.floor(rooms.members / perGroup), Math.ceil(problem.members / LANES)));
    this.blocks = blockCount(problem.inputs);
    this.segment = Math.max(1, Math.min(this.blocks, Math.floor(rooms.inputs / (stride * INPUT_BLOCK))));
    this.route = problem.route;
    this.scale = problem.uniform ?? 1;
    this.most = groups * LANES;
    let end = 0;
    const room = (bytes: number): number => {
      const start = end;
      end = Math.ceil((end + bytes) / 64) * 64;
      return start;
    };
    this.at = {
      fixed: room(fixed.byteLength),
      scratch: room(scratchBytes(shape)),
      members: room(groups * memberBytes(shape)),
      totals: room(groups * TOTALS_BYTES),
      inputs: room(this.segment * INPUT_BLOCK * stride + 4 * stride), // a tile may read past the last input
    };
    this.memory = wasmMemory(end + 64);
    new Float64Array(this.memory.buffer, this.at.fixed, fixed.length).set(fixed);
    this.coefficients = family.kind === 'explicit' ? undefined : new Coefficients(family);
    this.run = new WebAssembly.Instance(module, { env: { memory: this.memory } }).exports.run as Run;
  }

  async add({ members, loss, power }: MemberSums, from: number, to: number, breathe: Breathe): Promise<void> {
    const groups = Math.ceil(members.length / LANES);
    this.setMembers(members, groups);
    const { length } = members;
    const totals = new Float64Array(this.memory.buffer, this.at.totals, 2 * LANES * groups);
    for (let first = 0; first < length; first += LANES) {
      const end = Math.min(first + LANES, length);
      for (let i = first; i < end; i++) {
        totals[first + i] = loss[i]!; // a group has its losses, then its powers
        totals[first + i + LANES] = power[i]!;
      }
    }
    for (let at = from; at < to; ) {
      const end = Math.min(to, at - (at % this.segment) + this.segment);
      this.addBlocks(groups, at, end);
      at = end;
      if (at < to) await breathe((at - from) / (to - from));
    }
    for (let first = 0; first < length; first += LANES) {
      const end = Math.min(first + LANES, length);
      for (let i = first; i < end; i++) {
        loss[i] = totals[first + i]!;
        power[i] = totals[first + i + LANES]!;
      }
    }
  }

  /** Puts members into lanes, repeating the last one to fill its group. */
  private setMembers(members: Uint32Array, groups: number): void {
    const { family } = this.problem;
    const width = this.shape.rank ?? this.shape.chain.size;
    const count = groups * LANES;
    const { buffer } = this.memory;
    if (family.kind === 'explicit') {
      const view = new Float32Array(buffer, this.at.members, count * width);
      for (let i = 0; i < count; i++) {
        const from = members[Math.min(i, members.length - 1)]! * width;
        const to = (i - (i % LANES)) * width + (i % LANES);
        for (let p = 0; p < width; p++) view[to + LANES * p] = family.theta[from + p]!;
      }
      return;
    }
    const view = new Float64Array(buffer, this.at.members, count * width);
    for (let i = 0; i < count; i++) {
      const member = members[Math.min(i, members.length - 1)]!;
      this.coefficients!.write(member, view, (i - (i % LANES)) * width + (i % LANES), LANES);
    }
  }

  /** Adds blocks of one segment to the sums of the present groups. */
  private addBlocks(groups: number, from: number, to: number): void {
    const width = recordWidth(this.shape);
    const perBlock = INPUT_BLOCK * width;
    const first = from - (from % this.segment);
    if (first !== this.resident) {
      const records = this.records.subarray(first * perBlock, (first + this.segment) * perBlock);
      new Float32Array(this.memory.buffer, this.at.inputs, records.length).set(records);
      this.resident = first;
    }
    const { members, totals, fixed, scratch } = this.at;
    const count = Math.min(to * INPUT_BLOCK, this.problem.inputs) - from * INPUT_BLOCK;
    this.run(members, groups, this.at.inputs + 4 * perBlock * (from - first), count, totals, fixed, scratch);
  }

  close(): void {} // the memory goes with the object
}

/** An evaluation with an emitted SIMD kernel. */
export async function fusedWasmSums(
  work: EvaluateWork,
  control: WorkControl,
  rooms: Rooms = ROOMS,
): Promise<BlockSums> {
  const problem = problemOf(work);
  const shape: KernelShape = {
    chain: problem.chain,
    rank: problem.subspace?.rank,
    affine: problem.affine,
    uniform: problem.uniform !== undefined,
  };
  const records = await recordsOf(problem, shape, control);
  return new WasmSums(await moduleOf(shape), problem, shape, records, rooms);
}
