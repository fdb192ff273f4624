/** Random representations, and what acts on them. */
import type { Rows } from '../../../src/methods/similarity/columns.js';
import { stream } from '../../../src/tensor/random.js';

/** X [count, width] of N(0, 1). */
export function randomRows(count: number, width: number, seed: number): Rows {
  const s = stream(seed, 'test similarity', 0);
  return { x: Float64Array.from({ length: count * width }, () => s.normal()), count, width };
}

/** X A + 1 vᵀ with A [width, to] row-major. */
export function moved({ x, count, width }: Rows, a: Float64Array, to: number, v?: Float64Array): Rows {
  const y = new Float64Array(count * to);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < to; j++) {
      let sum = v?.[j] ?? 0;
      for (let k = 0; k < width; k++) sum += x[i * width + k]! * a[k * to + j]!;
      y[i * to + j] = sum;
    }
  return { x: y, count, width: to };
}

/** P D: a random permutation times a diagonal of exp N(0, 1). */
export function permutationScaling(width: number, seed: number, scaled = true): Float64Array {
  const s = stream(seed, 'test permutation', 0);
  const places = s.shuffle(Array.from({ length: width }, (_, i) => i));
  const a = new Float64Array(width * width);
  places.forEach((to, from) => {
    a[from * width + to] = scaled ? Math.exp(s.normal()) : 1;
  });
  return a;
}

/** A random orthogonal matrix, by Gram–Schmidt twice. */
export function rotation(width: number, seed: number): Float64Array {
  const s = stream(seed, 'test rotation', 0);
  const q = new Float64Array(width * width);
  for (let i = 0; i < width; i++) {
    const row = q.subarray(i * width, (i + 1) * width);
    for (let j = 0; j < width; j++) row[j] = s.normal();
    for (let pass = 0; pass < 2; pass++)
      for (let k = 0; k < i; k++) {
        const other = q.subarray(k * width, (k + 1) * width);
        const c = row.reduce((sum, v, j) => sum + v * other[j]!, 0);
        for (let j = 0; j < width; j++) row[j]! -= c * other[j]!;
      }
    const size = Math.sqrt(row.reduce((sum, v) => sum + v * v, 0));
    for (let j = 0; j < width; j++) row[j]! /= size;
  }
  return q;
}
