/**
 * The layered route and `forward` by emitted SIMD kernels: four inputs to a register, a row of some registers for each feature,
 * layer after layer in memory that stays in the cache. The members of a group go through the same rows one after the other.
 */
import { type Architecture, layoutOf } from '../../catalog/architecture.js';
import { product } from '../../catalog/shape.js';
import type { ForwardEngine } from '../backing.js';
import { blockCount, chunksOf, INPUT_BLOCK, powerOfTwo, type Range } from '../blocks.js';
import { firstLayerSize, type LayeredBlock } from '../layered.js';
import type { Members } from '../members.js';
import type { Breathe } from '../pace.js';
import { Machine } from './machine.js';
import { putRows, takeRows } from './memory.js';
import { rowWidth } from './sizes.js';

const MAPS_NUMBERS = 2 ** 24; // of the largest layer of one block: a map of it takes 64 MB
const PROJECTION = 2 ** 30; // multiply-adds of one map of one block
const MANY_FORMED = 2 ** 20; // parameters whose forming takes as long as 128 inputs
const LARGE_BLOCK = 4 * INPUT_BLOCK;
const BREATH = 2 ** 27; // multiply-adds between two breaths, roughly
const GROUP = 32;
const GROUP_NUMBERS = 2 ** 23; // of the parameters of one group: 32 MB

/** Runs networks of one Architecture; `count` is called with the number of network passes. `scale` below 1 takes less memory. */
export class SimdEngine implements ForwardEngine {
  readonly block: number;
  readonly cappedBlock: number; // a member may be given up between any two rows of it
  private readonly group: number;
  private readonly width: number;
  private machine: { readonly key: string; readonly made: Promise<Machine> } | undefined;
  private loaded: Float32Array | undefined; // θ that `forward` has put in place

  constructor(
    private readonly architecture: Architecture,
    private readonly count: (passes: number) => void,
    scale = 1,
  ) {
    const { shapes, size } = layoutOf(architecture);
    const widest = Math.max(...shapes.map((shape) => product(shape)));
    const first = firstLayerSize(architecture);
    const most = size - first > MANY_FORMED ? LARGE_BLOCK : INPUT_BLOCK;
    const fits = Math.min(most, MAPS_NUMBERS / widest, PROJECTION / Math.max(1, first)) * scale;
    this.block = powerOfTwo(fits);
    this.cappedBlock = this.block;
    this.width = Math.min(rowWidth(architecture, scale), 4 * Math.ceil(this.block / 4));
    const together = Math.min(GROUP, GROUP_NUMBERS / Math.max(1, size));
    this.group = Math.max(1, Math.floor(together * scale));
  }

  /** The machine for an affine family, or for others where `rank` is undefined; one at a time is kept. */
  private machineFor(members: Members | undefined, affine: boolean): Promise<Machine> {
    const rank = members?.subspace?.rank;
    const key = `${affine} ${rank}`;
    if (this.machine?.key !== key)
      this.machine = {
        key,
        made: Machine.make(
          this.architecture,
          this.width,
          this.block,
          members === undefined ? 1 : this.group,
          rank,
          affine,
        ),
      };
    return this.machine.made;
  }

  private slabs(count: number): Range[] {
    return chunksOf(count, this.width);
  }

  async open(...[x, count, members, affine, target]: Parameters<ForwardEngine['open']>): Promise<LayeredBlock> {
    const machine = await this.machineFor(members, affine);
    this.loaded = undefined;
    const slabs = this.slabs(count);
    this.fill(machine, x, slabs);
    if (target !== undefined) machine.setTarget(target.y, target.weights, slabs);
    machine.takeFamily(members);
    if (affine) machine.project(members, slabs.length);

    /** Runs all slabs; `each` gets the address of the outputs of member g of the group. `left` says who is still wanted. */
    const through = async (
      chosen: Uint32Array,
      breathe: Breathe,
      each: (slab: number, g: number, out: number) => void,
      left = new Uint8Array(chosen.length).fill(1),
    ): Promise<void> => {
      machine.setMembers(members, chosen);
      let taken = 0; // multiply-adds since the last breath
      for (let s = 0; s < slabs.length; s++)
        for (let g = 0; g < chosen.length; g++) {
          if (left[g] === 0) continue;
          const share = (part: number): Promise<void> =>
            breathe((s * chosen.length + g + part) / (slabs.length * chosen.length));
          each(s, g, machine.isLong ? await machine.runInParts(s, g, share) : machine.run(s, g));
          taken += machine.work;
          if (taken < BREATH) continue;
          await share(1);
          taken = 0;
        }
      this.count(chosen.length);
    };
    return {
      group: this.group,
      run: async (chosen, breathe) => {
        const outputs = Array.from(chosen, () => new Float32Array(count * machine.outputs));
        await through(chosen, breathe, (s, g, out) => {
          const { start, end } = slabs[s]!;
          takeRows(machine.numbers, out / 4, machine.outputs, this.width, outputs[g]!, start, end - start);
        });
        return outputs;
      },
      sums: async (chosen, breathe, enough) => {
        machine.clearSums();
        const blocks = blockCount(count);
        const left = new Uint8Array(chosen.length).fill(1);
        let spared = 0;
        const add = (s: number, g: number, out: number): void => {
          machine.addSums(s, g, out);
          if (enough === undefined || !enough.reached(machine.lossOf(g, blocks, enough.before[g]!))) return;
          left[g] = 0;
          spared += (count - slabs[s]!.end) / INPUT_BLOCK;
        };
        await through(chosen, breathe, add, left);
        const values = new Float32Array(2 * blocks * chosen.length);
        for (let g = 0; g < chosen.length; g++)
          for (let b = 0; b < blocks; b++) machine.readSums(g, b, values, 2 * (g * blocks + b));
        return { blocks, values, spared };
      },
      close: () => {},
    };
  }

  private fill(machine: Machine, x: Float32Array, slabs: readonly Range[]): void {
    slabs.forEach(({ start, end }, s) => {
      putRows(machine.numbers, machine.inputs(s) / 4, x, machine.features, this.width, start, end);
    });
  }

  /** Outputs [count, k] of one θ. */
  async forward(theta: Float32Array, x: Float32Array, count: number, breathe: Breathe): Promise<Float32Array> {
    const machine = await this.machineFor(undefined, false);
    const slabs = this.slabs(count);
    this.fill(machine, x, slabs);
    if (this.loaded !== theta) machine.setTheta(theta);
    this.loaded = theta;
    const outputs = new Float32Array(count * machine.outputs);
    for (const [s, { start, end }] of slabs.entries()) {
      const share = (part: number): Promise<void> => breathe((s + part) / slabs.length);
      const at = machine.isLong ? await machine.runInParts(s, 0, share) : machine.run(s, 0);
      takeRows(machine.numbers, at / 4, machine.outputs, this.width, outputs, start, end - start);
    }
    this.count(1);
    return outputs;
  }
}
