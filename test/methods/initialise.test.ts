import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import { lenet5, mlp, resnet20 } from '../../src/catalog/presets.js';
import { initialTheta } from '../../src/methods/initialise.js';
import type { Purpose } from '../../src/tensor/random.js';
import { silent } from './fixtures.js';

describe('initialTheta', () => {
  // torch.nn.Linear and Conv2d: uniform on ±1/√fan_in, fan_in = in · kh · kw, for weights and biases
  it('draws PyTorch’s default within ±1/√fan_in and fills it, layer by layer', async () => {
    const architecture = lenet5(true);
    const theta = await initialTheta(architecture, { name: 'pytorch', deviation: 1 }, 3, 'test', 0, silent);
    const fanIn: Readonly<Record<number, number>> = { 0: 25, 3: 150, 7: 256, 9: 120, 11: 84 };
    for (const { layer, offset, size } of layoutOf(architecture).tensors) {
      const bound = 1 / Math.sqrt(fanIn[layer]!);
      const largest = theta.slice(offset, offset + size).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(largest).toBeLessThanOrEqual(bound * (1 + 1e-6));
      if (size > 50) expect(largest).toBeGreaterThan(0.8 * bound);
    }
  });

  it('draws N(0, σ²) and He’s N(0, 2/fan_in) with zero biases', async () => {
    const architecture = mlp([50, 200, 1], { name: 'relu' }, true);
    const meanSquare = (values: Float32Array): number => values.reduce((sum, v) => sum + v * v, 0) / values.length;
    const normal = await initialTheta(architecture, { name: 'normal', deviation: 0.3 }, 0, 'test', 0, silent);
    expect(meanSquare(normal)).toBeCloseTo(0.09, 2);
    const he = await initialTheta(architecture, { name: 'he', deviation: 1 }, 0, 'test', 0, silent);
    expect(meanSquare(he.slice(0, 10_000))).toBeCloseTo(2 / 50, 2);
    expect(he.slice(10_000, 10_200).every((value) => value === 0)).toBe(true);
  });

  it('begins batch normalisation with γ = 1 and β = 0, whatever is drawn, as PyTorch does', async () => {
    const architecture = resnet20([1, 8, 8], 2, 3);
    const { places, tensors } = layoutOf(architecture);
    const normed = places.filter(({ layer }) => layer.kind === 'batch-norm').map(({ path }) => path);
    expect(normed).toHaveLength(21);
    for (const name of ['pytorch', 'normal', 'he'] as const) {
      const theta = await initialTheta(architecture, { name, deviation: 1 }, 0, 'test', 0, silent);
      for (const { path, role, offset, size } of tensors) {
        const values = [...theta.subarray(offset, offset + size)];
        if (normed.includes(path)) expect(values).toEqual(new Array(size).fill(role === 'weight' ? 1 : 0));
        else if (role === 'weight') expect(new Set(values).size).toBe(size);
      }
    }
  });

  it('depends on seed, purpose and item only', async () => {
    const draw = (seed: number, purpose: Purpose, item: number) =>
      initialTheta(
        mlp([2, 4, 1], { name: 'tanh' }, true),
        { name: 'pytorch', deviation: 1 },
        seed,
        purpose,
        item,
        silent,
      );
    expect(await draw(1, 'reference', 2)).toEqual(await draw(1, 'reference', 2));
    expect(await draw(1, 'reference', 2)).not.toEqual(await draw(2, 'reference', 2));
    expect(await draw(1, 'reference', 2)).not.toEqual(await draw(1, 'search', 2));
    expect(await draw(1, 'reference', 2)).not.toEqual(await draw(1, 'reference', 3));
  });

  it('stops while it draws millions of numbers', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 0);
    const control = { ...silent, signal: stop.signal };
    const million = mlp([2, 4_000_000, 1], { name: 'tanh' }, true);
    const drawn = initialTheta(million, { name: 'normal', deviation: 1 }, 0, 'test', 0, control);
    await expect(drawn).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
