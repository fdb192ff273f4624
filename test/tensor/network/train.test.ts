/** The loop of training on an engine that says what a test wants. */
import { expect, test } from 'vitest';
import type { Architecture } from '../../../src/catalog/architecture.js';
import type { Training, TrainWork } from '../../../src/catalog/work.js';
import type { NetworkEngine } from '../../../src/tensor/network/engine.js';
import { trainWith } from '../../../src/tensor/network/train.js';

const architecture: Architecture = {
  type: 'Architecture',
  input: [1],
  layers: [{ kind: 'dense', units: 1, bias: false }],
};
const two = { type: 'Inputs', x: Float32Array.of(1, 2), count: 2, item: [1], weights: new Float32Array(2) } as const;
const examples = {
  inputs: { ...two, source: 'two numbers' },
  targets: { type: 'Outputs', y: new Float32Array(2), count: 2, width: 1 },
} as const;

/** Descends from θ = 1 by plain steps of rate 1 on one example after the other, with these gradients; `output` is what the network gives after epoch 1, 2, … */
async function trained(
  gradients: readonly number[],
  work: Partial<TrainWork>,
  output: readonly number[] = [],
  stopAfter = Infinity,
): Promise<Training> {
  const finish = new AbortController();
  let step = 0;
  const engine: NetworkEngine = {
    together: 1,
    block: 2,
    forward: async () => ({ outputs: new Float32Array(2).fill(output[step / 2 - 1]!), layers: [] }),
    gradients: async ({ gradient, loss }) => {
      gradient.fill(gradients[step++]!);
      loss.fill(1);
      if (step === stopAfter) finish.abort();
    },
    statistics: async () => new Float32Array(0),
    dispose: () => undefined,
  };
  const asked: TrainWork = {
    networks: { architecture, theta: Float32Array.of(1), buffers: new Float32Array(0), count: 1 },
    examples,
    objective: 'squared-error',
    optimizer: { name: 'sgd', learningRate: 1, momentum: 0 },
    weightDecay: 0,
    schedule: { name: 'constant' },
    epochs: 2,
    batch: 1,
    seeds: [0],
    statistics: 'batch',
    ...work,
  };
  const control = { signal: new AbortController().signal, finish: finish.signal, progress: () => undefined };
  return trainWith(asked, engine, control);
}

test('ended in the middle of an epoch, it keeps the steps that were taken', async () => {
  const { networks, epochs, ended } = await trained([0.25, 0.25, 0.25], {}, [], 3);
  expect([...networks.theta, ...epochs, ...ended]).toEqual([0.25, 1, 'finished']);
});

test('ended after a step that went to infinity, it keeps the last epoch', async () => {
  const { networks, epochs, ended } = await trained([0.25, 0.25, Infinity], {}, [], 3);
  expect([...networks.theta, ...epochs, ...ended]).toEqual([0.5, 1, 'diverged']);
});

test('a network whose validation overflows has diverged, and that of the epoch before is kept', async () => {
  const { networks, epochs, ended, history } = await trained([0.25, 0.25, 99, 99], { validation: examples }, [
    2,
    Infinity,
  ]);
  expect([...networks.theta, ...epochs, ...ended]).toEqual([0.5, 1, 'diverged']);
  expect([...history.validationLoss]).toEqual([4, Number.NaN]);
});
