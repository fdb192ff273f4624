/** The memory of the SIMD kernels of one network: regions side by side, made once and used for block after block. */
import { wasmMemory } from '../fused/wasm-memory.js';

const LINE = 64; // bytes of a cache line
const TOGETHER = 8; // inputs that are moved side by side: what of a row is near another is read and written at once

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
  const whole = count - (count % TOGETHER);
  for (let i = 0; i < whole; i += TOGETHER) {
    let a = (start + i) * features;
    let [b, c, d, e] = [a + features, a + 2 * features, a + 3 * features, a + 4 * features];
    let [f, g, h] = [a + 5 * features, a + 6 * features, a + 7 * features];
    for (let place = at + i, last = place + features * width; place < last; place += width) {
      to[place] = x[a++]!;
      to[place + 1] = x[b++]!;
      to[place + 2] = x[c++]!;
      to[place + 3] = x[d++]!;
      to[place + 4] = x[e++]!;
      to[place + 5] = x[f++]!;
      to[place + 6] = x[g++]!;
      to[place + 7] = x[h++]!;
    }
  }
  for (let i = whole; i < count; i++) {
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
  const whole = count - (count % TOGETHER);
  for (let i = 0; i < whole; i += TOGETHER) {
    let a = (start + i) * rows;
    let [b, c, d, e] = [a + rows, a + 2 * rows, a + 3 * rows, a + 4 * rows];
    let [f, g, h] = [a + 5 * rows, a + 6 * rows, a + 7 * rows];
    for (let place = at + i, last = place + rows * width; place < last; place += width) {
      to[a++] = from[place]!;
      to[b++] = from[place + 1]!;
      to[c++] = from[place + 2]!;
      to[d++] = from[place + 3]!;
      to[e++] = from[place + 4]!;
      to[f++] = from[place + 5]!;
      to[g++] = from[place + 6]!;
      to[h++] = from[place + 7]!;
    }
  }
  for (let i = whole; i < count; i++)
    for (let j = 0; j < rows; j++) to[(start + i) * rows + j] = from[at + j * width + i]!;
}
