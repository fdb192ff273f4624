import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { toggle } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { preservationNotes, sortNotes } from '../src/methods/diagnostics/weights.js';
import { tablePicture } from '../src/methods/pictures.js';
import { channelsOf, logCopies } from '../src/methods/weights/channels.js';
import { changing } from '../src/methods/weights/forecast.js';
import { changeText, worstOf } from '../src/methods/weights/verdict.js';

export default defineNode({
  type: 'node-sort',
  version: 1,
  title: 'NodeSort',
  group: 'Weights',
  summary: 'Brings all networks that differ by a symmetry to one form.',
  help: `$\\mathrm{NodeSort}(g\\theta) = \\mathrm{NodeSort}(\\theta)$ for every permutation $g$ of hidden channels and, with *Rescale*, every positive rescaling: of copies in float32 each weight to $5 \\cdot 10^{-5}$ of its tensor's RMS. First, from the inputs on, each hidden
channel gets incoming weights (with its bias) of norm 1, where its activation is homogeneous; the factor goes on into the weights that read it. After batch normalisation it is $\\lVert(\\gamma, \\beta)\\rVert$, before it the
incoming weights, and the statistics follow. Then, backwards from the outputs, the channels of each layer are sorted by their outgoing weights, ascending and lexicographically: first by the weight to the first output. They are read in the
order that the next layer has got already. Channels that join in a residual sum are sorted once, together.

Numbers that differ by less than about $10^{-6}$ of the largest count as equal: rounding must not decide. What is tied is told apart by biases, statistics and incoming weights, then by keys that are spread from inputs and outputs
through the weights; the table lists what stays tied.

Caveat: a canonical form tells copies of one network. Two networks that were trained independently are not brought near each other: see Match. Signs (tanh) are left as they are.

Source: Sorensen 2020, Section 3.2 and Algorithm 1, with the next layer's order applied before comparing, and comparison in place of base-$p$ sums, which overflow.`,
  params: z.strictObject({
    rescale: toggle({
      label: 'Rescale',
      help: 'unit incoming weights where activations are homogeneous',
      default: true,
    }),
  }),
  inputs: { model: { types: ['Model'], label: 'Model', help: 'the networks' } },
  outputs: {
    model: { type: 'Model', label: 'Model', help: 'every network in its canonical form' },
    ties: { type: 'Table', label: 'Ties', help: 'channels that no key tells apart' },
    function: { type: 'Table', label: 'Function', help: 'how far each function moved' },
  },
  card: ({ rescale }) => [['rescale', rescale ? 'yes' : 'no']],
  infer: ({ inputs: { model } }) => ({
    outputs: { model, ties: {}, function: {} },
    cost: changing(model.architecture, model.count),
  }),
  async run({ params: { rescale }, inputs: { model }, context }) {
    const { sortModel } = await import('../src/methods/weights/sort-models.js');
    const { preservation } = await import('../src/methods/weights/preserved.js');
    const sorted = await sortModel(model, rescale, context);
    const moved = await preservation(model, sorted.model, undefined, context.device, context);
    return { model: sorted.model, ties: sorted.table, function: moved };
  },
  view({ params: { rescale }, inputs: { model: before }, outputs: { model, ties, function: table } }) {
    const worst = worstOf(table);
    const { groups, scales } = channelsOf(model.architecture);
    const free = groups.filter(({ fixed }) => !fixed).reduce((sum, { channels }) => sum + channels, 0);
    const tied = ties.rows.reduce((sum, row) => sum + Number(row[3] ?? 0), 0);
    return {
      summary: {
        networks: model.count,
        channels: free,
        scales: rescale ? scales.length : 0,
        tied,
        log10Copies: logCopies(channelsOf(model.architecture)),
        verdict: worst.verdict,
        max: worst.max,
        rms: worst.rms,
      },
      rows: [
        [
          'sorted',
          `${formatCount(free)} channels of ${formatCount(before.count)} network${before.count > 1 ? 's' : ''}`,
        ],
        ['tied', formatCount(tied)],
        ['max |Δφ| / RMS φ', changeText(worst)],
      ],
      status: `function ${worst.verdict}`,
      notes: [...sortNotes(ties), ...preservationNotes(table), ...modelNotes(model)],
      plots: [
        tablePicture(table, 'Function', 'the function before and after'),
        ...(ties.rows.length > 0 ? [tablePicture(ties, 'Ties', 'channels that no key tells apart')] : []),
      ],
    };
  },
});
