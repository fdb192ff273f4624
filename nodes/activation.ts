import { z } from 'zod';
import { defineLayerNode } from '../src/catalog/layer-node.js';
import { choice, number } from '../src/catalog/params.js';
import { ACTIVATIONS, activationOf } from '../src/catalog/presets.js';

export default defineLayerNode({
  type: 'activation',
  version: 1,
  title: 'Activation',
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
  card: ({ activation }) => [['activation', ACTIVATIONS[activation]]],
  layer: ({ activation, slope }) => ({ kind: 'activation', activation: activationOf(activation, slope) }),
});
