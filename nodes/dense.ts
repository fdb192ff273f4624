import { z } from 'zod';
import { defineLayerNode } from '../src/catalog/layer-node.js';
import { integer, toggle } from '../src/catalog/params.js';

export default defineLayerNode({
  type: 'dense',
  version: 1,
  title: 'Dense',
  summary: 'Adds a fully connected layer.',
  help: `$z = Wx + b$ with $W$ of shape [units, inputs] and $b$ [units]; adds units × inputs (+ units) parameters. It takes a vector: put Flatten after images.

Caveat: no activation; add one with Activation.

Source: Lengyel et al. 2020 (GENNI), Section 4; layout as PyTorch \`nn.Linear\`.`,
  params: z.strictObject({
    units: integer({ label: 'Units', default: 2, min: 1, max: 4096 }),
    bias: toggle({ label: 'Bias', default: true }),
  }),
  card: ({ units, bias }) => [
    ['units', String(units)],
    ['bias', bias ? 'yes' : 'no'],
  ],
  layer: ({ units, bias }) => ({ kind: 'dense', units, bias }),
});
