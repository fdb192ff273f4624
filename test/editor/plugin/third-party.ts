/** A node as a third party would write it: the mean and the largest of the inputs' numbers. */
import { z } from 'zod';
import { defineNode } from '../../../src/catalog/node.js';
import { choice } from '../../../src/catalog/params.js';

export default defineNode({
  type: 'acme-range',
  version: 1,
  title: 'Range',
  group: 'Look',
  summary: 'Tells the mean or the largest input.',
  help: 'The mean $\\frac1N\\sum x_i$, or the largest $x_i$.',
  params: z.strictObject({
    figure: choice({ label: 'Figure', choices: { mean: 'Mean', largest: 'Largest' }, default: 'mean' }),
  }),
  inputs: { inputs: { types: ['Inputs'], label: 'Inputs', help: 'the points' } },
  outputs: { table: { type: 'Table', label: 'Table', help: 'one number' } },
  card: ({ figure }) => [['figure', figure]],
  infer: () => ({ outputs: { table: {} } }),
  async run({ params, inputs: { inputs } }) {
    const { x } = inputs;
    const value = params.figure === 'mean' ? x.reduce((sum, each) => sum + each, 0) / x.length : Math.max(...x);
    return { table: { type: 'Table', columns: [{ name: params.figure }], rows: [[value]] } };
  },
  view: ({ outputs: { table } }) => ({
    summary: { value: table.rows[0]![0]! },
    rows: [['value', String(table.rows[0]![0])]],
    notes: [],
    plots: [],
  }),
});
