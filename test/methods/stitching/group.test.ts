/** Table 1 of the intertwiner paper: elements of each group intertwine, matrices outside do not, and φ_σ is what the table says. */
import { describe, expect, it } from 'vitest';
import type { Activation } from '../../../src/catalog/architecture.js';
import { randomElement } from '../../../src/methods/stitching/group.js';
import { randomOrthogonal } from '../../../src/methods/stitching/rotation.js';
import { hasReluGroup, type Scales, scalesOf } from '../../../src/methods/stitching/scales.js';
import { stream } from '../../../src/tensor/random.js';
import { imageOf, intertwines, intertwiningError } from './intertwining.js';

const N = 5;
const draw = (item: number) => stream(5, 'test group', item);
const powers = (d: number) => (a: Float64Array) => a.map((value) => value ** d);
const same = (a: Float64Array) => a;
const absolute = (a: Float64Array) => a.map(Math.abs);

/** Activation, the diagonal part of its group, φ_σ of the table, and a larger group whose elements fail. */
const TABLE: readonly (readonly [Activation, Scales, (a: Float64Array) => Float64Array, Scales | undefined])[] = [
  [{ name: 'identity' }, 'general', same, undefined],
  [{ name: 'sigmoid' }, 'none', same, 'signs'],
  [{ name: 'gelu' }, 'none', same, 'positive'],
  [{ name: 'tanh' }, 'signs', same, 'positive'],
  [{ name: 'relu' }, 'positive', same, 'non-zero'],
  [{ name: 'leaky-relu', slope: 0.2 }, 'positive', same, 'signs'],
  [{ name: 'leaky-relu', slope: 1 }, 'general', same, undefined],
  [{ name: 'leaky-relu', slope: -1 }, 'non-zero', absolute, 'general'],
  [{ name: 'power', degree: 2 }, 'non-zero', powers(2), 'general'],
  [{ name: 'power', degree: 3 }, 'non-zero', powers(3), 'general'],
];

describe.each(TABLE)('the group of %j', (activation, scales, image, larger) => {
  it(`has the diagonals “${scales}”`, () => {
    expect(scalesOf(activation)).toBe(scales);
    for (let item = 0; item < 8; item++) {
      const a = randomElement(scalesOf(activation), N, 0.7, draw(item));
      expect(intertwiningError(activation, a, N)).toBeLessThan(1e-10);
      expect(intertwines(activation, a, N)).toBe(true);
    }
  });

  it('has the φ_σ of Table 1, a homomorphism', () => {
    const a = randomElement(scalesOf(activation), N, 0.7, draw(20));
    const b = randomElement(scalesOf(activation), N, 0.7, draw(21));
    const expected = image(a);
    imageOf(activation, a, N).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i]!, 10);
    });
    const product = multiplied(imageOf(activation, a, N), imageOf(activation, b, N));
    imageOf(activation, multiplied(a, b), N).forEach((value, i) => {
      expect(value).toBeCloseTo(product[i]!, 9);
    });
  });

  it('has neither a rotation nor what a larger group has', () => {
    if (larger === undefined) return void expect(scales).toBe('general');
    expect(intertwines(activation, randomOrthogonal(N, draw(30)), N)).toBe(false);
    const outside = [0, 1, 2, 3].map((item) => randomElement(larger, N, 0.7, draw(40 + item)));
    expect(outside.some((a) => !intertwines(activation, a, N))).toBe(true);
  });
});

const multiplied = (a: Float64Array, b: Float64Array) =>
  Float64Array.from({ length: N * N }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < N; k++) sum += a[Math.floor(at / N) * N + k]! * b[k * N + (at % N)]!;
    return sum;
  });

describe('a random element', () => {
  it('of G_ReLU is a permutation times a diagonal whose logarithms have the spread asked for', () => {
    const logs: number[] = [];
    for (let item = 0; item < 200; item++) {
      const a = randomElement('positive', 4, 0.5, draw(100 + item));
      for (let i = 0; i < 4; i++) {
        const row = [...a.subarray(i * 4, i * 4 + 4)].filter((value) => value !== 0);
        const column = [0, 1, 2, 3].map((k) => a[k * 4 + i]!).filter((value) => value !== 0);
        expect([row.length, column.length]).toEqual([1, 1]);
        logs.push(Math.log(row[0]!));
      }
    }
    const mean = logs.reduce((sum, x) => sum + x, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, x) => sum + (x - mean) ** 2, 0) / logs.length);
    expect(Math.abs(mean)).toBeLessThan(4 * (0.5 / Math.sqrt(800)));
    expect(deviation).toBeCloseTo(0.5, 1);
  });

  it('of G_ReLU intertwines an activation exactly where Theorem 4.2 says so', () => {
    for (const [activation] of TABLE) {
      const a = randomElement('positive', N, 0.7, draw(60));
      expect(intertwines(activation, a, N)).toBe(hasReluGroup(activation));
    }
  });
});
