import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, integers, number, seed } from '../src/catalog/params.js';
import { product } from '../src/catalog/shape.js';
import { formatCount } from '../src/catalog/text.js';
import { lawText } from '../src/methods/law.js';

const params = z.strictObject({
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
});

/** The law and shape of one input, and how many. */
function card(options: z.output<typeof params>): [string, string][] {
  return [
    [lawText(options), options.shape.join(' × ')],
    ['points', formatCount(options.count)],
  ];
}

export default defineNode({
  type: 'random-inputs',
  version: 1,
  title: 'Random inputs',
  group: 'Inputs',
  summary: 'Draws the points on which functions are compared.',
  help: `Draws $N$ independent inputs $x_i$, each an array of the stated shape whose numbers are independent draws of $\\mathcal{N}(\\mu, \\sigma^2)$ or of the uniform
law on [low, high), with equal weights $w_i = 1/N$.
The draws depend on the seed and the index $i$ only, so a larger $N$ keeps the first points.

Caveat: functions that agree on these points may differ elsewhere; a uniform law ends where it ends.

Source: Lengyel et al. 2020 (GENNI), Section 2 (the points $C \\subset X$) and Appendix B; draws by Threefry-2x32, Salmon et al. 2011, Section 3.`,
  params,
  inputs: {},
  outputs: { inputs: { type: 'Inputs', label: 'Inputs', help: 'the drawn points, equal weights' } },
  card,
  infer({ params: { distribution, shape, count, low, high } }) {
    if (shape.length !== 1 && shape.length !== 3)
      throw new FiberscopeError(
        'parameter',
        `parameter 'shape': expected one number (a vector) or channels, height, width, got ${shape.length} numbers; type for example 1, 28, 28`,
      );
    if (distribution === 'uniform' && !(low < high))
      throw new FiberscopeError('parameter', `parameter 'high': expected more than low = ${low}, got ${high}`);
    const bytes = 4 * count * (1 + product(shape));
    return {
      outputs: { inputs: { count, item: shape } },
      cost: { points: 0, multiplyAdds: 0, bytes },
    };
  },
  async run({ params }) {
    const { randomInputs } = await import('../src/methods/random-inputs.js');
    return { inputs: randomInputs(params) };
  },
  view: ({ params, outputs: { inputs } }) => ({
    summary: { count: inputs.count },
    rows: card(params),
    status: inputs.source,
    notes: [],
    plots: [],
  }),
});
