import { z } from 'zod';
import type { Architecture } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { chooseLayers, type NamedPlace } from '../src/catalog/layer-names.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, number, seed, text, toggle } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { chanceNotes, modelNotes } from '../src/methods/diagnostics/models.js';
import {
  divergedNotes,
  groupNotes,
  orderNotes,
  sameDataNotes,
  singleNotes,
} from '../src/methods/diagnostics/stitching.js';
import { requireLabelled, TEST_INPUT } from '../src/methods/models/examples.js';
import { columnSpread } from '../src/methods/models/scores.js';
import { asShare } from '../src/methods/models/spread.js';
import { rulesOf, trainingParams } from '../src/methods/models/training-params.js';
import { curvePicture, tablePicture } from '../src/methods/pictures.js';
import { requireRecordable } from '../src/methods/stitching/cut.js';
import { tuneCost } from '../src/methods/stitching/plan.js';
import { requireActivation, requireFreezable, type Turn, turnName } from '../src/methods/stitching/turns.js';

const params = z.strictObject({
  layers: text({
    label: 'Before layers',
    help: 'activations outside residual blocks: activation for all, relu 2, or numbers such as 2, 5',
    default: 'activation',
  }),
  group: toggle({ label: 'G_ReLU', help: 'a random permutation times a log-normal diagonal', default: true }),
  orthogonal: toggle({ label: 'Orthogonal', help: 'a random orthogonal matrix', default: true }),
  control: toggle({ label: 'Not acted on', help: 'fine-tuned alike, for comparison', default: false }),
  spread: number({
    label: 'Spread of D',
    help: 'standard deviation of the logarithms of its entries',
    default: 1,
    min: 0,
    max: 10,
    when: { param: 'group', is: [true] },
  }),
  draws: integer({ label: 'Draws', help: 'of A for each network', default: 1, min: 1, max: 1000 }),
  ...trainingParams(),
  seed: seed({ default: 0, help: 'of A and of the order of the data' }),
});

type Params = z.output<typeof params>;

const turnsOf = ({ group, orthogonal, control, spread }: Params): readonly Turn[] => [
  ...(group ? [{ kind: 'group', spread } as const] : []),
  ...(orthogonal ? [{ kind: 'orthogonal' } as const] : []),
  ...(control ? [{ kind: 'none' } as const] : []),
];

function placesOf(architecture: Architecture, { layers }: Params): readonly NamedPlace[] {
  const chosen = chooseLayers(architecture, layers);
  const outside = chosen.filter(({ inside }) => !inside);
  const places = outside.length === 0 ? chosen : outside; // 'relu' means those of them that may be frozen up to
  for (const place of places) {
    requireActivation(place, 'layers');
    requireFreezable(architecture, place, 'layers');
  }
  return places;
}

export default defineNode({
  type: 'rotation-penalty',
  version: 1,
  title: 'Rotation penalty',
  group: 'Stitching',
  summary: 'Acts before activations at random and fine-tunes what follows: what is lost for good.',
  help: `The sanity test of intertwiners. For each activation layer $l$, each network and each draw of $A$: $A$ acts on the channels before the activation (Rotate), all up to and including it is frozen, what follows is
fine-tuned (Fine-tune after layer), and the **rotation penalty** in percentage points, on the test data, is
$$\\mathrm{Acc}(f) - \\mathrm{Acc}(f \\text{ after acting and fine-tuning}).$$
Lower is better. For $A \\in G_{\\mathrm{ReLU}}$ later layers can undo it exactly, by $W_{l+1} \\varphi_\\sigma(A)^{-1}$ (Proposition 3.4); an orthogonal $A$ has with probability 1 no such remedy. So the second penalty should
be far above the first, and the notes say at which layers it is, by paired differences.

Layers inside residual blocks are left out. *Not acted on* fine-tunes the network as it is: its penalty is what further training alone changes.

Caveat: the penalty depends on how long it is fine-tuned; wide layers lose little either way.

Source: Godfrey et al. 2022, Section 3.3, Proposition 3.4 and Figure 4.`,
  params,
  inputs: {
    model: { types: ['Model'], label: 'Model', help: 'the networks' },
    data: { types: ['Inputs'], label: 'Data', help: 'what is fine-tuned on, with labels' },
    test: TEST_INPUT,
  },
  outputs: {
    penalty: { type: 'Curve', label: 'Penalties', help: 'by layer, a line for each way to act' },
    table: { type: 'Table', label: 'Table', help: 'penalties with and without fine-tuning' },
  },
  card: (p) => [
    ['before', p.layers],
    ['by', turnsOf(p).map(turnName).join(', ') || 'nothing'],
    ['epochs', `${p.epochs}, batch ${p.batch}`],
  ],
  infer({ params: p, inputs: { model, data, test } }) {
    if (turnsOf(p).length === 0)
      throw new FiberscopeError(
        'parameter',
        "parameter 'group': expected at least one way to act, got none; switch one on",
      );
    const { architecture, count } = model;
    requireLabelled(architecture, data, 'data');
    if (test) requireLabelled(architecture, test, 'test');
    const places = placesOf(architecture, p);
    for (const { top } of places) requireRecordable(architecture, top + 1, data.count, "parameter 'layers'");
    const networks = count * p.draws * turnsOf(p).length;
    const cost = tuneCost(architecture, places, networks, { ...p, train: data.count, test: (test ?? data).count });
    return { outputs: { penalty: {}, table: {} }, cost };
  },
  async run({ params: p, inputs: { model, data, test }, context }) {
    const { rotationPenalties, rotationCurve, rotationTable } = await import(
      '../src/methods/stitching/rotation-penalty.js'
    );
    const places = placesOf(model.architecture, p);
    const turns = turnsOf(p);
    const options = { turns, draws: p.draws, rules: rulesOf(p), seed: p.seed };
    const found = await rotationPenalties(model, places, data, test ?? data, options, context.device, context);
    return { penalty: rotationCurve(found, places, turns), table: rotationTable(found, places, turns) };
  },
  view({ params: p, inputs: { model, data, test }, outputs: { penalty, table } }) {
    const before = asShare(columnSpread(table, 'accuracy before')!);
    const chance = chanceNotes(before, (test ?? data).labels!, test ? 'the test data' : 'the training data');
    const places = placesOf(model.architecture, p);
    const trials = model.count * p.draws;
    const summary = penalty.lines.flatMap(({ name, y }) =>
      places.map(({ path }, i) => [`${name}, layer ${path} (points)`, y[i]!] as const),
    );
    return {
      summary: Object.fromEntries(summary),
      rows: penalty.lines.map(
        ({ name, y }) => [name, Array.from(y, (value) => formatNumber(value, 2)).join(', ')] as const,
      ),
      status: `${formatCount(trials)} trial${trials === 1 ? '' : 's'} each; penalties in percentage points`,
      notes: [
        ...modelNotes(model),
        ...chance,
        ...sameDataNotes(test !== undefined),
        ...orderNotes(
          penalty,
          [
            { id: 'orthogonal-above-group', high: 'orthogonal', low: 'G_ReLU', how: 'above' },
            { id: 'orthogonal-above-none', high: 'orthogonal', low: 'not acted on', how: 'above' },
          ],
          'trials',
        ),
        ...divergedNotes(table),
        ...groupNotes(places),
        ...singleNotes(trials, 'trial'),
      ],
      plots: [
        curvePicture(penalty, 'Rotation penalty by layer', model.origin),
        tablePicture(table, 'Rotation penalties'),
      ],
    };
  },
});
