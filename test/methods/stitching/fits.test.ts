/** Starting points of stitching against planted maps and against what makes them best. */
import { describe, expect, it } from 'vitest';
import { affineFit, groupFit, rankFit, unexplained } from '../../../src/methods/stitching/fits.js';
import { type LayerValues, momentsOf } from '../../../src/methods/stitching/moments.js';
import { rounded, softPhi } from '../../../src/methods/stitching/phi.js';
import { stream } from '../../../src/tensor/random.js';
import { symmetricEigen } from '../../../src/tensor/symmetric.js';

const COUNT = 60;
const PLANE = 4;
const D = 5;

/** Values [count, channels, positions], with a mean far from 0 and channels that correlate. */
function layer(
  channels: number,
  item: number,
  of?: { x: LayerValues; weight: number[][]; bias: number[]; noise: number },
) {
  const random = stream(9, 'test fits', item);
  const values = new Float32Array(COUNT * channels * PLANE);
  for (let n = 0; n < COUNT; n++)
    for (let p = 0; p < PLANE; p++) {
      const shared = random.normal();
      for (let c = 0; c < channels; c++) {
        const at = (n * channels + c) * PLANE + p;
        if (of === undefined) values[at] = 3 + c + shared + random.normal();
        else {
          let sum = of.bias[c]! + of.noise * random.normal();
          for (let k = 0; k < D; k++) sum += of.weight[c]![k]! * of.x.values[(n * D + k) * PLANE + p]!;
          values[at] = sum;
        }
      }
    }
  return { values, count: COUNT, channels };
}

const x = layer(D, 0);
const WEIGHT = [
  [1, 0, -2, 0.5, 0],
  [0, 3, 0, 0, 1],
  [0.2, 0.2, 0.2, 0.2, 0.2],
];
const BIAS = [1, -2, 0];

describe('least squares', () => {
  it('finds a planted affine map between layers of different widths', () => {
    const moments = momentsOf(x, layer(3, 1, { x, weight: WEIGHT, bias: BIAS, noise: 0 }));
    const fit = affineFit(moments);
    WEIGHT.flat().forEach((value, at) => {
      expect(fit.weight[at]).toBeCloseTo(value, 4);
    });
    BIAS.forEach((value, at) => {
      expect(fit.bias[at]).toBeCloseTo(value, 3);
    });
    expect(unexplained(moments, fit)).toBeLessThan(1e-9);
  });

  it('leaves residuals that have mean 0 and are orthogonal to x', () => {
    const y = layer(3, 2, { x, weight: WEIGHT, bias: BIAS, noise: 2 });
    const moments = momentsOf(x, y);
    const { weight, bias } = affineFit(moments);
    let power = 0;
    for (let j = 0; j < 3; j++) {
      const sums = new Float64Array(D + 1);
      for (let n = 0; n < COUNT; n++)
        for (let p = 0; p < PLANE; p++) {
          const row = Array.from({ length: D }, (_, k) => x.values[(n * D + k) * PLANE + p]!);
          const fitted = row.reduce((sum, value, k) => sum + weight[j * D + k]! * value, bias[j]!);
          const rest = y.values[(n * 3 + j) * PLANE + p]! - fitted;
          power += rest ** 2 / (COUNT * PLANE);
          for (const [k, value] of [...row, 1].entries()) sums[k]! += (rest * value) / (COUNT * PLANE);
        }
      for (const sum of sums) expect(Math.abs(sum)).toBeLessThan(2e-4);
    }
    const all = moments.yy.reduce((sum, value) => sum + value, 0);
    expect(unexplained(moments, { weight, bias })).toBeCloseTo(power / all, 5);
  });

  it('of rank r leaves what the affine map leaves and the smallest eigenvalues of its fitted covariance; full rank is the affine map', () => {
    const y = layer(3, 3, { x, weight: WEIGHT, bias: BIAS, noise: 1 });
    const moments = momentsOf(x, y);
    const full = affineFit(moments);
    const all = moments.yy.reduce((sum, value) => sum + value, 0);
    const fitted = new Float64Array(9); // W Σ_xx Wᵀ
    for (let a = 0; a < 3; a++)
      for (let b = 0; b < 3; b++)
        for (let i = 0; i < D; i++)
          for (let k = 0; k < D; k++)
            fitted[a * 3 + b]! += full.weight[a * D + i]! * moments.xx[i * D + k]! * full.weight[b * D + k]!;
    const eigenvalues = symmetricEigen(fitted, 3).values;
    for (const rank of [1, 2, 3]) {
      const { inner, outer, bias } = rankFit(moments, rank);
      expect([inner.length, outer.length]).toEqual([rank * D, 3 * rank]);
      const weight = Float64Array.from({ length: 3 * D }, (_, at) => {
        let sum = 0;
        for (let r = 0; r < rank; r++) sum += outer[Math.floor(at / D) * rank + r]! * inner[r * D + (at % D)]!;
        return sum;
      });
      const lost = eigenvalues.slice(0, 3 - rank).reduce((sum, value) => sum + value, 0) / all;
      expect(unexplained(moments, { weight, bias })).toBeCloseTo(unexplained(moments, full) + lost, 5);
      if (rank === 3)
        weight.forEach((value, at) => {
          expect(value).toBeCloseTo(full.weight[at]!, 9);
        });
    }
  });

  it('takes a dead and a repeated channel in its stride', () => {
    const values = x.values.slice();
    for (let n = 0; n < COUNT; n++)
      for (let p = 0; p < PLANE; p++) {
        values[n * D * PLANE + p] = 0;
        values[(n * D + 1) * PLANE + p] = values[(n * D + 2) * PLANE + p]!;
      }
    const dead = { values, count: COUNT, channels: D };
    const moments = momentsOf(dead, dead);
    const fit = affineFit(moments);
    expect([...fit.weight, ...fit.bias].every(Number.isFinite)).toBe(true);
    expect(unexplained(moments, fit)).toBeLessThan(1e-9);
    expect(groupFit(moments).scale.every((s) => s > 0 && Number.isFinite(s))).toBe(true);
  });
});

describe('G_ReLU', () => {
  const source = [3, 0, 4, 1, 2];
  const scale = [2, 0.5, 1, 7, 0.1];
  const planted = source.map((from, j) => Array.from({ length: D }, (_, k) => (k === from ? scale[j]! : 0)));

  it('finds a planted permutation with its scales, under noise too', () => {
    for (const noise of [0, 0.05]) {
      const moments = momentsOf(x, layer(D, 5, { x, weight: planted, bias: [0, 0, 0, 0, 0], noise }));
      const fit = groupFit(moments);
      expect([...fit.source]).toEqual(source);
      fit.scale.forEach((value, j) => {
        expect(value).toBeCloseTo(scale[j]!, noise === 0 ? 5 : 1);
      });
      if (noise === 0) expect(unexplained(moments, fit)).toBeLessThan(1e-9);
    }
  });

  it('starts its search halfway, and what is rounded is the permutation it started from', () => {
    const fit = { source: Int32Array.from(source), scale: Float64Array.from(scale) };
    for (const isImage of [true, false]) {
      const { theta } = softPhi(fit, isImage)[0]!;
      const back = rounded(Float32Array.of(9, ...theta, 9), 1, D);
      expect([...back.source]).toEqual(source);
      back.scale.forEach((value, j) => {
        expect(value).toBeCloseTo(scale[j]!, 5);
      });
    }
  });
});

describe('moments', () => {
  it('of more rows than are taken are those of a sample: close to all', () => {
    const random = stream(10, 'test fits', 0);
    const count = 30_000;
    const values = Float32Array.from({ length: 2 * count }, () => 1 + random.normal());
    const { meanX, xx, yy } = momentsOf({ values, count, channels: 2 }, { values, count, channels: 2 });
    for (const mean of meanX) expect(mean).toBeCloseTo(1, 1);
    expect(xx[0]).toBeCloseTo(1, 1);
    expect(xx[1]).toBeCloseTo(0, 1);
    expect(yy[1]).toBeCloseTo(xx[3]!, 12);
  });
});
