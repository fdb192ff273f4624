import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { integer, number, seed } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { dataBytes, dataView, drawingCost } from '../src/methods/data/view.js';

const SHAPE = [1, 28, 28];

const params = z.strictObject({
  count: integer({ label: 'Number of digits N', default: 5000, min: 10, max: 100_000 }),
  jitter: number({
    label: 'Jitter',
    help: 'factor on every distortion; 0: all digits of a class alike',
    default: 1,
    min: 0,
    max: 2,
  }),
  width: number({ label: 'Stroke width', unit: 'pixels', help: 'mean', default: 2.4, min: 0.5, max: 8 }),
  noise: number({ label: 'Noise', help: 'standard deviation of a pixel', default: 0.15, min: 0, max: 1 }),
  seed: seed({ default: 0 }),
});

export default defineNode({
  type: 'glyphs',
  version: 1,
  title: 'Glyphs',
  group: 'Data',
  summary: 'Draws labelled digits, 28 × 28 pixels, every one by another hand.',
  help: `Draws $N$ labelled digits as images [1, 28, 28], ink 1 on 0. A digit is some strokes (lines and arcs) in a box of 22 pixels: point $(u, v)$ is bent by
quadratic terms (each up to ±0.5), scaled by $e^{s}$ ($|s| \\le 0.25$, each axis by itself), sheared (±0.35), rotated (±0.4 rad = 23°) and shifted (±3 pixels), drawn
with a stroke whose width varies by $e^{\\pm 0.35}$, anti-aliased over one pixel. Then every pixel gets noise $\\mathcal{N}(0, \\sigma^2)$ and is cut to [0, 1]. *Jitter*
multiplies all of these ranges; the draws are uniform in them.

Digit $i$ shows $i \\bmod 10$ and depends on the seed and $i$ only: a larger $N$ keeps the first ones, and classes differ by one example at most.

How hard it is (as set, seed 0, 5,000 digits for training and 2,000 others): multinomial logistic regression 73 to 80 % by its weight decay, an MLP 784–128–10 94 %,
LeNet-5 98 %.

Caveat: these are drawn, not written; what holds on them may not hold on handwriting. For that, load MNIST with IDX files.

Source: strokes and ranges are our own; the kind of distortions as in LeCun et al. 1998, Section III.A ("Results", distorted MNIST); draws by Threefry-2x32, Salmon
et al. 2011, Section 3.`,
  params,
  inputs: {},
  outputs: {
    inputs: { type: 'Inputs', label: 'Digits', help: 'x [N, 1, 28, 28] in [0, 1], labels 0 to 9, weights 1/N' },
  },
  card: ({ count, jitter, noise }) => [
    ['digits', formatCount(count)],
    ['jitter, noise', `${formatNumber(jitter)}, ${formatNumber(noise)}`],
  ],
  infer: ({ params: { count } }) => ({
    outputs: { inputs: { count, item: SHAPE, classes: 10 } },
    cost: drawingCost('glyphs', count, dataBytes(1, SHAPE)),
  }),
  async run({ params, context }) {
    const { glyphs } = await import('../src/methods/data/glyphs.js');
    return { inputs: await glyphs(params, context) };
  },
  view: ({ outputs: { inputs } }) => dataView(inputs),
});
