import { describe, expect, test } from 'vitest';
import { HeadKernel, type HeadShape, headOutputs } from '../../../src/tensor/fused/index.js';
import { stream } from '../../../src/tensor/random.js';

/** The same in plain loops: combination, slope, then pooling (maximum and a growing slope commute). */
function plain(shape: HeadShape, maps: readonly Float32Array[], count: number, c: Float64Array): number[] {
  const { height, width, channels, window, stride, slope } = shape;
  const rows = Math.floor((height - window) / stride) + 1;
  const columns = Math.floor((width - window) / stride) + 1;
  const out: number[] = [];
  for (let n = 0; n < count; n++)
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++)
        for (let k = 0; k < channels; k++) {
          const values: number[] = [];
          for (let dy = 0; dy < window; dy++)
            for (let dx = 0; dx < window; dx++) {
              const at = ((n * height + y * stride + dy) * width + x * stride + dx) * channels + k;
              const z = maps.reduce((sum, map, i) => sum + (i === 0 ? 1 : c[i - 1]!) * map[at]!, 0);
              values.push(z < 0 ? slope * z : z);
            }
          out.push(Math.max(...values));
        }
  return out;
}

describe('the head of a layered network on an affine family', () => {
  const shapes: HeadShape[] = [
    { rank: 3, height: 24, width: 24, channels: 6, window: 2, stride: 2, slope: 0 },
    { rank: 1, height: 7, width: 5, channels: 3, window: 3, stride: 1, slope: 0.1 },
    { rank: 2, height: 7, width: 6, channels: 1, window: 2, stride: 3, slope: 1 },
    { rank: 4, height: 1, width: 1, channels: 13, window: 1, stride: 1, slope: 2 },
  ];
  for (const shape of shapes)
    test(`${JSON.stringify(shape)} equals plain loops, in any order of coefficients`, async () => {
      const random = stream(5, 'test head', shape.rank);
      const size = shape.height * shape.width * shape.channels;
      for (const count of [1, 4, 9]) {
        const maps = Array.from({ length: shape.rank + 1 }, () =>
          Float32Array.from({ length: count * size }, () => random.normal()),
        );
        const kernel = new HeadKernel(shape, maps, count);
        const some = Array.from({ length: 3 }, () => Float64Array.from({ length: shape.rank }, () => random.normal()));
        const near = some[0]!.slice();
        near[shape.rank - 1] = 0.25; // only the last one changes
        for (const c of [some[0]!, near, some[1]!, some[0]!]) {
          const got = kernel.values(c);
          const want = plain(shape, maps, count, c);
          expect(got.length).toBe(count * headOutputs(shape));
          want.forEach((value, i) => {
            expect(Math.abs(got[i]! - value)).toBeLessThan(2e-6 * (1 + Math.abs(value)));
          });
        }
      }
    });

  test('NaN passes through pooling and slope', async () => {
    const shape = { rank: 1, height: 2, width: 2, channels: 1, window: 2, stride: 2, slope: 0 };
    for (let place = 0; place < 4; place++) {
      const map = new Float32Array(4).fill(1);
      map[place] = Number.NaN;
      const kernel = new HeadKernel(shape, [map, new Float32Array(4)], 1);
      expect(kernel.values(Float64Array.of(1))[0]).toBeNaN();
    }
  });
});
