import { describe, expect, it } from 'vitest';
import { layoutOf } from '../../src/catalog/architecture.js';
import type { EvaluateWork, Evaluation, Family } from '../../src/catalog/work.js';
import { familyTheta } from './family.js';
import { LENET, latticeOf, NETWORKS, someTheta } from './networks.js';
import { lossAndPower, someInputs, someOutputs } from './oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

/** J and power of these members against plain loops. */
function check(work: EvaluateWork, got: Evaluation, members: readonly number[], tolerance: number): void {
  for (const member of members) {
    const want = lossAndPower(work.architecture, familyTheta(work.family, member), work.inputs, work.outputs);
    expect(Math.abs(got.loss[member]! - want.loss)).toBeLessThan(tolerance * (want.loss + want.power) + 1e-9);
    expect(Math.abs(got.power[member]! - want.power)).toBeLessThan(tolerance * want.power + 1e-9);
  }
}

onEachDevice((device, name) => {
  describe.each(Object.entries(NETWORKS))('J of %s', (_, architecture) => {
    const inputs = someInputs(architecture.input, 133, 1); // one whole block and a short one
    const theta = someTheta(architecture, 6, 2);
    const size = theta.length / 6;

    it('equals plain loops for given vectors', async () => {
      const outputs = await outputsFor(architecture, 3);
      const work: EvaluateWork = { architecture, inputs, outputs, family: { kind: 'explicit', theta, count: 6 } };
      const got = await device().evaluate(work, quiet);
      expect(got.route).toMatch(/^(fused|layered)$/);
      check(work, got, [0, 1, 2, 3, 4, 5], TOLERANCE[name]);
    });

    it.each([1, 3])('equals plain loops on a lattice of rank %i and on chosen members of it', async (rank) => {
      const outputs = await outputsFor(architecture, 4);
      const lattice = latticeOf(theta.slice(0, size), rank, 3);
      const whole: EvaluateWork = { architecture, inputs, outputs, family: { kind: 'lattice', lattice } };
      const all = await device().evaluate(whole, quiet);
      expect(all.loss).toHaveLength(3 ** rank);
      check(whole, all, rank === 1 ? [0, 1, 2] : [0, 5, 13, 26], TOLERANCE[name]);

      const index = Uint32Array.of(...(rank === 1 ? [2, 0] : [26, 3, 4, 0, 17]));
      const members: Family = { kind: 'members', lattice, index };
      const some = await device().evaluate({ ...whole, family: members }, quiet);
      index.forEach((member, i) => {
        // the chunk that a member is in does not matter
        expect(Math.abs(some.loss[i]! - all.loss[member]!)).toBeLessThanOrEqual(1e-6 * all.loss[member]!);
        expect(Math.abs(some.power[i]! - all.power[member]!)).toBeLessThanOrEqual(1e-6 * all.power[member]!);
      });
    });

    async function outputsFor(of: typeof architecture, seed: number) {
      const one = await device().forward(of, theta.slice(0, size), inputs, quiet);
      return someOutputs(inputs.count, one.length / inputs.count, seed);
    }
  });

  it('gives J = 0 at the reference and power 0 for a dead network', async () => {
    const inputs = someInputs([1, 28, 28], 20, 5);
    const theta = someTheta(LENET, 2, 6).map((v) => 0.2 * v);
    const size = theta.length / 2;
    theta.fill(0, size, 2 * size);
    theta[2 * size - 1] = -1; // the last bias under the output's ReLU
    const y = await device().forward(LENET, theta.slice(0, size), inputs, quiet);
    const outputs = { type: 'Outputs', y, count: 20, width: 1 } as const;
    const family: Family = { kind: 'explicit', theta, count: 2 };
    const { loss, power } = await device().evaluate({ architecture: LENET, inputs, outputs, family }, quiet);
    const scale = y.reduce((sum, v, i) => sum + inputs.weights[i]! * v * v, 0);
    expect(loss[0]!).toBeLessThanOrEqual(1e-12 * scale);
    expect(power[1]).toBe(0);
    expect(Math.abs(loss[1]! - scale)).toBeLessThan(1e-6 * scale + 1e-12);
  });

  it('equals plain loops for LeNet on a lattice: the affine first layer', async () => {
    const inputs = someInputs([1, 28, 28], 30, 7);
    const lattice = latticeOf(
      someTheta(LENET, 1, 8).map((v) => 0.2 * v),
      2,
      3,
    );
    const outputs = someOutputs(30, 1, 9);
    const work: EvaluateWork = { architecture: LENET, inputs, outputs, family: { kind: 'lattice', lattice } };
    const got = await device().evaluate(work, quiet);
    expect(got.route).toBe('layered · affine');
    check(work, got, [0, 4, 7], TOLERANCE[name]);
  });

  it.each(['the FCN', 'padding and stride', 'an MLP with three outputs'])(
    'gives NaN for a diverged vector of %s and leaves its neighbours alone',
    async (which) => {
      const architecture = NETWORKS[which]!;
      const inputs = someInputs(architecture.input, 20, 15);
      const theta = someTheta(architecture, 4, 16);
      const size = theta.length / 4;
      const outputs = someOutputs(20, layoutOf(architecture).outputs, 17);
      const work: EvaluateWork = { architecture, inputs, outputs, family: { kind: 'explicit', theta, count: 4 } };
      theta.fill(Number.NaN, 0, size);
      theta[3 * size - 1] = Number.POSITIVE_INFINITY;
      const got = await device().evaluate(work, quiet);
      expect([0, 2].map((member) => [got.loss[member], got.power[member]])).toEqual([
        [Number.NaN, Number.NaN],
        [Number.NaN, Number.NaN],
      ]);
      check(work, got, [1, 3], TOLERANCE[name]);
    },
  );

  it.each(['the FCN', 'padding and stride'])(
    'adds nothing for inputs of weight 0 of %s, also where the network overflows on them',
    async (which) => {
      const architecture = NETWORKS[which]!;
      const { outputs: k } = layoutOf(architecture);
      const family: Family = { kind: 'lattice', lattice: latticeOf(someTheta(architecture, 1, 18), 2, 3) };
      const inputs = someInputs(architecture.input, 150, 19);
      const outputs = someOutputs(150, k, 20);
      const plain = await device().evaluate({ architecture, inputs, outputs, family }, quiet);
      const width = inputs.x.length / 150;
      const [x, y, weights] = [new Float32Array(152 * width), new Float32Array(152 * k), new Float32Array(152)];
      x.fill(3e38);
      x.set(inputs.x.subarray(0, 100 * width), width); // one before all, one in between
      x.set(inputs.x.subarray(100 * width), 102 * width);
      y.set(outputs.y.subarray(0, 100 * k), k);
      y.set(outputs.y.subarray(100 * k), 102 * k);
      weights.set(inputs.weights.subarray(0, 100), 1);
      weights.set(inputs.weights.subarray(100), 102);
      const more = { ...inputs, x, weights, count: 152 };
      const got = await device().evaluate(
        { architecture, inputs: more, outputs: { ...outputs, y, count: 152 }, family },
        quiet,
      );
      expect([...got.loss]).toEqual([...plain.loss]);
      expect([...got.power]).toEqual([...plain.power]);
    },
  );

  it('takes a family of no members', async () => {
    const architecture = NETWORKS['the FCN']!;
    const inputs = someInputs([1], 5, 1);
    const family: Family = { kind: 'explicit', theta: new Float32Array(0), count: 0 };
    const got = await device().evaluate({ architecture, inputs, outputs: someOutputs(5, 1, 2), family }, quiet);
    expect(got.loss).toHaveLength(0);
  });
});
