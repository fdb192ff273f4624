/** The adaptive lattice on every device: the members of the full lattice on that device, with J as float64 has it. */
import { describe, expect, it } from 'vitest';
import type { Reference } from '../../src/catalog/values.js';
import { adaptiveMembers } from '../../src/methods/adaptive.js';
import type { AdaptiveRule } from '../../src/methods/adaptive-judge.js';
import { familyTheta } from './family.js';
import { latticeOf, NETWORKS, someTheta } from './networks.js';
import { lossAndPower, network, someInputs } from './oracle.js';
import { onEachDevice, quiet, TOLERANCE } from './setting.js';

const ROOM = { first: 64, sampled: 1, chunk: 2 ** 20, cells: 2 ** 20, found: 2 ** 20 }; // so that few members have coarse levels too
const RULES: readonly AdaptiveRule[] = [{ rule: 'proved' }, { rule: 'sampled', margin: 1.5 }];
const COUNT = 300;
const CASES = [
  'an FCN with biases and two inputs',
  'an MLP with three outputs',
  'mean pools',
  'max pools that overlap',
];

/** A reference that is the origin of a lattice, 14 points per axis in three dimensions. */
function caseOf(name: string) {
  const architecture = NETWORKS[name]!;
  const inputs = someInputs(architecture.input, COUNT, 1);
  const origin = someTheta(architecture, 1, 2);
  const features = inputs.x.length / COUNT;
  const y = Float32Array.from(
    Array.from({ length: COUNT }, (_, n) =>
      network(architecture, origin, inputs.x.subarray(n * features, (n + 1) * features)),
    ).flat(),
  );
  const width = y.length / COUNT;
  const power = y.reduce((sum, value, i) => sum + inputs.weights[Math.floor(i / width)]! * value ** 2, 0);
  const reference: Reference = {
    ...{ type: 'Reference', architecture, inputs },
    outputs: { type: 'Outputs', y, count: COUNT, width },
    scale: { power, variance: power, zero: power, constant: power },
  };
  return { reference, lattice: { ...latticeOf(origin, 3, 14), low: -2.9, high: 3.1 } };
}

onEachDevice((device, name) => {
  describe.each(CASES)('an adaptive lattice of %s', (which) => {
    it('finds the members of the full one', async () => {
      const { reference, lattice } = caseOf(which);
      const { architecture, inputs, outputs } = reference;
      const family = { kind: 'lattice', lattice } as const;
      const { loss } = await device().evaluate({ architecture, inputs, outputs, family }, quiet);
      const cap = loss.slice().sort()[40]!; // of 2,744
      const want = [...loss.keys()].filter((i) => loss[i]! < cap);
      for (const rule of RULES) {
        const { index, values, refinement } = await adaptiveMembers(
          lattice,
          reference,
          device(),
          quiet,
          { ...rule, cap },
          ROOM,
        );
        expect([...index]).toEqual(want);
        expect([...values]).toEqual(want.map((i) => loss[i]!));
        if (rule.rule === 'sampled')
          expect(refinement.levels.reduce((sum, { skipped }) => sum + skipped, 0)).toBeGreaterThan(500);
      }
      want.forEach((member) => {
        const exact = lossAndPower(architecture, familyTheta(family, member), inputs, outputs);
        expect(Math.abs(loss[member]! - exact.loss)).toBeLessThan(TOLERANCE[name] * (exact.loss + exact.power));
      });
    });
  });
});
