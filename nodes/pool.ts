import { z } from 'zod';
import { defineLayerNode } from '../src/catalog/layer-node.js';
import { choice, integer } from '../src/catalog/params.js';

export default defineLayerNode({
  type: 'pool',
  version: 1,
  title: 'Pool',
  summary: 'Adds max or mean pooling.',
  help: `$z_{c,u,v}$ is the maximum or the mean of $x_{c,\\,su+i,\\,sv+j}$ over $0 \\le i, j < k$: windows of size $k$ at stride $s$ (pixels), from [C, H, W] to
[C, ⌊(H − k)/s⌋ + 1, ⌊(W − k)/s⌋ + 1]. No parameters.

Caveat: max-pooling commutes with permutations of channels and positive scalings only.

Source: LeCun et al. 1998, Section II.A (subsampling); as PyTorch \`nn.MaxPool2d\` and \`nn.AvgPool2d\` without padding.`,
  params: z.strictObject({
    pool: choice({ label: 'Kind', choices: { max: 'Maximum', mean: 'Mean' }, default: 'max' }),
    size: integer({ label: 'Window', unit: 'px', default: 2, min: 1, max: 64 }),
    stride: integer({ label: 'Stride', unit: 'px', default: 2, min: 1, max: 64 }),
  }),
  card: ({ pool, size }) => [[pool === 'max' ? 'maximum' : 'mean', `${size} × ${size}`]],
  layer: ({ pool, size, stride }) => ({ kind: 'pool', pool, size, stride }),
});
