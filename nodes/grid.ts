import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, number } from '../src/catalog/params.js';
import { formatCount, formatPower, formatShare, formatValue } from '../src/catalog/text.js';
import { absoluteCap } from '../src/methods/cap.js';
import { countField, fieldNotes } from '../src/methods/diagnostics/field.js';
import { effortRows } from '../src/methods/effort.js';
import { MOST_ADAPTIVE, MOST_FOUND } from '../src/methods/lattice.js';
import { latticeRoute } from '../src/methods/lattice-route.js';
import { inPowers, relativeJ } from '../src/methods/null-models.js';
import { rulerOf } from '../src/methods/pictures.js';
import { suggestedEpsilon } from '../src/methods/threshold.js';
import { fieldPictures } from '../src/methods/usual-pictures.js';

export default defineNode({
  type: 'grid',
  version: 1,
  title: 'Grid',
  group: 'Subspace',
  summary: 'J on a lattice of the plane through θ₀ … θₘ.',
  help: `Evaluates $J(\\theta_0 + \\sum_k c_k b_k)$ for every $c$ of the lattice $\\{a + \\tfrac{i-1}{n-1}(b - a)\\}_{1 \\le i \\le n}^m$: $n^m$ members, axis $k$ = the
coefficient of basis vector $k$. Bounds are in units of the basis (distances in parameter space). $\\theta$ is formed from $c$ on the way; the members
are never stored.

*Keep* members below a cap and $J$ is summed until it has reached the cap, as seen after every 128 inputs or sooner: as no term is negative,
the member is above it whatever follows, and is given up. What is below has exactly the $J$ that it has in a whole Field, so every
$\\varepsilon$ up to the cap gives the same $\\varepsilon$-set. Lowering the cap computes nothing, raising it only the members that were
given up.

A plane from the search or Points knows its reference; a loaded Subspace does not, so wire one to *reference*.

The *adaptive lattice* finds the members below the cap coarse to fine, and skips a cell (a block of up to $2^L$ members a side) that holds none,
by two bounds. *Intervals*: while $c$ stays in the cell, every unit's value on an input stays between two numbers, layer by layer, so the
outputs stay at least $d_i$ from the reference's, and $J \\ge \\sum_i w_i d_i^2$. *Movement*: $f = \\sqrt{J}$ is a distance between functions, so it
changes at most as fast as $\\varphi$ does, and where $f \\ge \\sqrt{\\text{cap}} + \\max_\\Delta \\lVert\\varphi_{c + \\Delta} - \\varphi_c\\rVert$ at the centre, no member is below
the cap. That movement is bounded by $\\sum_l \\kappa_l(c)\\, \\lVert[\\Delta W_l, \\Delta b_l]\\rVert_F$, layer by layer. *Proved bound*: as it is, so that nothing
is missed. *Sampled slopes*: scaled down to *margin* times the greatest share of it that samples reach; then $2m$ neighbours of what
was found are evaluated until nothing new is found, and only a component that lies wholly inside skipped cells can be missed. For
deep or wide networks both proved bounds are loose and skip little. What is proved holds for $J$ as the device gives it in float32.
Up to $2^{32}$ members ($m = 7$ at 23 points per axis, where a full grid is refused). Weights must not be negative.

Caveat: cost grows as $n^m$; with an adaptive lattice about as the set's own size and that of its neighbourhood. A set thinner than
the spacing $(b - a)/(n - 1)$ falls between the members. Of members above a cap nothing is known, also not whether they are the zero
function.

Source: Lengyel et al. 2020 (GENNI), Section 3 and note 8.`,
  params: z.strictObject({
    low: number({ label: 'Low', unit: 'basis lengths', default: -2, help: 'a, least coefficient on each axis' }),
    high: number({ label: 'High', unit: 'basis lengths', default: 2, help: 'b, greatest coefficient on each axis' }),
    points: integer({
      label: 'Points per axis',
      default: 50,
      min: 2,
      max: 10_000,
      slider: true,
      help: 'n; the lattice has nᵐ members',
    }),
    keep: choice({
      label: 'Keep',
      choices: { all: 'Whole Field', below: 'Members below a cap', adaptive: 'Below a cap, adaptive lattice' },
      default: 'all',
      help: 'of which members J is computed to the end',
    }),
    cap: number({
      label: 'Cap',
      default: 0.05,
      positive: true,
      help: 'ε reaches up to it',
      when: { param: 'keep', is: ['below', 'adaptive'] },
    }),
    capUnit: choice({
      label: 'Cap is',
      choices: { relative: 'Relative to E[φ²]', absolute: 'Absolute' },
      default: 'relative',
      when: { param: 'keep', is: ['below', 'adaptive'] },
    }),
    rule: choice({
      label: 'Skip cells by',
      choices: { proved: 'Proved bound: misses nothing', sampled: 'Sampled slopes: skips more' },
      default: 'proved',
      help: 'how far the function is taken to move within a cell',
      when: { param: 'keep', is: ['adaptive'] },
    }),
    margin: number({
      label: 'Margin',
      default: 1.5,
      min: 1,
      max: 100,
      help: 'factor on the greatest sampled slope',
      when: { param: 'rule', is: ['sampled'] },
    }),
  }),
  inputs: {
    subspace: { types: ['Subspace'], label: 'Subspace', help: 'origin and basis' },
    reference: {
      types: ['Reference'],
      label: 'Reference',
      help: 'what J compares with; needed for a loaded Subspace',
      optional: true,
    },
  },
  outputs: { field: { type: 'Field', label: 'Field', help: 'J of every member' } },
  card: ({ low, high, points, keep, cap, capUnit }) => [
    ['bound', `[${formatValue(low, 3)}, ${formatValue(high, 3)}]`],
    ['per axis', formatCount(points)],
    ...(keep === 'all'
      ? []
      : [['J below', `${formatValue(cap, 3)}${capUnit === 'relative' ? ' E[φ²]' : ''}`] as const]),
  ],
  infer({ params: { low, high, points, keep, cap, capUnit, rule, margin }, inputs }) {
    if (!(low < high))
      throw new FiberscopeError('parameter', `parameter 'high': expected more than low = ${low}, got ${high}`);
    const { rank, size } = inputs.subspace;
    const reference = inputs.reference ?? inputs.subspace.reference;
    if (reference === undefined)
      throw new FiberscopeError(
        'wire',
        "input 'reference': expected a wire because this Subspace has no reference of its own, got none; wire Reference θ to it",
      );
    const layout = layoutOf(reference.architecture);
    if (size !== layout.size)
      throw new FiberscopeError(
        'shape',
        `input 'subspace': expected vectors of P = ${layout.size} numbers for the reference's architecture, got ${size}`,
      );
    const members = points ** rank;
    const adaptive = keep === 'adaptive';
    if (adaptive && members > MOST_ADAPTIVE)
      throw new FiberscopeError(
        'limit',
        `expected at most ${formatCount(MOST_ADAPTIVE)} members of an adaptive lattice, got ${formatPower(points, rank)} = ${formatCount(members)}; use fewer points per axis`,
      );
    const capped = keep === 'all' ? {} : { cap: { value: cap, relative: capUnit === 'relative' } };
    const known = Math.min(members, MOST_FOUND); // of an adaptive lattice: at most
    return {
      outputs: { field: { rank, points, low, high, ...capped, ...(adaptive ? { known } : {}), reference } },
      cost: {
        points: members,
        multiplyAdds: members * reference.count * layout.multiplyAdds,
        work: {
          kind: 'evaluate',
          architecture: reference.architecture,
          rank,
          inputs: reference.count,
          ...capped,
          ...(adaptive ? { adaptive: { points, low, high, ...(rule === 'sampled' ? { margin } : {}) } } : {}),
        },
        bytes: adaptive ? 12 * known : 8 * members,
        working: 4 * (rank + 3) * size, // θ₀ and the basis as the device wants them, and one member
        route: latticeRoute(reference.architecture, rank, capped.cap, adaptive),
      },
    };
  },
  extends: ['keep', 'cap', 'capUnit'],
  async run({ params: { low, high, points, keep, cap, capUnit, rule, margin }, inputs, context, previous = [] }) {
    const { subspace } = inputs;
    const reference = inputs.reference ?? subspace.reference!;
    const below =
      keep === 'all' ? undefined : absoluteCap({ value: cap, relative: capUnit === 'relative' }, reference.scale);
    const lattice = { subspace, low, high, points };
    if (keep === 'adaptive') {
      const { adaptiveFieldOn } = await import('../src/methods/adaptive-field.js');
      const options = { rule, margin, cap: below! };
      return {
        field: await adaptiveFieldOn(lattice, reference, context.device, context, options, context.account),
      };
    }
    const { fieldOn } = await import('../src/methods/field.js');
    return {
      field: await fieldOn(lattice, reference, context.device, context, {
        cap: below,
        previous: previous.flatMap(({ field }) => (field.index ? [] : [field])), // one that skipped members has too few

        account: context.account,
      }),
    };
  },
  view({ outputs: { field }, effort }) {
    const { lattice, reference, route, device, cap } = field;
    const { scale } = reference;
    const { members, above, lowest, highest, zero } = countField(field);
    const suggested = suggestedEpsilon(field);
    const known = members - above;
    return {
      summary: {
        members,
        ...(cap === undefined ? {} : { cap, relativeCap: relativeJ(cap, scale) ?? null, membersBelowCap: known }),
        lowest: Number.isFinite(lowest) ? lowest : null,
        ...(above > 0 ? {} : { highest }),
        ...(zero === undefined ? {} : { zeroMembers: zero }),
        suggestedEpsilon: suggested ?? null,
        route,
        device,
      },
      rows: [
        ['members', `${formatPower(lattice.points, lattice.subspace.rank)} = ${formatCount(members)}`],
        ...(cap === undefined
          ? []
          : [[`below ${inPowers(cap, scale)}`, `${formatCount(known)} · ${formatShare(known / members)}`] as const]),
        [
          'smallest J',
          Number.isFinite(lowest) ? inPowers(lowest, scale) : cap === undefined ? 'none' : 'above the cap',
        ],
        ['suggested ε', suggested === undefined ? 'none' : inPowers(suggested, scale)],
        ...(effort === undefined ? [] : effortRows(effort)),
      ],
      status: `${formatCount(members)} members · ${route}`,
      notes: fieldNotes(field),
      plots: fieldPictures(field, suggested),
      ruler: rulerOf(field, lowest, highest),
    };
  },
});
