import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, seed, toggle } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { matchNotes, preservationNotes } from '../src/methods/diagnostics/weights.js';
import { requireInputs } from '../src/methods/models/examples.js';
import { pairsOf, requirePair } from '../src/methods/models/pairs.js';
import { tablePicture } from '../src/methods/pictures.js';
import { matching } from '../src/methods/weights/forecast.js';
import { ALL, matchMean } from '../src/methods/weights/rows.js';
import { changeText, worstOf } from '../src/methods/weights/verdict.js';

export default defineNode({
  type: 'match',
  version: 1,
  title: 'Match',
  group: 'Weights',
  summary: 'Moves the networks of B onto those of A by permuting and rescaling their hidden channels.',
  help: `For network $i$ of A and of B (or the only one) a symmetry $g$ of B that leaves its function as it is and brings it near A.

**By weights**: permutations $\\pi$ that make $\\sum_T \\lambda_T \\langle T_A, \\pi T_B \\rangle$ largest over the weight tensors $T$, $\\lambda_T = \\mathrm{size}/(\\lVert T_A\\rVert \\lVert T_B\\rVert)$, both networks rescaled to unit incoming weights.
A group of channels after another, in random order, gets its best permutation by linear assignment, until none changes; a residual stream has one permutation for all layers that it joins. The first start
goes from inputs and outputs inwards, each layer by the tensors whose other side is known already; then keys spread from both ends, no permutation and random ones are tried, and the best result is
taken. **By activations**: for each group the assignment that makes the sum of correlations of channels on the data largest, on at most 4,096 rows (inputs and drawn image positions).

*Rescale*: the positive factors, where activations are homogeneous, with least $\\sum_T \\lambda_T \\lVert T_A - g T_B \\rVert^2$. A factor that nothing takes back, before batch normalisation, gives incoming weights A's norm.

The similarity in the table is the sum above over the number of parameters, 1 of copies, higher is closer; by activations it is the mean correlation.

Caveat: over several layers the best permutation is not known to be found, only one that no single layer can better. The function is measured on 64 draws of $N(0, 1)$, or on the data.

Source: Ainsworth, Hayase and Srinivasa 2023 (Git Re-Basin), Section 3, Algorithm 1; Jonker and Volgenant 1987 (linear assignment).`,
  params: z.strictObject({
    by: choice({ label: 'By', choices: { weights: 'Weights', activations: 'Activations' }, default: 'weights' }),
    rescale: toggle({
      label: 'Rescale',
      help: 'positive factors too, where activations are homogeneous',
      default: true,
    }),
    restarts: integer({
      label: 'Starts',
      help: 'at most; the first is the only one where it suffices',
      default: 2,
      min: 1,
      max: 200,
      when: { param: 'by', is: ['weights'] },
    }),
    seed: seed({ default: 0, help: 'of the order of layers, of random starts and of positions' }),
  }),
  inputs: {
    a: { types: ['Model'], label: 'A', help: 'the networks that stay' },
    b: { types: ['Model'], label: 'B', help: 'the networks that are moved' },
    data: { types: ['Inputs'], label: 'Data', help: 'for activations, and to compare functions on', optional: true },
  },
  outputs: {
    model: { type: 'Model', label: 'B, moved', help: 'gθ of B, a network for each pair' },
    table: { type: 'Table', label: 'Pairs', help: 'how many channels moved, and how alike the networks are' },
    function: { type: 'Table', label: 'Function', help: 'how far each function of B moved' },
  },
  card: ({ by, rescale }) => [
    ['by', by],
    ['rescale', rescale ? 'yes' : 'no'],
  ],
  infer({ params, inputs: { a, b, data } }) {
    requirePair(a, b);
    if (data) requireInputs(a.architecture, data, 'data');
    else if (params.by === 'activations')
      throw new FiberscopeError(
        'wire',
        "input 'data': expected inputs to compare activations on, got none; wire data, or match by weights",
      );
    if (params.by === 'activations' && data && data.count < 2)
      throw new FiberscopeError(
        'shape',
        `input 'data': expected at least 2 inputs to correlate activations on, got ${data.count}; give more inputs, or match by weights`,
      );
    const count = pairsOf(a, b);
    return {
      outputs: { model: { ...b, count }, table: {}, function: {} },
      cost: matching(a.architecture, count, params, data?.count),
    };
  },
  async run({ params, inputs: { a, b, data }, context }) {
    const { matchModels } = await import('../src/methods/weights/match-models.js');
    const { preservation } = await import('../src/methods/weights/preserved.js');
    const { model, table } = await matchModels(a, b, data, params, context.device, context);
    return { model, table, function: await preservation(b, model, data, context.device, context) };
  },
  view({ params: { by }, outputs: { model, table, function: moved } }) {
    const worst = worstOf(moved);
    const all = table.rows.filter((row) => row[1] === ALL);
    const mean = (column: number): number => matchMean(all, column);
    const shown = (column: number): string => (Number.isNaN(mean(column)) ? 'none' : formatNumber(mean(column), 2));
    return {
      summary: {
        pairs: all.length,
        channels: mean(2),
        moved: mean(3),
        similarityBefore: mean(4),
        similarityAfter: mean(5),
        verdict: worst.verdict,
        max: worst.max,
        rms: worst.rms,
      },
      rows: [
        [by === 'weights' ? 'similarity' : 'correlation', `${shown(4)} → ${shown(5)}`],
        ['moved', `${formatCount(Math.round(mean(3)))} of ${formatCount(mean(2))} channels`],
        ['max |Δφ| / RMS φ', changeText(worst)],
      ],
      status: `function ${worst.verdict}`,
      notes: [...matchNotes(table, by), ...preservationNotes(moved), ...modelNotes(model)],
      plots: [
        tablePicture(table, 'Pairs', 'channels that took another place'),
        tablePicture(moved, 'Function', 'the function of B before and after'),
      ],
    };
  },
});
