/** Masks of units against planted ones; bilinear interpolation against PyTorch; thresholds against sorting. */
import { describe, expect, it } from 'vitest';
import { conceptMasks, readUnit, topThreshold, upsample } from '../../../src/methods/dissect/units.js';
import { stream } from '../../../src/tensor/random.js';

describe('the threshold', () => {
  it.each([0.001, 0.005, 0.1, 0.5, 0.999])('leaves a share of %d above it, as sorting says', (quantile) => {
    const random = stream(1, 'test units', 0);
    const values = Float32Array.from({ length: 1001 }, () => random.normal());
    const sorted = Float64Array.from(values).sort().reverse();
    const threshold = topThreshold(values, quantile);
    expect(threshold).toBe(sorted[Math.floor(1001 * quantile)]);
    expect(values.filter((value) => value > threshold)).toHaveLength(Math.floor(1001 * quantile));
  });

  it('has fewer above it where values are equal, and none of a constant unit', () => {
    expect(topThreshold(Float32Array.of(1, 0, 2, 2, 2, 0), 0.34)).toBe(2);
    expect(topThreshold(Float32Array.of(3, 3, 3), 0.5)).toBe(3);
    expect(topThreshold(Float32Array.of(0, 0, 0, 0, 5), 0.5)).toBe(0);
  });
});

describe('interpolation', () => {
  // torch.nn.functional.interpolate(torch.tensor([[[[1., 2., 4.], [0., -1., 3.]]]]), size=(4, 5), mode='bilinear', align_corners=False)
  const TORCH = [
    [1.0, 1.4, 2.0, 3.2, 4.0],
    [0.75, 0.95, 1.25, 2.75, 3.75],
    [0.25, 0.05, -0.25, 1.85, 3.25],
    [0.0, -0.4, -1.0, 1.4, 3.0],
  ];

  it('is that of PyTorch', () => {
    const to = new Float32Array(20);
    upsample(Float32Array.of(1, 2, 4, 0, -1, 3), 2, 3, to, 4, 5);
    TORCH.flat().forEach((value, at) => {
      expect(to[at]).toBeCloseTo(value, 5);
    });
  });

  it('to the same size changes nothing', () => {
    const from = Float32Array.of(1, 2, 3, 4, 5, 6);
    const to = new Float32Array(6);
    upsample(from, 2, 3, to, 2, 3);
    expect([...to]).toEqual([...from]);
  });
});

describe('a unit', () => {
  // two images of 2 × 3 pixels, two concepts
  const masks = Uint8Array.of(
    ...[1, 1, 0, 0, 0, 0], // image 0, concept 0
    ...[0, 0, 1, 1, 1, 0], // image 0, concept 1
    ...[1, 0, 0, 0, 0, 0],
    ...[0, 0, 0, 0, 1, 1],
  );
  const of = conceptMasks({ names: ['a', 'b'], masks }, 2, 2, 3);

  it('is read by intersection over union, summed over images before dividing', () => {
    expect([...of.sizes]).toEqual([3, 5]);
    // the top 4 of 12 values are pixels 0, 1, 2 of image 0 and pixel 0 of image 1: concept a has 3 of them, b has 1
    const values = Float32Array.of(9, 8, 7, 0, 0, 0, 6, 0, 0, 0, 0, 0);
    expect(readUnit(values, [2, 3], of, 4 / 12)).toEqual({ concept: 0, iou: 3 / 4 });
    expect(readUnit(values, [2, 3], of, 1 / 12)).toEqual({ concept: 0, iou: 1 / 3 });
  });

  it('that is a concept has IoU 1 with it, one that is constant has none', () => {
    const b = Float32Array.of(0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1);
    expect(readUnit(b, [2, 3], of, 0.5)).toEqual({ concept: 1, iou: 1 });
    expect(readUnit(new Float32Array(12).fill(2), [2, 3], of, 0.5)).toEqual({ concept: -1, iou: 0 });
  });

  it('of a smaller map is interpolated before it is cut', () => {
    // one value for each image: image 1 is above the threshold everywhere
    expect(readUnit(Float32Array.of(0, 1), [1, 1], of, 0.5)).toEqual({ concept: 1, iou: 2 / 9 });
  });
});
