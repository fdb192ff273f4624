import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, number, seed } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { embedMultiplyAdds } from '../src/methods/embedding-cost.js';
import { embeddingPicture, embeddingTitle, usualColouring } from '../src/methods/pictures.js';

export default defineNode({
  type: 'umap',
  version: 1,
  title: 'UMAP',
  group: 'Look',
  summary: 'Lays an ε-set out in 2 or 3 dimensions, near members near each other.',
  help: `UMAP of the members of an ε-set with $\\theta_0 \\dots \\theta_m$ among them: by their coefficients $c$ [m] or by $\\theta$ [P]. The basis is orthonormal,
so $\\lVert \\theta - \\theta' \\rVert = \\lVert c - c' \\rVert$ and both give the same distances; by $\\theta$ the reference's own $\\theta$ is marked too, at its
distance from the plane. Neighbours are exact. *min_dist* is the smallest distance in the picture. At most the stated number of members is embedded; more
are sampled with the seed, and the caption says so.

Caveat: distances and gaps in the picture are not those of parameter space; only what stays together is meant. Axes have no unit.

Source: McInnes, Healy and Melville 2018 (UMAP), Sections 3 and 4; Lengyel et al. 2020 (GENNI), Appendix C, Figure 3.`,
  params: z.strictObject({
    of: choice({ label: 'Embed', choices: { coefficients: 'Coefficients', theta: 'θ' }, default: 'coefficients' }),
    neighbours: integer({ label: 'Neighbours', help: 'n_neighbors', default: 20, min: 2, max: 200 }),
    minDist: number({ label: 'min_dist', default: 0.5, min: 0, max: 1 }),
    dimension: choice({ label: 'Dimensions', choices: { '2': '2', '3': '3' }, default: '2' }),
    epochs: integer({ label: 'Epochs', default: 200, min: 10, max: 5000 }),
    limit: integer({ label: 'At most', unit: 'members', default: 2000, min: 10, max: 50_000 }),
    seed: seed({ default: 0 }),
  }),
  inputs: { set: { types: ['EpsilonSet'], label: 'ε-set', help: 'the members to lay out' } },
  outputs: { embedding: { type: 'Embedding', label: 'Embedding', help: 'a place for each embedded member' } },
  card: ({ of, neighbours, minDist }) => [
    ['embed', of === 'theta' ? 'θ' : 'coefficients'],
    ['neighbours', String(neighbours)],
    ['min_dist', formatNumber(minDist)],
  ],
  infer({ params: { limit, dimension, epochs, neighbours }, inputs: { set } }) {
    const members = Math.min(limit, set.points ** set.rank);
    return {
      outputs: { embedding: { dimension: Number(dimension) } },
      cost: {
        points: members,
        multiplyAdds: embedMultiplyAdds({ members, rank: set.rank, neighbours, epochs }),
        work: { kind: 'embed', neighbours },
        bytes: 8 * members * Number(dimension),
        atMost: true,
        route: 'exact neighbours',
      },
    };
  },
  async run({ params, inputs: { set }, context }) {
    const { umapOf } = await import('../src/methods/umap.js');
    return { embedding: await umapOf(set, { ...params, dimension: params.dimension === '3' ? 3 : 2 }, context) };
  },
  view({ inputs: { set }, outputs: { embedding } }) {
    const { count, scale, note } = embedding;
    const colouring = usualColouring(scale.power);
    return {
      summary: { embedded: count, members: set.index.length, note },
      rows: [
        ['embedded', `${formatCount(count)} of ${formatCount(set.index.length)}`],
        ['dimensions', String(embedding.dimension)],
      ],
      status: count < set.index.length ? `a sample of ${formatCount(count)}` : 'all members',
      notes: [
        { level: 'info', id: 'embedded', text: `${note}.` },
        ...(count < set.index.length
          ? [
              {
                level: 'info' as const,
                id: 'sampled',
                text: `Only ${formatCount(count)} of the ${formatCount(set.index.length)} members are shown.`,
              },
            ]
          : []),
      ],
      plots: [embeddingPicture(embedding, { title: embeddingTitle(embedding), colouring })],
    };
  },
});
