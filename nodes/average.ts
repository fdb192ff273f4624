import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { number } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { averageNotes } from '../src/methods/diagnostics/weights.js';
import { requireInputs } from '../src/methods/models/examples.js';
import { pairsOf, requirePair } from '../src/methods/models/pairs.js';
import { modelBytes, passes } from '../src/methods/weights/forecast.js';

export default defineNode({
  type: 'average',
  version: 1,
  title: 'Average',
  group: 'Weights',
  summary: 'The mean of networks, weight by weight.',
  help: `$\\theta = (1 - t)\\,\\theta_A + t\\,\\theta_B$ for network $i$ of A and of B (or the only one); without B the mean of all networks of A as one network. Whether that is the plain mean, the mean after NodeSort or the mean
after Match is a matter of what is wired: put NodeSort before both inputs, or Match before B.

The running statistics of batch normalisation are averaged alike. With *Data* they are estimated anew: the mean over batches of 256 of what each layer sees, all layers dividing by the batch's own.

Caveat: the mean of weights computes no mean of functions. Without alignment channels of different meaning are mixed, and averaged statistics do not fit averaged weights, which costs accuracy by itself.

Source: Sorensen 2020, Section 5; Ainsworth, Hayase and Srinivasa 2023 (Git Re-Basin); Jordan et al. 2023 (REPAIR), on statistics.`,
  params: z.strictObject({
    t: number({ label: 'Share of B, t', help: 'where B is wired', default: 0.5, min: 0, max: 1 }),
  }),
  inputs: {
    a: { types: ['Model'], label: 'A', help: 'networks; all are averaged where B is not wired' },
    b: { types: ['Model'], label: 'B', help: 'networks of the same architecture', optional: true },
    data: {
      types: ['Inputs'],
      label: 'Data',
      help: 'to estimate statistics of batch normalisation on',
      optional: true,
    },
  },
  outputs: { model: { type: 'Model', label: 'Mean', help: 'a network for each pair' } },
  card: ({ t }) => [['t', formatNumber(t)]],
  infer({ inputs: { a, b, data } }) {
    if (b) requirePair(a, b);
    else if (a.count < 2 && !data)
      throw new FiberscopeError(
        'shape',
        "input 'b': expected a second Model, or several networks in A, got one network alone, which is its own mean; wire B, or train A with several seeds",
      );
    if (data) requireInputs(a.architecture, data, 'data');
    const count = b ? pairsOf(a, b) : 1;
    const bytes = modelBytes(a.architecture, count);
    return {
      outputs: { model: { ...a, count } },
      cost: data ? passes(a.architecture, count, data.count, bytes) : { points: 0, multiplyAdds: 0, bytes },
    };
  },
  async run({ params: { t }, inputs: { a, b, data }, context }) {
    const { average } = await import('../src/methods/weights/average.js');
    return { model: await average(a, b, t, data, context.device, context) };
  },
  view({ params: { t }, inputs: { a, b, data }, outputs: { model } }) {
    const estimated = data !== undefined && model.buffers.length > 0;
    const of = b
      ? `${formatNumber(1 - t)} A + ${formatNumber(t)} B`
      : `mean of ${formatCount(a.count)} network${a.count === 1 ? '' : 's'}`;
    return {
      summary: { networks: model.count, ...(b ? { t } : { of: a.count }), statisticsEstimated: estimated },
      rows: [
        ['mean', of],
        ['networks', formatCount(model.count)],
        ...(model.buffers.length > 0 ? [['statistics', estimated ? 'estimated anew' : 'averaged'] as const] : []),
      ],
      status: model.count === 1 ? model.names[0]! : `${formatCount(model.count)} pairs`,
      notes: [...averageNotes({ model, data }), ...modelNotes(model)],
      plots: [],
    };
  },
});
