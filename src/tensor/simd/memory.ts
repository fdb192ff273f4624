/** The memory of the SIMD kernels of one network: regions side by side, made once and used for block after block. */
import { wasmMemory } from '../fused/wasm-memory.js';

const LINE = 64; // bytes of a cache line

/** Regions of a memory, given out before it is made. */
export class Regions {
  private end = LINE; // address 0 is never given out

  /** A region for so many numbers (float32), at the start of a cache line. Gives its address. */
  take(numbers: number): number {
    const start = this.end;
    this.end = Math.ceil((start + 4 * numbers) / LINE) * LINE;
    return start;
  }

  /** The memory that holds them; what a last register reads past a region's end is inside. */
  memory(): WebAssembly.Memory {
    return wasmMemory(this.end + LINE);
  }
}

/** Inputs `start` ≤ i < `end` of `x` [N, features] as rows [features, width] from `at` on, zeros beside them. */
export function putRows(
  to: Float32Array,
  at: number,
  x: Float32Array,
  features: number,
  width: number,
  start: number,
  end: number,
): void {
  const count = end - start;
  if (count < width) to.fill(0, at, at + features * width);
  for (let i = 0; i < count; i++) {
    const from = (start + i) * features;
    for (let f = 0, place = at + i; f < features; f++, place += width) to[place] = x[from + f]!;
  }
}

/**
 * The same, with the last input beside them: where a network overflows on what fills up, which weighs nothing, it does so on an input
 * that counts.
 */
export function putInputs(...[to, at, x, features, width, start, end]: Parameters<typeof putRows>): void {
  putRows(to, at, x, features, width, start, end);
  if (end - start === width) return;
  for (let row = at; row < at + features * width; row += width)
    to.fill(to[row + end - start - 1]!, row + end - start, row + width);
}

/** Rows [rows, width] from `at` on as outputs [count, rows] of inputs from `start` on. */
export function takeRows(
  from: Float32Array,
  at: number,
  rows: number,
  width: number,
  to: Float32Array,
  start: number,
  count: number,
): void {
  for (let j = 0; j < rows; j++) {
    const row = at + j * width;
    for (let i = 0; i < count; i++) to[(start + i) * rows + j] = from[row + i]!;
  }
}
