import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { choice } from '../src/catalog/params.js';
import {
  inferMeasure,
  MEASURE_INPUTS,
  MEASURE_OUTPUTS,
  runMeasure,
  viewMeasure,
} from '../src/methods/similarity/measure-node.js';
import { requireTwoRows } from '../src/methods/similarity/requirements.js';
import { PROCRUSTES_FORMS, procrustesText } from '../src/methods/similarity/texts.js';

export default defineNode({
  type: 'procrustes',
  version: 1,
  title: 'Procrustes',
  group: 'Representations',
  summary: 'How near layers come under the best rotation or permutation of units.',
  help: `For layers $X$ [N, d] of A and $Y$ [N, d′] of B, rows = inputs, columns centred over inputs. "Procrustes" has several meanings; these are meant:

- *Orthogonal*: $\\lVert X \\rVert_F = \\lVert Y \\rVert_F = 1$, $\\;1 - \\tfrac12\\sqrt{2 - 2 \\lVert X^\\top Y \\rVert_*}$, as the best rotation leaves $\\lVert XQ - Y \\rVert^2 = 2 - 2 \\lVert X^\\top Y \\rVert_*$.
- *Angular distance*: $\\arccos \\lVert X^\\top Y \\rVert_*$ in radians. **Lower** is closer; of all others higher is.
- *Permutation*: the same norms, $1 - \\tfrac12 \\min_P \\lVert XP - Y \\rVert_F$, by linear assignment. Never above the orthogonal one.
- *G_ReLU*: each column divided by its norm, $\\delta = \\min_P \\lVert \\tilde XP - \\tilde Y \\rVert_F$, $\\;1 - \\delta / \\sqrt{2(d + d')}$, which is $1 - \\delta/(2\\sqrt d)$ for $d = d'$: the same
after permutations, positive scalings and shifts of units.

1 is equal. Where $d \\ne d'$ the narrower layer gets zero columns. Constant columns are dropped and counted.

Caveat: with as many columns as rows any two layers can be rotated onto each other in part; the node says when this happens.

Source: Godfrey et al. 2022, Section 5, Definition 5.2 (G_ReLU); Ding et al. 2021, Section 2 (orthogonal); Williams et al. 2021, Section 2.2 (angular, permutation).`,
  params: z.strictObject({ form: choice({ label: 'Form', choices: PROCRUSTES_FORMS, default: 'g-relu' }) }),
  inputs: MEASURE_INPUTS,
  outputs: MEASURE_OUTPUTS,
  card: ({ form }) => [['form', PROCRUSTES_FORMS[form]]],
  infer: ({ params: { form }, inputs }) => inferMeasure(procrustesText(form), inputs, requireTwoRows),
  async run({ params: { form }, inputs, context }) {
    const { procrustesMeasure } = await import('../src/methods/similarity/procrustes.js');
    return runMeasure(procrustesMeasure(form), procrustesText(form), inputs, context);
  },
  view: ({ params: { form }, inputs, outputs }) => viewMeasure(procrustesText(form), inputs, outputs),
});
