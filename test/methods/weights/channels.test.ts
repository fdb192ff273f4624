import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/catalog/architecture.js';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { mlp, resnet20 } from '../../../src/catalog/presets.js';
import { channelsOf, logCopies } from '../../../src/methods/weights/channels.js';
import {
  applySymmetry,
  identityOf,
  randomSymmetry,
  type Symmetry,
  type Weights,
} from '../../../src/methods/weights/symmetry.js';
import { forward, NETWORKS, someInputs, someWeights } from './forward.js';

/** Largest |φ(x, gθ) − φ(x, θ)| over inputs, relative to the largest |φ|. */
function moved(architecture: Architecture, weights: Weights, changed: Weights): number {
  let [worst, largest] = [0, 0];
  for (const x of someInputs(architecture, 3, 7)) {
    const before = forward(architecture, weights, x);
    forward(architecture, changed, x).forEach((y, k) => {
      worst = Math.max(worst, Math.abs(y - before[k]!));
      largest = Math.max(largest, Math.abs(before[k]!));
    });
  }
  return worst / largest;
}

const element = (architecture: Architecture, seed: number, sigma: number): Symmetry =>
  randomSymmetry(channelsOf(architecture), { seed, item: 0, sigma });

describe.each(Object.entries(NETWORKS))('symmetries of: %s', (_, { architecture, scales }) => {
  const channels = channelsOf(architecture);
  const weights = someWeights(architecture, 3);

  it('leave the function as it is, permutations and rescalings alike', () => {
    for (const sigma of [0, 1])
      for (const seed of [1, 2, 3]) {
        const changed = applySymmetry(channels, element(architecture, seed, sigma), weights);
        expect(moved(architecture, weights, changed)).toBeLessThan(1e-11);
      }
  });

  it('are all there, and nothing but the identity keeps the weights', () => {
    expect(channels.scales).toHaveLength(scales);
    expect(applySymmetry(channels, identityOf(channels), weights)).toEqual(weights);
    for (const [k, group] of channels.groups.entries()) {
      if (group.fixed || group.channels < 2) continue;
      const swap = Int32Array.from({ length: group.channels }, (_, i) => (i < 2 ? 1 - i : i));
      const one = {
        ...identityOf(channels),
        permutations: channels.groups.map((_, at) => (at === k ? swap : undefined)),
      };
      expect(applySymmetry(channels, one, weights).theta).not.toEqual(weights.theta);
    }
    for (const [k, scale] of channels.scales.entries()) {
      const twice = channels.scales.map((_, at) => (at === k ? new Float64Array(scale.channels).fill(2) : undefined));
      expect(applySymmetry(channels, { ...identityOf(channels), scales: twice }, weights).theta).not.toEqual(
        weights.theta,
      );
    }
  });

  it('act on every number of θ and of the buffers exactly once', () => {
    const seen = { theta: new Uint8Array(channels.size), buffers: new Uint8Array(channels.bufferSize) };
    for (const { source, offset, outs, ins, inner } of channels.blocks)
      for (let k = 0; k < outs * ins * inner; k++) seen[source][offset + k]!++;
    for (const counts of Object.values(seen)) expect(counts.every((count) => count === 1)).toBe(true);
  });

  it('break the function where one tensor is left out', () => {
    for (const [k, group] of channels.groups.entries()) {
      if (group.fixed || group.channels < 2) continue;
      const g = {
        ...identityOf(channels),
        permutations: channels.groups.map((_, at) => (at === k ? turn(group.channels) : undefined)),
      };
      const block = channels.blocks.find(({ role, out }) => role === 'weight' && out.group === k)!;
      const without = {
        ...channels,
        blocks: channels.blocks.map((b) => (b === block ? { ...b, out: { ...b.out, group: 0 } } : b)),
      };
      const changed = applySymmetry(
        { ...without, groups: channels.groups },
        { ...g, permutations: g.permutations.map((p, at) => (at === 0 ? undefined : p)) },
        weights,
      );
      expect(moved(architecture, weights, changed)).toBeGreaterThan(1e-4);
    }
  });
});

const turn = (n: number): Int32Array => Int32Array.from({ length: n }, (_, i) => (i + 1) % n);

describe('channels', () => {
  it('of a ResNet20: three streams tied through their joins, a hidden group in each of nine blocks', () => {
    const { groups, scales, values } = channelsOf(resnet20([3, 32, 32], 16, 10));
    expect(
      groups
        .filter(({ fixed }) => !fixed)
        .map(({ channels }) => channels)
        .sort((a, b) => a - b),
    ).toEqual([16, 16, 16, 16, 32, 32, 32, 32, 64, 64, 64, 64]);
    // one scale for each stream and each hidden group after batch normalisation; one for each of the 21 convolutions before it
    expect(scales).toHaveLength(3 + 9 + 21);
    const streams = ['3', '4', '5', '6', '7', '8'].map((path) => values.get(path)!.axis);
    expect(new Set(streams.map(({ group }) => group)).size).toBe(1);
    expect(new Set(streams.map(({ scale }) => scale)).size).toBe(1);
    expect(values.get('3.block.0')!.axis.group).not.toBe(streams[0]!.group);
    expect(values.get('3.block.3')!.axis.group).toBe(streams[0]!.group);
  });

  it('carry a rescaling through x^d as its d-th power, and through none where nothing is homogeneous', () => {
    const { values, scales } = channelsOf(mlp([2, 3, 1], { name: 'power', degree: 3 }, true));
    expect(scales).toHaveLength(1);
    expect(values.get('0')!.axis).toMatchObject({ scale: 0, power: 1 });
    expect(values.get('1')!.axis).toMatchObject({ scale: 0, power: 3 });
    for (const name of ['sigmoid', 'gelu', 'tanh'] as const)
      expect(channelsOf(mlp([2, 3, 1], { name }, true)).scales).toHaveLength(0);
  });

  it('repeat a channel over its places after a flatten', () => {
    const { architecture } = NETWORKS['convolutions with biases and a flatten']!;
    const { blocks, values } = channelsOf(architecture);
    expect(blocks.find(({ name }) => name === '6.weight')).toMatchObject({ outs: 7, ins: 5, inner: 9 });
    expect(values.get('5')).toMatchObject({ repeat: 9 });
    expect(layoutOf(architecture).shapes[6]).toEqual([45]);
  });

  it('count the copies that permutations make: 512! for 784–512–10 (thesis, Lemma 2.0.2)', () => {
    const stirling = (n: number): number =>
      (n * Math.log(n) - n + Math.log(2 * Math.PI * n) / 2 + 1 / (12 * n)) / Math.LN10;
    expect(logCopies(channelsOf(mlp([784, 512, 10], { name: 'relu' }, true)))).toBeCloseTo(stirling(512), 5);
  });
});
