import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, integers, number, seed } from '../src/catalog/params.js';

export default defineNode({
  type: 'random-inputs',
  version: 1,
  title: 'Random inputs',
  group: 'Inputs',
  summary: 'Draws the points on which functions are compared.',
  help: `Draws $N$ independent inputs $x_i$, each an array of the stated shape, with equal weights $w_i = 1/N$.
The draws depend on the seed and the index $i$ only, so a larger $N$ keeps the first points.`,
  params: z.strictObject({
    distribution: choice({
      label: 'Distribution',
      choices: { normal: 'Normal', uniform: 'Uniform' },
      default: 'normal',
    }),
    shape: integers({
      label: 'Shape of one input',
      help: '1 for a number, 1, 28, 28 for an image',
      default: [1],
      min: 1,
      max: 4096,
      length: 3,
    }),
    count: integer({ label: 'Number of inputs N', default: 500, min: 1, max: 1_000_000 }),
    mean: number({ label: 'Mean', default: 0, when: { param: 'distribution', is: ['normal'] } }),
    deviation: number({
      label: 'Standard deviation',
      default: 1,
      positive: true,
      when: { param: 'distribution', is: ['normal'] },
    }),
    low: number({ label: 'Low', default: -1, when: { param: 'distribution', is: ['uniform'] } }),
    high: number({ label: 'High', default: 1, when: { param: 'distribution', is: ['uniform'] } }),
    seed: seed({ default: 10 }),
  }),
  inputs: {},
  outputs: { inputs: { type: 'Inputs', label: 'Inputs', help: 'the drawn points, equal weights' } },
  card: ({ distribution, shape, count }) => [
    [distribution, shape.join(' × ')],
    ['points', String(count)],
  ],
  infer: ({ params }) => ({ outputs: { inputs: { count: params.count, item: params.shape } } }),
  async run({ params }) {
    const { randomInputs } = await import('../src/methods/random-inputs.js');
    return { inputs: randomInputs(params) };
  },
  view: ({ outputs: { inputs } }) => ({
    summary: { count: inputs.count },
    rows: [['points', String(inputs.count)]],
    status: inputs.source,
    notes: [],
    plots: [],
  }),
});
