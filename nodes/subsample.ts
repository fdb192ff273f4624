import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, seed, toggle } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { requireLabels } from '../src/methods/data/require-labels.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';

const params = z.strictObject({
  count: integer({ label: 'Number of examples', default: 1000, min: 1, max: 10_000_000 }),
  stratified: toggle({ label: 'Stratified', help: 'each class its share', default: false }),
  seed: seed({ default: 0 }),
});

export default defineNode({
  type: 'subsample',
  version: 1,
  title: 'Subsample',
  group: 'Data',
  summary: 'Keeps some examples of a data set, drawn by a seed.',
  help: `Draws $n$ of the $N$ examples without replacement, in the order of the whole, with their labels and class names; quadrature weights are scaled to the whole's sum. A larger
$n$ of the same seed holds the smaller one.

*Stratified* draws each class by itself: $n n_c / N$ rounded down, and what is still missing one each from the classes with the largest remainders.

Caveat: a measure on $n$ examples has the spread of $n$ examples; draw with several seeds to see it.

Source: draws by Threefry-2x32, Salmon et al. 2011, Section 3; shuffle after Knuth, The Art of Computer Programming 2, Section 3.4.2, Algorithm P.`,
  params,
  inputs: { inputs: { types: ['Inputs'], label: 'Data', help: 'the whole set' } },
  outputs: { inputs: { type: 'Inputs', label: 'Data', help: 'the drawn examples' } },
  card: ({ count, stratified }) => [['examples', `${formatCount(count)}${stratified ? ', stratified' : ''}`]],
  infer({ params: { count, stratified }, inputs: { inputs: whole } }) {
    if (count > whole.count)
      throw new FiberscopeError(
        'parameter',
        `parameter 'count': expected at most the ${formatCount(whole.count)} examples that there are, got ${formatCount(count)}; draw fewer`,
      );
    if (stratified) requireLabels(whole, 'Stratified');
    return {
      outputs: { inputs: { ...whole, count } },
      cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(count, whole.item) },
    };
  },
  async run({ params, inputs: { inputs } }) {
    const { subsample } = await import('../src/methods/data/draw.js');
    return { inputs: subsample(inputs, params) };
  },
  view: ({ outputs: { inputs } }) => dataView(inputs),
});
