/** Theorem 4.2 of the intertwiner paper and the training of φ alone, on each device: an MLP and a CNN with batch normalisation. */
import { expect, it } from 'vitest';
import { namedPlaces } from '../../src/catalog/layer-names.js';
import { mlp, myrtle } from '../../src/catalog/presets.js';
import { penalties } from '../../src/methods/stitching/penalties.js';
import { stitch } from '../../src/methods/stitching/stitch.js';
import { actedOn, balanced, drawnInputs, drawnModel, labelledBy } from '../methods/stitching/networks.js';
import { onEachDevice, quiet } from './setting.js';

const CASES = [
  ['an MLP', mlp([6, 10, 8, 5], { name: 'relu' }, true)],
  ['a CNN with batch normalisation', myrtle([3, 8, 8], 3, 5, { name: 'relu' })],
] as const;
const classes = [{ kind: 'group' }, { kind: 'affine' }] as const;

onEachDevice((device) => {
  it.each(CASES)('%s that its group acted on is stitched back without penalty', async (_, architecture) => {
    const inputs = drawnInputs(architecture.input, 64, 3);
    const f = await balanced(drawnModel(architecture, 1, 6), inputs, device());
    const data = await labelledBy(f, inputs, device());
    const places = namedPlaces(architecture).filter(({ layer }) => layer.kind === 'activation');
    const options = { classes, epochs: 1, batch: 32, learningRate: 1e-3, seed: 0 };
    const found = await stitch(f, actedOn(f, 1), places, data, data, options, device(), quiet);
    for (const layers of penalties(found, places.length, classes.length))
      for (const [penalty] of layers) expect(penalty).toBeLessThanOrEqual(0.2);
  });

  it('φ is trained to a smaller loss than it starts with, in G_ReLU and among affine maps', async () => {
    const [, architecture] = CASES[0];
    const inputs = drawnInputs(architecture.input, 128, 4);
    const f = await balanced(drawnModel(architecture, 1, 7), inputs, device());
    const moved = actedOn(f, 2);
    const near = { ...moved, theta: moved.theta.map((value, i) => value * (1 + 0.3 * Math.sin(i))) };
    const data = await labelledBy(f, inputs, device());
    const places = namedPlaces(architecture).filter(({ short }) => short === 'ReLU 1');
    const losses = async (epochs: number) => {
      const options = { classes, epochs, batch: 32, learningRate: 0.01, seed: 0 };
      const { stitches } = await stitch(f, near, places, data, data, options, device(), quiet);
      return stitches.map(({ trainingLoss }) => trainingLoss);
    };
    const start = await losses(0);
    const end = await losses(3);
    end.forEach((loss, k) => {
      expect(loss).toBeLessThan(start[k]!);
    });
  });
});
