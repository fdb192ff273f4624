import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { mlp } from '../../../src/catalog/presets.js';
import { channelsOf } from '../../../src/methods/weights/channels.js';
import { nodeSort } from '../../../src/methods/weights/node-sort.js';
import { applySymmetry, randomSymmetry, rounded, type Weights } from '../../../src/methods/weights/symmetry.js';
import { stream } from '../../../src/tensor/random.js';
import { forward, NETWORKS, residualNetwork, someInputs, someWeights } from './forward.js';

const TOLERANCE = 2e-5; // of a tensor's RMS: canonical forms of copies that were rounded to float32

/** Largest difference of the canonical forms of θ and gθ in units of each tensor's RMS, both rounded to float32 before. */
function distance(architecture: Architecture, weights: Weights, seed: number, sigma: number): number {
  const channels = channelsOf(architecture);
  const copy = rounded(applySymmetry(channels, randomSymmetry(channels, { seed, item: 0, sigma }), weights));
  const [a, b] = [weights, copy].map((w) => nodeSort(channels, w, sigma > 0).weights);
  let worst = 0;
  for (const { source, offset, outs, ins, inner } of channels.blocks) {
    let [squares, most] = [0, 0];
    const size = outs * ins * inner;
    for (let k = offset; k < offset + size; k++) {
      squares += a![source][k]! ** 2;
      most = Math.max(most, Math.abs(a![source][k]! - b![source][k]!));
    }
    worst = Math.max(worst, most / (Math.sqrt(squares / size) || 1));
  }
  return worst;
}

describe.each(Object.entries(NETWORKS))('NodeSort of: %s', (_, { architecture, scales }) => {
  const weights = rounded(someWeights(architecture, 5));

  it('is the same for every copy that a permutation and a rescaling make', () => {
    for (let seed = 0; seed < 12; seed++) {
      const drawn = rounded(someWeights(architecture, seed));
      expect(distance(architecture, drawn, seed, 0)).toBeLessThan(TOLERANCE);
      if (scales > 0) expect(distance(architecture, drawn, seed, 0.7)).toBeLessThan(TOLERANCE);
    }
  });

  it('keeps the function, and is a fixed point', () => {
    const channels = channelsOf(architecture);
    const { weights: sorted, symmetry, ties } = nodeSort(channels, weights, true);
    for (const x of someInputs(architecture, 2, 3))
      forward(architecture, sorted, x).forEach((y, k) => {
        expect(y).toBeCloseTo(forward(architecture, weights, x)[k]!, 8);
      });
    const again = applySymmetry(channels, symmetry, weights);
    again.theta.forEach((value, k) => {
      expect(value).toBeCloseTo(sorted.theta[k]!, 12);
    });
    const twice = nodeSort(channels, sorted, true).weights;
    twice.theta.forEach((value, k) => {
      expect(value).toBeCloseTo(sorted.theta[k]!, 12);
    });
    expect(ties).toEqual([]);
  });
});

describe('NodeSort', () => {
  it.each([1, 2, 3, 4, 5])(
    'is the same for every copy of networks of %i hidden layers, of one output and of many',
    (hidden) => {
      for (const outputs of [1, 7]) {
        const architecture = mlp([5, ...Array<number>(hidden).fill(12), outputs], { name: 'relu' }, true);
        for (let seed = 0; seed < 10; seed++)
          expect(distance(architecture, rounded(someWeights(architecture, seed)), seed + 70, 0.7)).toBeLessThan(
            TOLERANCE,
          );
      }
    },
  );

  it('is the same for every copy of wide networks, where close weights are frequent', () => {
    for (const architecture of [mlp([20, 300, 200, 1], { name: 'relu' }, true), residualNetwork(12, [3, 4, 4])])
      for (let seed = 0; seed < 8; seed++) {
        const drawn = rounded(someWeights(architecture, seed));
        expect(distance(architecture, drawn, seed + 50, 1)).toBeLessThan(5e-5);
      }
  });

  it('sorts hidden units by the weights to the first output', () => {
    const architecture = mlp([1, 3, 1], { name: 'sigmoid' }, false);
    const { weights, symmetry } = nodeSort(
      channelsOf(architecture),
      { theta: Float64Array.of(10, 20, 30, 3, -1, 2), buffers: new Float64Array(0) },
      true,
    );
    expect(Array.from(weights.theta)).toEqual([20, 30, 10, -1, 2, 3]);
    expect(Array.from(symmetry.permutations[1]!)).toEqual([1, 2, 0]);
  });

  it('gives incoming weights of norm 1 and carries the norm on', () => {
    const architecture = mlp([2, 2, 1], { name: 'relu' }, false);
    const { weights } = nodeSort(
      channelsOf(architecture),
      { theta: Float64Array.of(3, 4, 0, 0.5, 2, 1), buffers: new Float64Array(0) },
      true,
    );
    // units (3, 4) → 2 and (0, ½) → 1: unit rows with 10 and ½, sorted by these
    [0, 1, 0.6, 0.8, 0.5, 10].forEach((value, k) => {
      expect(weights.theta[k]).toBeCloseTo(value, 12);
    });
  });

  it('breaks ties of equal outgoing weights by what comes in, whatever the order before', () => {
    const architecture = mlp([3, 5, 6, 4, 1], { name: 'tanh' }, true);
    const { tensors } = layoutOf(architecture);
    for (let seed = 0; seed < 10; seed++) {
      const { theta, buffers } = rounded(someWeights(architecture, seed));
      for (const { name, offset, size } of tensors)
        if (name !== '0.weight' && name.endsWith('weight'))
          theta.fill(0.25, offset + Math.floor(size / 2), offset + size);
        else if (name.endsWith('bias')) theta.fill(0.5, offset, offset + size);
      expect(distance(architecture, { theta, buffers }, seed + 30, 0)).toBeLessThan(TOLERANCE);
    }
  });

  it('reports units that are equal in everything, whose order changes nothing', () => {
    const architecture = mlp([2, 4, 2], { name: 'relu' }, true);
    const channels = channelsOf(architecture);
    const { theta, buffers } = rounded(someWeights(architecture, 2));
    // units 0 and 2 become twins
    for (const [from, to] of [
      [0, 4],
      [1, 5],
      [8, 10],
      [12, 14],
      [16, 18],
    ])
      theta[to!] = theta[from!]!;
    const { ties } = nodeSort(channels, { theta, buffers }, true);
    expect(ties).toHaveLength(1);
    expect(ties[0]).toMatchObject({ group: 1, equal: true });
    expect(ties[0]!.sets.map((set) => set.length)).toEqual([2]);
    expect(distance(architecture, { theta, buffers }, 4, 1)).toBeLessThan(TOLERANCE);
  });

  it('rescales units without incoming weights by what goes out, and leaves those that have neither', () => {
    const architecture = mlp([3, 5, 4, 2], { name: 'relu' }, false);
    const channels = channelsOf(architecture);
    for (let seed = 0; seed < 10; seed++) {
      const { theta, buffers } = rounded(someWeights(architecture, seed));
      theta.fill(0, 3, 9); // units 1 and 2 of the first layer
      theta.fill(0, 15 + 10, 15 + 15); // unit 2 of the second
      expect(distance(architecture, { theta, buffers }, seed, 1)).toBeLessThan(TOLERANCE);
      expect(nodeSort(channels, { theta, buffers }, true).silent).toBe(0);
      for (let o = 0; o < 4; o++) theta[15 + 5 * o + 1] = 0; // and nothing leaves unit 1
      const { silent, weights } = nodeSort(channels, { theta, buffers }, true);
      expect(silent).toBe(1);
      expect(weights.theta.every(Number.isFinite)).toBe(true);
      expect(distance(architecture, { theta, buffers }, seed, 1)).toBeLessThan(TOLERANCE);
    }
  });

  it('tells networks apart that are not copies', () => {
    const architecture = mlp([3, 6, 4, 2], { name: 'relu' }, true);
    const channels = channelsOf(architecture);
    const draw = stream(1, 'test', 9);
    const weights = someWeights(architecture, 8);
    const other = { ...weights, theta: weights.theta.map((value) => value + 0.01 * draw.normal()) };
    const [a, b] = [weights, other].map((w) => nodeSort(channels, w, true).weights.theta);
    expect(Math.max(...a!.map((value, k) => Math.abs(value - b![k]!)))).toBeGreaterThan(1e-3);
  });
});
