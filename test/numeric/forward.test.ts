import { expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import { LENET, NETWORKS, someTheta } from './networks.js';
import { network, someInputs } from './oracle.js';
import { onEachDevice, quiet } from './setting.js';

onEachDevice((device) => {
  it.each([...Object.entries(NETWORKS), ['LeNet', LENET] as const])(
    'gives the outputs of %s',
    async (_, architecture) => {
      const count = 9;
      const inputs = someInputs(architecture.input, count, 11);
      const theta = someTheta(architecture, 1, 12);
      const got = await device().forward(architecture, theta, inputs, quiet);
      const k = layoutOf(architecture).outputs;
      expect(got).toHaveLength(count * k);
      const features = inputs.x.length / count;
      const want = Array.from({ length: count }, (_, n) =>
        network(architecture, theta, inputs.x.subarray(n * features, (n + 1) * features)),
      ).flat();
      const scale = Math.sqrt(want.reduce((sum, v) => sum + v * v, 0) / want.length) + 1e-6;
      want.forEach((v, i) => {
        expect(Math.abs(got[i]! - v)).toBeLessThan(2e-5 * scale);
      });
    },
  );

  it('gives each input the same outputs in any company', async () => {
    const architecture = NETWORKS['padding and stride']!;
    const many = someInputs(architecture.input, 1500, 13); // more than one block
    const theta = someTheta(architecture, 1, 14);
    const all = await device().forward(architecture, theta, many, quiet);
    const features = many.x.length / many.count;
    const k = layoutOf(architecture).outputs;
    for (const n of [0, 700, 1499]) {
      const one = { ...many, x: many.x.slice(n * features, (n + 1) * features), count: 1, weights: Float32Array.of(1) };
      const alone = await device().forward(architecture, theta, one, quiet);
      alone.forEach((v, j) => {
        expect(Math.abs(v - all[n * k + j]!)).toBeLessThan(1e-5);
      });
    }
  });
});
