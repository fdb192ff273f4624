import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, number, seed } from '../src/catalog/params.js';
import {
  inferMeasure,
  MEASURE_INPUTS,
  MEASURE_OUTPUTS,
  runMeasure,
  viewMeasure,
} from '../src/methods/similarity/measure-node.js';
import { requireEstimator } from '../src/methods/similarity/requirements.js';
import { ckaText } from '../src/methods/similarity/texts.js';

const KERNELS = { linear: 'Linear', rbf: 'RBF, median rule', max: 'Max: G_ReLU-CKA' } as const;
const ESTIMATORS = { unbiased: 'Unbiased', biased: 'Biased' } as const;

export default defineNode({
  type: 'cka',
  version: 1,
  title: 'CKA',
  group: 'Representations',
  summary: 'How alike layers are, by centred kernel alignment.',
  help: `For layers $X$ [N, d] of A and $Y$ [N, d′] of B, rows = inputs, with kernel matrices $K$ and $L$ [N, N] of their rows:
$$\\mathrm{CKA} = \\frac{\\mathrm{HSIC}(K, L)}{\\sqrt{\\mathrm{HSIC}(K, K)\\,\\mathrm{HSIC}(L, L)}}.$$
Higher is closer, 1 is equal. Columns are centred over inputs; constant ones are dropped and counted.

**Kernels.** *Linear*, $x \\cdot y$: the same after rotations and one scale. *RBF*, $\\exp(-\\lVert x - y \\rVert^2 / (2 t^2 m))$ with $m$ the median of all N² squared
distances, zeros included. *Max*, $\\max_k \\tilde x_k \\tilde y_k$ of columns divided by their norms (G_ReLU-CKA): the same after permutations and positive scalings of units.

**Estimators** of HSIC. *Biased*, $\\mathrm{tr}(KHLH)/(N-1)^2$, grows with d/N. *Unbiased* ($\\mathrm{HSIC}_1$, N > 3) does not, and may be negative:
$$\\frac{1}{N(N-3)}\\Big[\\mathrm{tr}(\\tilde K \\tilde L) + \\frac{1^\\top \\tilde K 1\\, 1^\\top \\tilde L 1}{(N-1)(N-2)} - \\frac{2}{N-2} 1^\\top \\tilde K \\tilde L 1\\Big]$$
with zero diagonals. *Minibatches*: each HSIC is the mean over disjoint batches of rows, for large N.

Caveat: CKA of two layers says nothing of how they are used. The max kernel is not positive semidefinite (Lemma 5.5 says it is; rows (1, 0), (0, 1), (1, 1) show
otherwise), so its biased value may be negative too. An unbiased HSIC(K, K) that is not above 0 has no CKA.

Source: Kornblith et al. 2019, Section 3; Godfrey et al. 2022, Section 5, Definition 5.3 and eq. 5.4; Nguyen et al. 2021, eq. 3 (unbiased, minibatches).`,
  params: z.strictObject({
    kernel: choice({ label: 'Kernel', choices: KERNELS, default: 'linear' }),
    estimator: choice({ label: 'Estimator', choices: ESTIMATORS, default: 'unbiased' }),
    width: number({
      label: 'Width t',
      unit: '√median distance²',
      default: 0.5,
      positive: true,
      when: { param: 'kernel', is: ['rbf'] },
    }),
    batch: integer({ label: 'Minibatch', unit: 'rows', help: '0: all rows at once', default: 0, min: 0, max: 100_000 }),
    seed: seed({ default: 0, help: 'of the order of rows in minibatches' }),
  }),
  inputs: MEASURE_INPUTS,
  outputs: MEASURE_OUTPUTS,
  card: ({ kernel, estimator, batch }) => [
    ['kernel', KERNELS[kernel]],
    ['estimator', ESTIMATORS[estimator]],
    ...(batch > 0 ? [['minibatch', `${batch} rows`] as const] : []),
  ],
  infer({ params, inputs }) {
    if (params.batch === 1)
      throw new FiberscopeError(
        'parameter',
        "parameter 'batch': expected 0 (all rows at once) or at least 2 rows in a minibatch, got 1",
      );
    return inferMeasure(ckaText(params), inputs, (count) => {
      const split = params.batch > 0 && count >= 2 * params.batch;
      requireEstimator(split ? params.batch : count, params.estimator, split);
    });
  },
  async run({ params, inputs, context }) {
    const { ckaMeasure } = await import('../src/methods/similarity/cka.js');
    return runMeasure(ckaMeasure(params), ckaText(params), inputs, context);
  },
  view: ({ params, inputs, outputs }) => viewMeasure(ckaText(params), inputs, outputs),
});
