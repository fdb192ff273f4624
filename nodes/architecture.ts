import { z } from 'zod';
import { activationParams } from '../src/catalog/activation-params.js';
import { type Architecture, layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import type { Infos } from '../src/catalog/info.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, integers, toggle } from '../src/catalog/params.js';
import {
  activationOf,
  describeActivation,
  describeArchitecture,
  genniFcn,
  lenet5,
  mlp,
  myrtle,
  resnet20,
} from '../src/catalog/presets.js';
import { product, sides } from '../src/catalog/shape.js';
import { formatCount } from '../src/catalog/text.js';

const PRESETS = {
  'genni-fcn': 'GENNI FCN',
  mlp: 'MLP',
  'lenet-5': 'LeNet-5',
  myrtle: 'Myrtle CNN',
  resnet20: 'ResNet20',
} as const;
const IMAGES = ['myrtle', 'resnet20'];

const params = z.strictObject({
  preset: choice({ label: 'Preset', choices: PRESETS, default: 'genni-fcn' }),
  widths: integers({
    label: 'Widths',
    help: 'inputs, hidden layers, outputs',
    default: [2, 4, 1],
    min: 1,
    max: 4096,
    length: 16,
    when: { param: 'preset', is: ['mlp'] },
    overruled: { by: 'data', part: 'the first, and for labelled data the last,' },
  }),
  input: integers({
    label: 'Shape of one input',
    help: 'channels, height, width',
    default: [3, 32, 32],
    min: 1,
    max: 1024,
    length: 3,
    when: { param: 'preset', is: IMAGES },
    overruled: { by: 'data' },
  }),
  width: integer({
    label: 'Width',
    unit: 'channels',
    help: 'of the first convolution; the paper’s networks have 64 (Myrtle) and 16 (ResNet20)',
    default: 16,
    min: 1,
    max: 512,
    when: { param: 'preset', is: IMAGES },
  }),
  classes: integer({
    label: 'Classes',
    help: 'outputs',
    default: 10,
    min: 1,
    max: 1000,
    when: { param: 'preset', is: IMAGES },
    overruled: { by: 'data', where: 'has labels' },
  }),
  ...activationParams({ param: 'preset', is: ['mlp', ...IMAGES] }),
  afterJoin: toggle({
    label: 'Activation after joins',
    help: 'off: the sum of block and shortcut goes on as it is',
    default: true,
    when: { param: 'preset', is: ['resnet20'] },
  }),
  bias: toggle({ label: 'Biases', default: true, when: { param: 'preset', is: ['mlp'] } }),
  outputs: integer({
    label: 'Outputs',
    help: '1 as the authors of GENNI had it, 10 for digits',
    default: 1,
    min: 1,
    max: 1000,
    when: { param: 'preset', is: ['lenet-5'] },
  }),
  outputRelu: toggle({
    label: 'ReLU on the output',
    help: 'as the authors of GENNI ran LeNet',
    default: true,
    when: { param: 'preset', is: ['lenet-5'] },
  }),
});

/** What data put in the place of parameters: the shape of an input, and, where they are labelled, the number of classes. */
function fromData(
  { preset, widths }: z.output<typeof params>,
  { item, classes }: Infos['Inputs'],
): Partial<z.output<typeof params>> {
  if (preset === 'mlp')
    return widths.length < 2 ? {} : { widths: [product(item), ...widths.slice(1, -1), classes ?? widths.at(-1)!] };
  return { ...(item.length === 3 ? { input: [...item] } : {}), ...(classes === undefined ? {} : { classes }) };
}

function checkImages({ preset }: z.output<typeof params>, { item }: Infos['Inputs']): void {
  if (!IMAGES.includes(preset) || (item.length === 3 && item[1] === item[2])) return;
  throw new FiberscopeError(
    'shape',
    item.length === 3
      ? `input 'data': expected images as high as they are wide for this preset, got ${sides(item)}; bring them to such a size, or choose the preset MLP`
      : `input 'data': expected images [channels, height, width] for this preset, got inputs of shape ${sides(item)}; choose the preset MLP, or wire images`,
  );
}

function build(p: z.output<typeof params>): Architecture {
  switch (p.preset) {
    case 'genni-fcn':
      return genniFcn();
    case 'lenet-5':
      return lenet5(p.outputRelu, p.outputs);
    case 'mlp':
      return mlp(checkedWidths(p.widths), activationOf(p.activation, p.slope, p.degree), p.bias);
    case 'myrtle':
      return myrtle(checkedInput(p.input), p.width, p.classes, activationOf(p.activation, p.slope, p.degree));
    case 'resnet20': {
      const activation = activationOf(p.activation, p.slope, p.degree);
      return resnet20(checkedInput(p.input), p.width, p.classes, activation, p.afterJoin);
    }
  }
}

function checkedWidths(widths: readonly number[]): readonly number[] {
  if (widths.length >= 2) return widths;
  throw new FiberscopeError(
    'parameter',
    `parameter 'widths': expected at least inputs and outputs, got ${widths.length} number${widths.length === 1 ? '' : 's'}; type for example 2, 4, 1`,
  );
}

function checkedInput(input: readonly number[]): readonly number[] {
  if (input.length === 3 && input[1] === input[2]) return input;
  throw new FiberscopeError(
    'parameter',
    `parameter 'input': expected channels, height and an equal width, got ${input.join(', ')}; type for example 3, 32, 32`,
  );
}

function presetName({ preset, widths, width, afterJoin }: z.output<typeof params>): string {
  if (preset === 'mlp') return `MLP ${widths.join('–')}`;
  const bare = preset === 'resnet20' && !afterJoin ? ', bare joins' : '';
  return PRESETS[preset] + (IMAGES.includes(preset) ? `, width ${width}` : '') + bare;
}

export default defineNode({
  type: 'architecture',
  version: 2,
  title: 'Architecture',
  group: 'Architecture',
  summary: 'A family of networks φ(x, θ) by name.',
  help: `A family of functions $\\varphi : X \\times \\Theta \\to Y$; $\\theta \\in \\mathbb{R}^P$ in PyTorch's \`named_parameters\` order and layout.

- **GENNI FCN**: $\\varphi(x, \\theta) = c\\,\\mathrm{ReLU}(ax) + d\\,\\mathrm{ReLU}(bx)$, $\\theta = (a, b, c, d)$, $P = 4$.
- **MLP**: dense layers of the given widths, the activation after each but the last. Images are read as vectors, channels first.
- **LeNet-5** for 28 × 28 images; with one output $P = 43{,}661$, and the authors of GENNI put a ReLU on it.
- **Myrtle CNN**: four times conv 3 × 3, batch normalisation, activation with $w, 2w, 4w, 8w$ channels, max-pools, and a dense layer.
- **ResNet20**: conv 3 × 3, nine residual blocks of two convolutions with $w, 2w, 4w$ channels, mean over positions, and a dense layer; with or without an activation after the joins.

With data wired, the shape of one input and the number of classes are theirs, and those typed here do not count.

Layer nodes (Input, Dense, Conv, Residual, …) build any other network.

Caveat: a ReLU on the output makes the zero function easy to reach: a random LeNet often gives 0 on most inputs. Batch normalisation and residual joins are for trained Models; families of J take plain sequences only.

Source: Lengyel et al. 2020 (GENNI), Section 4 and Appendix B; LeCun et al. 1998, Section II.B; Godfrey et al. 2022, Appendix D (Myrtle CNN) and Section 6 (joins without activation); He et al. 2016, Section 4.2 (ResNet20).`,
  params,
  inputs: {
    data: {
      types: ['Inputs'],
      label: 'Data',
      help: 'gives the shape of an input and the number of classes in place of the parameters',
      optional: true,
    },
  },
  outputs: { architecture: { type: 'Architecture', label: 'Architecture', help: 'layers and parameter layout' } },
  // the activation was tanh by default
  migrations: { 1: (old) => (old.preset === 'mlp' ? { activation: 'tanh', ...old } : old) },
  overruled: (p, { data }) => (data === undefined ? {} : fromData(p, data)),
  card: (p, unknown) => [
    ['preset', unknown.has('widths') ? `MLP …–${[...p.widths.slice(1, -1), '…'].join('–')}` : presetName(p)],
    ...(IMAGES.includes(p.preset)
      ? [['input', unknown.has('input') ? 'as the data' : p.input.join(' × ')] as const]
      : []),
    ...(p.preset === 'mlp' || IMAGES.includes(p.preset)
      ? [['activation', describeActivation(activationOf(p.activation, p.slope, p.degree))] as const]
      : []),
    ...(p.preset === 'lenet-5' ? [['output ReLU', p.outputRelu ? 'yes' : 'no'] as const] : []),
  ],
  infer({ params: p, inputs: { data } }) {
    if (data) checkImages(p, data);
    const architecture = build(p);
    if (data && product(data.item) !== product(architecture.input))
      throw new FiberscopeError(
        'shape',
        `input 'data': expected inputs of shape ${sides(architecture.input)}, which the preset ${PRESETS[p.preset]} takes, got ${sides(data.item)}; choose another preset, or remove the wire`,
      );
    return { outputs: { architecture: { architecture } } };
  },
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
