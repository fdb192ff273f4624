/** What the measures do not see, and the order and bounds they keep, on random representations. A failing property prints its seed. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../src/document/slices.js';
import { type CcaOptions, cca } from '../../../src/methods/similarity/cca.js';
import { type CkaOptions, cka } from '../../../src/methods/similarity/cka.js';
import { columnsOf, type Rows } from '../../../src/methods/similarity/columns.js';
import { maxKernel } from '../../../src/methods/similarity/kernels.js';
import type { Measured } from '../../../src/methods/similarity/measure.js';
import { type ProcrustesForm, procrustes } from '../../../src/methods/similarity/procrustes.js';
import { moved, permutationScaling, randomRows, rotation } from './rows.js';

type Of = (x: Rows, y: Rows) => Measured;
const ckas = (['linear', 'rbf', 'max'] as const).flatMap((kernel) =>
  (['biased', 'unbiased'] as const).flatMap((estimator) =>
    [0, 5].map((batch): [string, Of] => {
      const options: Partial<CkaOptions> = { kernel, estimator, batch };
      return [`${kernel} CKA, ${estimator}${batch ? ', minibatches' : ''}`, (x, y) => cka(x, y, options)];
    }),
  ),
);
const forms: readonly ProcrustesForm[] = ['orthogonal', 'angular', 'permutation', 'g-relu'];
const procrustesOf = forms.map((form): [string, Of] => [form, (x, y) => procrustes(x, y, form)]);
const ccaForms: readonly CcaOptions['form'][] = ['mean', 'squared', 'svcca', 'pwcca'];
const ccas = ccaForms.map((form): [string, Of] => [form, (x, y) => cca(x, y, { form })]);
const all = [...ckas, ...procrustesOf, ...ccas];
const only = (...names: readonly string[]) => all.filter(([name]) => names.some((start) => name.startsWith(start)));

const sizes = fc.record({
  n: fc.integer({ min: 5, max: 24 }),
  d: fc.integer({ min: 1, max: 12 }),
  e: fc.integer({ min: 1, max: 12 }),
  seed: fc.nat(1e6),
});
const RUNS = { numRuns: 40 };

/** Values agree; where neither has one, both say why. Angles and 1 − √(2 − 2s)/2 turn rounding ε into √ε near 1. */
function expectSame(a: Measured, b: Measured, near = 1e-6): void {
  if (a.value === undefined || b.value === undefined) expect(a.value).toBe(b.value);
  else expect(Math.abs(a.value - b.value)).toBeLessThan(near);
}

/** Two layers that have something in common. */
function pair({ n, d, e, seed }: { n: number; d: number; e: number; seed: number }): [Rows, Rows] {
  const x = randomRows(n, d, seed);
  const mixed = moved(x, randomRows(d, e, seed + 1).x as Float64Array, e);
  const noise = randomRows(n, e, seed + 2).x;
  return [x, { ...mixed, x: mixed.x.map((v, i) => v + noise[i]!) }];
}
const shift = (width: number, seed: number): Float64Array =>
  (randomRows(1, width, seed).x as Float64Array).map((v) => 10 * v);

describe('invariances', () => {
  it.each(only('max CKA', 'g-relu'))('%s: permutations, positive scalings and shifts of either side', (_, of) => {
    fc.assert(
      fc.property(sizes, (size) => {
        const [x, y] = pair(size);
        const a = moved(x, permutationScaling(size.d, size.seed), size.d, shift(size.d, size.seed + 3));
        const b = moved(y, permutationScaling(size.e, size.seed + 4), size.e, shift(size.e, size.seed + 5));
        expectSame(of(a, b), of(x, y));
      }),
      RUNS,
    );
  });

  it.each(only('linear CKA', 'rbf CKA', 'orthogonal', 'angular', 'mean', 'squared', 'svcca'))(
    '%s: rotations, one scale and shifts of either side',
    (_, of) => {
      fc.assert(
        fc.property(sizes, (size) => {
          const [x, y] = pair(size);
          const scaled = rotation(size.d, size.seed).map((v) => 3 * v);
          const a = moved(x, scaled, size.d, shift(size.d, size.seed + 3));
          const b = moved(y, rotation(size.e, size.seed + 4), size.e, shift(size.e, size.seed + 5));
          expectSame(of(a, b), of(x, y));
        }),
        RUNS,
      );
    },
  );

  it.each(only('permutation'))('%s: permutations, one scale and shifts', (_, of) => {
    fc.assert(
      fc.property(sizes, (size) => {
        const [x, y] = pair(size);
        const a = permutationScaling(size.d, size.seed, false).map((v) => 5 * v);
        expectSame(of(moved(x, a, size.d, shift(size.d, size.seed)), y), of(x, y));
      }),
      RUNS,
    );
  });

  it.each(only('mean', 'squared'))('%s: invertible maps of either side', (_, of) => {
    fc.assert(
      fc.property(sizes, (size) => {
        const [x, y] = pair(size);
        const a = randomRows(size.d, size.d, size.seed + 3).x as Float64Array;
        for (let k = 0; k < size.d; k++) a[k * size.d + k]! += 4; // far from singular
        expectSame(of(moved(x, a, size.d, shift(size.d, size.seed)), y), of(x, y), 1e-5);
        expectSame(of(x, moved(y, rotation(size.e, size.seed), size.e)), of(x, y), 1e-5);
      }),
      RUNS,
    );
  });

  it('rotations are seen by the forms for G_ReLU: they are not just the orthogonal ones again', () => {
    const x = randomRows(60, 8, 1);
    const turned = moved(x, rotation(8, 2), 8);
    for (const [, of] of only('max CKA', 'g-relu')) expect(of(x, turned).value).toBeLessThan(0.95);
    for (const [, of] of only('linear CKA', 'orthogonal')) expect(of(x, turned).value).toBeCloseTo(1, 6);
    const scaled = moved(x, permutationScaling(8, 3), 8);
    for (const [, of] of only('linear CKA', 'orthogonal', 'permutation'))
      expect(of(x, scaled).value).toBeLessThan(0.999);
  });
});

describe('bounds', () => {
  it.each(all)('%s: never NaN, within its bounds, 1 (angle 0) with itself', (name, of) => {
    fc.assert(
      fc.property(sizes, (size) => {
        const [x, y] = pair(size);
        const { value } = of(x, y);
        const low = name.includes('unbiased') || name.startsWith('max') ? -1 : 0; // that kernel is not positive
        const high = name === 'angular' ? Math.PI / 2 : 1;
        expect(value).toBeGreaterThanOrEqual(low - 1e-12);
        expect(value).toBeLessThanOrEqual(high + 1e-12);
        expect(Math.abs(of(x, x).value! - Number(name !== 'angular'))).toBeLessThan(1e-6);
      }),
      RUNS,
    );
  });

  it.each(all.filter(([name]) => name !== 'pwcca'))('%s: symmetric', (_, of) => {
    fc.assert(
      fc.property(sizes, (size) => {
        const [x, y] = pair(size);
        expectSame(of(x, y), of(y, x), 1e-9);
      }),
      RUNS,
    );
  });

  it('permutation Procrustes is at most orthogonal Procrustes; mean squares of correlations at most means', () => {
    fc.assert(
      fc.property(sizes, (size) => {
        const [x, y] = pair(size);
        expect(procrustes(x, y, 'permutation').value).toBeLessThanOrEqual(procrustes(x, y, 'orthogonal').value! + 1e-9);
        expect(cca(x, y, { form: 'squared' }).value).toBeLessThanOrEqual(cca(x, y, { form: 'mean' }).value! + 1e-9);
      }),
      RUNS,
    );
  });

  // Lemma 5.5 of the intertwiner paper says that it is positive semidefinite
  it('the max kernel is not positive semidefinite: rows (1, 0), (0, 1), (1, 1) and v = (1, 1, −1) give vᵀKv = −1', () => {
    const kernel = atOnce(maxKernel({ data: Float64Array.of(1, 0, 1, 0, 1, 1), count: 3, width: 2 }));
    expect([...kernel]).toEqual([1, 0, 1, 0, 1, 1, 1, 1, 1]);
    const v = [1, 1, -1];
    expect(v.reduce((sum, p, i) => sum + v.reduce((row, q, j) => row + p * q * kernel[i * 3 + j]!, 0), 0)).toBe(-1);
  });
});

describe('what has no value says why', () => {
  const constant: Rows = { x: new Float64Array(24).fill(0.1), count: 8, width: 3 };
  it.each(all)('%s: a layer of constant columns', (_, of) => {
    const x = randomRows(8, 3, 1);
    expect(of(x, constant)).toEqual({ value: undefined, why: 'all columns are constant' });
    expect(of(constant, x)).toEqual({ value: undefined, why: 'all columns are constant' });
    expect(of(constant, constant).value).toBeUndefined();
  });

  it.each(all)('%s: dead units change nothing, whatever rounding leaves of their constant', (_, of) => {
    const [x, y] = pair({ n: 12, d: 4, e: 5, seed: 2 });
    const noisy = Float32Array.from({ length: 12 }, (_, i) => (i % 2 ? 0.3 : 0.3 * (1 + 2 ** -24)));
    const wider: Rows = {
      x: Float64Array.from({ length: 12 * 6 }, (_, at) => {
        const [i, k] = [Math.floor(at / 6), at % 6];
        return k < 4 ? x.x[i * 4 + k]! : k === 4 ? 0 : noisy[i]!;
      }),
      count: 12,
      width: 6,
    };
    expect(columnsOf(wider).dropped).toBe(2);
    expectSame(of(wider, y), of(x, y), 1e-12);
  });

  it('an unbiased HSIC that is 0: rows that are all equally far', () => {
    const simplex: Rows = { x: Float64Array.from({ length: 36 }, (_, i) => Number(i % 7 === 0)), count: 6, width: 6 };
    const x = randomRows(6, 3, 4);
    for (const kernel of ['linear', 'rbf'] as const) {
      const got = cka(x, simplex, { kernel, estimator: 'unbiased' });
      expect(got).toEqual({ value: undefined, why: 'the unbiased HSIC(K, K) of its rows is not above 0' });
      expect(cka(x, simplex, { kernel }).value).toBeGreaterThan(0);
    }
  });

  it('an RBF kernel without a median: most rows equal', () => {
    const x = randomRows(6, 2, 5);
    const few: Rows = { ...x, x: x.x.map((v, i) => (i < 2 ? v : 1)) };
    expect(cka(few, x, { kernel: 'rbf' })).toEqual({
      value: undefined,
      why: 'the median distance of its rows is 0: most of them are equal',
    });
    expect(cka(few, x).value).toBeGreaterThanOrEqual(0);
  });

  it('too few rows, different numbers of rows and numbers that are not finite are refused', () => {
    const unbiased: Partial<CkaOptions> = { estimator: 'unbiased' };
    expect(() => cka(randomRows(3, 2, 1), randomRows(3, 2, 2), unbiased)).toThrow(
      'CKA: expected N > 3 rows for the unbiased estimator, got 3; give more inputs or choose the biased estimator',
    );
    expect(cka(randomRows(4, 2, 1), randomRows(4, 2, 2), unbiased).value).toBeDefined();
    expect(cka(randomRows(3, 2, 1), randomRows(3, 2, 2)).value).toBeDefined();
    for (const [, of] of all) {
      expect(() => of(randomRows(8, 2, 1), randomRows(9, 2, 2))).toThrow('got N = 8 and 9');
      const x = randomRows(8, 2, 1);
      x.x[5] = Number.NaN;
      expect(() => of(x, randomRows(8, 2, 2))).toThrow(
        'activations: expected finite activations, got others in column 1',
      );
      if (!of.toString().includes('cka')) expect(() => of(randomRows(1, 2, 1), randomRows(1, 2, 2))).toThrow('2 rows');
    }
  });

  it('canonical correlations that are 1 for any data are counted', () => {
    expect(cca(randomRows(20, 4, 1), randomRows(20, 5, 2))).toMatchObject({ forced: 0 });
    expect(cca(randomRows(8, 4, 1), randomRows(8, 5, 2))).toMatchObject({ forced: 2 }); // 4 + 5 in 7 dimensions
    const full = cca(randomRows(8, 9, 1), randomRows(8, 9, 2), { form: 'mean' });
    expect(full).toMatchObject({ forced: 7 });
    expect(full.value).toBeCloseTo(1, 10);
  });
});
