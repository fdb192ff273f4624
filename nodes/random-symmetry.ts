import { z } from 'zod';
import { defineNode } from '../src/catalog/node.js';
import { number, seed } from '../src/catalog/params.js';
import { formatNumber, superscript } from '../src/catalog/text.js';
import { modelNotes } from '../src/methods/diagnostics/models.js';
import { preservationNotes } from '../src/methods/diagnostics/weights.js';
import { requireInputs } from '../src/methods/models/examples.js';
import { tablePicture } from '../src/methods/pictures.js';
import { channelsOf, logCopies } from '../src/methods/weights/channels.js';
import { changing } from '../src/methods/weights/forecast.js';
import { changeText, worstOf } from '../src/methods/weights/verdict.js';

export default defineNode({
  type: 'random-symmetry',
  version: 1,
  title: 'Random symmetry',
  group: 'Models',
  summary: 'Other weights that compute the same function: hidden channels permuted and rescaled at random.',
  help: `Acts on every network by a random element $g$ of its symmetry group: $W_\\ell \\mapsto D_\\ell P_\\ell W_\\ell P_{\\ell-1}^{\\top} D_{\\ell-1}^{-\\alpha}$, $b_\\ell \\mapsto D_\\ell P_\\ell b_\\ell$, with uniform permutations $P_\\ell$
of the hidden channels and positive diagonals $D_\\ell = \\exp(\\sigma z)$, $z \\sim N(0, 1)$, where the activation is homogeneous of degree $\\alpha$ (ReLU, LeakyReLU, identity: 1; $x^d$: $d$). Sigmoid,
tanh and GELU are permuted only. Convolutions are acted on by channels, a flatten repeats a channel over its places, layers that a residual join adds share one
element. Batch normalisation ends a rescaling and begins another: $\\mu \\mapsto g\\mu$, $\\sigma^2 + \\varepsilon \\mapsto g^2(\\sigma^2 + \\varepsilon)$ before it, $\\gamma, \\beta$ after it.

The change of the function is measured: $\\max$ and RMS of $|\\varphi(x, g\\theta) - \\varphi(x, \\theta)|$ relative to RMS $\\varphi$, on the wired inputs or on 64 draws of $N(0, 1)$; *preserved* up to $10^{-5}$.

Caveat: signs (tanh, odd powers) are left out. While training, batch normalisation divides by $\\sigma^2 + \\varepsilon$ of the batch, so there a rescaling before it is exact up to its $\\varepsilon$ only.

Source: Zhao et al. 2025 (survey), Table 1, Section 2; Godfrey et al. 2022, Proposition 3.4, Remark 3.6; Sorensen 2020, Lemma 2.0.2.`,
  params: z.strictObject({
    sigma: number({
      label: 'σ of log rescaling',
      help: '0: permutations only',
      default: 0.5,
      min: 0,
      max: 5,
    }),
    seed: seed({ default: 0 }),
  }),
  inputs: {
    model: { types: ['Model'], label: 'Model', help: 'the networks' },
    inputs: { types: ['Inputs'], label: 'Inputs', help: 'on which the function is compared', optional: true },
  },
  outputs: {
    model: { type: 'Model', label: 'Model', help: 'gθ of every network' },
    function: { type: 'Table', label: 'Function', help: 'how far each function moved' },
  },
  card: ({ sigma, seed }) => [
    ['σ', formatNumber(sigma)],
    ['seed', String(seed)],
  ],
  infer({ inputs: { model, inputs } }) {
    if (inputs) requireInputs(model.architecture, inputs, 'inputs');
    return {
      outputs: { model, function: {} },
      cost: changing(model.architecture, model.count, inputs?.count),
    };
  },
  async run({ params: { sigma, seed }, inputs: { model, inputs }, context }) {
    const { randomCopies } = await import('../src/methods/weights/random-symmetry.js');
    const { preservation } = await import('../src/methods/weights/preserved.js');
    const copies = randomCopies(model, { seed, sigma });
    return { model: copies, function: await preservation(model, copies, inputs, context.device, context) };
  },
  view({ outputs: { model, function: table } }) {
    const worst = worstOf(table);
    const channels = channelsOf(model.architecture);
    const copies = logCopies(channels);
    return {
      summary: { networks: model.count, verdict: worst.verdict, max: worst.max, rms: worst.rms, log10Copies: copies },
      rows: [
        ['function', worst.verdict],
        ['max |Δφ| / RMS φ', changeText(worst)],
        ['copies by permutation', copies < 300 ? formatNumber(10 ** copies) : `10${superscript(Math.round(copies))}`],
      ],
      status: worst.verdict,
      notes: [...preservationNotes(table), ...modelNotes(model)],
      plots: [tablePicture(table, 'Function', 'the function before and after')],
    };
  },
});
