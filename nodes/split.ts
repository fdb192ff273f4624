import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, number, seed, toggle } from '../src/catalog/params.js';
import { formatCount, formatShare } from '../src/catalog/text.js';
import { requireLabels } from '../src/methods/data/require-labels.js';
import { dataBytes, dataPlots, dataSummary } from '../src/methods/data/view.js';

const params = z.strictObject({
  by: choice({ label: 'Test part by', choices: { share: 'Share', count: 'Number' }, default: 'share' }),
  share: number({
    label: 'Share of the test',
    help: 'rounded to a whole number of examples',
    default: 0.2,
    positive: true,
    max: 0.999,
    when: { param: 'by', is: ['share'] },
  }),
  count: integer({
    label: 'Examples of the test',
    default: 1000,
    min: 1,
    max: 10_000_000,
    when: { param: 'by', is: ['count'] },
  }),
  stratified: toggle({ label: 'Stratified', help: 'each class its share of both parts', default: false }),
  seed: seed({ default: 0 }),
});

export default defineNode({
  type: 'split',
  version: 1,
  title: 'Split',
  group: 'Data',
  summary: 'Divides a data set into a part for training and one for testing.',
  help: `Draws $n_\\text{test}$ of the $N$ examples by the seed for the test (a share is rounded: $\\operatorname{round}(N \\cdot \\text{share})$) and leaves all others for training. Both parts
keep the order of the whole, its labels and class names; their quadrature weights are scaled to the whole's sum.

*Stratified* draws each class by itself: $n_\\text{test} n_c / N$ rounded down, and the examples that are still missing one each from the classes with the largest remainders.

Caveat: examples are taken as independent. Where several belong together (pictures of one thing, days in a row), a random split tests on what it has almost seen.

Source: draws by Threefry-2x32, Salmon et al. 2011, Section 3; shuffle after Knuth, The Art of Computer Programming 2, Section 3.4.2, Algorithm P.`,
  params,
  inputs: { inputs: { types: ['Inputs'], label: 'Data', help: 'the whole set' } },
  outputs: {
    train: { type: 'Inputs', label: 'Training', help: 'what was not drawn' },
    test: { type: 'Inputs', label: 'Test', help: 'the drawn examples' },
  },
  card: ({ by, share, count }) => [['test', by === 'share' ? formatShare(share) : formatCount(count)]],
  infer({ params: { by, share, count, stratified }, inputs: { inputs: whole } }) {
    const test = by === 'share' ? Math.round(share * whole.count) : count;
    if (test < 1 || test >= whole.count)
      throw new FiberscopeError(
        'parameter',
        `parameter '${by}': expected at least one of the ${formatCount(whole.count)} examples in each part, got ${formatCount(test)} for the test; choose another ${by === 'share' ? 'share' : 'number'}`,
      );
    if (stratified) requireLabels(whole, 'Stratified');
    return {
      outputs: { train: { ...whole, count: whole.count - test }, test: { ...whole, count: test } },
      cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(whole.count, whole.item) },
    };
  },
  async run({ params: { by, share, count, stratified, seed }, inputs: { inputs } }) {
    const { split } = await import('../src/methods/data/draw.js');
    return split(inputs, { count: by === 'share' ? Math.round(share * inputs.count) : count, stratified, seed });
  },
  view({ outputs: { train, test } }) {
    const part = (name: string, inputs: typeof train) =>
      Object.fromEntries(Object.entries(dataSummary(inputs)).map(([key, value]) => [`${name}.${key}`, value]));
    return {
      summary: { ...part('train', train), ...part('test', test) },
      rows: [
        ['training', formatCount(train.count)],
        ['test', formatCount(test.count)],
      ],
      status: test.source,
      notes: [],
      plots: [
        ...dataPlots(train).map((plot) => ({ ...plot, title: `${plot.title} · training` })),
        ...dataPlots(test).map((plot) => ({ ...plot, title: `${plot.title} · test` })),
      ],
    };
  },
});
