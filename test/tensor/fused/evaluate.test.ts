import { describe, expect, test } from 'vitest';
import type { Activation } from '../../../src/catalog/architecture.js';
import { layoutOf } from '../../../src/catalog/architecture.js';
import type { Family } from '../../../src/catalog/work.js';
import { stream } from '../../../src/tensor/random.js';
import { familyTheta } from '../../numeric/family.js';
import * as oracle from './oracles.js';

const routes = {
  cpu: { evaluate: oracle.evaluateFusedCpu, tolerance: 1e-6, floor: 1e-12 },
  wasm: { evaluate: oracle.evaluateFusedWasm, tolerance: 1e-5, floor: 1e-10 },
};

const ACTIVATIONS: readonly Activation[] = [
  { name: 'relu' },
  { name: 'leaky-relu', slope: 0.1 },
  { name: 'leaky-relu', slope: 1.5 },
  { name: 'tanh' },
  { name: 'sigmoid' },
  { name: 'gelu' },
  { name: 'identity' },
];
const WIDTHS = [
  [1, 2, 1],
  [2, 4, 1],
  [3, 5, 4, 2],
  [7, 6, 5, 3, 2],
  [20, 33, 1],
  [5, 70, 40, 3],
];

for (const [name, { evaluate, tolerance, floor }] of Object.entries(routes)) {
  describe(`fused on ${name}`, () => {
    test('the FCN equals its closed form', async () => {
      const random = stream(1, 'reference', 0);
      for (const count of [1, 127, 128, 500]) {
        const reference = Float32Array.from({ length: 4 }, () => random.normal());
        const inputs = oracle.someInputs(count, count, 1);
        const y = Float32Array.from(inputs.x, (x) => oracle.forward(oracle.FCN, reference, [x])[0]!);
        const family = oracle.someTheta(count, oracle.FCN, 333);
        const outputs = { type: 'Outputs', y, count, width: 1 } as const;
        const got = await evaluate({ architecture: oracle.FCN, inputs, outputs, family }, oracle.quiet());
        const j = oracle.closedForm(reference, inputs);
        const want = Array.from({ length: 333 }, (_, i) => j(familyTheta(family, i)));
        expect(oracle.worst(got.loss, want, floor, tolerance)).toBeLessThan(tolerance);
        expect(got.route).toBe('fused');
      }
    });

    for (const widths of WIDTHS)
      for (const bias of [false, true])
        test(`MLP ${widths.join('–')} ${bias ? 'with' : 'without'} biases equals plain loops, each activation`, async () => {
          for (const [i, activation] of ACTIVATIONS.entries()) {
            const architecture = oracle.mlp(widths, activation, bias);
            const count = widths.includes(70) ? 30 : 150;
            const inputs = oracle.someInputs(i, count, widths[0]!, i % 2 === 0);
            const outputs = oracle.someOutputs(i, count, widths.at(-1)!);
            const subspace = oracle.someSubspace(i, layoutOf(architecture).size, 2);
            const lattice = { subspace, low: -1, high: 1.5, points: 3 };
            for (const family of [
              oracle.someTheta(i, architecture, 11),
              { kind: 'lattice', lattice },
            ] satisfies Family[]) {
              const want = oracle.plain(architecture, inputs, outputs, family);
              const got = await evaluate({ architecture, inputs, outputs, family }, oracle.quiet());
              expect(oracle.worst(got.loss, want.loss, floor, tolerance), `${activation.name} J`).toBeLessThan(
                tolerance,
              );
              expect(oracle.worst(got.power, want.power, floor, tolerance), activation.name).toBeLessThan(tolerance);
              expect(got.route).toBe(family.kind === 'lattice' && widths[0]! > 3 ? 'fused · affine' : 'fused');
            }
          }
        });

    test.each([10, 65, 200, 4000])('the zero function is as far from a constant of %i outputs as it is', async (k) => {
      const architecture = oracle.mlp([3, k], { name: 'relu' }, true);
      const family: Family = { kind: 'explicit', theta: new Float32Array(4 * k), count: 1 };
      const y = Math.fround(0.1); // no sum of its squares is exact, and each rounds the same way
      const outputs = { type: 'Outputs', y: new Float32Array(300 * k).fill(y), count: 300, width: k } as const;
      for (const uniform of [false, true]) {
        const inputs = oracle.someInputs(k, 300, 3, uniform);
        const total = inputs.weights.reduce((sum, w) => sum + w, 0);
        const got = await evaluate({ architecture, inputs, outputs, family }, oracle.quiet());
        expect(Math.abs(got.loss[0]! / (total * k * y * y) - 1)).toBeLessThan(tolerance);
        expect(got.power[0]).toBe(0);
      }
    });
  });
}
