/** Fused kernels over many blocks of inputs (on WebGPU several spans), with projected, formed and given first layers. */
import { describe, expect, it } from 'vitest';
import { type Architecture, layoutOf } from '../../src/catalog/architecture.js';
import { mlp } from '../../src/catalog/presets.js';
import type { EvaluateWork, Family } from '../../src/catalog/work.js';
import { familyTheta } from './family.js';
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

  it.each([90, 4000, 20_000])('the zero function is as far from a constant of %i outputs as it is', async (k) => {
    const architecture = mlp([1, k], { name: 'relu' }, true);
    const inputs = someInputs([1], 300, 35);
    const y = Math.fround(0.1); // no sum of its squares is exact, and each rounds the same way
    const outputs = { type: 'Outputs', y: new Float32Array(300 * k).fill(y), count: 300, width: k } as const;
    const family: Family = { kind: 'explicit', theta: new Float32Array(2 * k), count: 1 };
    const { loss, power } = await device().evaluate({ architecture, inputs, outputs, family }, quiet);
    const want = inputs.weights.reduce((sum, w) => sum + w, 0) * k * y * y;
    expect(Math.abs(loss[0]! - want)).toBeLessThan(TOLERANCE[name] * want);
    expect(power[0]).toBe(0);
  });

  it('what fills up the last inputs may overflow, and counts nothing', async () => {
    const conv = { kind: 'conv', channels: 1, kernel: [1, 1], stride: 1, padding: 0, bias: true } as const;
    const architecture: Architecture = { type: 'Architecture', input: [1, 1, 1], layers: [conv, { kind: 'flatten' }] };
    const inputs = { ...someInputs([1, 1, 1], 3, 36), x: new Float32Array(3).fill(1) };
    const outputs = { type: 'Outputs', y: new Float32Array(3).fill(2), count: 3, width: 1 } as const;
    const family: Family = { kind: 'explicit', theta: Float32Array.of(-1e20, 1e20), count: 1 }; // φ(1) = 0, φ(0)² overflows
    const { loss, power } = await device().evaluate({ architecture, inputs, outputs, family }, quiet);
    expect(loss[0]).toBeCloseTo(4 * inputs.weights.reduce((sum, w) => sum + w, 0), 4);
    expect(power[0]).toBe(0);
  });
});
