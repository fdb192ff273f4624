/** Accuracy of the activations over their whole range, through the kernels: σ(z) from J of the network z ↦ σ(z · 1). */
import { describe, expect, test } from 'vitest';
import type { Activation } from '../../../src/catalog/architecture.js';
import * as oracle from './oracles.js';

const SWEEP = Float32Array.from([
  ...Array.from({ length: 40_001 }, (_, i) => (i - 20_000) / 1000), // −20 … 20
  ...Array.from({ length: 2000 }, (_, i) => (i % 2 ? 1 : -1) * 10 ** (-8 + i / 200)), // 10⁻⁸ … 100, both signs
  0.625, // where tanh changes its formula
  Math.fround(0.62500006),
  -0.625,
]);

/** |σ(z)| for every z of the sweep, and σ(z) − y. */
async function values(evaluate: typeof oracle.evaluateFusedCpu, activation: Activation) {
  const architecture = {
    type: 'Architecture',
    input: [1],
    layers: [
      { kind: 'dense', units: 1, bias: false },
      { kind: 'activation', activation },
    ],
  } as const;
  const one = Float32Array.of(1);
  const inputs = { type: 'Inputs', x: one, count: 1, item: [1], weights: one, source: 'one' } as const;
  const outputs = { type: 'Outputs', y: Float32Array.of(0), count: 1, width: 1 } as const;
  const family = { kind: 'explicit', theta: SWEEP, count: SWEEP.length } as const;
  const { loss, power } = await evaluate({ architecture, inputs, outputs, family }, oracle.quiet());
  expect(loss).toEqual(power); // y = 0
  const shifted = { ...outputs, y: Float32Array.of(-200) };
  const plus = await evaluate({ architecture, inputs, outputs: shifted, family }, oracle.quiet());
  return { size: power.map(Math.sqrt), sum: plus.loss.map(Math.sqrt) }; // |σ|, σ + 200
}

describe.each([
  ['cpu', oracle.evaluateFusedCpu, 2e-7],
  ['wasm', oracle.evaluateFusedWasm, 3e-7],
] as const)('on %s', (_, evaluate, tolerance) => {
  for (const activation of [
    { name: 'relu' },
    { name: 'leaky-relu', slope: 0.01 },
    { name: 'leaky-relu', slope: 2 },
    { name: 'leaky-relu', slope: -0.5 },
    { name: 'tanh' },
    { name: 'sigmoid' },
    { name: 'gelu' },
    { name: 'identity' },
  ] as const)
    test(`${activation.name}${'slope' in activation ? ` ${activation.slope}` : ''} over −100 … 100`, async () => {
      const { size, sum } = await values(evaluate, activation);
      let absolute = 0; // error per largest possible value or |z|
      let signs = 0;
      SWEEP.forEach((z, i) => {
        const want = oracle.activation(activation, z);
        if (Math.abs(want) > 1e-15)
          // smaller squares leave float32
          absolute = Math.max(absolute, Math.abs(size[i]! - Math.abs(want)) / Math.max(1, Math.abs(want)));
        signs = Math.max(signs, Math.abs(sum[i]! - (want + 200)));
      });
      expect(absolute).toBeLessThan(tolerance);
      expect(signs).toBeLessThan(5e-5); // float32 near 200
    });

  for (const name of ['tanh', 'sigmoid'] as const)
    test(`${name} is exact to float32 relative to itself`, async () => {
      const { size } = await values(evaluate, { name });
      let relative = 0;
      SWEEP.forEach((z, i) => {
        const want = Math.abs(oracle.activation({ name }, z));
        if (want > 1e-15) relative = Math.max(relative, Math.abs(size[i]! - want) / want);
      });
      expect(relative).toBeLessThan(4e-7);
    });
});
