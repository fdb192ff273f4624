import { expect, it } from 'vitest';
import { genniFcn, lenet5, mlp } from '../../src/catalog/presets.js';
import { latticeRoute } from '../../src/methods/lattice-route.js';

const tanh = { name: 'tanh' } as const;

it('says the route before a run', () => {
  expect(latticeRoute(genniFcn(), 3)).toBe('fused');
  expect(latticeRoute(mlp([8, 4, 1], tanh, true), 2)).toBe('fused · affine');
  expect(latticeRoute(mlp([8, 4, 1], tanh, true), 7)).toBe('fused'); // eight maps are no fewer than eight inputs
  expect(latticeRoute(lenet5(true), 2)).toBe('layered · affine');
});

it('says both where a workgroup of a GPU cannot hold the network', () => {
  expect(latticeRoute(mlp([2, 257, 1], tanh, true), 2)).toBe('fused; layered on WebGPU');
  expect(latticeRoute(mlp([2, 256, 1], tanh, true), 2)).toBe('fused');
});
