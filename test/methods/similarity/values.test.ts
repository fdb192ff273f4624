/** The measures against published numbers, NumPy and their definitions written out. */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { atOnce } from '../../../src/document/slices.js';
import { cca } from '../../../src/methods/similarity/cca.js';
import { cka } from '../../../src/methods/similarity/cka.js';
import { columnsOf, type Rows, unitColumns } from '../../../src/methods/similarity/columns.js';
import { centredKernel, hsic } from '../../../src/methods/similarity/hsic.js';
import { linearKernel, maxKernel, rbfKernel } from '../../../src/methods/similarity/kernels.js';
import type { Measured } from '../../../src/methods/similarity/measure.js';
import { procrustes } from '../../../src/methods/similarity/procrustes.js';
import { stream } from '../../../src/tensor/random.js';
import { randomRows } from './rows.js';

const rows = (x: readonly (readonly number[])[]): Rows => ({
  x: Float64Array.from(x.flat()),
  count: x.length,
  width: x[0]!.length,
});

const FIXED = resolve(import.meta.dirname, '../../../../shared/reference/similarity_google.json');

describe('published values', () => {
  it('the demonstration of Kornblith et al. 2019, where its data are beside the checkout', () => {
    const there = existsSync(FIXED);
    console.log(`similarity reference: ${there ? 'run' : 'absent'}`);
    if (process.env.REQUIRE_REFERENCE === '1') expect(there).toBe(true);
    if (!there) return;
    const data = JSON.parse(readFileSync(FIXED, 'utf8')) as { x: number[][]; y: number[][] };
    const [x, y] = [rows(data.x), rows(data.y)];
    // numpy seed 1337, X 100 × 10, Y = X + noise
    expect(cka(x, y).value).toBeCloseTo(0.557613257, 8);
    expect(cka(x, y, { kernel: 'rbf', width: 0.5 }).value).toBeCloseTo(0.654831182, 8);
    expect(cka(x, y, { estimator: 'unbiased' }).value).toBeCloseTo(0.51345649, 8);
    expect(cca(x, y, { form: 'squared', centred: false }).value).toBeCloseTo(0.543123856, 8);
  });

  it('the unbiased HSIC of PyTorch-Ignite’s documentation: X = 0 … 49, Y = sin(2πX / 50), median rule with t = 1', () => {
    const x = Float64Array.from({ length: 50 }, (_, i) => i);
    const part = (values: Float64Array) => {
      const kernel = atOnce(rbfKernel(columnsOf({ x: values, count: 10, width: 5 }), 1))!;
      return centredKernel(kernel, 10, 'unbiased');
    };
    const y = x.map((v) => Math.sin((2 * Math.PI * v) / 50));
    expect(atOnce(hsic(part(x), part(y), 'unbiased'))).toBeCloseTo(0.09226644, 7);
  });
});

/** The data of numpy_values.py. */
function sines(count: number, width: number, a: number, b: number, constant: readonly number[]): Rows {
  const x = new Float64Array(count * width);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < width; j++)
      x[i * width + j] = constant.includes(j)
        ? 0.1 * j
        : Math.sin(a * (i + 1) * (j + 1) + b * i) + 0.3 * Math.cos(1.7 * i + j) + 2;
  return { x, count, width };
}

interface NumpyCase extends Record<string, unknown> {
  readonly rows: number;
  readonly widths: readonly [number, number];
  readonly constant: readonly [readonly number[], readonly number[]];
}
// numpy_values.py > numpy_values.json, NumPy 1.24.2 and SciPy 1.10.1
const numpy = JSON.parse(readFileSync(join(import.meta.dirname, 'numpy_values.json'), 'utf8')) as Record<
  string,
  NumpyCase
>;

const measures: Record<string, (x: Rows, y: Rows) => Measured> = {
  'linear biased': (x, y) => cka(x, y),
  'linear unbiased': (x, y) => cka(x, y, { estimator: 'unbiased' }),
  'rbf biased': (x, y) => cka(x, y, { kernel: 'rbf' }),
  'rbf unbiased': (x, y) => cka(x, y, { kernel: 'rbf', estimator: 'unbiased' }),
  'max biased': (x, y) => cka(x, y, { kernel: 'max' }),
  'max unbiased': (x, y) => cka(x, y, { kernel: 'max', estimator: 'unbiased' }),
  orthogonal: (x, y) => procrustes(x, y, 'orthogonal'),
  angular: (x, y) => procrustes(x, y, 'angular'),
  permutation: (x, y) => procrustes(x, y, 'permutation'),
  'g-relu': (x, y) => procrustes(x, y, 'g-relu'),
  mean: (x, y) => cca(x, y, { form: 'mean' }),
  squared: (x, y) => cca(x, y, { form: 'squared' }),
  svcca: (x, y) => cca(x, y, { form: 'svcca', share: 0.9 }),
  pwcca: (x, y) => cca(x, y, { form: 'pwcca' }),
};

describe.each(Object.entries(numpy))('NumPy, %s', (_, expected) => {
  const [d, e] = expected.widths;
  const x = sines(expected.rows, d, 0.37, 0.9, expected.constant[0]);
  const y = sines(expected.rows, e, 0.23, 1.3, expected.constant[1]);
  const float32 = (of: Rows): Rows => ({ ...of, x: Float32Array.from(of.x) });
  // 1 − √(2 − 2s)/2 has an infinite slope at s = 1, where rounding of 10⁻¹⁶ becomes 10⁻⁸
  it.each(Object.entries(measures))('%s', (name, of) => {
    expect(of(x, y).value).toBeCloseTo(expected[name] as number, 7);
    expect(Math.abs(of(float32(x), float32(y)).value! - (expected[name] as number))).toBeLessThan(1e-5);
  });
});

/** HSIC₁ and the biased HSIC as METHODS writes them, of whole matrices. */
function byDefinition(k: Float64Array, l: Float64Array, n: number, unbiased: boolean): number {
  const at = (m: Float64Array, i: number, j: number) => (unbiased && i === j ? 0 : m[i * n + j]!);
  let trace = 0;
  let rowsBoth = 0;
  let allK = 0;
  let allL = 0;
  for (let i = 0; i < n; i++) {
    let rowK = 0;
    let rowL = 0;
    for (let j = 0; j < n; j++) {
      trace += at(k, i, j) * at(l, i, j);
      rowK += at(k, i, j);
      rowL += at(l, i, j);
    }
    rowsBoth += rowK * rowL;
    allK += rowK;
    allL += rowL;
  }
  if (!unbiased) return (trace - (2 / n) * rowsBoth + (allK * allL) / n ** 2) / (n - 1) ** 2;
  return (trace + (allK * allL) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * rowsBoth) / (n * (n - 3));
}

describe('forms of one number', () => {
  const sizes = [
    [40, 6, 9],
    [9, 20, 30],
    [15, 4, 40], // columns of one, kernel of the other
    [4, 3, 2],
  ] as const;
  it.each(sizes)('linear CKA from columns and from whole kernels: N %i, d %i, d′ %i', (n, d, e) => {
    const [x, y] = [randomRows(n, d, 1), randomRows(n, e, 2)];
    const kernels = [x, y].map((of) => atOnce(linearKernel(columnsOf(of))));
    for (const estimator of ['biased', 'unbiased'] as const) {
      const of = (i: number, j: number) => byDefinition(kernels[i]!, kernels[j]!, n, estimator === 'unbiased');
      expect(cka(x, y, { estimator }).value).toBeCloseTo(of(0, 1) / Math.sqrt(of(0, 0) * of(1, 1)), 10);
    }
  });

  it('centred columns change no HSIC: kernels of rows as they are give the same', () => {
    const n = 12;
    const x = randomRows(n, 5, 3);
    const plain = atOnce(linearKernel(columnsOf(x, false)));
    const centred = atOnce(linearKernel(columnsOf(x)));
    for (const unbiased of [false, true])
      expect(byDefinition(plain, plain, n, unbiased)).toBeCloseTo(byDefinition(centred, centred, n, unbiased), 10);
  });

  it('minibatches: the means of three HSICs, over disjoint rows that are the same for both layers', () => {
    const [x, y] = [randomRows(25, 3, 4), randomRows(25, 4, 5)];
    const whole = cka(x, y, { estimator: 'unbiased' }).value;
    expect(cka(x, y, { estimator: 'unbiased', batch: 25 }).value).toBe(whole);
    expect(cka(x, y, { estimator: 'unbiased', batch: 13 }).value).toBe(whole); // one batch, as two of 13 there are not
    for (const kernel of ['linear', 'rbf', 'max'] as const) {
      const options = { kernel, estimator: 'unbiased', batch: 8, seed: 3 } as const;
      expect(cka(x, x, options).value).toBeCloseTo(1, 12);
      const got = cka(x, y, options).value!;
      expect(cka(y, x, options).value).toBeCloseTo(got, 12);
      expect(cka(x, y, { ...options, seed: 4 }).value).not.toBeCloseTo(got, 6);
    }
  });

  it('minibatch CKA by hand: linear and max kernels on the shuffled rows', () => {
    const n = 20;
    const [x, y] = [randomRows(n, 3, 8), randomRows(n, 5, 9)];
    const order = stream(5, 'minibatch', 0).shuffle(Uint32Array.from({ length: n }, (_, i) => i));
    for (const kernel of ['linear', 'max'] as const) {
      const whole = [x, y].map((of) => {
        const columns = columnsOf(of);
        return atOnce(
          kernel === 'linear' ? linearKernel(columns) : maxKernel({ ...columns, data: unitColumns(columns) }),
        );
      });
      const part = (k: Float64Array, rows: Uint32Array) =>
        Float64Array.from({ length: rows.length ** 2 }, (_, at) => {
          const [i, j] = [rows[Math.floor(at / rows.length)]!, rows[at % rows.length]!];
          return k[i * n + j]!;
        });
      const mean = (i: number, j: number) =>
        [0, 1, 2].reduce((sum, b) => {
          const rows = order.subarray(Math.floor((b * n) / 3), Math.floor(((b + 1) * n) / 3));
          return sum + byDefinition(part(whole[i]!, rows), part(whole[j]!, rows), rows.length, true) / 3;
        }, 0);
      expect(cka(x, y, { kernel, estimator: 'unbiased', batch: 6, seed: 5 }).value).toBeCloseTo(
        mean(0, 1) / Math.sqrt(mean(0, 0) * mean(1, 1)),
        10,
      );
    }
  });
});
