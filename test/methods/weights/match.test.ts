import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/catalog/architecture.js';
import { mlp, myrtle, resnet20 } from '../../../src/catalog/presets.js';
import { type Channels, channelsOf } from '../../../src/methods/weights/channels.js';
import { matchWeights } from '../../../src/methods/weights/match.js';
import { matchScales } from '../../../src/methods/weights/match-scales.js';
import { addProduct, Similarity } from '../../../src/methods/weights/similarity.js';
import {
  applySymmetry,
  randomSymmetry,
  rounded,
  type Symmetry,
  type Weights,
} from '../../../src/methods/weights/symmetry.js';
import { stream } from '../../../src/tensor/random.js';
import { residualNetwork, someWeights } from './forward.js';

const control = { signal: new AbortController().signal, progress: () => {} };

/** θ with normal noise of a share of each tensor's RMS. */
function noisy(architecture: Architecture, weights: Weights, share: number, seed: number): Weights {
  const draw = stream(seed, 'test', 4);
  const theta = Float64Array.from(weights.theta);
  for (const { source, offset, outs, ins, inner } of channelsOf(architecture).blocks) {
    if (source === 'buffers') continue;
    const part = theta.subarray(offset, offset + outs * ins * inner);
    const rms = Math.sqrt(part.reduce((sum, value) => sum + value ** 2, 0) / part.length);
    part.forEach((value, k) => {
      part[k] = value + share * rms * draw.normal();
    });
  }
  return { theta, buffers: weights.buffers };
}

/**
 * Whether g undoes h: every permutation exactly, and every factor as far as rows with 5 % noise tell: to 30 %, and to 7 % in the root
 * mean square of their logarithms.
 */
function undoes({ groups, scales }: Channels, h: Symmetry, g: Symmetry): boolean {
  for (const [k, { channels: n, fixed }] of groups.entries())
    for (let i = 0; i < n && !fixed; i++) if (h.permutations[k]![g.permutations[k]![i]!] !== i) return false;
  let [squares, count, most] = [0, 0, 0];
  for (const [s, { group, channels: n }] of scales.entries())
    for (let i = 0; i < n; i++) {
      const error = Math.log(g.scales[s]![i]! * h.scales[s]![g.permutations[group]?.[i] ?? i]!);
      squares += error ** 2;
      count++;
      most = Math.max(most, Math.abs(error));
    }
  return most < Math.log(1.3) && squares <= 0.07 ** 2 * count;
}

async function recovered(architecture: Architecture, trials: number): Promise<number> {
  const channels = channelsOf(architecture);
  let count = 0;
  for (let trial = 0; trial < trials; trial++) {
    const weights = rounded(someWeights(architecture, trial));
    const planted = randomSymmetry(channels, { seed: trial, item: 1, sigma: 0.5 });
    const copy = rounded(applySymmetry(channels, planted, noisy(architecture, weights, 0.05, trial)));
    const { orders } = await matchWeights(channels, weights, copy, { restarts: 4, seed: trial }, control);
    if (undoes(channels, planted, await matchScales(channels, weights, copy, orders, control))) count++;
  }
  return count;
}

describe('matching by weights recovers a planted permutation and rescaling from a copy with 5 % noise', () => {
  it.each<[string, Architecture]>([
    ['MLP 8–24–24–16–4', mlp([8, 24, 24, 16, 4], { name: 'relu' }, true)],
    ['MLP 3–24–24–1 without biases', mlp([3, 24, 24, 1], { name: 'relu' }, false)],
    ['plain CNN (Myrtle, width 4)', myrtle([3, 16, 16], 4, 10)],
    ['residual network of three blocks, width 8', residualNetwork(8)],
    ['ResNet20, width 4', resnet20([3, 8, 8], 4, 10)],
  ])('%s', async (name, architecture) => {
    const count = await recovered(architecture, 100);
    console.log(`${name}: recovered ${count} of 100`);
    expect(count).toBeGreaterThanOrEqual(95);
  });
});

describe('similarity of channels', () => {
  it('is 1 of equal networks, and what one group can gain is in its table', () => {
    const architecture = myrtle([3, 8, 8], 4, 5);
    const channels = channelsOf(architecture);
    const [a, b] = [someWeights(architecture, 1), someWeights(architecture, 2)];
    const orders = randomSymmetry(channels, { seed: 1, item: 0, sigma: 0 }).permutations;
    expect(new Similarity(channels, a, a).total(orders.map(() => undefined)) / channels.size).toBeCloseTo(1, 10);
    const similarity = new Similarity(channels, a, b);
    for (const [g, { fixed, channels: n }] of channels.groups.entries()) {
      if (fixed) continue;
      const table = similarity.of(g, orders);
      const trace = (order: ArrayLike<number>): number =>
        Array.from({ length: n }, (_, i) => table[i * n + order[i]!]!).reduce((x, y) => x + y, 0);
      const other = Int32Array.from(orders[g]!).reverse();
      const gain = similarity.total(orders.map((order, k) => (k === g ? other : order))) - similarity.total(orders);
      expect(trace(other) - trace(orders[g]!)).toBeCloseTo(gain, 8);
    }
  });

  it('multiplies matrices of odd and even sizes', () => {
    for (const n of [1, 2, 5, 8]) {
      const draw = stream(n, 'test', 0);
      const [a, b] = [0, 1].map(() => Float64Array.from({ length: n * 3 }, () => draw.normal()));
      const sum = new Float64Array(n * n).fill(1);
      addProduct(sum, a!, b!, n, 3, 2);
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++)
          expect(sum[i * n + j]).toBeCloseTo(
            1 + 2 * [0, 1, 2].reduce((s, k) => s + a![i * 3 + k]! * b![j * 3 + k]!, 0),
            10,
          );
    }
  });
});

describe('rescaling after a match', () => {
  const factorOf = async (architecture: Architecture, a: number[], b: number[]): Promise<number> => {
    const channels = channelsOf(architecture);
    const [x, y] = [a, b].map((theta) => ({ theta: Float64Array.from(theta), buffers: new Float64Array(0) }));
    const none = channels.groups.map(() => undefined);
    return (await matchScales(channels, x!, y!, none, control)).scales[0]![0]!;
  };

  it('is exact for a copy', async () => {
    const architecture = mlp([2, 1, 1], { name: 'relu' }, false);
    expect(await factorOf(architecture, [3, 4, 2], [30, 40, 0.2])).toBeCloseTo(0.1, 6);
    const square = mlp([2, 1, 1], { name: 'power', degree: 2 }, false);
    expect(await factorOf(square, [3, 4, 2], [30, 40, 0.02])).toBeCloseTo(0.1, 6);
  });

  it('balances what has nothing in common: 8 g² + 2 g⁻² is least at g⁴ = 1/4', async () => {
    // ‖a‖ = 1 in and out; b is orthogonal to a, with norm 2 in and 1 out
    const architecture = mlp([2, 1, 2], { name: 'relu' }, false);
    expect(await factorOf(architecture, [1, 0, 1, 0], [0, 2, 0, 1])).toBeCloseTo(0.25 ** 0.25, 5);
  });
});

describe('matching', () => {
  it('stops when told to, in the middle of a climb', async () => {
    const architecture = mlp([40, 120, 120, 10], { name: 'relu' }, true);
    const channels = channelsOf(architecture);
    const [a, b] = [someWeights(architecture, 1), someWeights(architecture, 2)];
    const cancel = new AbortController();
    const work = matchWeights(channels, a, b, { restarts: 200, seed: 0 }, { ...control, signal: cancel.signal });
    setTimeout(() => cancel.abort(), 20);
    await expect(work).rejects.toThrow('cancelled');
  });
});
