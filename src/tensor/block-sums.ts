/** What a route of evaluate does: it adds blocks of inputs to the sums of chosen members. `sumMembers` does the rest. */
import type { Breathe } from './pace.js';

/** Chosen members with what has been added for them so far, without `scale`: loss[i] and power[i] belong to members[i]. */
export interface MemberSums {
  readonly members: Uint32Array; // indices into the family
  readonly loss: Float64Array; // Σ w‖φ − y‖²
  readonly power: Float64Array; // Σ w‖φ‖²
}

/** Says of a member's loss, as far as it is summed, whether it is above the cap whatever follows. */
export type Reached = (loss: number) => boolean;

/** An evaluation made ready on a device: inputs in place, kernels compiled. */
export interface BlockSums {
  readonly route: string; // 'fused' or 'layered', with '· affine' where the first layer is projected
  readonly blocks: number; // blocks of inputs there are, see blocks.ts
  readonly scale: number; // J = scale · sum: the weight, where all inputs have the same
  /** Members of one call, at most. */
  readonly most: number;
  /** Members that are computed side by side: a call with fewer costs as much. */
  readonly lanes: number;
  /** Blocks that are added together: `from` is a multiple of it, `end` too or the last. */
  readonly unit: number;
  /** Coming to a block is dear, being there is not: all members go through it before the next. */
  readonly byBlock: boolean;
  /** Milliseconds that one call should take; where one member and block take longer, `add` breathes in between. */
  readonly callTime: number;
  /** Members × blocks of the first call, a small number where it is left out; the loop keeps here what it came to. */
  firstCells?: number;
  /**
   * Adds blocks from ≤ b < end, in order, to the sums of each member. What a member gets does not depend on the others, nor on how
   * the blocks are cut into calls. A member whose sum has `reached` may be left as it is then, in the middle of a block, too.
   */
  add(to: MemberSums, from: number, end: number, breathe: Breathe, reached?: Reached): Promise<void>;
  /** Sums (member × block) that were left out so far, parts of them too. */
  readonly spared?: number;
  close(): void;
}
