/**
 * The order in which J is summed. Inputs are taken in blocks of a fixed size, in order, and on every device a member's J is the
 * float64 sum of its blocks' partial sums, in that order. A partial sum depends on the member and the block alone: on cpu it is
 * float64 throughout, kernels of wasm and WebGPU add the inputs of a block in float32, in an order of their own. Totals of WebGPU,
 * which has no float64, are added by the host, or on the device in integers with the very same bits. So J depends neither
 * on the chunk of members that a member happens to be in, nor on how many blocks one kernel call covers; between devices it
 * differs by rounding. Inputs of weight 0 are left out before all this (weightless.ts), so blocks hold only inputs that count, and
 * the others are put in an order in which partial sums soon tell how large J will be (foremost.ts).
 */

/** Inputs in one block. A partial sum covers this many inputs, so float32 rounding in it stays near 10⁻⁶ relative. */
export const INPUT_BLOCK = 128;

/** Outputs of an input whose squares are added one after another in float32; more are added in groups of so many, then these. */
export const OUTPUT_GROUP = 64;

/** A half-open range of indices. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Number of blocks that cover `count` inputs. */
export function blockCount(count: number): number {
  return Math.ceil(count / INPUT_BLOCK);
}

/** The blocks of `count` inputs, in the order in which their partial sums are added; the last may be short. */
export function inputBlocks(count: number): Range[] {
  return chunksOf(count, INPUT_BLOCK);
}

/** The largest power of two that is at most `limit`, but `least` where that is more: sizes of blocks, so that whole ones fit into another. */
export function powerOfTwo(limit: number, least = 1): number {
  return Math.max(least, 2 ** Math.floor(Math.log2(limit)));
}

/** `count` items cut into chunks of `size`, in order; the last may be short. */
export function chunksOf(count: number, size: number): Range[] {
  const chunks: Range[] = [];
  for (let start = 0; start < count; start += size) chunks.push({ start, end: Math.min(start + size, count) });
  return chunks;
}
