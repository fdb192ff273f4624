import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import type { EvaluateWork, Evaluation } from '../../src/catalog/work.js';
import { blockCount, INPUT_BLOCK } from '../../src/tensor/blocks.js';
import { rowWidth } from '../../src/tensor/simd/sizes.js';
import { familyTheta } from './family.js';
import { FCN, latticeOf, NETWORKS, someTheta } from './networks.js';
import { lossAndPower, someInputs, someOutputs } from './oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

/** The whole Field as a cap censors it. */
function censored({ loss, power }: Evaluation, cap: number): Pick<Evaluation, 'loss' | 'power'> {
  return {
    loss: loss.map((j) => (j >= cap ? Number.POSITIVE_INFINITY : j)),
    power: power.map((p, i) => (loss[i]! >= cap ? Number.NaN : p)),
  };
}

onEachDevice((device, name) => {
  describe.each(Object.entries(NETWORKS))('a cap on J of %s', (_, architecture) => {
    const count = 1100; // several blocks, the last one short
    const inputs = someInputs(architecture.input, count, 1);
    const outputs = someOutputs(count, layoutOf(architecture).outputs, 3);
    const lattice = latticeOf(someTheta(architecture, 1, 2), 2, 5);
    const work: EvaluateWork = { architecture, inputs, outputs, family: { kind: 'lattice', lattice } };

    it('leaves what is below as it is and censors exactly the rest', async () => {
      const whole = await device().evaluate(work, quiet);
      expect(whole.blocks).toBe(25 * blockCount(count));
      const sorted = [...whole.loss].sort((a, b) => a - b);
      for (const cap of [sorted[0]!, sorted[5]!, sorted[12]!, 2 * sorted[24]!]) {
        const got = await device().evaluate({ ...work, cap }, quiet);
        const want = censored(whole, cap);
        expect([...got.loss]).toEqual([...want.loss]);
        expect([...got.power]).toEqual([...want.power]);
        expect(got.route).toBe(`${whole.route} · rejecting`);
        expect(got.blocks).toBeLessThanOrEqual(whole.blocks);
      }
      const little = await device().evaluate({ ...work, cap: sorted[0]! / 1e4 }, quiet);
      const layered = whole.route.startsWith('layered');
      const stops = name === 'wasm' && layered; // in the middle of a block, between slabs
      expect(little.blocks).toBe(stops ? (25 * rowWidth(architecture)) / INPUT_BLOCK : 25);
    });

    it('gives a range of members the numbers that they have among all', async () => {
      const whole = await device().evaluate(work, quiet);
      const range = { start: 7, end: 18 };
      const some = await device().evaluate({ ...work, range }, quiet);
      expect([...some.loss]).toEqual([...whole.loss.subarray(7, 18)]);
      const cap = [...whole.loss].sort((a, b) => a - b)[12]!;
      const part = await device().evaluate({ ...work, range, cap }, quiet);
      expect([...part.loss]).toEqual([...censored(whole, cap).loss.subarray(7, 18)]);
    });

    it('gives chosen members of a lattice, in any number, the numbers that they have in the whole', async () => {
      const whole = await device().evaluate(work, quiet);
      const cap = [...whole.loss].sort((a, b) => a - b)[12]!;
      for (const index of [
        Uint32Array.of(24),
        Uint32Array.of(1, 2, 3, 9, 16),
        [...whole.loss.keys()].filter((i) => whole.loss[i]! >= cap),
      ]) {
        const family = { kind: 'members', lattice, index: Uint32Array.from(index) } as const;
        const some = await device().evaluate({ ...work, family }, quiet);
        expect([...some.loss]).toEqual(Array.from(index, (i) => whole.loss[i]));
        expect([...some.power]).toEqual(Array.from(index, (i) => whole.power[i]));
      }
    });

    it('takes coefficients that are listed as those of the lattice', async () => {
      const whole = await device().evaluate(work, quiet);
      const { subspace, low, high } = lattice;
      const axis = (i: number): number => low + (i * (high - low)) / 4;
      const coefficients = Float64Array.of(axis(3), axis(1), axis(0), axis(4), axis(2), axis(2));
      const listed = await device().evaluate({ ...work, family: { kind: 'affine', subspace, coefficients } }, quiet);
      expect(listed.route).toBe(whole.route);
      [16, 4, 12].forEach((member, i) => {
        expect(Math.abs(listed.loss[i]! - whole.loss[member]!)).toBeLessThanOrEqual(1e-5 * whole.loss[member]!);
      });
    });
  });

  it('takes the inputs of a lattice of many members in an order of its own, to the same numbers', async () => {
    const architecture = NETWORKS['mean pools']!;
    const inputs = someInputs(architecture.input, 300, 1);
    const outputs = someOutputs(300, layoutOf(architecture).outputs, 3);
    const lattice = latticeOf(someTheta(architecture, 1, 2), 2, 32);
    const family = { kind: 'lattice', lattice } as const;
    const work: EvaluateWork = { architecture, inputs, outputs, family };
    const whole = await device().evaluate(work, quiet);
    for (const member of [0, 500, 1023]) {
      const want = lossAndPower(architecture, familyTheta(family, member), inputs, outputs);
      expect(Math.abs(whole.loss[member]! - want.loss)).toBeLessThan(TOLERANCE[name] * (want.loss + want.power));
    }
    const cap = [...whole.loss].sort((a, b) => a - b)[200]!;
    expect([...(await device().evaluate({ ...work, cap }, quiet)).loss]).toEqual([...censored(whole, cap).loss]);
    const index = Uint32Array.from(whole.loss.keys()).filter((i) => i % 7 === 3);
    const some = await device().evaluate({ ...work, family: { kind: 'members', lattice, index } }, quiet);
    expect([...some.loss]).toEqual(Array.from(index, (i) => whole.loss[i]));
  });

  it('does not reject early where a weight is negative', async () => {
    const architecture = FCN;
    const base = someInputs(architecture.input, 300, 1);
    const weights = base.weights.map((w, i) => (i < 128 ? w : -w / 2)); // sums fall after the first block
    const outputs = someOutputs(300, 1, 3);
    const lattice = latticeOf(someTheta(architecture, 1, 2), 2, 5);
    const inputs = { ...base, weights };
    const work: EvaluateWork = { architecture, inputs, outputs, family: { kind: 'lattice', lattice } };
    const whole = await device().evaluate(work, quiet);
    const cap = [...whole.loss].sort((a, b) => a - b)[12]!;
    const got = await device().evaluate({ ...work, cap }, quiet);
    expect([...got.loss]).toEqual([...censored(whole, cap).loss]);
  });
});
