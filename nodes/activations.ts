import { z } from 'zod';
import { chooseLayers } from '../src/catalog/layer-names.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, seed, text } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { requireInputs } from '../src/methods/models/examples.js';
import { tablePicture } from '../src/methods/pictures.js';
import { layersTable } from '../src/methods/similarity/activations.js';
import { sideOf } from '../src/methods/similarity/pairing.js';

const READINGS = {
  mean: 'Mean over the image: a row for each input',
  channels: 'Channels: a row for each image position',
  flat: 'All numbers in one row',
} as const;

export default defineNode({
  type: 'activations',
  version: 1,
  title: 'Activations',
  group: 'Representations',
  summary: 'What chosen layers of a model give on inputs.',
  help: `The representations $X$ [N, d] of layers, for a measure to compare: rows are inputs, columns are units. *Layers* takes numbers (\`2, 5, 9\`), kinds
(\`relu\`, \`conv\`, \`activation\`), one of a kind (\`relu 3\`), patterns (\`3.block.*\`) and \`*\` for all; they are named by kind, number and place, such as
"ReLU 3 (layer 8)". Layers inside residual blocks have a star.

Of an image layer [channels, height, width]: *Mean* takes the mean over positions, $d$ = channels; *Channels* makes a row of each position, as symmetries act
on channels only, so $N$ = inputs × positions and only layers of one image size can be compared; *All numbers* gives $d$ = channels × height × width.
At most so many rows are taken of a layer: inputs, and image positions (the same of every input, 16 or more where there are), are drawn by the seed. Where
A and B ask for different rows, the measure takes the smaller number and A's seed for both, and says so.

Nothing is computed here: a measure asks for a few layers at a time. Quadrature weights of inputs are not used.

Caveat: batch normalisation divides by its running statistics, as in evaluation. Means over positions hide where on the image something is; rows of one image
are not independent draws.

Source: Godfrey et al. 2022, Section 5 and Remark 3.6 (layers inside residual blocks); Kornblith et al. 2019, Section 2 (what rows and columns are).`,
  params: z.strictObject({
    layers: text({ label: 'Layers', help: 'such as 2, 5, 9 or relu or *', default: 'activation', max: 400 }),
    reading: choice({ label: 'Of images', choices: READINGS, default: 'mean' }),
    rows: integer({ label: 'At most', unit: 'rows', default: 2000, min: 2, max: 1_000_000 }),
    seed: seed({ default: 0, help: 'of inputs and positions, where there are more rows' }),
  }),
  inputs: {
    model: { types: ['Model'], label: 'Model', help: 'one network or several seeds of it' },
    inputs: { types: ['Inputs'], label: 'Inputs', help: 'the points that rows stand for' },
  },
  outputs: {
    activations: { type: 'Activations', label: 'Activations', help: 'the layers, computed when they are asked for' },
  },
  card: ({ layers, reading, rows }) => [
    ['layers', layers],
    ['rows', `${formatCount(rows)} at most`],
    ['images', reading],
  ],
  infer({ params: { layers, reading, rows }, inputs: { model, inputs } }) {
    requireInputs(model.architecture, inputs, 'inputs');
    const chosen = chooseLayers(model.architecture, layers);
    return {
      outputs: {
        activations: {
          architecture: model.architecture,
          models: model.count,
          layers: chosen.map(({ path }) => path),
          count: inputs.count,
          reading,
          rows,
        },
      },
    };
  },
  async run({ params, inputs: { model, inputs } }) {
    const layers = chooseLayers(model.architecture, params.layers).map(({ path }) => path);
    const { reading, rows, seed: drawn } = params;
    return { activations: { type: 'Activations', model, inputs, layers, reading, rows, seed: drawn } };
  },
  view({ outputs: { activations } }) {
    const { layers, inputs, model } = activations;
    const table = layersTable(sideOf(activations));
    const most = (column: number): number => table.rows.reduce((x, row) => Math.max(x, Number(row[column])), 0);
    return {
      summary: { layers: layers.length, models: model.count, inputs: inputs.count, rows: most(2), columns: most(3) },
      rows: [
        ['layers', formatCount(layers.length)],
        ['rows', `${formatCount(most(2))} at most`],
        ['columns', `${formatCount(most(3))} at most`],
      ],
      status: `${model.names.length === 1 ? model.names[0]! : `${formatCount(model.count)} models`}, ${formatCount(inputs.count)} inputs`,
      notes: modelNotes(model),
      plots: [tablePicture(table, 'Layers', `${model.origin}; on ${inputs.source}`)],
    };
  },
});
