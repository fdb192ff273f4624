import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, number, seeds } from '../src/catalog/params.js';
import { INITIALISATIONS } from '../src/catalog/presets.js';
import { formatNumber } from '../src/catalog/text.js';
import { requireInputs, requireLabelled } from '../src/methods/models/examples.js';
import { modelView, trainingCost } from '../src/methods/models/trained-view.js';
import { rulesOf, trainingParams } from '../src/methods/models/training-params.js';
import { OPTIMIZERS } from '../src/methods/optimizers.js';

const TRAINED = { param: 'mode', is: ['train'] };

const params = z.strictObject({
  mode: choice({
    label: 'Parameters',
    choices: { train: 'Trained', initialise: 'Drawn, not trained' },
    default: 'train',
  }),
  seeds: seeds({ default: [0], help: 'one network for each, trained side by side: 0, 1, 2' }),
  initialisation: choice({ label: 'Initialisation', choices: INITIALISATIONS, default: 'pytorch' }),
  deviation: number({
    label: 'Standard deviation σ',
    help: 'of the normal initialisation',
    default: 0.1,
    positive: true,
    when: { param: 'initialisation', is: ['normal'] },
  }),
  ...trainingParams(TRAINED, 0.002),
});

type Params = z.output<typeof params>;

function checkedSeeds({ seeds: given }: Params): readonly number[] {
  if (given.length > 0 && new Set(given).size === given.length) return given;
  throw new FiberscopeError(
    'parameter',
    `parameter 'seeds': expected at least one seed and no two equal, got ${given.length === 0 ? 'none' : given.join(', ')}; type for example 0, 1, 2`,
  );
}

type Absent = Readonly<Record<string, string>>;
const why = 'the networks are drawn, not trained';
const UNTRAINED: Absent = { history: why, accuracy: why, scores: why };
const NO_ACCURACY: Absent = { accuracy: 'the squared error has no accuracy' };

const unwired = (): FiberscopeError =>
  new FiberscopeError(
    'wire',
    "input 'data': expected labelled inputs to train on, got nothing; wire a data set, or choose 'Drawn, not trained'",
  );

export default defineNode({
  type: 'model',
  version: 1,
  title: 'Model',
  group: 'Models',
  summary: 'Networks of one architecture, drawn and trained, one for each seed.',
  help: `For each seed $\\theta$ [P] is drawn and trained on examples $(x_i, y_i)$ to make
$$L(\\theta) = -\\frac1N \\sum_i \\log \\mathrm{softmax}(\\varphi(x_i, \\theta))_{y_i}$$
small, the mean cross-entropy with the labels; with Outputs wired as targets it is the mean squared error. All seeds are trained side by side as
one batch, each on minibatches in its own order, and leave as one Model of several networks. The result depends on a network's seed, not on the others.

The rules are SGD, SGD with momentum $v \\leftarrow \\mu v + g$ and Adam; weight decay adds $\\lambda\\theta$ to the gradient with SGD and is decoupled with Adam (AdamW). The
learning rate stays, falls as a cosine to 0 or by steps, or rises and falls in one cycle. Batch normalisation divides by the batch's statistics while it trains;
its running ones are kept with the model. **Stop and keep** (\`--stop-after\` on the command line) ends a training after the step at hand and keeps what there is, flagged; networks
without a whole epoch, such as those that no thread was free for, do not count in means and deviations.

The training accuracy in the curves is that of the examples while they were trained on; the table and the last lines are of the finished networks.

Caveat: a network that diverges ends with the weights after its last epoch of finite loss, and says so. On another device rounding drifts apart, so that θ differs while the accuracy is alike.

Source: Bottou, Curtis and Nocedal 2018, Section 4 (SGD); Kingma and Ba 2015, Algorithm 1 (Adam); Loshchilov and Hutter 2019, Algorithm 2 (AdamW); Smith and Topin 2018, Section 3 (one cycle).`,
  params,
  inputs: {
    architecture: { types: ['Architecture'], label: 'Architecture', help: 'the family of functions' },
    data: { types: ['Inputs'], label: 'Data', help: 'what it is trained on, with labels', optional: true },
    validation: { types: ['Inputs'], label: 'Validation', help: 'what it is judged on besides', optional: true },
    targets: {
      types: ['Outputs'],
      label: 'Targets',
      help: 'y [N, k] for the squared error, in place of labels',
      optional: true,
    },
  },
  outputs: {
    model: { type: 'Model', label: 'Model', help: 'the networks' },
    history: { type: 'Curve', label: 'Loss curves', help: 'loss of each epoch', optional: true },
    accuracy: { type: 'Curve', label: 'Accuracy curves', help: 'accuracy of each epoch, in percent', optional: true },
    scores: { type: 'Table', label: 'Scores', help: 'of the finished networks', optional: true },
  },
  finishes: true,
  card: (p) => [
    [p.seeds.length > 1 ? 'seeds' : 'seed', p.seeds.join(', ') || 'none'],
    ...(p.mode === 'train'
      ? ([
          [OPTIMIZERS[p.optimizer], formatNumber(p.learningRate)],
          ['epochs', `${p.epochs}, batch ${p.batch}`],
        ] as const)
      : ([['drawn', INITIALISATIONS[p.initialisation]]] as const)),
  ],
  infer({ params: p, inputs: { architecture: given, data, validation, targets } }) {
    const { architecture } = given;
    const count = checkedSeeds(p).length;
    const model = { architecture, count };
    if (p.mode === 'initialise') {
      return {
        outputs: { model, history: undefined, accuracy: undefined, scores: undefined },
        absent: UNTRAINED,
      };
    }
    if (data === undefined) throw unwired();
    const { outputs } = layoutOf(architecture);
    if (targets === undefined) {
      requireLabelled(architecture, data, 'data');
      if (validation) requireLabelled(architecture, validation, 'validation');
    } else {
      requireInputs(architecture, data, 'data');
      if (validation)
        throw new FiberscopeError(
          'wire',
          "input 'validation': expected nothing where targets are wired, got Inputs; the squared error is judged on its targets only: remove one of the wires",
        );
      if (targets.count !== data.count || targets.width !== outputs)
        throw new FiberscopeError(
          'shape',
          `input 'targets': expected [${data.count}, ${outputs}] (inputs, outputs of the architecture), got [${targets.count}, ${targets.width}]; wire the targets of these inputs`,
        );
    }
    return {
      outputs: { model, history: {}, accuracy: targets ? undefined : {}, scores: {} },
      absent: NO_ACCURACY,
      cost: trainingCost(p, architecture, count, data.count, validation?.count ?? 0),
    };
  },
  async run({ params: p, inputs: { architecture, data, validation, targets }, context }) {
    const { initialModel, train } = await import('../src/methods/models/training.js');
    const beginning = { seeds: p.seeds, initialisation: { name: p.initialisation, deviation: p.deviation } };
    if (p.mode === 'initialise')
      return {
        model: await initialModel(architecture, beginning, context),
        history: undefined,
        accuracy: undefined,
        scores: undefined,
      };
    if (data === undefined) throw unwired();
    const options = { ...beginning, ...rulesOf(p) };
    const examples = { inputs: data, ...(targets ? { targets } : {}) };
    const judged = validation && { inputs: validation };
    return train(options, architecture, examples, judged, context.device, context);
  },
  view: ({ inputs: { data, validation }, outputs }) => modelView(outputs, { training: data, validation }),
});
