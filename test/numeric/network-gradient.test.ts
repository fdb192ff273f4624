/** Gradients of training against central differences: every kind of layer and activation, both objectives, both kinds of statistics. */
import { describe, expect, it } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import type { Device, DeviceName, TrainWork } from '../../src/catalog/work.js';
import { dense, net } from './layers.js';
import { batchOf, lossOf, NETWORKS, norm, slopeOf, someExamples, someNetworks } from './network-oracle.js';
import { onEachDevice, quiet } from './setting.js';

const CLOSE: Record<DeviceName, number> = { cpu: 1e-6, wasm: 2e-5, webgpu: 1e-4 }; // of the largest slope
const RATE = 1024; // so large that θ does not count beside its step

/** One step of plain descent on all examples: what moved is the gradient. */
function stepOn(architecture: Architecture, count: number, more: Partial<TrainWork>): TrainWork {
  return {
    networks: someNetworks(architecture, 1, 3),
    examples: someExamples(architecture, count, 5),
    objective: 'cross-entropy',
    optimizer: { name: 'sgd', learningRate: RATE, momentum: 0 },
    weightDecay: 0,
    schedule: { name: 'constant' },
    epochs: 1,
    batch: count,
    seeds: [0],
    statistics: 'batch',
    ...more,
  };
}

const slopes = new Map<string, Float64Array>(); // the same on every device

function knownSlope({ networks, examples, objective }: TrainWork, buffers: Float32Array | undefined): Float64Array {
  const { architecture, theta } = networks;
  const key = JSON.stringify([architecture, examples.inputs.count, objective, buffers === undefined]);
  const slope = slopes.get(key) ?? slopeOf(architecture, theta, objective, examples, buffers);
  slopes.set(key, slope);
  return slope;
}

async function expectSlope(device: Device, work: TrainWork, tolerance: number): Promise<void> {
  const { networks, examples, objective, statistics } = work;
  const divided = statistics === 'running' ? networks.buffers : undefined;
  const { history, networks: after } = await device.train(work, quiet);
  const { outputs } = batchOf(networks.architecture, networks.theta, examples.inputs.x, divided);
  const expected = lossOf(objective, outputs, examples);
  expect(Math.abs(history.loss[0]! - expected.loss)).toBeLessThan(1e-5 * (1 + expected.loss));
  expect(history.accuracy[0]).toBe(Math.fround(expected.accuracy));
  const slope = knownSlope(work, divided);
  const largest = Math.max(...slope.map(Math.abs));
  slope.forEach((value, i) => {
    const moved = (networks.theta[i]! - after.theta[i]!) / RATE;
    expect(Math.abs(moved - value), `∂/∂θ[${i}], ${value}`).toBeLessThan(tolerance * largest);
  });
}

onEachDevice((device, name) => {
  describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
    it.each([
      ['cross-entropy', 'batch'],
      ['cross-entropy', 'running'],
      ['squared-error', 'batch'],
      ['squared-error', 'running'],
    ] as const)('%s, statistics of the %s ones', async (objective, statistics) => {
      await expectSlope(device(), stepOn(architecture, 18, { objective, statistics }), CLOSE[name]);
    });
  });

  it('of more examples than lie side by side, with some left over', async () => {
    const architecture = NETWORKS['vectors, normalised first and between']!;
    await expectSlope(device(), stepOn(architecture, 131, {}), CLOSE[name]);
    await expectSlope(device(), stepOn(architecture, 131, { statistics: 'running' }), CLOSE[name]);
  });

  it('of a single example: batch normalisation of images has its positions, that of vectors gives β and no slope', async () => {
    await expectSlope(
      device(),
      stepOn(NETWORKS['joins with a shortcut, without, and in another']!, 1, {}),
      CLOSE[name],
    );
    const architecture = { type: 'Architecture', input: [3], layers: [norm, { kind: 'dense', units: 3, bias: true }] };
    const work = stepOn(architecture as Architecture, 1, {});
    const { networks } = await device().train(work, quiet);
    expect([...networks.buffers]).toEqual([...work.networks.buffers]); // there is no variance to move towards
    await expectSlope(device(), work, CLOSE[name]);
    const below = stepOn(net([3], dense(4), norm, dense(3)), 1, {});
    const { networks: after } = await device().train(below, quiet);
    expect([...after.theta.subarray(0, 16)]).toEqual([...below.networks.theta.subarray(0, 16)]); // of dense(4): no slope at all
  });
});
