import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { integer } from '../src/catalog/params.js';
import { formatCount, formatShare } from '../src/catalog/text.js';
import { latticeCount, onBorder, placeOf } from '../src/methods/lattice.js';
import { tablePicture } from '../src/methods/pictures.js';

export default defineNode({
  type: 'connectivity',
  version: 1,
  title: 'Connectivity',
  group: 'Subspace',
  summary: 'Connected components of the ε-set.',
  help: `Joins members of the ε-set that are neighbours on the lattice and counts the components, under two notions of neighbour: the $2m$ members one step
along an axis, and the $3^m - 1$ members that also differ diagonally. The truth for the continuous set is often between: more components at $2m$ than at
$3^m - 1$ means that the grid is too coarse to decide. Also the share of the grid, and whether the set reaches the border (then it may be connected outside).

Caveat: components of a lattice sample at this ε, not of the set itself.

Source: Lengyel et al. 2020 (GENNI), Section 4 and Appendix C (connectedness); union-find as in Cormen et al., *Introduction to Algorithms*, Section 21.3.`,
  params: z.strictObject({
    rows: integer({ label: 'Components listed', default: 20, min: 1, max: 1000 }),
  }),
  inputs: { set: { types: ['EpsilonSet'], label: 'ε-set', help: 'members on a lattice' } },
  outputs: { components: { type: 'Table', label: 'Components', help: 'largest first, under both notions' } },
  card: () => [['neighbours', '2m and 3ᵐ − 1']],
  infer({ inputs: { set } }) {
    const members = set.known ?? set.points ** set.rank;
    return {
      outputs: { components: {} },
      cost: { points: 0, multiplyAdds: (members * 3 ** set.rank) / 2, bytes: 4 * members, atMost: true },
    };
  },
  async run({ params, inputs: { set }, context }) {
    const { connectivity, connectivityTable } = await import('../src/methods/connectivity.js');
    return { components: connectivityTable(await connectivity(set, context), params.rows) };
  },
  view({ inputs: { set }, outputs: { components } }) {
    const m = set.field.lattice.subspace.rank;
    const total = latticeCount(set.field.lattice);
    const all = (neighbours: string): number => Number(components.rows.find(([name]) => name === neighbours)?.[2] ?? 0);
    const [faces, full] = [all('2m'), all('3ᵐ − 1')];
    const { points } = set.field.lattice;
    const place = new Int32Array(m);
    const touches = set.index.some((member) => onBorder(placeOf(member, points, place), points));
    const share = set.index.length / total;
    return {
      summary: { components2m: faces, components3m: full, members: set.index.length, share, touchesBorder: touches },
      rows: [
        [`at ${2 * m} neighbours`, formatCount(faces)],
        [`at ${3 ** m - 1} neighbours`, formatCount(full)],
        ['share of grid', formatShare(share)],
      ],
      status: set.index.length === 0 ? 'the set is empty' : touches ? 'touches the border' : 'inside the grid',
      notes:
        faces === full
          ? []
          : [
              {
                level: 'info',
                id: 'connectivity-undecided',
                text: `${formatCount(faces)} components at ${2 * m} neighbours but ${formatCount(full)} at ${3 ** m - 1}: at this spacing the grid does not decide what is connected.`,
              },
            ],
      plots: [tablePicture(components, 'Components of the ε-set')],
    };
  },
});
