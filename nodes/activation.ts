import { z } from 'zod';
import { type Layer, layoutOf } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, number } from '../src/catalog/params.js';
import {
  ACTIVATIONS,
  type ActivationName,
  activationOf,
  describeArchitecture,
  extend,
} from '../src/catalog/presets.js';
import { formatCount } from '../src/catalog/text.js';

export default defineNode({
  type: 'activation',
  version: 1,
  title: 'Activation',
  group: 'Architecture',
  summary: 'Adds a pointwise nonlinearity.',
  help: `Applies $\\sigma$ to every unit: ReLU $\\max(0, z)$, tanh, sigmoid $1/(1 + e^{-z})$, GELU (exact, with erf), LeakyReLU (slope $s$ for $z < 0$), identity. No parameters.

ReLU and LeakyReLU are positively homogeneous: $\\sigma(\\alpha z) = \\alpha\\sigma(z)$ for $\\alpha > 0$, which gives the rescaling symmetry. tanh is odd, which gives sign flips.

Caveat: a ReLU unit that is 0 on all inputs is dead; Reference θ counts them.

Source: Lengyel et al. 2020 (GENNI), Section 4.`,
  params: z.strictObject({
    activation: choice({ label: 'Activation', choices: ACTIVATIONS, default: 'relu' }),
    slope: number({
      label: 'Slope for negative values',
      default: 0.01,
      when: { param: 'activation', is: ['leaky-relu'] },
    }),
  }),
  inputs: { architecture: { types: ['Architecture'], label: 'Architecture', help: 'the layers before this one' } },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'with this layer at its end' } },
  card: ({ activation }) => [['activation', ACTIVATIONS[activation]]],
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

function layer({ activation, slope }: { activation: ActivationName; slope: number }): Layer {
  return { kind: 'activation', activation: activationOf(activation, slope) };
}
