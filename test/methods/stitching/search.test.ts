/** φ that has to be found: by training, by rounding a soft permutation, and never worse than where it started. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../src/catalog/architecture.js';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { mlp } from '../../../src/catalog/presets.js';
import type { Device } from '../../../src/catalog/work.js';
import { rounded, softPhi } from '../../../src/methods/stitching/phi.js';
import { assemble, piecesOf, stitched } from '../../../src/methods/stitching/pieces.js';
import { stitch } from '../../../src/methods/stitching/stitch.js';
import { openDevice } from '../../../src/tensor/device.js';
import { actedOn, balanced, drawnInputs, drawnModel, labelledBy, outputsOf, silent } from './networks.js';

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});
afterAll(() => device.dispose());

const architecture = mlp([6, 6, 4], { name: 'relu' }, true);
const inputs = drawnInputs([6], 256, 11);
const relu = namedPlaces(architecture).filter(({ layer }) => layer.kind === 'activation');

describe('the search for a permutation', () => {
  it('finds the planted one from a start that knows nothing of it', async () => {
    const architecture = mlp([6, 6, 9], { name: 'relu' }, true); // more outputs than units: φ is unique
    const f = drawnModel(architecture, 1, 12);
    const d = 6;
    const planted = [4, 2, 0, 5, 1, 3];
    const { size, tensors } = layoutOf(architecture);
    const theta = new Float32Array(size); // f̃: hidden unit j is f's unit planted[j]
    const [w1, b1, w2, b2] = tensors.map(({ offset, size }) => f.theta.subarray(offset, offset + size));
    planted.forEach((from, j) => {
      theta.set(w1!.subarray(from * 6, from * 6 + 6), j * 6);
      theta[tensors[1]!.offset + j] = b1![from]!;
      for (let k = 0; k < 9; k++) theta[tensors[2]!.offset + k * d + j] = w2![k * d + from]!;
    });
    theta.set(b2!, tensors[3]!.offset);
    const targets = { type: 'Outputs', y: await outputsOf(f, inputs, device), count: 256, width: 9 } as const;
    const identity = { source: Int32Array.from({ length: d }, (_, i) => i), scale: new Float64Array(d).fill(1) };
    const pieces = stitched(piecesOf(f, 0), piecesOf({ ...f, theta }, 0), relu[0]!.path, softPhi(identity, false));
    const network = assemble([6], pieces);
    const offset = network.trainable[0]!.start;
    const { networks } = await device.train(
      {
        networks: { ...network, count: 1 },
        examples: { inputs, targets },
        objective: 'squared-error',
        optimizer: { name: 'adam', learningRate: 0.03, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
        weightDecay: 0,
        schedule: { name: 'cosine' },
        epochs: 60,
        batch: 32,
        seeds: [0],
        trainable: network.trainable,
        statistics: 'running',
        constraint: { kind: 'soft-permutation-scaling', start: offset, channels: d },
      },
      silent,
    );
    const w = networks.theta.subarray(offset, offset + d * d);
    expect(Math.min(...w)).toBeGreaterThan(0);
    expect([...rounded(networks.theta, offset, d).source]).toEqual(planted);
    const outside = networks.theta.filter((_, i) => i < offset || i >= offset + d * d);
    expect([...outside]).toEqual([...network.theta.filter((_, i) => i < offset || i >= offset + d * d)]);
  });
});

describe('stitching of two different networks', () => {
  it('trains φ to no more loss than where it starts, and is the same again', async () => {
    const f = await balanced(drawnModel(architecture, 1, 13), inputs, device);
    const near = actedOn(f, 2);
    const noisy = { ...near, theta: near.theta.map((value, i) => value * (1 + 0.2 * Math.sin(i))) };
    const data = await labelledBy(f, inputs, device);
    const classes = [{ kind: 'group' }, { kind: 'rank', rank: 2 }, { kind: 'affine' }] as const;
    const of = (epochs: number) =>
      stitch(f, noisy, relu, data, data, { classes, epochs, batch: 64, learningRate: 0.01, seed: 0 }, device, silent);
    const start = await of(0);
    const end = await of(4);
    expect(await of(4)).toEqual(end);
    end.stitches.forEach(({ trainingLoss, accuracy }, i) => {
      expect(trainingLoss).toBeLessThan(start.stitches[i]!.trainingLoss);
      expect(accuracy).toBeGreaterThanOrEqual(0);
    });
    const [group, rank, affine] = end.stitches.map(({ trainingLoss }) => trainingLoss);
    expect(affine).toBeLessThan(group!);
    expect(group).toBeLessThan(rank!);
  });

  it('pairs one network with all, and several in order', async () => {
    const all = drawnModel(architecture, 3, 15);
    const one = drawnModel(architecture, 1, 16);
    const data = await labelledBy(one, inputs, device);
    const options = { classes: [{ kind: 'identity' }] as const, epochs: 1, batch: 64, learningRate: 0.01, seed: 0 };
    const self = await stitch(all, all, relu, data, data, options, device, silent);
    self.stitches.forEach(({ accuracy, pair }) => {
      expect(accuracy).toBe(self.first[pair]);
    });
    const fan = await stitch(one, all, relu, data, data, options, device, silent);
    expect(fan.first).toEqual([1, 1, 1]);
    expect(fan.second).toEqual(self.first);
    expect(fan.stitches).toHaveLength(3);
  });
});
