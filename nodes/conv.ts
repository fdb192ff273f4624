import { z } from 'zod';
import { defineLayerNode } from '../src/catalog/layer-node.js';
import { integer, toggle } from '../src/catalog/params.js';

export default defineLayerNode({
  type: 'conv',
  version: 1,
  title: 'Conv',
  summary: 'Adds a 2-D convolution.',
  help: `Cross-correlation $z_{o,u,v} = \\beta_o + \\sum_{c,i,j} W_{o,c,i,j}\\, x_{c,\\,su+i-p,\\,sv+j-p}$, zero outside the image, with kernels $W$ [channels, C, k, k] (OIHW) and
bias $\\beta$ [channels]; from [C, H, W] to [channels, ⌊(H + 2p − k)/s⌋ + 1, ⌊(W + 2p − k)/s⌋ + 1]. Stride $s$ and padding $p$ in pixels.

Caveat: no dilation and no groups.

Source: LeCun et al. 1998, Section II.A; layout as PyTorch \`nn.Conv2d\`.`,
  params: z.strictObject({
    channels: integer({ label: 'Channels', default: 6, min: 1, max: 1024 }),
    kernel: integer({ label: 'Kernel size', unit: 'px', default: 5, min: 1, max: 64 }),
    stride: integer({ label: 'Stride', unit: 'px', default: 1, min: 1, max: 64 }),
    padding: integer({ label: 'Padding', unit: 'px', default: 0, min: 0, max: 64 }),
    bias: toggle({ label: 'Bias', default: true }),
  }),
  card: ({ channels, kernel }) => [
    ['channels', String(channels)],
    ['kernel', `${kernel} × ${kernel}`],
  ],
  layer: ({ channels, kernel, stride, padding, bias }) => ({
    kind: 'conv',
    channels,
    kernel: [kernel, kernel],
    stride,
    padding,
    bias,
  }),
});
