import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { choice, number, toggle } from '../src/catalog/params.js';
import {
  inferMeasure,
  MEASURE_INPUTS,
  MEASURE_OUTPUTS,
  runMeasure,
  viewMeasure,
} from '../src/methods/similarity/measure-node.js';
import { requireTwoRows } from '../src/methods/similarity/requirements.js';
import { CCA_FORMS, ccaText } from '../src/methods/similarity/texts.js';

export default defineNode({
  type: 'cca',
  version: 1,
  title: 'CCA',
  group: 'Representations',
  summary: 'How alike layers are, by canonical correlations: CCA, SVCCA and PWCCA.',
  help: `For layers $X$ [N, d] of A and $Y$ [N, d′] of B, rows = inputs: with orthonormal bases $U_X$, $U_Y$ of their centred columns the canonical correlations
$\\rho_1 \\ge \\dots \\ge \\rho_k$ are the singular values of $U_X^\\top U_Y$, $k$ the smaller rank (directions above 10⁻⁶ of the largest singular value). Higher is closer, 1 is equal.

- *Mean*: $\\sum_i \\rho_i / k$; *mean squared*: $\\sum_i \\rho_i^2 / k$. The same after every invertible linear map of units.
- *SVCCA*: the mean for the leading singular directions of each layer that hold a share of its variance.
- *PWCCA*: $\\sum_i \\alpha_i \\rho_i / \\sum_i \\alpha_i$ with $\\alpha_i = \\sum_j |\\langle h_i, x_j \\rangle|$, $h_i$ the canonical directions of A's layer. It weighs by A, so it changes when A and B are exchanged.

Constant columns are dropped and counted. *Centred* off takes columns as they are, for values published so.

Caveat: with few rows correlations are 1 for any data: two subspaces of dimensions $r$ and $r'$ share at least $r + r' - (N - 1)$ directions. The node says when this happens.

Source: Kornblith et al. 2019, Section 3 and Table 1; Raghu et al. 2017, Section 2 (SVCCA); Morcos et al. 2018, Section 2.2 (PWCCA).`,
  params: z.strictObject({
    form: choice({ label: 'Form', choices: CCA_FORMS, default: 'squared' }),
    share: number({
      label: 'Share of variance',
      default: 0.99,
      positive: true,
      max: 1,
      when: { param: 'form', is: ['svcca'] },
    }),
    centred: toggle({ label: 'Centred', help: 'columns less their means over inputs', default: true }),
  }),
  inputs: MEASURE_INPUTS,
  outputs: MEASURE_OUTPUTS,
  card: ({ form }) => [['form', CCA_FORMS[form]]],
  infer: ({ params, inputs }) => inferMeasure(ccaText(params), inputs, requireTwoRows),
  async run({ params, inputs, context }) {
    const { ccaMeasure } = await import('../src/methods/similarity/cca.js');
    return runMeasure(ccaMeasure(params), ccaText(params), inputs, context);
  },
  view: ({ params, inputs, outputs }) => viewMeasure(ccaText(params), inputs, outputs),
});
