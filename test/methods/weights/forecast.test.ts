/** What matching is said to take: counted by hand on a small network. */
import { expect, it } from 'vitest';
import { mlp, myrtle } from '../../../src/catalog/presets.js';
import { changing, matching } from '../../../src/methods/weights/forecast.js';

const net = mlp([6, 5, 4, 3], { name: 'relu' }, true); // W1 [5, 6], W2 [4, 5], W3 [3, 4], and biases
const how = { by: 'weights', rescale: false, restarts: 2 } as const;

it('by weights, sides that face the ends are multiplied once, those between layers again and again', () => {
  const found = (restarts: number): number =>
    matching(net, 1, { ...how, restarts }, undefined).multiplyAdds - changing(net, 1).multiplyAdds;
  const once = 5 * (5 * 6) + 5 * 5 + 4 * 4 + 4 * (3 * 4); // rows of W1, both biases, columns of W3
  const between = (4 + 5) * (4 * 5); // rows and columns of W2
  const assigned = (5 ** 3 + 4 ** 3) / 16;
  expect(found(1)).toBeCloseTo(once + 3 * (between + assigned), 9);
  expect(found(2) - found(1)).toBeCloseTo(3 * (between + assigned), 9);
});

it('rescaling takes its time by the parameters, besides', () => {
  const besides = (count: number, rescale: boolean) => matching(net, count, { ...how, rescale }, undefined).besides;
  expect(besides(3, false)).toBeUndefined();
  expect(besides(3, true)).toBe(3 * besides(1, true)!);
  const wider = mlp([12, 10, 8, 6], { name: 'relu' }, true); // twice as wide
  const sizes = [(6 + 1) * 5 + (5 + 1) * 4 + (4 + 1) * 3, 13 * 10 + 11 * 8 + 9 * 6];
  expect(matching(wider, 1, { ...how, rescale: true }, undefined).besides! / besides(1, true)!).toBeCloseTo(
    sizes[1]! / sizes[0]!,
    12,
  );
});

it('by activations, each value is recorded of both networks and multiplied once; pairs count alike', () => {
  const by = { ...how, by: 'activations' } as const;
  const found = matching(net, 1, by, 100).multiplyAdds - changing(net, 1, 100).multiplyAdds;
  const assigned = (5 ** 3 + 4 ** 3) / 16;
  expect(found).toBeCloseTo(2 * 2 * 100 * 62 + 100 * (5 ** 2 + 4 ** 2) + assigned, 9);
  expect(matching(net, 7, by, 100).multiplyAdds).toBeCloseTo(7 * matching(net, 1, by, 100).multiplyAdds, 6);
});

it('on many inputs, as many rows are multiplied as are read', () => {
  const cnn = myrtle([3, 16, 16], 2, 10);
  const of = (inputs: number): number =>
    matching(cnn, 1, { ...how, by: 'activations' }, inputs).multiplyAdds - changing(cnn, 1, inputs).multiplyAdds;
  expect(of(100_000)).toBe(of(4096));
});
