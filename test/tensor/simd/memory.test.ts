/** Inputs put beside each other in the memory of kernels, and outputs taken back. */
import { expect, it } from 'vitest';
import { putInputs, putRows, takeRows } from '../../../src/tensor/simd/memory.js';

const FEATURES = 5;
const START = 3; // inputs before those that are moved
const AT = 7; // numbers before the rows

it.each([4, 8, 16, 24].flatMap((width) => [1, 3, 7, 8, 9, 15, 16, 23].map((count) => [Math.min(count, width), width])))(
  'puts %i inputs into rows of %i, zeros or the last input beside them, and takes them back',
  (count, width) => {
    const x = Float32Array.from({ length: (START + count + 2) * FEATURES }, (_, i) => i + 1);
    const input = (i: number, f: number): number => x[(START + i) * FEATURES + f]!;
    for (const [put, beside] of [
      [putRows, () => 0],
      [putInputs, (f: number) => input(count - 1, f)],
    ] as const) {
      const rows = new Float32Array(AT + FEATURES * width + 4).fill(-1);
      put(rows, AT, x, FEATURES, width, START, START + count);
      for (let f = 0; f < FEATURES; f++)
        for (let i = 0; i < width; i++) expect(rows[AT + f * width + i]).toBe(i < count ? input(i, f) : beside(f));
      const touched = (i: number): boolean => i >= AT && i < AT + FEATURES * width;
      expect(rows.every((value, i) => touched(i) || value === -1)).toBe(true);
      const back = new Float32Array(x.length).fill(-1);
      takeRows(rows, AT, FEATURES, width, back, START, count);
      expect(back).toEqual(x.map((value, i) => (i >= START * FEATURES && i < (START + count) * FEATURES ? value : -1)));
    }
  },
);
