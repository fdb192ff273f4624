import { z } from 'zod';
import { type Layer, layoutOf } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer } from '../src/catalog/params.js';
import { describeArchitecture, extend } from '../src/catalog/presets.js';
import { formatCount } from '../src/catalog/text.js';

export default defineNode({
  type: 'pool',
  version: 1,
  title: 'Pool',
  group: 'Architecture',
  summary: 'Adds max or mean pooling.',
  help: `The maximum or mean over windows of size $k$ at stride $s$ (pixels): from [C, H, W] to [C, ⌊(H − k)/s⌋ + 1, …]. No parameters.

Caveat: max-pooling commutes with permutations of channels and positive scalings only.

Source: LeCun et al. 1998, Section II.A (subsampling); as PyTorch \`nn.MaxPool2d\` and \`nn.AvgPool2d\` without padding.`,
  params: z.strictObject({
    pool: choice({ label: 'Kind', choices: { max: 'Maximum', mean: 'Mean' }, default: 'max' }),
    size: integer({ label: 'Window', unit: 'px', default: 2, min: 1, max: 64 }),
    stride: integer({ label: 'Stride', unit: 'px', default: 2, min: 1, max: 64 }),
  }),
  inputs: { architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' } },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'with this layer at its end' } },
  card: ({ pool, size }) => [[pool === 'max' ? 'maximum' : 'mean', `${size} × ${size}`]],
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

function layer({ pool, size, stride }: { pool: 'max' | 'mean'; size: number; stride: number }): Layer {
  return { kind: 'pool', pool, size, stride };
}
