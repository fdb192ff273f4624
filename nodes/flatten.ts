import { z } from 'zod';
import { defineLayerNode } from '../src/catalog/layer-node.js';

export default defineLayerNode({
  type: 'flatten',
  version: 1,
  title: 'Flatten',
  summary: 'Turns images into vectors.',
  help: `From [C, H, W] to [C·H·W], channels first: $z_{(cH + u)W + v} = x_{c,u,v}$. No parameters.

Caveat: a permutation of channels before it acts on whole blocks of H·W inputs after it.

Source: order as PyTorch \`nn.Flatten\`; LeCun et al. 1998, Section II.B (the step before the dense layers).`,
  params: z.strictObject({}),
  card: () => [],
  layer: () => ({ kind: 'flatten' }),
});
