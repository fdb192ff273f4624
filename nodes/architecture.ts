import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integers, number, toggle } from '../src/catalog/params.js';
import { ACTIVATIONS, activationOf, describeArchitecture, genniFcn, lenet5, mlp } from '../src/catalog/presets.js';
import { formatCount } from '../src/catalog/text.js';

const params = z.strictObject({
  preset: choice({
    label: 'Preset',
    choices: { 'genni-fcn': 'GENNI FCN', mlp: 'MLP', 'lenet-5': 'LeNet-5' },
    default: 'genni-fcn',
  }),
  widths: integers({
    label: 'Widths',
    help: 'inputs, hidden layers, outputs',
    default: [2, 4, 1],
    min: 1,
    max: 4096,
    length: 16,
    when: { param: 'preset', is: ['mlp'] },
  }),
  activation: choice({
    label: 'Activation',
    choices: ACTIVATIONS,
    default: 'tanh',
    when: { param: 'preset', is: ['mlp'] },
  }),
  slope: number({
    label: 'Slope for negative values',
    default: 0.01,
    help: 'LeakyReLU only',
    when: { param: 'activation', is: ['leaky-relu'] },
  }),
  bias: toggle({ label: 'Biases', default: true, when: { param: 'preset', is: ['mlp'] } }),
  outputRelu: toggle({
    label: 'ReLU on the output',
    help: 'as the authors of GENNI ran LeNet',
    default: true,
    when: { param: 'preset', is: ['lenet-5'] },
  }),
});

function build(p: z.output<typeof params>) {
  if (p.preset === 'genni-fcn') return genniFcn();
  if (p.preset === 'lenet-5') return lenet5(p.outputRelu);
  if (p.widths.length < 2)
    throw new FiberscopeError(
      'parameter',
      `parameter 'widths': expected at least inputs and outputs, got ${p.widths.length} number${p.widths.length === 1 ? '' : 's'}; type for example 2, 4, 1`,
    );
  return mlp(p.widths, activationOf(p.activation, p.slope), p.bias);
}

const presetName = ({ preset, widths }: z.output<typeof params>): string =>
  ({ 'genni-fcn': 'GENNI FCN', mlp: `MLP ${widths.join('–')}`, 'lenet-5': 'LeNet-5' })[preset];

export default defineNode({
  type: 'architecture',
  version: 1,
  title: 'Architecture',
  group: 'Architecture',
  summary: 'A family of networks φ(x, θ) by name.',
  help: `A family of functions $\\varphi : X \\times \\Theta \\to Y$; $\\theta \\in \\mathbb{R}^P$ in PyTorch's \`named_parameters\` order and layout.

- **GENNI FCN**: $\\varphi(x, \\theta) = c\\,\\mathrm{ReLU}(ax) + d\\,\\mathrm{ReLU}(bx)$, $\\theta = (a, b, c, d)$, $P = 4$.
- **MLP**: dense layers of the given widths, the activation after each but the last.
- **LeNet-5** for 28 × 28 images with one output, $P = 43{,}661$; the authors of GENNI put a ReLU on the output.

Layer nodes (Input, Dense, Conv, …) build any other sequence.

Caveat: a ReLU on the output makes the zero function easy to reach: a random LeNet often gives 0 on most inputs.

Source: Lengyel et al. 2020 (GENNI), Section 4 and Appendix B; LeCun et al. 1998, Section II.B.`,
  params,
  inputs: {},
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'layers and parameter layout' } },
  card: (p) => [
    ['preset', presetName(p)],
    ...(p.preset === 'mlp' ? [['activation', ACTIVATIONS[p.activation]] as const] : []),
    ...(p.preset === 'lenet-5' ? [['output ReLU', p.outputRelu ? 'yes' : 'no'] as const] : []),
  ],
  infer: ({ params: p }) => ({ outputs: { architecture: { architecture: build(p) } } }),
  run: async ({ params: p }) => ({ architecture: build(p) }),
  view: ({ params: p, outputs: { architecture } }) => {
    const layout = layoutOf(architecture);
    return {
      summary: { parameters: layout.size, outputs: layout.outputs, multiplyAdds: layout.multiplyAdds },
      rows: [
        ['preset', presetName(p)],
        ['P', formatCount(layout.size)],
      ],
      status: describeArchitecture(architecture),
      notes: [],
      plots: [],
    };
  },
});
