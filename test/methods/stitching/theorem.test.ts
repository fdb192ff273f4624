/**
 * Theorem 4.2 of the intertwiner paper: f̃ = gf is stitched to f by φ in G_ReLU without penalty, at every layer outside residual
 * blocks. Inputs are labelled by f itself, so that one input taken for another class costs a penalty.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Architecture } from '../../../src/catalog/architecture.js';
import { namedPlaces } from '../../../src/catalog/layer-names.js';
import { mlp, myrtle, resnet20 } from '../../../src/catalog/presets.js';
import type { Device } from '../../../src/catalog/work.js';
import { penaltyCurve } from '../../../src/methods/stitching/penalties.js';
import { stitchNotes } from '../../../src/methods/stitching/plan.js';
import { stitch } from '../../../src/methods/stitching/stitch.js';
import { openDevice } from '../../../src/tensor/device.js';
import { actedOn, balanced, drawnInputs, drawnModel, labelledBy, silent } from './networks.js';

const leaky = { name: 'leaky-relu', slope: 0.1 } as const;
const CASES: readonly (readonly [string, Architecture])[] = [
  ['an MLP', mlp([8, 12, 10, 5], { name: 'relu' }, true)],
  ['an MLP with LeakyReLU', mlp([8, 12, 10, 5], leaky, true)],
  ['a CNN with batch normalisation', myrtle([3, 8, 8], 3, 5, { name: 'relu' })],
  ['a ResNet', resnet20([3, 8, 8], 2, 5, { name: 'relu' })],
];

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu');
});
afterAll(() => device.dispose());

describe.each(CASES)('%s acted on by its group', (_, architecture) => {
  const places = namedPlaces(architecture).filter(({ layer, inside }) => layer.kind === 'activation' && !inside);
  const classes = [{ kind: 'identity' }, { kind: 'group' }, { kind: 'affine' }] as const;

  it('is stitched to it by G_ReLU with a penalty of at most 0.2 points at every layer, and not by the identity', async () => {
    const inputs = drawnInputs(architecture.input, 96, 3);
    const f = await balanced(drawnModel(architecture, 1, 6), inputs, device);
    const g = actedOn(f, 1);
    const data = await labelledBy(f, inputs, device);
    const options = { classes, epochs: 1, batch: 32, learningRate: 1e-3, seed: 0 };
    const found = await stitch(f, g, places, data, data, options, device, silent);
    expect(found.first).toEqual([1]);
    expect(found.second[0]).toBeCloseTo(1, 2);
    const curve = penaltyCurve(found, places, classes);
    const [identity, group, affine] = curve.lines;
    expect(Math.max(...group!.y)).toBeLessThanOrEqual(0.2);
    expect(Math.max(...affine!.y)).toBeLessThanOrEqual(0.2);
    expect(Math.max(...identity!.y)).toBeGreaterThan(10);
    expect(stitchNotes(curve, places, 1, true).map(({ id }) => id)).toContain('stitched-by-group');
  });
});

it('a layer whose values are not finite is named, with its network', async () => {
  const architecture = mlp([8, 12, 10, 5], { name: 'relu' }, true);
  const inputs = drawnInputs(architecture.input, 16, 3);
  const f = drawnModel(architecture, 1, 6);
  const data = await labelledBy(f, inputs, device);
  const wild = { ...f, theta: f.theta.map((value, at) => (at < 8 * 12 ? 3e38 : value)) };
  const places = namedPlaces(architecture).slice(1, 2);
  const options = { classes: [{ kind: 'affine' }] as const, epochs: 1, batch: 16, learningRate: 1e-3, seed: 0 };
  await expect(stitch(f, wild, places, data, data, options, device, silent)).rejects.toThrow(
    'ReLU 1 (layer 1) of B, seed 0: expected finite activations, got others',
  );
});
