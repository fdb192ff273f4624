import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { choiceNotes } from '../src/methods/diagnostics/points.js';
import { tablePicture } from '../src/methods/pictures.js';
import { tableOf } from '../src/methods/tables.js';

const MOST = 7;

export default defineNode({
  type: 'gram-schmidt',
  version: 1,
  title: 'Gram–Schmidt',
  group: 'Subspace',
  summary: 'The plane through θ₀ … θₘ, with an orthonormal basis.',
  help: `Orthonormalises $\\theta_i - \\theta_0$, $i = 1 \\dots m$, in that order: $\\theta_i = \\theta_0 + \\sum_{k \\le i} r_{ik} b_k$ with $r_{ii} > 0$, so that
coordinate $i$ of $\\theta_i$ is positive. Computed in float64 and orthogonalised twice. Gives the origin $\\theta_0$ [P], the basis $b$ [m, P] and the
coordinates $r$ [m + 1, m]; the singular values of the differences say how flat the set of points is.

Caveat: the basis depends on the order of the points; a plane nearly degenerate (a small last singular value) amplifies rounding in $\\theta_i$.

Source: Lengyel et al. 2020 (GENNI), Section 3; Kahan and Parlett's "twice is enough" in Parlett, *The Symmetric Eigenvalue Problem*, Section 6.9.`,
  params: z.strictObject({}),
  inputs: { parameters: { types: ['Parameters'], label: 'θ₀ … θₘ', help: 'm + 1 independent vectors' } },
  outputs: { subspace: { type: 'Subspace', label: 'Subspace', help: 'origin, orthonormal basis, coordinates' } },
  card: () => [],
  infer({ inputs: { parameters } }) {
    const { count, size, reference } = parameters;
    const rank = count - 1;
    if (rank < 1 || rank > MOST || rank > size)
      throw new FiberscopeError(
        'shape',
        `input 'parameters': expected 2 to ${Math.min(MOST, size) + 1} vectors (a plane of 1 to ${Math.min(MOST, size)} dimensions), got ${count}; change the search's m or the points`,
      );
    return {
      outputs: { subspace: { rank, size, ...(reference === undefined ? {} : { reference }) } },
      cost: {
        points: 0,
        multiplyAdds: 2 * rank * rank * size,
        bytes: 4 * (rank + 1) * size,
        working: 8 * (rank + 1) * size,
      },
    };
  },
  async run({ inputs: { parameters } }) {
    const { gramSchmidt } = await import('../src/methods/gram-schmidt.js');
    return { subspace: gramSchmidt(parameters) };
  },
  view({ outputs: { subspace } }) {
    const sigma = subspace.singularValues!;
    return {
      summary: {
        rank: subspace.rank,
        size: subspace.size,
        ...Object.fromEntries(Array.from(sigma, (value, i) => [`singularValue${i + 1}`, value])),
      },
      rows: [
        ['rank', `${subspace.rank} of ${formatCount(subspace.size)}`],
        ['largest σ', formatNumber(sigma[0]!)],
        ['smallest σ', formatNumber(sigma.at(-1)!)],
      ],
      status: subspace.flags.length > 0 ? 'of the first m + 1 starts' : 'orthonormal',
      notes: choiceNotes(subspace),
      plots: [tablePicture(tableOf(subspace, 16), 'Coordinates of θ₀ … θₘ')],
    };
  },
});
