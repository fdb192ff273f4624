import { describe, expect, it } from 'vitest';
import { nearest, umapOf } from '../../src/methods/umap.js';
import { fieldOf, setOf, silent, testRandom } from './fixtures.js';

const options = {
  of: 'coefficients',
  neighbours: 10,
  minDist: 0.1,
  dimension: 2,
  epochs: 100,
  limit: 4000,
  seed: 0,
} as const;

describe('nearest', () => {
  it('finds the k nearest rows by sorting all distances', async () => {
    const random = testRandom(9);
    const [count, width, k] = [120, 3, 12];
    const data = Float64Array.from({ length: count * width }, random);
    const found = await nearest({ data, count, width }, k, silent);
    for (let i = 0; i < count; i++) {
      const all = Array.from({ length: count }, (_, j) => ({
        j,
        d: Math.hypot(...[0, 1, 2].map((a) => data[i * width + a]! - data[j * width + a]!)),
      })).sort((a, b) => a.d - b.d);
      expect(found.indices[i]).toEqual(all.slice(0, k).map(({ j }) => j));
      found.distances[i]!.forEach((d, r) => {
        expect(d).toBeCloseTo(all[r]!.d, 12);
      });
    }
  });

  it('puts a row itself first even among copies of it', async () => {
    const found = await nearest({ data: new Float64Array(8), count: 8, width: 1 }, 3, silent);
    expect(found.indices.map((row) => row[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(found.distances.flat().every((d) => d === 0)).toBe(true);
  });
});

/** Two blobs of members far apart on a 21 × 21 lattice. */
function blobs() {
  const values = Array.from({ length: 441 }, (_, i) => {
    const [a, b] = [Math.floor(i / 21), i % 21];
    return (a < 6 && b < 6) || (a > 14 && b > 14) ? 0.1 : 1;
  });
  return setOf(values, 21, 2, 0.5);
}

describe('umapOf', () => {
  it.each(['coefficients', 'theta'] as const)('says what was embedded: %s', async (of) => {
    expect((await umapOf(blobs(), { ...options, of, epochs: 10, limit: 30 }, silent)).of).toBe(of);
  });

  it('keeps two far blobs apart: 99 % of neighbours in the picture are of the same blob', async () => {
    const set = blobs();
    const { position, count } = await umapOf(set, options, silent);
    expect(count).toBe(set.index.length);
    let same = 0;
    for (let i = 0; i < count; i++) {
      let best = -1;
      let least = Infinity;
      for (let j = 0; j < count; j++) {
        const d = (position[2 * i]! - position[2 * j]!) ** 2 + (position[2 * i + 1]! - position[2 * j + 1]!) ** 2;
        if (j !== i && d < least) {
          least = d;
          best = j;
        }
      }
      if (set.index[i]! < 220 === set.index[best]! < 220) same++;
    }
    expect(same / count).toBeGreaterThan(0.99);
  });

  it('gives the same picture for the same seed and another for another', async () => {
    const one = await umapOf(blobs(), { ...options, epochs: 20 }, silent);
    expect((await umapOf(blobs(), { ...options, epochs: 20 }, silent)).position).toEqual(one.position);
    expect((await umapOf(blobs(), { ...options, epochs: 20, seed: 1 }, silent)).position).not.toEqual(one.position);
  });

  it('samples above the limit and says so', async () => {
    const found = await umapOf(blobs(), { ...options, limit: 30, epochs: 10 }, silent);
    expect(found.count).toBe(30);
    expect(found.note).toContain('UMAP of 30 of 72 members by coefficients, sampled with seed 0');
    const all = await umapOf(blobs(), { ...options, epochs: 10 }, silent);
    expect(all.note).not.toContain('sampled');
  });

  it('says which member each place stands for', async () => {
    const set = blobs();
    const { member, values } = await umapOf(set, { ...options, limit: 30, epochs: 10 }, silent);
    expect(new Set(member).size).toBe(30);
    member!.forEach((index, i) => {
      expect(set.index).toContain(index);
      expect(values[i]).toBe(set.field.values[index]);
    });
  });

  it('by θ and by coefficients is the same picture where the basis is orthonormal and θ is not known', async () => {
    const byTheta = await umapOf(blobs(), { ...options, of: 'theta', epochs: 20 }, silent);
    const byCoefficients = await umapOf(blobs(), { ...options, epochs: 20 }, silent);
    expect(byTheta.position).toEqual(byCoefficients.position);
    expect(byTheta.note).toContain('equal those between coefficients');
  });

  it('marks θ₀ … θₘ, and θ when it is known and asked for', async () => {
    const set = blobs();
    const reference = { ...set.field.reference, theta: Float32Array.of(0.5, 0.5) };
    const known = { ...set, field: { ...set.field, reference } };
    const names = async (of: 'theta' | 'coefficients') =>
      (await umapOf(known, { ...options, of, epochs: 10 }, silent)).marks.map(({ name }) => name);
    expect(await names('theta')).toEqual(['θ₀', 'θ']);
    expect(await names('coefficients')).toEqual(['θ₀']);
  });

  it('refuses fewer than 3 members, and takes fewer neighbours than asked where there are too few', async () => {
    const few = setOf([0.1, 0.1, 1, 1], 4, 1, 0.5);
    await expect(umapOf(few, options, silent)).rejects.toThrow(
      "input 'set': expected at least 3 members to embed, got 2",
    );
    const three = await umapOf(setOf([0.1, 0.1, 0.1, 1], 4, 1, 0.5), { ...options, epochs: 10 }, silent);
    expect(three.note).toContain('3 neighbours');
    expect(three.position.every(Number.isFinite)).toBe(true);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const control = { signal: controller.signal, progress: () => controller.abort() };
    await expect(umapOf(blobs(), options, control)).rejects.toThrow('cancelled');
  });

  it('reports J of the embedded members in their order', async () => {
    const values = Array.from({ length: 30 }, (_, i) => i / 100);
    const field = fieldOf(values, 30, 1);
    const set = {
      type: 'EpsilonSet' as const,
      field,
      epsilon: 1,
      index: Uint32Array.from(values.keys()),
      values: field.values,
    };
    const { values: shown } = await umapOf(set, { ...options, epochs: 10 }, silent);
    expect(shown).toEqual(field.values);
  });
});
