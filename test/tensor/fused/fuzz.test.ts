import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Activation, Layer } from '../../../src/catalog/architecture.js';
import { layoutOf } from '../../../src/catalog/architecture.js';
import type { Family } from '../../../src/catalog/work.js';
import * as oracle from './oracles.js';

const activation: fc.Arbitrary<Activation> = fc.oneof(
  fc.constantFrom('relu', 'tanh', 'sigmoid', 'gelu', 'identity').map((name) => ({ name })),
  fc.constantFrom(-0.3, 0, 0.2, 1, 3).map((slope) => ({ name: 'leaky-relu' as const, slope })),
);
const layer: fc.Arbitrary<Layer> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('dense'), units: fc.integer({ min: 1, max: 11 }), bias: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('activation'), activation }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flatten' } as const) },
);

test('any chain equals plain loops', async () => {
  const property = fc.asyncProperty(
    fc.record({
      width: fc.integer({ min: 1, max: 9 }),
      before: fc.array(layer, { maxLength: 5 }),
      after: fc.array(layer, { maxLength: 2 }),
      count: fc.integer({ min: 1, max: 270 }),
      rank: fc.integer({ min: 0, max: 4 }),
      points: fc.integer({ min: 2, max: 3 }),
      uniform: fc.boolean(),
      seed: fc.nat(),
    }),
    async ({ width, before, after, count, rank, points, uniform, seed }) => {
      const middle: Layer = { kind: 'dense', units: 3, bias: true };
      const architecture = { type: 'Architecture', input: [width], layers: [...before, middle, ...after] } as const;
      const { size, outputs: k } = layoutOf(architecture);
      const inputs = oracle.someInputs(seed, count, width, uniform);
      const outputs = oracle.someOutputs(seed, count, k);
      const subspace = oracle.someSubspace(seed, size, rank);
      const family: Family =
        rank === 0
          ? oracle.someTheta(seed, architecture, 5)
          : { kind: 'lattice', lattice: { subspace, low: -1, high: 0.5, points } };
      const want = oracle.plain(architecture, inputs, outputs, family);
      for (const [evaluate, tolerance] of [
        [oracle.evaluateFusedCpu, 1e-6],
        [oracle.evaluateFusedWasm, 1e-4],
      ] as const) {
        const got = await evaluate({ architecture, inputs, outputs, family }, oracle.quiet());
        const most = Math.max(1e-3, ...want.loss, ...want.power); // of which little may be left where terms cancel
        expect(oracle.worst(got.loss, want.loss, tolerance * most, tolerance)).toBeLessThan(tolerance);
        expect(oracle.worst(got.power, want.power, tolerance * most, tolerance)).toBeLessThan(tolerance);
      }
    },
  );
  await fc.assert(property, { numRuns: 60 });
}, 120_000);
