import { z } from 'zod';
import { type Layer, layoutOf } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';

import { describeArchitecture, extend } from '../src/catalog/presets.js';
import { formatCount } from '../src/catalog/text.js';

export default defineNode({
  type: 'flatten',
  version: 1,
  title: 'Flatten',
  group: 'Architecture',
  summary: 'Turns images into vectors.',
  help: `From [C, H, W] to [C·H·W], channels first. No parameters.

Caveat: a permutation of channels before it acts on whole blocks of H·W inputs after it.

Source: order as PyTorch \`nn.Flatten\`; LeCun et al. 1998, Section II.B (the step before the dense layers).`,
  params: z.strictObject({}),
  inputs: { architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' } },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'with this layer at its end' } },
  card: () => [],
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

function layer(_: Record<string, never>): Layer {
  return { kind: 'flatten' };
}
