import { afterAll, describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../../src/catalog/architecture.js';
import { mlp } from '../../../src/catalog/presets.js';
import type { Inputs, Model } from '../../../src/catalog/values.js';
import { alignmentsOf } from '../../../src/methods/weights/alignments.js';
import { average, withStatistics } from '../../../src/methods/weights/average.js';
import { channelsOf } from '../../../src/methods/weights/channels.js';
import { distances, distanceTable } from '../../../src/methods/weights/distance.js';
import { interpolate } from '../../../src/methods/weights/interpolate.js';
import { matchModels } from '../../../src/methods/weights/match-models.js';
import { barriers, outcomeOf, outcomesIn, outcomeTable, segmentCurve } from '../../../src/methods/weights/outcomes.js';
import { preservation } from '../../../src/methods/weights/preserved.js';
import { randomCopies } from '../../../src/methods/weights/random-symmetry.js';
import { sortModel } from '../../../src/methods/weights/sort-models.js';
import { applySymmetry, randomSymmetry } from '../../../src/methods/weights/symmetry.js';
import { compared, worstOf } from '../../../src/methods/weights/verdict.js';
import { openDevice } from '../../../src/tensor/device.js';
import { stream } from '../../../src/tensor/random.js';
import { forward, residualNetwork, someWeights } from './forward.js';

const control = { signal: new AbortController().signal, progress: () => {} };
const device = await openDevice('cpu');
afterAll(() => device.dispose());

/** A Model of given networks. */
function modelOf(
  architecture: Architecture,
  networks: readonly ArrayLike<number>[],
  buffers?: ArrayLike<number>,
): Model {
  const { bufferSize } = layoutOf(architecture);
  return {
    type: 'Model',
    architecture,
    theta: Float32Array.from(networks.flatMap((theta) => Array.from(theta))),
    buffers: Float32Array.from({ length: networks.length * bufferSize }, (_, i) => buffers?.[i % bufferSize] ?? 0),
    count: networks.length,
    names: networks.map((_, i) => `seed ${i}`),
    origin: 'made for a test',
    flags: [],
  };
}

const drawn = (architecture: Architecture, seeds: readonly number[]): Model =>
  modelOf(
    architecture,
    seeds.map((seed) => someWeights(architecture, seed).theta),
    someWeights(architecture, 1).buffers,
  );

/** Normal inputs, with the class of the largest output of a network as labels where one is given. */
function labelled(of: Model, count: number, seed: number): Inputs {
  const { input } = of.architecture;
  const draw = stream(seed, 'test', 5);
  const size = input.reduce((a, b) => a * b, 1);
  const x = Float32Array.from({ length: count * size }, () => draw.normal());
  const { size: P, bufferSize } = layoutOf(of.architecture);
  const weights = { theta: of.theta.subarray(0, P), buffers: of.buffers.subarray(0, bufferSize) };
  const labels = Int32Array.from({ length: count }, (_, i) => {
    const y = forward(of.architecture, weights, x.subarray(i * size, (i + 1) * size));
    return y.indexOf(Math.max(...y));
  });
  const weight = new Float32Array(count).fill(1 / count);
  return { type: 'Inputs', x, count, item: input, weights: weight, labels, classes: ['a', 'b', 'c'], source: 'test' };
}

describe('whether a function is preserved', () => {
  it('is measured relative to the RMS of its output', () => {
    expect(compared([3, 4], [3, 4])).toEqual({ max: 0, rms: 0, verdict: 'preserved' });
    const { max, rms, verdict } = compared([1, -1], [1, -1.1]);
    expect([max, rms]).toEqual([expect.closeTo(0.1, 10), expect.closeTo(0.1 / Math.SQRT2, 10)]);
    expect(verdict).toBe('NOT preserved');
    expect(compared([2, 2], [2 + 1.9e-5, 2]).verdict).toBe('preserved');
    expect(compared([2, 2], [2 + 2.1e-5, 2]).verdict).toBe('NOT preserved');
    expect(compared([0, 0], [1, 0]).verdict).toBe('undefined');
    expect(compared([1, 1], [Number.NaN, 1]).verdict).toBe('NOT preserved');
    for (const wild of [Number.NaN, Infinity]) expect(compared([1, wild], [1, 1]).verdict).toBe('not finite');
  });

  it('is said of random copies, of a broken one and of a dead one', async () => {
    const model = drawn(residualNetwork(3, [2, 4, 4], 3), [1, 2]);
    const copies = randomCopies(model, { seed: 4, sigma: 1 });
    expect(copies.theta).not.toEqual(model.theta);
    expect(worstOf(await preservation(model, copies, undefined, device, control)).verdict).toBe('preserved');
    const broken = { ...copies, theta: copies.theta.slice() };
    const last = layoutOf(model.architecture).tensors.at(-2)!; // weights of the head
    broken.theta.copyWithin(last.offset, last.offset + 1, last.offset + 3);
    const found = worstOf(await preservation(model, broken, undefined, device, control));
    expect(found).toMatchObject({ verdict: 'NOT preserved', network: 'seed 0' });
    const dead = { ...model, theta: model.theta.map(() => 0) };
    expect(worstOf(await preservation(dead, dead, undefined, device, control)).verdict).toBe('undefined');
  });
});

describe('averages', () => {
  const architecture = mlp([1, 1, 1], { name: 'relu' }, false);
  const [a, b] = [
    modelOf(architecture, [
      [1, 2],
      [3, 5],
    ]),
    modelOf(architecture, [
      [5, 6],
      [1, 1],
    ]),
  ];

  it('are (1 − t) A + t B of every pair, or the mean of all', async () => {
    expect((await average(a, b, 0.25, undefined, device, control)).theta).toEqual(Float32Array.of(2, 3, 2.5, 4));
    const all = await average(a, undefined, 0.5, undefined, device, control);
    expect(all).toMatchObject({ count: 1, names: ['mean of 2'] });
    expect(all.theta).toEqual(Float32Array.of(2, 3.5));
    const one = await average(modelOf(architecture, [[1, 1]]), b, 0.5, undefined, device, control);
    expect(one).toMatchObject({ count: 2, names: ['seed 0', 'seed 0 with seed 1'] });
  });

  it('have the statistics of their own activations where data is given', async () => {
    const norm: Architecture = {
      type: 'Architecture',
      input: [1],
      layers: [
        { kind: 'dense', units: 1, bias: false },
        { kind: 'batch-norm', momentum: 0.1, epsilon: 1e-5 },
      ],
    };
    const mean = await average(
      modelOf(norm, [[2, 1, 0]], [9, 9]),
      modelOf(norm, [[4, 1, 0]], [9, 9]),
      0.5,
      undefined,
      device,
      control,
    );
    expect(mean.buffers).toEqual(Float32Array.of(9, 9));
    const x = Float32Array.of(1, 2, 6);
    const inputs: Inputs = { type: 'Inputs', x, count: 3, item: [1], weights: x.map(() => 1 / 3), source: 'test' };
    const { buffers } = await withStatistics(mean, inputs, device, control);
    expect(buffers[0]).toBeCloseTo(9, 5); // 3 · mean of 1, 2, 6
    expect(buffers[1]).toBeCloseTo(63, 4); // 9 · unbiased variance 7
  });
});

describe('distances', () => {
  it('are Frobenius norms by tensor, over all pairs, relative to the norms', async () => {
    const architecture = mlp([2, 1, 1], { name: 'relu' }, true);
    // W₁ (2), b₁, W₂, b₂
    const a = modelOf(architecture, [[3, 0, 0, 1, 1]]);
    const b = modelOf(architecture, [
      [0, 4, 0, 1, 3],
      [3, 0, 2, 1, 1],
    ]);
    const rows = await distances(a, b, 'all', control);
    expect(rows.map(({ name }) => name)).toEqual([
      '0.weight (dense 1)',
      '0.bias (dense 1)',
      '2.weight (dense 2)',
      '2.bias (dense 2)',
      'all weights',
      'all others',
      'total',
    ]);
    expect(rows[0]).toMatchObject({ numbers: 2, min: 0, max: 5, mean: 2.5 });
    expect(rows[0]!.relative).toBeCloseTo(5 / Math.sqrt((9 + 16) / 2) / 2, 12); // √2, orthogonal, and 0
    expect(rows[5]!.max).toBe(2);
    expect(rows[6]!.max).toBeCloseTo(Math.sqrt(29), 12);
    expect((await distances(b, undefined, 'same', control))[6]!.mean).toBeCloseTo(Math.sqrt(9 + 16 + 4 + 4), 12);
    const table = distanceTable(rows, rows);
    expect(table.columns).toHaveLength(10);
    expect(table.rows[0]!.slice(2, 6)).toEqual(table.rows[0]!.slice(6));
  });
});

describe('barriers', () => {
  it('are how far a segment rises above the line of its ends', () => {
    const y = [
      [0, 1, 2],
      [3, 2, 0],
      [0, 5, 2],
    ].map((row) => Float64Array.from(row));
    expect(Array.from(barriers(y))).toEqual([3, 0, 0]);
    expect(Array.from(barriers(y, -1))).toEqual([0, 1, 2]);
    expect(barriers([Float64Array.of(0), Float64Array.of(Number.NaN), Float64Array.of(0)])[0]).toBeNaN();
  });

  it('of a linear classifier is that of its closed form', async () => {
    const architecture: Architecture = {
      type: 'Architecture',
      input: [1],
      layers: [{ kind: 'dense', units: 2, bias: false }],
    };
    const x = Float32Array.of(1, -1, 2);
    const labels = Int32Array.of(0, 1, 1);
    const inputs: Inputs = {
      type: 'Inputs',
      x,
      count: 3,
      item: [1],
      weights: x.map(() => 1 / 3),
      labels,
      classes: ['a', 'b'],
      source: 'test',
    };
    const plain = { name: 'plain', a: modelOf(architecture, [[2, 0]]), b: modelOf(architecture, [[-4, 0]]) };
    const [segment] = await interpolate([plain], { points: 5, statistics: undefined }, inputs, device, control);
    const margin = (w: number, i: number): number => (labels[i] === 0 ? 1 : -1) * w * x[i]!;
    [2, 0.5, -1, -2.5, -4].forEach((w, k) => {
      const loss = [0, 1, 2].reduce((sum, i) => sum + Math.log1p(Math.exp(-margin(w, i))) / 3, 0);
      expect(segment!.loss[k]![0]).toBeCloseTo(loss, 5);
      expect(segment!.accuracy[k]![0]).toBeCloseTo([0, 1, 2].filter((i) => margin(w, i) > 0).length / 3, 6);
    });
    expect(segmentCurve([segment!], 'accuracy').lines[0]!.y[0]).toBeCloseTo(200 / 3, 4);
  });

  it('between copies vanish after NodeSort and after Match; the table says so and can be read back', async () => {
    const architecture = mlp([4, 12, 10, 3], { name: 'relu' }, true);
    const a = drawn(architecture, [1, 2]);
    const b = randomCopies(a, { seed: 3, sigma: 0.5 });
    const [sortedA, sortedB] = [(await sortModel(a, true, control)).model, (await sortModel(b, true, control)).model];
    const options = { by: 'weights', rescale: true, restarts: 3, seed: 0 } as const;
    const { model: matched } = await matchModels(a, b, undefined, options, device, control);
    const ways = alignmentsOf({ a, b, sortedA, sortedB, matched });
    const segments = await interpolate(ways, { points: 5, statistics: undefined }, labelled(a, 60, 1), device, control);
    const outcomes = segments.map(outcomeOf);
    expect(outcomes.map(({ name }) => name)).toEqual(['plain', 'after NodeSort', 'after Match']);
    expect(outcomes[0]!.lossBarrier.mean).toBeGreaterThan(0.03);
    for (const { lossBarrier, accuracyBarrier, loss, endLoss } of outcomes.slice(1)) {
      expect(lossBarrier.mean).toBeLessThan(1e-4);
      expect(accuracyBarrier.mean).toBe(0);
      expect(loss.mean).toBeCloseTo(endLoss.mean, 4);
    }
    expect(outcomesIn(outcomeTable(outcomes))).toEqual(outcomes);
    expect(segmentCurve(segments, 'loss').lines[0]!.samples).toHaveLength(2);
  });
});

describe('matching by activations', () => {
  it.each([
    ['an MLP', mlp([6, 20, 16, 3], { name: 'relu' }, true)],
    ['a sigmoid MLP', mlp([6, 20, 16, 3], { name: 'sigmoid' }, true)],
    ['a residual network', residualNetwork(4, [2, 4, 4], 3)],
  ])('recovers the planted permutation and rescaling of a noisy copy of %s', async (name, architecture) => {
    const channels = channelsOf(architecture);
    let recovered = 0;
    const trials = 20;
    for (let trial = 0; trial < trials; trial++) {
      const weights = someWeights(architecture, trial);
      const planted = randomSymmetry(channels, { seed: trial, item: 2, sigma: 0.5 });
      const draw = stream(trial, 'test', 6);
      const noisy = { ...weights, theta: weights.theta.map((value) => value * (1 + 0.05 * draw.normal())) };
      const copy = applySymmetry(channels, planted, noisy);
      const [a, b] = [
        modelOf(architecture, [weights.theta], weights.buffers),
        modelOf(architecture, [copy.theta], copy.buffers),
      ];
      const options = { by: 'activations', rescale: true, restarts: 1, seed: 0 } as const;
      const { model } = await matchModels(a, b, labelled(a, 60, trial), options, device, control);
      if ((await distances(a, model, 'same', control)).at(-1)!.relative < 0.1) recovered++;
    }
    console.log(`${name}, by activations: recovered ${recovered} of ${trials}`);
    expect(recovered).toBeGreaterThanOrEqual(0.95 * trials);
  });

  it('counts channels that are constant in one of the networks, and refuses values that are not finite', async () => {
    const architecture = mlp([6, 5, 3], { name: 'relu' }, true);
    const a = drawn(architecture, [1]);
    const changed = (change: (theta: Float32Array) => void): Model => {
      const theta = a.theta.slice();
      change(theta);
      return { ...a, theta };
    };
    const dead = changed((theta) => {
      theta.fill(0, 6, 18); // weights of units 1 and 2
      theta[31] = -1; // their biases
      theta[32] = 1;
    });
    const options = { by: 'activations', rescale: false, restarts: 1, seed: 0 } as const;
    const of = (b: Model) => matchModels(a, b, labelled(a, 60, 1), options, device, control);
    expect((await of(dead)).table.rows.map((row) => row.at(-1))).toEqual([2, 2]); // of all groups, and of the one
    expect((await of(a)).table.rows.map((row) => row.at(-1))).toEqual([0, 0]);
    const wild = changed((theta) => theta.fill(3e38, 0, 6));
    await expect(of(wild)).rejects.toThrow(
      'ReLU 1 (layer 1) of B, seed 0: expected finite activations, got others; the',
    );
    const nothing = { ...a, theta: new Float32Array(a.theta.length) };
    const zero = await matchModels(a, nothing, undefined, { ...options, by: 'weights' }, device, control);
    expect(zero.table.rows[0]!.slice(4)).toEqual([null, null]); // no similarity with weights of 0
  });
});
