import { expect, test } from 'vitest';
import type { Architecture } from '../../src/catalog/architecture.js';
import { genniFcn, lenet5, mlp } from '../../src/catalog/presets.js';
import { routeOf } from '../../src/tensor/route.js';

const relu = { name: 'relu' } as const;

test('fused are chains of dense layers up to a size that depends on the family and the device', () => {
  const wide = mlp([100, 256, 60, 10], relu, true); // 41,886 parameters, 25,856 of them in the first layer
  expect(routeOf(wide, undefined, 'wasm')).toBe('layered');
  expect(routeOf(wide, 1, 'wasm')).toBe('fused · affine');
  expect(routeOf(wide, 1, 'webgpu')).toBe('layered · affine');
  expect(routeOf(mlp([784, 512, 10], relu, true), 1, 'wasm')).toBe('layered · affine'); // faster by matrix products
  expect(routeOf(genniFcn(), undefined, 'webgpu')).toBe('fused');
  expect(routeOf(lenet5(true), 2, 'cpu')).toBe('layered · affine');
  const pooling: Architecture = {
    type: 'Architecture',
    input: [1, 4, 4],
    layers: [{ kind: 'pool', pool: 'max', size: 2, stride: 2 }],
  };
  expect(routeOf(pooling, 3, 'wasm')).toBe('layered');
  expect(routeOf({ type: 'Architecture', input: [3], layers: [{ kind: 'flatten' }] }, undefined, 'wasm')).toBe(
    'layered',
  );
});

test('the first layer is projected where m + 1 maps are fewer than its inputs', () => {
  const eight = mlp([8, 4, 1], relu, true);
  expect([2, 6, 7].map((rank) => routeOf(eight, rank, 'cpu'))).toEqual(['fused · affine', 'fused · affine', 'fused']);
});
