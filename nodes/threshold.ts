import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, number } from '../src/catalog/params.js';
import { formatCount, formatShare, formatValue } from '../src/catalog/text.js';
import { requireInReach, withinCap } from '../src/methods/cap.js';
import { countSet, setNotes } from '../src/methods/diagnostics/epsilon-set.js';
import { countField } from '../src/methods/diagnostics/field.js';
import { inPowers, relativeJ } from '../src/methods/null-models.js';
import { rulerOf } from '../src/methods/pictures.js';
import { suggestedEpsilon } from '../src/methods/threshold.js';
import { setPictures } from '../src/methods/usual-pictures.js';

export default defineNode({
  type: 'threshold',
  version: 1,
  title: 'Threshold ε',
  group: 'Subspace',
  summary: 'The members with J below ε: the ε-equivalent set.',
  help: `Keeps the members with $J(\\theta_0 + \\sum_k c_k b_k) < \\varepsilon$, as indices into the grid. $\\varepsilon$ is absolute (in units of $J$), or relative to
the reference's power $E[\\varphi^2]$, which is the $J$ of the zero function: above relative 1 the zero function counts as equivalent.

The suggested value lets half a percent of the members in, but never exceeds a tenth of the smaller null model's $J$.

Moving $\\varepsilon$ runs nothing upstream. Of a Field that has only the members below a cap, $\\varepsilon$ reaches up to the cap.

Caveat: the set is judged on the lattice; see the sentences about spacing and border.

Source: Lengyel et al. 2020 (GENNI), Section 3 ($[\\theta]_{\\varepsilon; I}$ and $C([\\theta]_{\\varepsilon; I})$).`,
  params: z.strictObject({
    unit: choice({
      label: 'ε is',
      choices: { relative: 'Relative to E[φ²]', absolute: 'Absolute', suggested: 'As suggested' },
      default: 'relative',
    }),
    epsilon: number({
      label: 'ε',
      default: 0.02,
      positive: true,
      when: { param: 'unit', is: ['relative', 'absolute'] },
    }),
  }),
  inputs: { field: { types: ['Field'], label: 'Field', help: 'J on a lattice' } },
  outputs: { set: { type: 'EpsilonSet', label: 'ε-set', help: 'the members with J < ε' } },
  card: ({ unit, epsilon }) => [
    ['ε', unit === 'suggested' ? 'suggested' : `${formatValue(epsilon, 3)}${unit === 'relative' ? ' E[φ²]' : ''}`],
  ],
  infer({ params: { unit, epsilon }, inputs: { field } }) {
    if (unit !== 'suggested') requireInReach({ value: epsilon, relative: unit === 'relative' }, field.cap);
    return {
      outputs: { set: field },
      cost: { points: 0, multiplyAdds: 0, bytes: 8 * (field.known ?? field.points ** field.rank), atMost: true },
    };
  },
  async run({ params: { unit, epsilon }, inputs: { field } }) {
    const { thresholdField } = await import('../src/methods/threshold.js');
    const { power } = field.reference.scale;
    if (unit === 'relative' && power === 0)
      throw new FiberscopeError(
        'parameter',
        "parameter 'unit': expected an absolute ε because the reference is 0 everywhere and E[φ²] = 0, got a relative one; choose Absolute",
      );
    const absolute = unit === 'absolute' ? epsilon : unit === 'relative' ? epsilon * power : suggestedEpsilon(field);
    if (absolute === undefined)
      throw new FiberscopeError(
        'parameter',
        `parameter 'unit': no ε can be suggested because no member's J is below ${field.cap === undefined ? "a tenth of the null models'" : "the Field's cap and a tenth of the null models'"}; ${field.cap === undefined ? 'type an ε' : 'raise Cap in Grid'} or look at another plane`,
      );
    return { set: thresholdField(field, withinCap(absolute, field)) };
  },
  view({ outputs: { set } }) {
    const { field, epsilon } = set;
    const { scale } = field.reference;
    const counts = countSet(set);
    const whole = countField(field);
    const share = counts.members / whole.members;
    const suggested = suggestedEpsilon(field);
    return {
      summary: {
        epsilon,
        relativeEpsilon: relativeJ(epsilon, scale) ?? null,
        members: counts.members,
        share,
        zeroMembers: counts.zero,
        nearerToZero: counts.nearerToZero,
        onBorder: counts.border,
        thinMembers: counts.thin,
        suggestedEpsilon: suggested ?? null,
      },
      rows: [
        ['ε', inPowers(epsilon, scale)],
        ['in the set', formatCount(counts.members)],
        ['suggested ε', suggested === undefined ? 'none' : inPowers(suggested, scale)],
      ],
      status: `${formatCount(counts.members)} of ${formatCount(whole.members)} · ${formatShare(share)}`,
      notes: setNotes(set, counts),
      plots: setPictures(set),
      ruler: rulerOf(field, whole.lowest, whole.highest, epsilon),
    };
  },
});
