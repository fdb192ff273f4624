import { z } from 'zod';
import { defineLayerNode } from '../src/catalog/layer-node.js';
import { number } from '../src/catalog/params.js';
import { formatNumber } from '../src/catalog/text.js';

export default defineLayerNode({
  type: 'batch-norm',
  version: 1,
  title: 'Batch norm',
  summary: 'Adds batch normalisation.',
  help: `$z \\mapsto \\gamma\\,(z - \\mu)/\\sqrt{\\sigma^2 + \\varepsilon} + \\beta$ for each channel of [C, H, W], or each unit of a vector, with parameters $\\gamma, \\beta$ [C]. In training $\\mu, \\sigma^2$ are
the batch's mean and biased variance; in evaluation the running ones, which are buffers of the Model and move by $r \\leftarrow (1 - m)\\,r + m\\,s$ in
training, $s$ the batch's mean and unbiased variance.

With it, positive scalings of the layer before change the function only through $\\varepsilon$.

Caveat: families of J, descents and lattices refuse it; it is for trained Models.

Source: Ioffe and Szegedy 2015, Algorithm 1; momentum as PyTorch \`nn.BatchNorm2d\`.`,
  params: z.strictObject({
    momentum: number({ label: 'Momentum m', help: 'share of the new batch', default: 0.1, min: 0, max: 1 }),
    epsilon: number({ label: 'ε', help: 'added to the variance', default: 1e-5, positive: true }),
  }),
  card: ({ momentum, epsilon }) => [
    ['momentum', formatNumber(momentum)],
    ['ε', formatNumber(epsilon)],
  ],
  layer: ({ momentum, epsilon }) => ({ kind: 'batch-norm', momentum, epsilon }),
});
