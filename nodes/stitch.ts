import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { integer, integers, number, seed, text, toggle } from '../src/catalog/params.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { chanceNotes, modelNotes, sameNetworkNotes } from '../src/methods/diagnostics/models.js';
import { divergedNotes, estimateText } from '../src/methods/diagnostics/stitching.js';
import { requireLabelled, TEST_INPUT } from '../src/methods/models/examples.js';
import { pairsOf, requirePair } from '../src/methods/models/pairs.js';
import { columnSpread } from '../src/methods/models/scores.js';
import { curvePicture, tablePicture } from '../src/methods/pictures.js';
import { className, PARENTS, type StitchClass } from '../src/methods/stitching/classes.js';

import { stitchCost, stitchNotes, stitchPlaces } from '../src/methods/stitching/plan.js';

const params = z.strictObject({
  layers: text({
    label: 'After layers',
    help: 'activation for all activations, or names such as relu 2, or numbers such as 2, 5',
    default: 'activation',
  }),
  identity: toggle({ label: 'Identity', help: 'no stitching layer at all', default: true }),
  group: toggle({ label: 'G_ReLU', help: 'a permutation times a positive diagonal', default: true }),
  ranks: integers({
    label: 'Ranks r',
    help: 'affine maps of rank r, one class for each; at most the channels of a layer',
    default: [1],
    min: 1,
    max: 4096,
  }),
  affine: toggle({ label: 'Full affine', default: true }),
  epochs: integer({ label: 'Epochs', help: 'of φ; G_ReLU takes them three times', default: 5, min: 1, max: 10_000 }),
  learningRate: number({ label: 'Learning rate', help: 'of Adam, cosine to 0', default: 0.01, positive: true }),
  batch: integer({ label: 'Batch size', unit: 'inputs', help: 'at most N', default: 64, min: 1, max: 65_536 }),
  seed: seed({ default: 0, help: 'of the order of the training data' }),
});

const classesOf = ({ identity, group, ranks, affine }: z.output<typeof params>): readonly StitchClass[] => [
  ...(identity ? [{ kind: 'identity' } as const] : []),
  ...(group ? [{ kind: 'group' } as const] : []),
  ...[...new Set(ranks)].map((rank) => ({ kind: 'rank', rank }) as const),
  ...(affine ? [{ kind: 'affine' } as const] : []),
];

export default defineNode({
  type: 'stitch',
  version: 1,
  title: 'Stitch',
  group: 'Stitching',
  summary: 'Joins the first layers of one network to the last of another, and says what accuracy that costs.',
  help: `For each layer $l$, each pair of networks $f$ (of A) and $\\tilde f$ (of B) and each class of stitching layers, $S = \\tilde f_{>l} \\circ \\varphi \\circ f_{\\le l}$ with
all but $\\varphi$ frozen. $\\varphi$ maps channels, as a $1 \\times 1$ convolution or, of vectors, a dense layer. The **stitching penalty** in percentage points, on the test data, is
$$\\tfrac12\\bigl(\\mathrm{Acc}\\,f + \\mathrm{Acc}\\,\\tilde f\\bigr) - \\mathrm{Acc}\\,S.$$
Lower is closer; negative means that $S$ does better than its parents. The classes: the identity; $G_{\\mathrm{ReLU}} = \\{PD\\}$, $P$ a permutation and $D > 0$ diagonal (dimension $d$); affine maps of rank $r$
through $r$ channels; all affine maps ($d^2 + d$). No map of $d$ channels has more than rank $d$: at a layer of fewer than $r$ channels the rank is $d$, which is the full affine stitch, and a note says so. By Theorem 4.2, $G_{\\mathrm{ReLU}}$ stitches without penalty where $\\tilde f$ is $f$ acted on by its group.

$\\varphi$ starts at the map that fits the two layers best, least squares for affine maps and those of rank $r$, linear assignment on correlations with scales for $G_{\\mathrm{ReLU}}$, and is trained by Adam on the cross-entropy.
$G_{\\mathrm{ReLU}}$: a doubly stochastic matrix times $D$, kept so by Sinkhorn scaling after each step, is trained, rounded to a permutation by linear assignment, and then $D$ alone is trained, from there and from the
first assignment. Of all starts and ends the least training loss counts; where the fit leaves less than $10^{-8}$ of the variance, it is $\\varphi$, and nothing is trained. What lies before the stitch is computed once; batch normalisation uses its running statistics.

Models of several networks are paired in order, one network with all; points are means over pairs with two standard errors. A star marks layers inside residual blocks: there $f$ goes round the block, the rest of it is $\\tilde f$'s, and the theorem
does not hold (Remark 3.6).

Caveat: a penalty is an upper bound, as training may not find the best $\\varphi$; small test sets give coarse accuracies.

Source: Godfrey et al. 2022, Section 4, eq. 4.3, Theorem 4.2, Figure 1 and Appendix D.2; Bansal, Nakkiran and Barak 2021, Section 3.`,
  params,
  inputs: {
    a: { types: ['Model'], label: 'A', help: 'networks f, whose first layers are taken' },
    b: { types: ['Model'], label: 'B', help: 'networks f̃, whose last layers are taken' },
    data: { types: ['Inputs'], label: 'Data', help: 'what φ is trained on, with labels' },
    test: TEST_INPUT,
  },
  outputs: {
    penalty: { type: 'Curve', label: 'Penalties', help: 'by layer, a line for each class' },
    table: { type: 'Table', label: 'Table', help: 'penalty, accuracy and training loss of each class at each layer' },
  },
  card: (p) => [
    ['after', p.layers],
    ['classes', classesOf(p).map(className).join(', ') || 'none'],
    ['epochs', formatCount(p.epochs)],
  ],
  infer({ params: p, inputs: { a, b, data, test } }) {
    if (classesOf(p).length === 0)
      throw new FiberscopeError(
        'parameter',
        "parameter 'group': expected at least one class of stitching layers, got none; switch one on",
      );
    requirePair(a, b);
    requireLabelled(a.architecture, data, 'data');
    if (test) requireLabelled(a.architecture, test, 'test');
    const places = stitchPlaces(a.architecture, p.layers);
    const cost = stitchCost(a.architecture, places, classesOf(p), [a.count, b.count], {
      ...p,
      train: data.count,
      test: (test ?? data).count,
    });
    return { outputs: { penalty: {}, table: {} }, cost };
  },
  async run({ params: p, inputs: { a, b, data, test }, context }) {
    const { stitch } = await import('../src/methods/stitching/stitch.js');
    const { penaltyCurve, penaltyTable } = await import('../src/methods/stitching/penalties.js');
    const places = stitchPlaces(a.architecture, p.layers);
    const classes = classesOf(p);
    const found = await stitch(a, b, places, data, test ?? data, { ...p, classes }, context.device, context);
    return { penalty: penaltyCurve(found, places, classes), table: penaltyTable(found, places, classes) };
  },
  view({ params: p, inputs: { a, b, data, test }, outputs: { penalty, table } }) {
    const places = stitchPlaces(a.architecture, p.layers);
    const pairs = pairsOf(a, b);
    const parents = columnSpread(table, PARENTS)!.mean;
    const share = { mean: parents / 100, deviation: Number.NaN, count: pairs };
    const chance = chanceNotes(share, (test ?? data).labels!, test ? 'the test data' : 'the training data');
    const worst = penalty.lines.map(({ name, y, spread }) => {
      const at = y.indexOf(Math.max(...y));
      return [
        name,
        `${estimateText({ mean: y[at]!, twice: spread?.[at] ?? Number.NaN, count: pairs })} at ${places[at]!.short}`,
      ] as const;
    });
    return {
      summary: {
        pairs,
        [`${PARENTS} (%)`]: parents,
        ...Object.fromEntries(
          penalty.lines.flatMap(({ name, y }) =>
            places.map(({ path }, i) => [`${name}, layer ${path} (points)`, y[i]!]),
          ),
        ),
      },
      rows: worst.slice(-3).map(([name, value]) => [`${name}, most`, value] as const),
      status: `${formatCount(pairs)} pair${pairs === 1 ? '' : 's'} of accuracy ${formatNumber(parents)} %; penalties in percentage points`,
      notes: [
        ...modelNotes(a),
        ...modelNotes(b),
        ...sameNetworkNotes(a, b),
        ...chance,
        ...stitchNotes(penalty, places, pairs, test !== undefined, chance.length === 0),
        ...divergedNotes(table),
      ],
      plots: [
        curvePicture(penalty, 'Stitching penalty by layer', `A: ${a.origin}; B: ${b.origin}`),
        tablePicture(table, 'Stitching penalties'),
      ],
    };
  },
});
