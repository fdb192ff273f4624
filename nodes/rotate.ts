import { z } from 'zod';
import { chooseLayer } from '../src/catalog/layer-names.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, number, seed, text } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { groupNotes } from '../src/methods/diagnostics/stitching.js';
import { turnedArchitecture } from '../src/methods/stitching/pieces.js';
import { requireActivation, type Turn, turnName } from '../src/methods/stitching/turns.js';

const KINDS = {
  group: 'Random element of G_ReLU',
  orthogonal: 'Random orthogonal matrix',
  geodesic: 'Rotation Q^α on a geodesic',
} as const;

const params = z.strictObject({
  layer: text({ label: 'Before layer', help: 'an activation: relu 2, or a number such as 5', default: 'relu 1' }),
  kind: choice({ label: 'Act by', choices: KINDS, default: 'orthogonal' }),
  spread: number({
    label: 'Spread of D',
    help: 'standard deviation of the logarithms of its entries',
    default: 1,
    min: 0,
    max: 10,
    when: { param: 'kind', is: ['group'] },
  }),
  alpha: number({
    label: 'α',
    help: '0: not at all, 1: all of Q',
    default: 0.5,
    min: 0,
    max: 1,
    when: { param: 'kind', is: ['geodesic'] },
  }),
  seed: seed({ default: 0 }),
});

function turnOf({ kind, spread, alpha }: z.output<typeof params>): Turn {
  if (kind === 'group') return { kind, spread };
  return kind === 'geodesic' ? { kind, alpha } : { kind };
}

export default defineNode({
  type: 'rotate',
  version: 1,
  title: 'Rotate',
  group: 'Stitching',
  summary: 'Acts on a hidden representation before an activation, and leaves the next layer as it is.',
  help: `Before the activation at layer $l$ the channels $z$ [d] become $Az$: the Architecture gets one layer more, a $1 \\times 1$ convolution or, of vectors, a dense layer
without bias, which is $A W_l$, $A b_l$ written so that it works behind batch normalisation too. Nothing compensates for $A$: the function changes. **Fine-tune** what comes after to see how much
of it can be made good.

$A$ is drawn for each network of the Model by the seed: $PD \\in G_{\\mathrm{ReLU}}$, $P$ a uniform permutation and $\\log D_{ii} \\sim \\mathcal N(0, s^2)$; uniform in $O(d)$, the $Q$ of $X = QR$ for
Gaussian $X$ and positive diagonal of $R$; or $Q^\\alpha$ on the minimal geodesic from $I$ to a uniform $Q \\in SO(d)$: with the real Schur form, every plane of $Q$ turns by $\\alpha$ times its angle in $(-\\pi, \\pi]$.

Layers after $A$ count one more: the activation that was layer 5 is layer 6.

Caveat: one draw says little; Rotation penalty draws for several layers and networks.

Source: Godfrey et al. 2022, Section 3.3 (the test) and Section 6 ($Q^\\alpha$); Diaconis 2005 and Mezzadri 2007, Section 5 (uniform draws).`,
  params,
  inputs: { model: { types: ['Model'], label: 'Model', help: 'the networks' } },
  outputs: { model: { type: 'Model', label: 'Model', help: 'the same networks with A before the layer' } },
  card: (p) => [
    ['before', p.layer],
    ['by', p.kind === 'geodesic' ? `Q^${formatNumber(p.alpha)}` : turnName(turnOf(p))],
  ],
  infer({ params: p, inputs: { model } }) {
    const place = chooseLayer(model.architecture, p.layer);
    requireActivation(place, 'layer');
    const architecture = turnedArchitecture(model.architecture, place);
    return { outputs: { model: { architecture, count: model.count } } };
  },
  async run({ params: p, inputs: { model } }) {
    const { rotate } = await import('../src/methods/stitching/rotate.js');
    return { model: rotate(model, chooseLayer(model.architecture, p.layer), turnOf(p), p.seed) };
  },
  view({ params: p, inputs: { model: before }, outputs: { model } }) {
    const place = chooseLayer(before.architecture, p.layer);
    return {
      summary: { networks: model.count, channels: place.from[0]!, layer: place.path },
      rows: [
        ['before', place.label],
        ['by', turnName(turnOf(p))],
        ['channels', formatCount(place.from[0]!)],
      ],
      status: model.count === 1 ? model.names[0]! : `${model.count} networks, each by its own draw`,
      notes: [...modelNotes(model), ...(p.kind === 'group' ? groupNotes([place]) : [])],
      plots: [],
    };
  },
});
