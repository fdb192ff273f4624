/** Training against a loop in float64, and what it promises: who moves, in which order, and how it ends. */
import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import type { Optimizer, TrainWork, WorkControl } from '../../src/catalog/work.js';
import { norm, someExamples, someNetworks } from './network-oracle.js';
import { onEachDevice, quiet } from './setting.js';
import { trainedBy } from './training-oracle.js';

const SMALL: Architecture = {
  type: 'Architecture',
  input: [3],
  layers: [
    { kind: 'dense', units: 4, bias: false },
    norm,
    { kind: 'activation', activation: { name: 'tanh' } },
    { kind: 'dense', units: 3, bias: true },
  ],
};
const { size: P, bufferSize: B } = layoutOf(SMALL);

const base: TrainWork = {
  networks: someNetworks(SMALL, 1, 3),
  examples: someExamples(SMALL, 11, 5),
  objective: 'cross-entropy',
  optimizer: { name: 'sgd', learningRate: 0.1, momentum: 0.9 },
  weightDecay: 0,
  schedule: { name: 'constant' },
  epochs: 3,
  batch: 4,
  seeds: [7],
  statistics: 'batch',
};

function expectNear(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `number ${i}, ${value}`).toBeLessThan(tolerance);
  });
}

const adam: Optimizer = { name: 'adam', learningRate: 0.03, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 };
const CASES: Readonly<Record<string, Partial<TrainWork>>> = {
  'SGD with momentum and L2 decay': { weightDecay: 0.05 },
  'plain SGD on a cosine, squared error': {
    optimizer: { name: 'sgd', learningRate: 0.3, momentum: 0 },
    objective: 'squared-error',
    schedule: { name: 'cosine' },
  },
  'Adam with decoupled decay, in one cycle': {
    optimizer: adam,
    weightDecay: 0.5,
    schedule: { name: 'one-cycle', warmup: 0.3 },
  },
  'running statistics that stay, a rate in steps': {
    statistics: 'running',
    schedule: { name: 'step', epochs: 2, factor: 0.1 },
  },
  'some ranges, one of a single number': {
    optimizer: adam,
    weightDecay: 0.1,
    trainable: [
      { start: 1, end: 2 },
      { start: 13, end: 22 },
    ],
  },
};

onEachDevice((device) => {
  it.each(Object.entries(CASES))('%s: the path of a loop in float64', async (_, more) => {
    const work = { ...base, ...more };
    const want = trainedBy(work);
    const { networks, history, ended, epochs } = await device().train(work, quiet);
    expect([ended, epochs]).toEqual([['done'], [3]]);
    expectNear(networks.theta, want.theta, 2e-4);
    expectNear(networks.buffers, want.buffers, 2e-4);
    expectNear(history.loss, want.loss, 1e-4);
    for (const [i, value] of work.networks.theta.entries())
      if (work.trainable?.every(({ start, end }) => i < start || end <= i)) expect(networks.theta[i]).toBe(value);
    if (work.statistics === 'running') expect(networks.buffers).toEqual(work.networks.buffers);
  });

  it('does not depend on the networks beside, nor on their order', async () => {
    const three = someNetworks(SMALL, 3, 3);
    const together = await device().train({ ...base, networks: three, seeds: [7, 8, 7], optimizer: adam }, quiet);
    for (const i of [2, 0, 1]) {
      const networks = {
        architecture: SMALL,
        theta: three.theta.slice(i * P, (i + 1) * P),
        buffers: three.buffers.slice(i * B, (i + 1) * B),
        count: 1,
      };
      const alone = await device().train({ ...base, networks, seeds: [[7, 8, 7][i]!], optimizer: adam }, quiet);
      expect([...together.networks.theta.subarray(i * P, (i + 1) * P)]).toEqual([...alone.networks.theta]);
      expect([...together.networks.buffers.subarray(i * B, (i + 1) * B)]).toEqual([...alone.networks.buffers]);
      expect([0, 1, 2].map((e) => together.history.loss[3 * e + i])).toEqual([...alone.history.loss]);
    }
  });

  it('validates after each epoch, as score does', async () => {
    const validation = someExamples(SMALL, 9, 21);
    const { networks, history } = await device().train({ ...base, validation }, quiet);
    const { loss, accuracy } = await device().score(networks, validation, 'cross-entropy', quiet);
    expect(history.validationLoss[2]).toBe(Math.fround(loss[0]!));
    expect(history.validationAccuracy[2]).toBe(Math.fround(accuracy[0]!));
    const without = await device().train(base, quiet);
    expect(without.history.validationLoss).toEqual(new Float32Array(3).fill(Number.NaN));
  });

  it('keeps ranges positive where it is told to', async () => {
    const ranges = [
      { start: 2, end: 5 },
      { start: 14, end: 15 },
    ];
    const optimizer = { name: 'sgd', learningRate: 1, momentum: 0 } as const;
    const work = { ...base, optimizer, constraint: { kind: 'positive', ranges } as const };
    const { networks } = await device().train(work, quiet);
    const free = await device().train({ ...base, optimizer }, quiet);
    const inside = [2, 3, 4, 14];
    expect(inside.some((i) => free.networks.theta[i]! < 0)).toBe(true);
    for (const i of inside) expect(networks.theta[i]).toBeGreaterThan(0);
  });

  it('ends a network that diverges with its last good weights, and leaves the others alone', async () => {
    const two = someNetworks(mlp([3, 4, 3], { name: 'identity' }, true), 2, 3);
    const size = two.theta.length / 2;
    two.theta.fill(0, 0, size); // at a saddle: its slope by the weights is 0 at first
    const work: TrainWork = {
      ...base,
      networks: { ...two, theta: two.theta },
      objective: 'squared-error',
      optimizer: { name: 'sgd', learningRate: 0.9, momentum: 0 },
      epochs: 40,
      seeds: [1, 2],
    };
    const { ended, epochs, history, networks } = await device().train(work, quiet);
    expect(ended[1]).toBe('diverged');
    expect(epochs[1]).toBeLessThan(40);
    expect(networks.theta.every(Number.isFinite)).toBe(true);
    for (let e = 0; e < 40; e++) expect(Number.isFinite(history.loss[2 * e + 1]!)).toBe(e < epochs[1]!);
    // the weights are those after its last epoch: as many epochs give the same
    const own = { ...two, theta: two.theta.slice(size), buffers: new Float32Array(0), count: 1 };
    const again = await device().train({ ...work, networks: own, seeds: [2], epochs: epochs[1]! }, quiet);
    expect([...again.networks.theta]).toEqual([...networks.theta.subarray(size)]);
    const alone = { ...own, theta: two.theta.slice(0, size) };
    const first = await device().train({ ...work, networks: alone, seeds: [1] }, quiet);
    expect([...networks.theta.subarray(0, size)]).toEqual([...first.networks.theta]);
  });

  describe('stops', () => {
    it('when it is cancelled', async () => {
      const stop = new AbortController();
      const control: WorkControl = { signal: stop.signal, progress: () => stop.abort() };
      await expect(device().train({ ...base, epochs: 1e6 }, control)).rejects.toMatchObject({ kind: 'cancelled' });
    });

    it('when it is told to finish, with what there is and a live curve before', async () => {
      const finish = new AbortController();
      let shown = 0;
      const control: WorkControl = {
        ...quiet,
        finish: finish.signal,
        progress: (fraction, _, curve) => {
          expect(fraction).toBeLessThan(1);
          if (!curve || curve.x.length < 2) return;
          expect([...curve.x.subarray(0, 2)]).toEqual([1, 2]);
          expect(curve.lines.map((line) => line.name)).toEqual(['loss', 'accuracy']);
          shown++;
          finish.abort();
        },
      };
      const { ended, epochs, history } = await device().train({ ...base, epochs: 1e6 }, control);
      expect([ended, shown]).toEqual([['finished'], 1]);
      expect(epochs[0]).toBeGreaterThan(1);
      expect(Number.isNaN(history.loss[epochs[0]!])).toBe(true);
    });

    it('at once when that is so from the start', async () => {
      const control = { ...quiet, finish: AbortSignal.abort() };
      const { ended, epochs, networks } = await device().train(base, control);
      expect([ended, epochs]).toEqual([['untrained'], [0]]);
      expect(networks.theta).toEqual(base.networks.theta);
    });
  });

  it('refuses what does not fit, and says what', async () => {
    const refusal = (more: Partial<TrainWork>) => device().train({ ...base, ...more }, quiet);
    await expect(refusal({ seeds: [] })).rejects.toThrow(/seeds: expected one for each of 1 networks, got 0/);
    await expect(refusal({ batch: 0 })).rejects.toThrow(/batch: expected an integer ≥ 1, got 0/);
    await expect(refusal({ epochs: -1 })).rejects.toMatchObject({ kind: 'parameter' });
    await expect(refusal({ optimizer: { name: 'sgd', learningRate: 0, momentum: 0 } })).rejects.toThrow(
      /learning rate/,
    );
    await expect(refusal({ trainable: [{ start: 3, end: P + 1 }] })).rejects.toThrow(/ranges of the/);
    const { targets: _, ...labels } = base.examples;
    await expect(refusal({ examples: labels, objective: 'squared-error' })).rejects.toThrow(/targets/);
    await expect(
      refusal({ validation: someExamples(mlp([2, 3], { name: 'relu' }, true), 3, 1) }),
    ).rejects.toMatchObject({
      kind: 'shape',
    });
  });
});
