import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { integer, number, seed } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { dataBytes, dataView, drawingCost } from '../src/methods/data/view.js';

const SHAPE = [3, 32, 32];

const params = z.strictObject({
  count: integer({ label: 'Number of pictures N', default: 2000, min: 10, max: 50_000 }),
  contrast: number({
    label: 'Contrast',
    help: 'distance of the two colours; black and white are √3 apart',
    default: 0.8,
    min: 0,
    max: 2,
  }),
  noise: number({
    label: 'Noise',
    help: 'standard deviation of each channel of a pixel',
    default: 0.1,
    min: 0,
    max: 1,
  }),
  seed: seed({ default: 0 }),
});

export default defineNode({
  type: 'textures',
  version: 1,
  title: 'Textures',
  group: 'Data',
  summary: 'Draws labelled colour pictures of ten textures, 32 × 32 pixels.',
  help: `Draws $N$ labelled pictures [3, 32, 32] of ten textures: grating, checkers, dots, blobs, speckle, clouds, rings, cross-hatch, gradient, grain. Each has its own
random phase, scale, orientation and places, as a tone $t$ in [0, 1], and its own two colours: a pixel is $m + (t - \\tfrac12) c$ with $m$ uniform in [0.25, 0.75]³ and $c$
of length contrast · U(0.5, 1.5), towards bright or dark with a random colour in it, plus noise $\\mathcal{N}(0, \\sigma^2)$ on each channel, cut to [0, 1].
$c$ and $-c$ are equally likely, so that the mean of any pixel over a class is the same in all classes: a linear model finds nothing to hold on to.

Picture $i$ shows texture $i \\bmod 10$ and depends on the seed and $i$ only: a larger $N$ keeps the first ones.

How hard it is (as set, seed 0, 2,000 pictures for training and 1,000 others): multinomial logistic regression 14 to 17 % by its weight decay,
near chance; a Myrtle CNN of width 8 trained with Adam
60 % after two epochs, 95 % after six and 97 % after twelve.

Caveat: texture can be told from small patches. A network that is good here need not know shapes.

Source: our own drawings; cloud-like noise as sums of octaves after Perlin 1985, Section "Solid texture"; draws by Threefry-2x32, Salmon et al. 2011, Section 3.`,
  params,
  inputs: {},
  outputs: {
    inputs: { type: 'Inputs', label: 'Pictures', help: 'x [N, 3, 32, 32] in [0, 1], labels 0 to 9, weights 1/N' },
  },
  card: ({ count, contrast, noise }) => [
    ['pictures', formatCount(count)],
    ['contrast, noise', `${formatNumber(contrast)}, ${formatNumber(noise)}`],
  ],
  infer: ({ params: { count } }) => ({
    outputs: { inputs: { count, item: SHAPE, classes: 10 } },
    cost: drawingCost('textures', count, dataBytes(1, SHAPE)),
  }),
  async run({ params, context }) {
    const { textures } = await import('../src/methods/data/textures.js');
    return { inputs: await textures(params, context) };
  },
  view: ({ outputs: { inputs } }) => dataView(inputs),
});
