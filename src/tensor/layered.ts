/**
 * The layered route of evaluate, for networks that no fused kernel takes: layer by layer over blocks of inputs, with J and
 * power summed in float64 on the host. Devices differ only in the engine.
 *
 * On θ0 + Σ c_k b_k the first layer's pre-activation is affine in c: it is projected once per block into m + 1 maps, after
 * which a member costs m multiply-adds per unit.
 */
import { type Architecture, layoutOf, requireSequence } from '../catalog/architecture.js';
import { FiberscopeError } from '../catalog/errors.js';
import { product } from '../catalog/shape.js';
import type { EvaluateWork } from '../catalog/work.js';
import type { BlockSums, MemberSums, Reached } from './block-sums.js';
import { blockCount, chunksOf, INPUT_BLOCK } from './blocks.js';
import { familyCount, familySize } from './family.js';
import { Members } from './members.js';
import type { Breathe } from './pace.js';
import { projectsFirstLayer } from './route.js';

/** What the outputs of a block of inputs are compared with. */
export interface Target {
  readonly y: Float32Array; // [n, k]
  readonly weights: Float32Array; // [n]
}

/** Σ w‖φ − y‖² and Σ w‖φ‖² of each of `blocks` blocks of inputs: [members, blocks, 2]. */
export interface BlockSum {
  readonly blocks: number;
  readonly values: Float32Array;
  readonly spared?: number; // sums (member × INPUT_BLOCK inputs) that were left out
}

/** When a member needs no more: its loss from the blocks before, block by block added to it, has `reached`. */
export interface Enough {
  readonly before: Float64Array; // [members]
  readonly reached: Reached;
}

/** A block of inputs on a device. */
export interface LayeredBlock {
  readonly group: number; // members of one run, at most
  /** Outputs [n, k], row-major, of each of these members of the family, in order; breathes within a member that takes long. */
  run(members: Uint32Array, breathe: Breathe): Promise<readonly ArrayLike<number>[]>;
  /**
   * Where the device sums by itself: the sums of these members, of a block that was opened with a target. Those of a member that has
   * `enough` may lack the inputs after that.
   */
  sums?(members: Uint32Array, breathe: Breathe, enough?: Enough): Promise<BlockSum>;
  close(): void;
}

/** What a device does for the layered route. */
export interface LayeredEngine {
  readonly block: number; // inputs in one block, a multiple of INPUT_BLOCK unless one is too large
  readonly cappedBlock: number; // the same where members may be given up after each
  /**
   * Takes `x` [count, features] in; with `affine`, projects it through the first layer of every map of the family. With a
   * `target` a block that has `sums` is asked for these, not for outputs.
   */
  open(x: Float32Array, count: number, members: Members, affine: boolean, target?: Target): Promise<LayeredBlock>;
}

/** Numbers of θ that belong to the first linear layer, which comes first in θ. */
export function firstLayerSize(architecture: Architecture): number {
  const { tensors } = layoutOf(architecture);
  return tensors.reduce((sum, t) => (t.layer === tensors[0]?.layer ? sum + t.size : sum), 0);
}

/** Inputs of one block of an engine's for this work. */
export function blockOf({ block, cappedBlock }: LayeredEngine, { cap }: EvaluateWork): number {
  return cap === undefined ? block : cappedBlock;
}

/** Whether these members have their first layer projected, see route.ts. */
export function firstLayerAffine(architecture: Architecture, { subspace }: Members): boolean {
  return subspace !== undefined && projectsFirstLayer(architecture, subspace.rank);
}

function unfit(what: string, expected: number, got: number): never {
  throw new FiberscopeError('shape', `evaluate: ${what}: expected ${expected}, got ${got}`);
}

/** Throws a typed error where inputs, outputs and family do not fit the Architecture. */
export function checkWork({ architecture, inputs, outputs, family, range }: EvaluateWork): void {
  requireSequence(architecture, 'evaluate');
  const layout = layoutOf(architecture);
  const width = product(architecture.input);
  const item = product(inputs.item);
  if (item !== width) unfit("numbers in one input of 'inputs'", width, item);
  if (inputs.x.length !== inputs.count * width) unfit("numbers in 'inputs'", inputs.count * width, inputs.x.length);
  if (inputs.weights.length !== inputs.count) unfit('weights of the inputs', inputs.count, inputs.weights.length);
  if (outputs.width !== layout.outputs) unfit("width of 'outputs'", layout.outputs, outputs.width);
  if (outputs.y.length !== inputs.count * layout.outputs)
    unfit("numbers in 'outputs'", inputs.count * layout.outputs, outputs.y.length);
  if (familyCount(family) > 0 && familySize(family) !== layout.size)
    unfit('parameters of a member', layout.size, familySize(family));
  const count = familyCount(family);
  if (family.kind === 'affine' && !Number.isInteger(count))
    throw new FiberscopeError(
      'shape',
      `evaluate: numbers in the coefficients: expected a multiple of ${family.subspace.rank}, got ${family.coefficients.length}`,
    );
  if (range !== undefined && !(0 <= range.start && range.start <= range.end && range.end <= count))
    throw new FiberscopeError(
      'shape',
      `evaluate: expected a range of the ${count} members of the family, got ${range.start} to ${range.end}`,
    );
}

/** Adds what a device summed to the sums of members `at`…, block after block. */
function addSums({ blocks, values }: BlockSum, at: number, loss: Float64Array, power: Float64Array): void {
  for (let i = 0; i < values.length / 2; i++) {
    loss[at + Math.floor(i / blocks)]! += values[2 * i]!;
    power[at + Math.floor(i / blocks)]! += values[2 * i + 1]!;
  }
}

const SHARE_OF_CHUNK = 65_536; // members that go through a block before the next

/** Adds blocks of inputs by the layered route: one block of the engine's is open at a time. */
class LayeredSums implements BlockSums {
  readonly route: string;
  readonly blocks: number;
  readonly scale = 1;
  readonly most = SHARE_OF_CHUNK;
  readonly lanes = 1;
  readonly unit: number;
  readonly byBlock = true;
  readonly callTime = 25;
  private readonly members: Members;
  private readonly affine: boolean;
  private readonly inputs: number; // of one block
  private open: { readonly start: number; readonly end: number; readonly block: LayeredBlock } | undefined;
  spared = 0;

  constructor(
    private readonly work: EvaluateWork,
    private readonly engine: LayeredEngine,
  ) {
    this.members = new Members(work.family);
    this.affine = firstLayerAffine(work.architecture, this.members);
    this.route = this.affine ? 'layered · affine' : 'layered';
    this.blocks = blockCount(work.inputs.count);
    this.inputs = blockOf(engine, work);
    this.unit = Math.max(1, this.inputs / INPUT_BLOCK);
  }

  async add(to: MemberSums, from: number, endBlock: number, breathe: Breathe, reached?: Reached): Promise<void> {
    const { members, loss, power } = to;
    const first = from * INPUT_BLOCK;
    const last = Math.min(this.work.inputs.count, endBlock * INPUT_BLOCK);
    for (let start = first; start < last; start += this.inputs) {
      const end = Math.min(last, start + this.inputs);
      const block = await this.opened(start, end);
      for (const group of chunksOf(members.length, block.group)) {
        const share = (within: number): number =>
          (start - first + (end - start) * ((group.start + within * (group.end - group.start)) / members.length)) /
          (last - first);
        const chosen = members.subarray(group.start, group.end);
        const within: Breathe = (part) => breathe(share(part));
        if (block.sums !== undefined) {
          const enough = reached && { before: loss.subarray(group.start, group.end), reached };
          const sum = await block.sums(chosen, within, enough);
          addSums(sum, group.start, loss, power);
          this.spared += sum.spared ?? 0;
        } else
          (await block.run(chosen, within)).forEach((value, i) => {
            this.reduce(value, start, end, group.start + i, loss, power);
          });
        await breathe(share(1));
      }
    }
  }

  /** The engine's block of inputs [start, end); the one before is closed. */
  private async opened(start: number, end: number): Promise<LayeredBlock> {
    if (this.open?.start === start && this.open.end === end) return this.open.block;
    this.close();
    const { inputs, outputs } = this.work;
    const features = product(inputs.item);
    const x = inputs.x.subarray(start * features, end * features);
    const y = outputs.y.subarray(start * outputs.width, end * outputs.width);
    const target = { y, weights: inputs.weights.subarray(start, end) };
    const block = await this.engine.open(x, end - start, this.members, this.affine, target);
    this.open = { start, end, block };
    return block;
  }

  /** Adds the partial sums of inputs [start, end) with outputs `value` [end − start, k]. */
  private reduce(
    value: ArrayLike<number>,
    start: number,
    end: number,
    at: number,
    loss: Float64Array,
    power: Float64Array,
  ): void {
    const { inputs, outputs } = this.work;
    const k = outputs.width;
    for (const part of chunksOf(end - start, INPUT_BLOCK)) {
      let partialLoss = 0;
      let partialPower = 0;
      for (let n = part.start; n < part.end; n++) {
        let distance = 0;
        let square = 0;
        for (let j = 0; j < k; j++) {
          const v = value[n * k + j]!;
          distance += (v - outputs.y[(start + n) * k + j]!) ** 2;
          square += v * v;
        }
        partialLoss += inputs.weights[start + n]! * distance;
        partialPower += inputs.weights[start + n]! * square;
      }
      loss[at]! += partialLoss;
      power[at]! += partialPower;
    }
  }

  close(): void {
    this.open?.block.close();
    this.open = undefined;
  }
}

/** The layered route of an evaluation. */
export function layeredSums(work: EvaluateWork, engine: LayeredEngine): BlockSums {
  return new LayeredSums(work, engine);
}
