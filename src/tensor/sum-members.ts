/**
 * The loop of every evaluation: members in chunks, inputs in blocks, calls of some tens of milliseconds. With a cap it rejects: a
 * block's partial sum is never negative, so a member whose partial J has reached the cap is above it whatever follows. It is
 * dropped, the survivors close ranks, and the same blocks are added to them in the same order as without a cap.
 */
import { formatCount } from '../catalog/text.js';
import type { Evaluation, WorkControl } from '../catalog/work.js';
import type { BlockSums, MemberSums, Reached } from './block-sums.js';
import type { Range } from './blocks.js';
import { Pace } from './pace.js';

const FIRST_CELLS = 64; // members × blocks of the first call, where a route says nothing
const BETWEEN = 1 / 2; // of the blocks added so far are added before the next rejection

/** Where J is of no interest from some height on. */
export interface Cap {
  readonly value: number; // of J
  readonly early: boolean; // no weight is negative, so that partial sums tell
}

/** Loss and power of the members of `range`, censored where J ≥ cap. */
export async function sumMembers(
  sums: BlockSums,
  range: Range,
  cap: Cap | undefined,
  control: WorkControl,
): Promise<Evaluation> {
  const early = cap?.early === true;
  const above: Reached = (sum) => Math.fround(sums.scale * sum) >= cap!.value; // J is compared as it is given, in float32
  const reached = early ? above : undefined;
  const spared = sums.spared ?? 0;
  const total = range.end - range.start;
  const loss = new Float32Array(total);
  const power = new Float32Array(total);
  const pace = new Pace(control);
  let cells = sums.firstCells ?? FIRST_CELLS; // members × blocks that one call should take
  let added = 0;
  let done = 0; // members, in parts

  const step = (share: number): Promise<void> => {
    const members = Math.min(total, done + share);
    return pace.step(members / total, `${formatCount(Math.floor(members))} of ${formatCount(total)} points`);
  };

  /** One call after another over blocks from ≤ b < to of these members; `worth` is what they count in the progress. */
  const add = async (chunk: Chunk, from: number, to: number, worth: number): Promise<void> => {
    const { count } = chunk;
    const calls = Math.max(1, Math.floor(cells / (count * sums.unit))) * sums.unit; // blocks in one call
    for (let at = from; at < to; ) {
      const end = Math.min(to, at + calls);
      const before = (worth * (at - from)) / (to - from);
      const here = (worth * (end - at)) / (to - from);
      const began = performance.now();
      await sums.add(chunk, at, end, (share) => step(before + share * here), reached);
      const took = Math.max(0.01, performance.now() - began); // ms
      added += count * (end - at);
      if (count >= sums.lanes) cells = Math.min(4 * cells, (count * (end - at) * sums.callTime) / took);
      await step(before + here);
      at = end;
    }
    done += worth;
  };

  let chunk: Chunk | undefined;
  for (let start = range.start; start < range.end; ) {
    const whole = Math.floor(cells / (early ? sums.unit : Math.max(1, sums.blocks)));
    const wanted = sums.byBlock ? sums.most : Math.floor(whole / sums.lanes) * sums.lanes;
    const end = Math.min(range.end, start + Math.max(1, Math.min(sums.most, Math.max(sums.lanes, wanted))));
    chunk = chunk?.filled(start, end) ?? new Chunk(start, end);
    if (!early) await add(chunk, 0, sums.blocks, end - start);
    else {
      for (let at = 0; at < sums.blocks && chunk.count > 0; ) {
        const ahead = Math.max(1, Math.floor((at / sums.unit) * BETWEEN)) * sums.unit;
        const to = Math.min(sums.blocks, at + ahead);
        const before = chunk.count;
        await add(chunk, at, to, 0);
        chunk.reject(range.start, above, loss, power);
        done += to < sums.blocks ? before - chunk.count : before;
        at = to;
      }
    }
    if (cap !== undefined) chunk.reject(range.start, above, loss, power);
    chunk.store(range.start, sums.scale, loss, power);
    start = end;
  }
  added -= (sums.spared ?? 0) - spared;
  sums.firstCells = cells;
  return { loss, power, route: early ? `${sums.route} · rejecting` : sums.route, blocks: added };
}

/** Members with their sums; those that are left stand in front. */
class Chunk implements MemberSums {
  members: Uint32Array;
  loss: Float64Array;
  power: Float64Array;

  constructor(start: number, end: number) {
    this.members = new Uint32Array(end - start);
    this.loss = new Float64Array(end - start);
    this.power = new Float64Array(end - start);
    for (let i = 0; i < end - start; i++) this.members[i] = start + i;
  }

  /** The chunk of other members, in the same memory where they fit. */
  filled(start: number, end: number): Chunk | undefined {
    const { buffer } = this.members;
    if (end - start > buffer.byteLength / 4) return undefined;
    this.members = new Uint32Array(buffer, 0, end - start);
    this.loss = new Float64Array(this.loss.buffer, 0, end - start).fill(0);
    this.power = new Float64Array(this.power.buffer, 0, end - start).fill(0);
    for (let i = 0; i < end - start; i++) this.members[i] = start + i;
    return this;
  }

  get count(): number {
    return this.members.length;
  }

  /** Censors the members that are above the cap and keeps the others. */
  reject(origin: number, above: Reached, loss: Float32Array, power: Float32Array): void {
    let left = 0;
    for (let i = 0; i < this.count; i++) {
      const member = this.members[i]!;
      if (above(this.loss[i]!)) {
        loss[member - origin] = Number.POSITIVE_INFINITY;
        power[member - origin] = Number.NaN;
        continue;
      }
      this.members[left] = member;
      this.loss[left] = this.loss[i]!;
      this.power[left++] = this.power[i]!;
    }
    this.members = this.members.subarray(0, left);
    this.loss = this.loss.subarray(0, left);
    this.power = this.power.subarray(0, left);
  }

  /** Writes J and power of the members that are left. */
  store(origin: number, scale: number, loss: Float32Array, power: Float32Array): void {
    for (let i = 0; i < this.count; i++) {
      loss[this.members[i]! - origin] = scale * this.loss[i]!;
      power[this.members[i]! - origin] = scale * this.power[i]!;
    }
  }
}
