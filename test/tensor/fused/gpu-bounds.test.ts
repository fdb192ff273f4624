/** The bound on what a network may become: it says yes for usual numbers, and never where a float32 overflows. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import type { EvaluateWork, Family } from '../../../src/catalog/work.js';
import { staysFinite } from '../../../src/tensor/fused/gpu-bounds.js';
import { problemOf } from '../../../src/tensor/fused/problem.js';
import * as oracle from './oracles.js';

const RELU = { name: 'relu' } as const;

function stays(architecture: Architecture, family: Family, x?: Float32Array): boolean {
  const given = oracle.someInputs(1, 20, architecture.input[0]!);
  const inputs = x === undefined ? given : { ...given, x };
  const outputs = oracle.someOutputs(1, 20, layoutOf(architecture).outputs);
  const work: EvaluateWork = { architecture, inputs, outputs, family };
  return staysFinite(problemOf(work));
}
const explicit = (...theta: number[]): Family => ({
  kind: 'explicit',
  theta: Float32Array.from(theta),
  count: theta.length / 4,
});

describe('of the FCN', () => {
  test.each([
    ['usual numbers', [1, -0.8, 0.9, 1.1], true],
    ['a weight whose product with an input overflows', [1, -0.8, 0.9, 1.1, 0, 3e38, 0, 0], false],
    ['outputs that overflow', [1e19, 1, 1e19, 1], false],
    ['NaN', [1, -0.8, Number.NaN, 1.1], false],
    ['∞ in the last member', [1, -0.8, 0.9, 1.1, 1, 1, 1, Number.POSITIVE_INFINITY], false],
  ])('%s', (_, theta, want) => {
    expect(stays(oracle.FCN, explicit(...theta))).toBe(want);
  });

  test('inputs that are not finite, or too large for the weights', () => {
    const family = explicit(1, -0.8, 0.9, 1.1);
    for (const odd of [Number.NaN, Number.NEGATIVE_INFINITY, 3e38])
      expect(stays(oracle.FCN, family, new Float32Array(20).fill(odd, 7, 8))).toBe(false);
    expect(stays(oracle.FCN, family, new Float32Array(20).fill(-1e30))).toBe(true);
  });

  test('what a bounded activation takes does not matter to what follows', () => {
    const deep = oracle.mlp([1, 1, 1, 1], { name: 'tanh' }, false); // 1e30 · 1e30 without tanh
    expect(stays(deep, { kind: 'explicit', theta: Float32Array.of(1e30, 1e30, 1), count: 1 })).toBe(true);
    const open = oracle.mlp([1, 1, 1, 1], RELU, false);
    expect(stays(open, { kind: 'explicit', theta: Float32Array.of(1e30, 1e30, 1), count: 1 })).toBe(false);
  });

  test('the ends of a lattice and any coefficient count', () => {
    const subspace = oracle.someSubspace(2, 4, 3);
    const lattice = { subspace, low: -1, high: 1, points: 3 };
    expect(stays(oracle.FCN, { kind: 'lattice', lattice })).toBe(true);
    expect(stays(oracle.FCN, { kind: 'lattice', lattice: { ...lattice, low: -1e30 } })).toBe(false);
    expect(stays(oracle.FCN, { kind: 'affine', subspace, coefficients: Float64Array.of(0, 1, 1, 0, 2, 1) })).toBe(true);
    expect(stays(oracle.FCN, { kind: 'affine', subspace, coefficients: Float64Array.of(0, 1, 1, 1e30, 2, 1) })).toBe(
      false,
    );
  });
});

test('a basis vector counts whole, however small its coefficients: the first layer keeps what it makes of an input', () => {
  const vectors = { origin: new Float32Array(4), coordinates: new Float64Array(1) };
  const family = (weight: number): Family => {
    const subspace = { type: 'Subspace', rank: 1, size: 4, flags: [], ...vectors } as const;
    const basis = Float32Array.of(weight, 0, 0, 0);
    return { kind: 'lattice', lattice: { subspace: { ...subspace, basis }, low: -1e-6, high: 1e-6, points: 3 } };
  };
  const x = new Float32Array(20).fill(100);
  expect(stays(oracle.FCN, family(1e34), x)).toBe(true);
  expect(stays(oracle.FCN, family(1e37), x)).toBe(false); // 1e39 is no float32, 1e-6 of it is
});

test('never says yes where a pre-activation leaves float32', () => {
  const scale = fc.double({ min: -10, max: 39, noNaN: true }).map((exponent) => 10 ** exponent);
  const activation = fc.constantFrom(RELU, { name: 'leaky-relu', slope: -3 } as const, { name: 'gelu' } as const);
  let yes = 0;
  fc.assert(
    fc.property(fc.nat(1e6), scale, scale, activation, (seed, weights, values, sigma) => {
      const architecture = oracle.mlp([2, 3, 2, 1], sigma, true);
      const { theta } = oracle.someTheta(seed, architecture, 1) as Extract<Family, { kind: 'explicit' }>;
      const large = theta.map((v) => weights * v);
      const x = oracle.someInputs(seed, 20, 2).x.map((v) => values * v);
      if (!stays(architecture, { kind: 'explicit', theta: large, count: 1 }, x)) return;
      yes++;
      architecture.layers.forEach(({ kind }, i) => {
        if (kind !== 'dense') return;
        const before = { ...architecture, layers: architecture.layers.slice(0, i + 1) };
        for (let n = 0; n < 20; n++)
          for (const z of oracle.forward(before, large, [...x.subarray(2 * n, 2 * n + 2)]))
            expect(Math.abs(z)).toBeLessThan(3.4e38);
      });
    }),
  );
  expect(yes).toBeGreaterThan(10);
});
