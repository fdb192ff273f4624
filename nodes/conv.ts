import { z } from 'zod';
import { type Layer, layoutOf } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, toggle } from '../src/catalog/params.js';
import { describeArchitecture, extend } from '../src/catalog/presets.js';
import { formatCount } from '../src/catalog/text.js';

export default defineNode({
  type: 'conv',
  version: 1,
  title: 'Conv',
  group: 'Architecture',
  summary: 'Adds a 2-D convolution.',
  help: `Cross-correlation with kernels $W$ of shape [channels, inputs, k, k] (OIHW) and bias [channels]; from [C, H, W] to [channels, ⌊(H + 2p − k)/s⌋ + 1, …]. Stride $s$ and padding $p$ in pixels.

Caveat: no dilation and no groups.

Source: LeCun et al. 1998, Section II.A; layout as PyTorch \`nn.Conv2d\`.`,
  params: z.strictObject({
    channels: integer({ label: 'Channels', default: 6, min: 1, max: 1024 }),
    kernel: integer({ label: 'Kernel size', unit: 'px', default: 5, min: 1, max: 64 }),
    stride: integer({ label: 'Stride', unit: 'px', default: 1, min: 1, max: 64 }),
    padding: integer({ label: 'Padding', unit: 'px', default: 0, min: 0, max: 64 }),
    bias: toggle({ label: 'Bias', default: true }),
  }),
  inputs: { architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' } },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'with this layer at its end' } },
  card: ({ channels, kernel }) => [
    ['channels', String(channels)],
    ['kernel', `${kernel} × ${kernel}`],
  ],
  infer: ({ params, inputs }) => ({
    outputs: { architecture: { architecture: extend(inputs.architecture.architecture, layer(params)) } },
  }),
  run: async ({ params, inputs }) => ({ architecture: extend(inputs.architecture, layer(params)) }),
  view: ({ outputs: { architecture } }) => {
    const layout = layoutOf(architecture);
    return {
      summary: { parameters: layout.size, outputs: layout.outputs },
      rows: [
        ['shape', layout.shapes.at(-1)!.join(' × ')],
        ['P', formatCount(layout.size)],
      ],
      status: describeArchitecture(architecture),
      notes: [],
      plots: [],
    };
  },
});

function layer(p: { channels: number; kernel: number; stride: number; padding: number; bias: boolean }): Layer {
  const { channels, kernel, stride, padding, bias } = p;
  return { kind: 'conv', channels, kernel: [kernel, kernel], stride, padding, bias };
}
