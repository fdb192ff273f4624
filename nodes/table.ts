import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { integer, text } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { tablePicture } from '../src/methods/pictures.js';

export default defineNode({
  type: 'table',
  version: 1,
  title: 'Table',
  group: 'Look',
  summary: 'Values as rows and columns.',
  help: `Parameters [B, P] with their $J$ (absolute and in units of $E[\\varphi^2]$) and output power, the coordinates of a plane's points, the members of
an ε-set with their coefficients, an embedding, curves, a matrix with its spreads, labelled inputs, outputs, or a table as it is. At most the stated number of rows; a line below says how many more there are.

Caveat: of a long θ or input only the first 16 numbers are shown; export the data for all.

Source: the quantities are those of Lengyel et al. 2020 (GENNI), Section 3.`,
  params: z.strictObject({
    title: text({ label: 'Title', default: '' }),
    rows: integer({ label: 'Rows', default: 100, min: 1, max: 10_000 }),
  }),
  inputs: {
    data: {
      types: ['Table', 'Parameters', 'Subspace', 'EpsilonSet', 'Embedding', 'Curve', 'Matrix', 'Inputs', 'Outputs'],
      label: 'Data',
      help: 'what to list',
    },
  },
  outputs: { table: { type: 'Table', label: 'Table', help: 'rows and named columns' } },
  card: ({ rows }) => [['rows', `at most ${formatCount(rows)}`]],
  infer: () => ({ outputs: { table: {} }, cost: { points: 0, multiplyAdds: 0, bytes: 0 } }),
  async run({ params, inputs: { data } }) {
    const { tableOf } = await import('../src/methods/tables.js');
    return { table: tableOf(data, params.rows) };
  },
  view: ({ params, outputs: { table } }) => ({
    summary: { rows: table.rows.length, columns: table.columns.length },
    rows: [
      ['rows', formatCount(table.rows.length)],
      ['columns', formatCount(table.columns.length)],
    ],
    notes: [],
    plots: [tablePicture(table, params.title === '' ? 'Table' : params.title)],
  }),
});
