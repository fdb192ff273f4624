/** Training against PyTorch in float64 (torch/training.py): the path of SGD and AdamW, running statistics, and update_bn. */
import { expect, it } from 'vitest';
import { type Architecture, freshBuffers, type Layer } from '../../src/catalog/architecture.js';
import type { Optimizer } from '../../src/catalog/work.js';
import { norm, same } from './layers.js';
import { onEachDevice, quiet } from './setting.js';
import made from './torch/training.json';

const act = (name: 'relu' | 'gelu'): Layer => ({ kind: 'activation', activation: { name } });
const ARCHITECTURE: Architecture = {
  type: 'Architecture',
  input: [2, 6, 6],
  layers: [
    same(3, 3),
    norm,
    act('gelu'),
    {
      kind: 'residual',
      block: [same(4, 3, 2), norm, act('relu'), same(4, 3), norm],
      shortcut: [same(4, 1, 2), norm],
    },
    act('relu'),
    { kind: 'pool', pool: 'max', size: 2, stride: 1 },
    { kind: 'flatten' },
    { kind: 'dense', units: 3, bias: true },
  ],
};

const RULES: Readonly<Record<keyof typeof made.runs, { optimizer: Optimizer; weightDecay: number }>> = {
  SGD: { optimizer: { name: 'sgd', learningRate: 0.05, momentum: 0.9 }, weightDecay: 5e-3 },
  AdamW: {
    optimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9, beta2: 0.99, epsilon: 1e-6 },
    weightDecay: 0.1,
  },
};

const inputs = {
  type: 'Inputs',
  x: Float32Array.from(made.x),
  count: 20,
  item: [2, 6, 6],
  weights: new Float32Array(20).fill(1 / 20),
  labels: Int32Array.from(made.labels),
  source: 'PyTorch',
} as const;

function expectNear(got: ArrayLike<number>, want: readonly number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `number ${i}, ${value}`).toBeLessThan(tolerance);
  });
}

onEachDevice((device) => {
  it.each(Object.keys(RULES) as (keyof typeof RULES)[])('%s takes the path of PyTorch', async (name) => {
    const { start, end, losses, outputs } = made.runs[name];
    const work = {
      ...RULES[name],
      networks: {
        architecture: ARCHITECTURE,
        theta: Float32Array.from(start.theta),
        buffers: freshBuffers(ARCHITECTURE),
        count: 1,
      },
      examples: { inputs },
      objective: 'cross-entropy',
      schedule: { name: 'cosine' },
      epochs: losses.length,
      batch: 20,
      seeds: [0],
      statistics: 'batch',
    } as const;
    expect([...work.networks.buffers]).toEqual(start.buffers);
    const { networks, history } = await device().train(work, quiet);
    expectNear(history.loss, losses, 2e-5);
    expectNear(networks.theta, end.theta, 1e-4);
    expectNear(networks.buffers, end.buffers, 1e-4);
    const last = await device().record({ networks, inputs, layers: [{ path: '7' }] }, quiet);
    expectNear(last[0]!, outputs, 1e-3);
  });

  it('statistics are those of update_bn', async () => {
    const { end } = made.runs.AdamW;
    const networks = {
      architecture: ARCHITECTURE,
      theta: Float32Array.from(end.theta),
      buffers: freshBuffers(ARCHITECTURE),
      count: 1,
    };
    expectNear(await device().estimateStatistics(networks, inputs, 8, quiet), made.estimated, 2e-5);
  });
});
