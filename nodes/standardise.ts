import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice } from '../src/catalog/params.js';
import { sides } from '../src/catalog/shape.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import type { Table } from '../src/catalog/values.js';
import { groupsOf, statisticsOf } from '../src/methods/data/standardise.js';
import { dataBytes, dataView } from '../src/methods/data/view.js';
import { constantNotes } from '../src/methods/diagnostics/data.js';
import { tablePicture } from '../src/methods/pictures.js';

const BY = { channel: 'Each channel or feature', global: 'All numbers together' };
const ROWS = 1000; // of statistics shown

const params = z.strictObject({
  by: choice({ label: 'Mean and deviation of', choices: BY, default: 'channel' }),
});

export default defineNode({
  type: 'standardise',
  version: 1,
  title: 'Standardise',
  group: 'Data',
  summary: 'Brings data to mean 0 and standard deviation 1.',
  help: `$x \\mapsto (x - \\mu_c) / \\sigma_c$ with the mean $\\mu_c$ and the standard deviation $\\sigma_c = \\sqrt{\\tfrac1n \\sum (x - \\mu_c)^2}$ over all examples (and all pixels) of channel
$c$ of images [C, H, W], of feature $c$ of vectors [D], or of all numbers together; each example counts once, whatever its quadrature weight. A channel or feature that does
not vary ($\\sigma_c = 0$) is only moved by its mean, and the node says how many there are.

With **Fit on** wired, $\\mu$ and $\\sigma$ are those of the data there: standardise a test set by its training set.

Caveat: standardised by itself, a test set is not what the network was trained on. Pixels are no longer within [0, 1]; pictures of them are spread, and say so.

Source: order as sklearn.preprocessing.StandardScaler (population deviation); LeCun et al. 1998, "Efficient BackProp", Section 4.3.`,
  params,
  inputs: {
    inputs: { types: ['Inputs'], label: 'Data', help: 'what is standardised' },
    fit: {
      types: ['Inputs'],
      label: 'Fit on',
      help: 'whose mean and deviation; its own where nothing is wired',
      optional: true,
    },
  },
  outputs: { inputs: { type: 'Inputs', label: 'Data', help: 'the same examples, moved and scaled' } },
  card: ({ by }) => [['statistics of', BY[by].toLowerCase()]],
  infer({ inputs: { inputs, fit } }) {
    if (fit && fit.item.join() !== inputs.item.join())
      throw new FiberscopeError(
        'shape',
        `input 'fit': expected inputs of shape ${sides(inputs.item)}, as the data, got ${sides(fit.item)}; wire the training part of the same data set`,
      );
    return { outputs: { inputs }, cost: { points: 0, multiplyAdds: 0, bytes: dataBytes(inputs.count, inputs.item) } };
  },
  async run({ params: { by }, inputs: { inputs, fit } }) {
    const { standardise } = await import('../src/methods/data/standardise.js');
    return { inputs: standardise(inputs, by, statisticsOf(fit ?? inputs, by), fit === undefined) };
  },
  view({ params: { by }, inputs: { inputs, fit }, outputs }) {
    const { mean, deviation } = statisticsOf(fit ?? inputs, by);
    const groups = groupsOf(inputs.item, by);
    const what = by === 'global' ? 'sets of numbers' : inputs.item.length === 1 ? 'features' : 'channels';
    const table: Table = {
      type: 'Table',
      columns: [{ name: by === 'global' ? 'all' : what.slice(0, -1) }, { name: 'mean' }, { name: 'deviation' }],
      rows: Array.from(mean.subarray(0, ROWS), (value, group) => [group, value, deviation[group]!]),
      ...(groups > ROWS ? { more: groups - ROWS } : {}),
    };
    const taken = (values: Float64Array): string =>
      groups <= 3 ? [...values].map((value) => formatNumber(value)).join(', ') : `${formatCount(groups)} ${what}`;
    const base = dataView(outputs.inputs, [], constantNotes(deviation, what));
    const statistics = [...mean.subarray(0, 16)].flatMap((value, group) => [
      [`takenMean${group}`, value] as const,
      [`takenDeviation${group}`, deviation[group]!] as const,
    ]);
    return {
      ...base,
      summary: {
        ...base.summary,
        groups,
        constantValues: deviation.filter((value) => value === 0).length,
        ...Object.fromEntries(statistics),
      },
      rows: [
        ['mean taken away', taken(mean)],
        ['divided by', taken(deviation.map((value) => value || 1))],
        ...base.rows.slice(-1),
      ],
      plots: [...base.plots, tablePicture(table, 'Mean and deviation', `of ${(fit ?? inputs).source}`)],
    };
  },
});
