/** What stitching and tuning are said to take: counted by hand on a small network. */
import { expect, it } from 'vitest';
import { chooseLayers } from '../../../src/catalog/layer-names.js';
import { mlp } from '../../../src/catalog/presets.js';
import type { StitchClass } from '../../../src/methods/stitching/classes.js';
import { stitchCost, tuneCost } from '../../../src/methods/stitching/plan.js';

const net = mlp([6, 5, 4, 3], { name: 'relu' }, true); // 30 + 20 + 12 multiply-adds
const places = chooseLayers(net, 'relu'); // after the first, of 5 units, 32 are left; after the second, of 4, 12
const of = { epochs: 7, batch: 16, train: 100, test: 10 };
const cost = (classes: readonly StitchClass[], models: readonly [number, number] = [1, 1], epochs = of.epochs) =>
  stitchCost(net, places, classes, models, { ...of, epochs });

it('a stitch records what comes before once, and runs only what comes after', () => {
  const own = 2 * 10 * 62; // A and B on the test data
  const recorded = (100 + 10 + 2 * 100) * (30 + 50); // 30 before the first cut, 50 before the second
  const moments = 100 * 1.5 * (5 ** 2 + 4 ** 2);
  const judged = (100 + 10) * (32 + 12);
  expect(cost([{ kind: 'identity' }]).multiplyAdds).toBe(own + recorded + moments + judged);
});

it('a step of training goes forward, and back to φ', () => {
  const epoch = (kind: StitchClass): number => cost([kind], [1, 1], 8).multiplyAdds - cost([kind]).multiplyAdds;
  expect(epoch({ kind: 'identity' })).toBe(0);
  expect(epoch({ kind: 'affine' })).toBe(2 * 100 * (32 + 25 + 12 + 16));
  expect(epoch({ kind: 'rank', rank: 2 })).toBe(2 * 100 * (32 + 20 + 12 + 16));
  expect(epoch({ kind: 'group' })).toBe(3 * epoch({ kind: 'affine' }));
});

it('counts besides what moves inputs into place, begins a training and balances a soft permutation', () => {
  const besides = (kind: StitchClass['kind'], epochs: number): number =>
    cost([kind === 'rank' ? { kind, rank: 1 } : { kind }], [1, 1], epochs).besides!;
  const epoch = (kind: StitchClass['kind']): number => besides(kind, 8) - besides(kind, 7);
  expect(besides('identity', 7) / (100 + 10)).toBe(16 * (5 + 4)); // moved once, to be judged
  expect(epoch('affine')).toBe(16 * 100 * (5 + 4));
  expect(epoch('group') - 3 * epoch('affine')).toBe(1000 * Math.ceil(100 / 16) * (25 + 16));
  expect(besides('affine', 0) - besides('identity', 0)).toBeGreaterThan(besides('identity', 0));
});

it('pairs, places and classes are trained side by side; an exact fit may spare their training', () => {
  const rank = { kind: 'rank', rank: 1 } as const;
  expect(cost([{ kind: 'identity' }, rank], [3, 1]).work).toMatchObject({ kind: 'train', networks: 3 * 2 * 1 });
  expect(cost([{ kind: 'group' }, rank], [2, 2]).work).toMatchObject({ networks: 2 * 2 * 2 });
  expect(cost([{ kind: 'identity' }, rank]).atMost).toBeUndefined();
  for (const kind of ['group', 'affine'] as const) expect(cost([{ kind }, rank]).atMost).toBe(true);
});

it('tuning trains all that comes after a layer, each network at each layer by itself', () => {
  const { multiplyAdds, work } = tuneCost(net, places, 5, of);
  const trained = 3 * 7 * 100 * (32 + 12);
  const recorded = 100 * (30 + 50);
  expect(multiplyAdds).toBe(5 * (trained + recorded + 2 * 3 * 10 * 62));
  expect(work).toMatchObject({ kind: 'train', networks: 10 });
});
