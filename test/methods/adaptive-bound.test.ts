import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import type { Inputs, Reference, Subspace } from '../../src/catalog/values.js';
import { ChangeBound } from '../../src/methods/adaptive-bound.js';
import { latticeOf, NETWORKS, someTheta } from '../numeric/networks.js';
import { network, someInputs } from '../numeric/oracle.js';
import { inputsOf, testRandom } from './fixtures.js';

/** θ0 + Σ c_k b_k in float64. */
function thetaAt({ origin, basis, rank, size }: Subspace, c: ArrayLike<number>): Float64Array {
  return Float64Array.from(origin, (value, p) => {
    let sum = value;
    for (let k = 0; k < rank; k++) sum += c[k]! * basis[k * size + p]!;
    return sum;
  });
}

/** φ of all inputs, plain loops. */
function outputsAt(architecture: Architecture, inputs: Inputs, theta: Float64Array): number[][] {
  const features = inputs.x.length / inputs.count;
  return Array.from({ length: inputs.count }, (_, n) =>
    network(architecture, theta, inputs.x.subarray(n * features, (n + 1) * features)),
  );
}

/** √ Σ w ‖a − b‖². */
const distance = (inputs: Inputs, a: number[][], b: number[][]): number =>
  Math.sqrt(
    a.reduce((sum, row, n) => sum + inputs.weights[n]! * row.reduce((s, v, j) => s + (v - b[n]![j]!) ** 2, 0), 0),
  );

const referenceOn = (architecture: Architecture, inputs: Inputs): Reference => {
  const width = layoutOf(architecture).outputs;
  const y = new Float32Array(inputs.count * width);
  const scale = { power: 1, variance: 1, zero: 1, constant: 1 };
  return {
    type: 'Reference',
    architecture,
    inputs,
    outputs: { type: 'Outputs', y, count: inputs.count, width },
    scale,
  };
};

describe('how far a function can move in a cell', () => {
  it.each(Object.entries(NETWORKS))('%s: no point of a box is farther than the bound', (_, architecture) => {
    const inputs = someInputs(architecture.input, 9, 5);
    const { subspace } = latticeOf(someTheta(architecture, 1, 2), 3, 5);
    const bound = new ChangeBound(referenceOn(architecture, inputs), subspace);
    const random = testRandom(3);
    let tightest = 0;
    for (let i = 0; i < 12; i++) {
      const c = Float64Array.from({ length: 3 }, () => 4 * random() - 2);
      const half = Float64Array.from({ length: 3 }, () => 0.4 * random() ** 2);
      const most = bound.within(half).change(c);
      const from = outputsAt(architecture, inputs, thetaAt(subspace, c));
      for (let j = 0; j < 6; j++) {
        const sharp = j < 4; // corners, and points inside
        const to = c.map((value, k) => value + half[k]! * (sharp ? (random() < 0.5 ? -1 : 1) : 2 * random() - 1));
        const moved = distance(inputs, from, outputsAt(architecture, inputs, thetaAt(subspace, to)));
        expect(moved).toBeLessThanOrEqual(most);
        tightest = Math.max(tightest, moved / most);
      }
    }
    expect(tightest).toBeGreaterThan(1e-3); // and the bound is not just large
  });

  it('is exact for a network that is linear in θ', () => {
    const architecture = mlp([2, 1], { name: 'relu' }, true); // φ = w·x + b
    const inputs = inputsOf(
      [
        [1, 0],
        [0, 2],
        [3, -1],
      ],
      [0.2, 0.5, 0.1],
    );
    const basis = Float32Array.of(1, 0, 0, 0, 1, 0);
    const subspace: Subspace = {
      type: 'Subspace',
      origin: Float32Array.of(5, -3, 2),
      basis,
      rank: 2,
      size: 3,
      coordinates: new Float64Array(2),
      flags: [],
    };
    const bound = new ChangeBound(referenceOn(architecture, inputs), subspace).within([0.5, 0.25]);
    // Δφ = Δ₁x₁ + Δ₂x₂ with |Δ₁| ≤ ½, |Δ₂| ≤ ¼: the greater of the two corners that are not opposite
    const corner = (s: number): number =>
      Math.sqrt(0.2 * 0.5 ** 2 + 0.5 * (s * 0.25 * 2) ** 2 + 0.1 * (0.5 * 3 - s * 0.25) ** 2);
    expect(bound.change(Float64Array.of(0.3, -7))).toBeCloseTo(Math.max(corner(1), corner(-1)), 3); // and what float32 may do
  });

  it('grows with the box and vanishes with it, but for what float32 may do', () => {
    const architecture = NETWORKS['an MLP with three outputs']!;
    const { subspace } = latticeOf(someTheta(architecture, 1, 2), 2, 5);
    const bound = new ChangeBound(referenceOn(architecture, someInputs(architecture.input, 30, 5)), subspace);
    const c = Float64Array.of(0.4, -0.2);
    const at = (half: number): number => bound.within([half, half]).change(c);
    expect(at(0)).toBeGreaterThan(0);
    expect(at(0)).toBeLessThan(1e-3);
    for (const half of [1e-3, 1e-2, 0.1]) expect(at(2 * half) - at(0)).toBeGreaterThan(1.99 * (at(half) - at(0)));
  });
});
