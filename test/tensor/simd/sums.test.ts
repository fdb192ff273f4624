import { expect, test } from 'vitest';
import { encodeModule } from '../../../src/tensor/fused/wasm-emitter.js';
import { unitSlices } from '../../../src/tensor/simd/program.js';
import { type SumsShape, sums, tileOf } from '../../../src/tensor/simd/sums.js';
import { normals } from '../../numeric/oracle.js';

/** A convolution of 2 × 6 × 5 rows by [units, 2, 3, 2] at stride 1: 4 × 4 places. */
const convolution = (width: number, units: number, start: SumsShape['start']): SumsShape => ({
  width,
  positions: [
    { count: 4, steps: [5, 4] },
    { count: 4, steps: [1, 1] },
  ],
  units: [{ count: units, step: 16 }],
  taps: [
    { count: 2, step: 30 },
    { count: 3, step: 5 },
    { count: 2, step: 1 },
  ],
  start,
});

test.each([4, 8, 16, 32])('sums over rows of %i numbers equal plain loops, in any slices of units', async (width) => {
  for (const units of [1, 2, 3, 5, 8])
    for (const start of ['zero', 'bias', 'add'] as const) {
      const shape = {
        ...convolution(width, units, start),
        ...(start === 'bias' ? { activation: { name: 'relu' } as const } : {}),
      };
      const x = normals(60 * width, 1, 1);
      const w = normals(units * 12, 1, 2);
      const b = normals(units, 1, 3);
      const before = normals(units * 16 * width, 1, 4);
      const memory = new WebAssembly.Memory({ initial: 2 });
      const numbers = new Float32Array(memory.buffer);
      const at = { x: 16, w: 4096, b: 5000, out: 8192 };
      numbers.set(x, at.x);
      numbers.set(w, at.w);
      numbers.set(b, at.b);
      numbers.set(before, at.out);
      const { instance } = await WebAssembly.instantiate(encodeModule({ run: sums(shape) }), { env: { memory } });
      const run = instance.exports.run as (...args: number[]) => void;
      const slices = unitSlices(units, tileOf(units, width).units, 1, 4);
      expect(slices.length).toBe(units === 8 ? 2 : 1);
      for (const { start: unit, tiles, rest } of slices)
        run(4 * at.x, 4 * (at.w + unit * 12), 4 * (at.b + unit), 4 * (at.out + unit * 16 * width), tiles, rest);
      for (let o = 0; o < units; o++)
        for (let y = 0; y < 4; y++)
          for (let column = 0; column < 4; column++)
            for (let i = 0; i < width; i++) {
              const place = (o * 16 + y * 4 + column) * width + i;
              let sum = start === 'bias' ? b[o]! : start === 'add' ? before[place]! : 0;
              for (let c = 0; c < 2; c++)
                for (let ky = 0; ky < 3; ky++)
                  for (let kx = 0; kx < 2; kx++)
                    sum += w[o * 12 + c * 6 + ky * 2 + kx]! * x[(c * 30 + (y + ky) * 5 + column + kx) * width + i]!;
              if (start === 'bias') sum = Math.max(0, sum);
              expect(Math.abs(numbers[at.out + place]! - sum)).toBeLessThan(1e-5);
            }
      expect([...numbers.subarray(at.out - 4, at.out)]).toEqual([0, 0, 0, 0]);
      expect(numbers[at.out + units * 16 * width]).toBe(0);
    }
});
