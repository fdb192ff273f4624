/** Fused kernels over many blocks of inputs (on WebGPU several spans), with projected, formed and given first layers. */
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import type { EvaluateWork, Family } from '../../src/catalog/work.js';
import { familyTheta } from '../../src/tensor/family.js';
import { someTheta } from './networks.js';
import { lossAndPower, normals, someInputs, someOutputs } from './oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

const NETWORKS = {
  'a written-out network': mlp([1, 2, 1], { name: 'relu' }, false),
  'a looped network': mlp([3, 20, 9, 2], { name: 'tanh' }, true),
  'a looped network with a wide first layer': mlp([12, 40, 5], { name: 'sigmoid' }, true),
};

onEachDevice((device, name) => {
  describe.each(Object.entries(NETWORKS))('%s', (_, architecture) => {
    it.each([1024, 2603])('on %i inputs equals plain loops', async (count) => {
      const { size, outputs: width } = layoutOf(architecture);
      const inputs = someInputs(architecture.input, count, 31);
      const outputs = someOutputs(count, width, 32);
      const theta = someTheta(architecture, 3, 33);
      const basis = normals(2 * size, 0.3, 34);
      const subspace = { type: 'Subspace', origin: theta.slice(0, size), basis, rank: 2, size } as const;
      const lattice = {
        subspace: { ...subspace, coordinates: new Float64Array(6), flags: [] },
        low: -1,
        high: 1,
        points: 2,
      };
      for (const family of [
        { kind: 'explicit', theta, count: 3 },
        { kind: 'lattice', lattice },
        { kind: 'members', lattice, index: Uint32Array.of(3, 1) },
      ] satisfies Family[]) {
        const work: EvaluateWork = { architecture, inputs, outputs, family };
        const { loss, power, route } = await device().evaluate(work, quiet);
        expect(route).toMatch(/^fused/);
        loss.forEach((value, member) => {
          const want = lossAndPower(architecture, familyTheta(family, member), inputs, outputs);
          expect(Math.abs(value - want.loss)).toBeLessThan(TOLERANCE[name] * want.loss + 1e-9);
          expect(Math.abs(power[member]! - want.power)).toBeLessThan(TOLERANCE[name] * want.power + 1e-9);
        });
      }
    });
  });
});
