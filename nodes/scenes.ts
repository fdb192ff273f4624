import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { integer, number, seed } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { dataBytes, dataView, drawingCost } from '../src/methods/data/view.js';

const SHAPE = [3, 32, 32];
const CLASSES = 12;
const CONCEPTS = 10;

export default defineNode({
  type: 'scenes',
  version: 1,
  title: 'Scenes',
  group: 'Data',
  summary: 'Draws labelled pictures of shapes that say of every pixel what it shows.',
  help: `Draws $N$ pictures [3, 32, 32] of a large object before two small ones on grey. An object is a disc, square, triangle or cross, is red, green or blue, and plain, striped or
checked, at a random place, size and angle. The label is colour and shape of the large one: 12 classes.

Each picture comes with 10 masks [32, 32], one for each shape, colour and texture: 1 on the pixels $x$ where it is seen. Dissect compares units with them; Split and Subsample keep them.

Picture $i$ is of class $i \\bmod 12$ and depends on the seed and $i$ only: a larger $N$ keeps the first ones.

Caveat: concepts are few and drawn, not those of photographs; what is found here says whether units follow these.

Source: our own drawings, in place of the Broden data set of Bau et al. 2017, Section 2.1; draws by Threefry-2x32, Salmon et al. 2011, Section 3.`,
  params: z.strictObject({
    count: integer({ label: 'Number of pictures N', default: 2000, min: 12, max: 50_000 }),
    noise: number({
      label: 'Noise',
      help: 'standard deviation of each channel of a pixel',
      default: 0.08,
      min: 0,
      max: 1,
    }),
    seed: seed({ default: 0 }),
  }),
  inputs: {},
  outputs: {
    inputs: { type: 'Inputs', label: 'Pictures', help: 'x [N, 3, 32, 32] in [0, 1], 12 classes, masks of 10 concepts' },
  },
  card: ({ count, noise }) => [
    ['pictures', formatCount(count)],
    ['noise', formatNumber(noise)],
  ],
  infer: ({ params: { count } }) => ({
    outputs: { inputs: { count, item: SHAPE, classes: CLASSES, concepts: CONCEPTS } },
    cost: drawingCost('scenes', count, dataBytes(1, SHAPE) + CONCEPTS * 32 * 32),
  }),
  async run({ params, context }) {
    const { scenes } = await import('../src/methods/dissect/scenes.js');
    return { inputs: await scenes(params, context) };
  },
  view: ({ outputs: { inputs } }) => dataView(inputs, [['concepts', inputs.concepts!.names.join(', ')]]),
});
