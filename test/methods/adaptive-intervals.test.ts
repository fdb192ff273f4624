import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import type { Inputs, Outputs, Reference, Subspace } from '../../src/catalog/values.js';
import { type Intervals, intervalStep, intervals } from '../../src/methods/adaptive-interval-steps.js';
import { type BoxIntervals, IntervalBound } from '../../src/methods/adaptive-intervals.js';
import { CpuNetwork } from '../../src/tensor/cpu-network.js';
import { stepsOf } from '../../src/tensor/cpu-steps.js';
import { ACTIVATIONS, latticeOf, NETWORKS, someTheta } from '../numeric/networks.js';
import { lossAndPower, someInputs, someOutputs } from '../numeric/oracle.js';
import { testRandom } from './fixtures.js';

/** θ0 + Σ c_k b_k in float64. */
function thetaAt({ origin, basis, rank, size }: Subspace, c: ArrayLike<number>): Float64Array {
  return Float64Array.from(origin, (value, p) => {
    let sum = value;
    for (let k = 0; k < rank; k++) sum += c[k]! * basis[k * size + p]!;
    return sum;
  });
}

function referenceOn(architecture: Architecture, inputs: Inputs, outputs: Outputs): Reference {
  const scale = { power: 1, variance: 1, zero: 1, constant: 1 };
  return { type: 'Reference', architecture, inputs, outputs, scale };
}

/** The largest limit that J is found to be above, by halving; all inputs are looked at as there are few. */
function leastOf(box: BoxIntervals, c: Float64Array, most: number): number {
  let low = 0;
  let high = most;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (box.isAbove(c, middle)) low = middle;
    else high = middle;
  }
  return low;
}

describe('what J cannot fall below in a box', () => {
  it.each(Object.entries(NETWORKS))(
    '%s: no point of a box has a J below it, and of a point it is J',
    (_, architecture) => {
      const inputs = someInputs(architecture.input, 9, 5);
      const outputs = someOutputs(9, layoutOf(architecture).outputs, 6);
      const { subspace } = latticeOf(someTheta(architecture, 1, 2), 3, 5);
      const bound = IntervalBound.of(referenceOn(architecture, inputs, outputs), subspace)!;
      const lossAt = (c: ArrayLike<number>): number =>
        lossAndPower(architecture, thetaAt(subspace, c), inputs, outputs).loss;
      const random = testRandom(3);
      let tells = 0; // boxes of which it says anything
      for (let i = 0; i < 12; i++) {
        const c = Float64Array.from({ length: 3 }, () => 4 * random() - 2);
        const half = Float64Array.from({ length: 3 }, () => 0.2 * random() ** 2);
        const exact = lossAt(c);
        const ofPoint = leastOf(bound.within([0, 0, 0]), c, 2 * exact) / exact; // but for what float32 may do
        expect(ofPoint).toBeGreaterThan(0.99);
        expect(ofPoint).toBeLessThanOrEqual(1);
        const least = leastOf(bound.within(half), c, 2 * exact);
        if (least > 0) tells++;
        for (let j = 0; j < 6; j++) {
          const sharp = j < 4; // corners, and points inside
          const to = c.map((value, k) => value + half[k]! * (sharp ? (random() < 0.5 ? -1 : 1) : 2 * random() - 1));
          expect(lossAt(to)).toBeGreaterThanOrEqual(least * (1 - 1e-9));
        }
      }
      expect(tells).toBeGreaterThan(0);
    },
  );

  it('is exact for a network that is linear in θ, with one input', () => {
    const architecture = mlp([2, 1], { name: 'relu' }, true); // φ = w·x + b
    const inputs: Inputs = { ...someInputs([2], 1, 1), x: Float32Array.of(3, -1), weights: Float32Array.of(0.5) };
    const outputs: Outputs = { ...someOutputs(1, 1, 1), y: Float32Array.of(10) };
    const subspace: Subspace = {
      ...{ type: 'Subspace', rank: 2, size: 3, coordinates: new Float64Array(2), flags: [] },
      ...{ origin: Float32Array.of(1, 1, 0), basis: Float32Array.of(1, 0, 0, 0, 1, 1) },
    };
    const box = IntervalBound.of(referenceOn(architecture, inputs, outputs), subspace)!.within([0.5, 0.25]);
    // φ = 3(1 + c₁) − (1 + c₂) + c₂ = 2 + 3c₁ whatever c₂ is; c₁ ∈ [0.5, 1.5] gives at most 6.5
    expect(leastOf(box, Float64Array.of(1, 7), 100)).toBeCloseTo(0.5 * 3.5 ** 2, 3); // widened by what float32 may do
    expect(leastOf(box, Float64Array.of(2.5, 7), 100)).toBe(0); // 8 … 11 holds 10
  });

  it('leaves inputs of weight 0 out, and says nothing where numbers overflow', () => {
    const architecture = NETWORKS['relu, dense']!;
    const inputs = someInputs(architecture.input, 9, 5);
    const outputs = someOutputs(9, 2, 6);
    const { subspace } = latticeOf(someTheta(architecture, 1, 2), 1, 5);
    const weights = inputs.weights.map((w, i) => (i === 4 ? 0 : w));
    const x = inputs.x.map((value, i) => (Math.floor(i / 3) === 4 ? Number.NaN : value));
    const least = (some: Inputs, of = subspace): number =>
      leastOf(IntervalBound.of(referenceOn(architecture, some, outputs), of)!.within([0.01]), Float64Array.of(0), 100);
    expect(least({ ...inputs, x, weights })).toBe(least({ ...inputs, weights }));
    expect(least({ ...inputs, weights })).toBeGreaterThan(0);
    const basis = subspace.basis.map(() => Number.POSITIVE_INFINITY);
    expect(least(inputs, { ...subspace, basis })).toBe(0);
  });

  it('gives up on a box early where the first inputs are not far from the reference', () => {
    const architecture = NETWORKS['the FCN']!;
    const inputs = someInputs([1], 400, 5);
    const { subspace } = latticeOf(someTheta(architecture, 1, 2), 1, 5);
    const network = new CpuNetwork(architecture, 400);
    const y = Float32Array.from(network.forward(thetaAt(subspace, [0]), Float64Array.from(inputs.x), 400));
    const box = IntervalBound.of(
      referenceOn(architecture, inputs, { type: 'Outputs', y, count: 400, width: 1 }),
      subspace,
    )!.within([0.1]);
    expect(box.isAbove(Float64Array.of(0), 0.01)).toBe(false);
    expect(box.taken).toBeLessThan(100);
  });

  it('is not for networks whose centres are evaluated sooner', () => {
    const architecture = mlp([40, 500, 1], { name: 'relu' }, true);
    const inputs = someInputs([40], 9, 5);
    const { subspace } = latticeOf(someTheta(architecture, 1, 2), 2, 5);
    expect(IntervalBound.of(referenceOn(architecture, inputs, someOutputs(9, 1, 6)), subspace)).toBeUndefined();
  });
});

describe('a step on intervals', () => {
  const activations = [...ACTIVATIONS, { name: 'leaky-relu', slope: -0.5 } as const];
  it.each(activations.map((activation) => [JSON.stringify(activation), activation] as const))(
    '%s: goes from the least to the most that it reaches',
    (_, activation) => {
      const architecture: Architecture = {
        type: 'Architecture',
        input: [1],
        layers: [{ kind: 'activation', activation }],
      };
      const [step] = stepsOf(architecture);
      const network = new CpuNetwork(architecture, 404);
      fc.assert(
        fc.property(
          fc.double({ min: -6, max: 6, noNaN: true }),
          fc.double({ min: 0, max: 5, noNaN: true }),
          (low, width) => {
            const out = intervals(1);
            intervalStep(step!, out, { low: Float64Array.of(low), high: Float64Array.of(low + width) }, out, 1);
            const all = network.forward(
              new Float64Array(0),
              Float64Array.from({ length: 404 }, (_, i) => low + (width * Math.min(i, 400)) / 400),
              404,
            );
            const [least, most] = [Math.min(...all), Math.max(...all)];
            expect(out.low[0]! - least).toBeLessThanOrEqual(1e-12);
            expect(out.high[0]! - most).toBeGreaterThanOrEqual(-1e-12);
            expect(least - out.low[0]!).toBeLessThan(1e-4); // what 400 steps may miss of a turn
            expect(out.high[0]! - most).toBeLessThan(1e-9);
          },
        ),
        { seed: 6, numRuns: 200 },
      );
    },
  );

  it('adds products of intervals: the least and the most of the four of their ends', () => {
    const architecture = mlp([1, 1], { name: 'relu' }, true);
    const [step] = stepsOf(architecture);
    const ends = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0, max: 2, noNaN: true }));
    fc.assert(
      fc.property(ends, ends, ends, ([a, da], [x, dx], [b, db]) => {
        const theta: Intervals = { low: Float64Array.of(a, b), high: Float64Array.of(a + da, b + db) };
        const out = intervals(1);
        intervalStep(step!, theta, { low: Float64Array.of(x), high: Float64Array.of(x + dx) }, out, 1);
        const products = [a * x, a * (x + dx), (a + da) * x, (a + da) * (x + dx)];
        expect(out.low[0]).toBeCloseTo(b + Math.min(...products), 12);
        expect(out.high[0]).toBeCloseTo(b + db + Math.max(...products), 12);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
