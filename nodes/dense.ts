import { z } from 'zod';
import { type Layer, layoutOf } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, toggle } from '../src/catalog/params.js';
import { describeArchitecture, extend } from '../src/catalog/presets.js';
import { formatCount } from '../src/catalog/text.js';

export default defineNode({
  type: 'dense',
  version: 1,
  title: 'Dense',
  group: 'Architecture',
  summary: 'Adds a fully connected layer.',
  help: `$z = Wx + b$ with $W$ of shape [units, inputs] and $b$ [units]; adds units × inputs (+ units) parameters. It takes a vector: put Flatten after images.

Caveat: no activation; add one with Activation.

Source: Lengyel et al. 2020 (GENNI), Section 4; layout as PyTorch \`nn.Linear\`.`,
  params: z.strictObject({
    units: integer({ label: 'Units', default: 2, min: 1, max: 4096 }),
    bias: toggle({ label: 'Bias', default: true }),
  }),
  inputs: { architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' } },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'with this layer at its end' } },
  card: ({ units, bias }) => [
    ['units', String(units)],
    ['bias', bias ? 'yes' : 'no'],
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

function layer({ units, bias }: { units: number; bias: boolean }): Layer {
  return { kind: 'dense', units, bias };
}
