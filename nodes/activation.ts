import { z } from 'zod';
import { activationParams } from '../src/catalog/activation-params.js';
import { defineLayerNode } from '../src/catalog/layer-node.js';
import { activationOf, describeActivation } from '../src/catalog/presets.js';

export default defineLayerNode({
  type: 'activation',
  version: 1,
  title: 'Activation',
  summary: 'Adds a pointwise nonlinearity.',
  help: `Applies $\\sigma$ to every unit: ReLU $\\max(0, z)$, tanh, sigmoid $1/(1 + e^{-z})$, GELU (exact, with erf), LeakyReLU (slope $s$ for $z < 0$), $z^d$, identity. No parameters.

ReLU and LeakyReLU are positively homogeneous: $\\sigma(\\alpha z) = \\alpha\\sigma(z)$ for $\\alpha > 0$, which gives the rescaling symmetry. $z^d$ is homogeneous of degree $d$:
$\\sigma(\\alpha z) = \\alpha^d\\sigma(z)$. tanh is odd, which gives sign flips.

Caveat: a ReLU unit that is 0 on all inputs is dead; Reference θ counts them. Powers grow fast in deep networks, and only Models take them.

Source: Lengyel et al. 2020 (GENNI), Section 4; Godfrey et al. 2022, Table 1 and Proposition 3.4 (which groups pass through).`,
  params: z.strictObject(activationParams()),
  card: ({ activation, slope, degree }) => [
    ['activation', describeActivation(activationOf(activation, slope, degree))],
  ],
  layer: ({ activation, slope, degree }) => ({
    kind: 'activation',
    activation: activationOf(activation, slope, degree),
  }),
});
