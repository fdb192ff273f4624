import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, number, seed } from '../src/catalog/params.js';
import { INITIALISATIONS } from '../src/catalog/presets.js';
import { formatCount, formatNumber } from '../src/catalog/text.js';
import { choiceNotes, pointNotes } from '../src/methods/diagnostics/points.js';
import { inPowers } from '../src/methods/null-models.js';
import { OPTIMIZERS, optimizerOf } from '../src/methods/optimizers.js';
import { curvePicture, tablePicture } from '../src/methods/pictures.js';
import { searchBytes } from '../src/methods/search-size.js';

const params = z.strictObject({
  rank: integer({ label: 'Dimension m', help: 'finds m + 1 candidates', default: 3, min: 1, max: 7, slider: true }),
  mode: choice({
    label: 'Selection',
    choices: { independent: 'm + 1 independent within tolerance', first: 'First m + 1, as the authors did' },
    default: 'independent',
  }),
  tolerance: number({
    label: 'Tolerance',
    unit: 'E[φ²]',
    help: 'J of a candidate, relative to the reference’s power',
    default: 1e-4,
    positive: true,
    when: { param: 'mode', is: ['independent'] },
  }),
  starts: integer({
    label: 'Starts per round',
    default: 32,
    min: 1,
    max: 4096,
    when: { param: 'mode', is: ['independent'] },
  }),
  rounds: integer({
    label: 'Most rounds',
    help: 'new starts until enough candidates pass',
    default: 8,
    min: 1,
    max: 1000,
    when: { param: 'mode', is: ['independent'] },
  }),
  optimizer: choice({ label: 'Optimiser', choices: OPTIMIZERS, default: 'adam' }),
  learningRate: number({ label: 'Learning rate', default: 0.02, positive: true }),
  momentum: number({
    label: 'Momentum',
    default: 0.9,
    min: 0,
    max: 0.9999,
    when: { param: 'optimizer', is: ['momentum'] },
  }),
  batch: integer({ label: 'Batch size', unit: 'inputs', help: 'at most N', default: 256, min: 1, max: 1_000_000 }),
  steps: integer({ label: 'Steps', default: 1000, min: 1, max: 1_000_000 }),
  initialisation: choice({ label: 'Starts drawn', choices: INITIALISATIONS, default: 'pytorch' }),
  deviation: number({
    label: 'Standard deviation σ',
    help: 'of the normal initialisation',
    default: 1,
    positive: true,
    when: { param: 'initialisation', is: ['normal'] },
  }),
  seed: seed({ default: 0 }),
});

export default defineNode({
  type: 'search',
  version: 1,
  title: 'SGD search',
  group: 'Equivalents',
  summary: 'Finds other parameters that give the reference’s function.',
  help: `Draws many starts and descends on $J(\\tilde\\theta) = \\sum_i w_i \\lVert \\varphi(x_i, \\tilde\\theta) - y_i \\rVert^2$, all starts as one batch, with the
same minibatch at each step. Then it selects by itself: $\\theta_0$ is the first candidate with $J \\le$ tolerance $\\cdot E[\\varphi^2]$; each further
candidate must pass too, and its distance from the plane of those before it must be at least 5 % of the larger of $\\lVert\\theta_i - \\theta_0\\rVert$ and $\\lVert\\theta_0\\rVert$. New rounds of starts follow until
$m + 1$ are found. Every rejected candidate is listed with its reason: loss, dead (output identically 0), dependent, diverged.

*First m + 1* takes the first $m + 1$ starts whatever their $J$, as the paper's authors did (SGD, batch 256, learning rate 0.015 for the FCN and
0.001 for LeNet, about 1,000 steps), and the plane, its grid and its ε-sets say so.

How often it succeeds ($m = 3$, 500 inputs, 16 starts per round, batches of 64): with every seed from 0 to 99, in one or two rounds, for the FCN at
$\\theta = (1, -0.8, 0.9, 1.1)$ and for one MLP 2–4–1 with tanh; for 38 of 40 random references of three small MLPs, and for the other two with the defaults.

Caveat: the result depends on the seed; a search that does not converge fails with its best candidates.

Source: Lengyel et al. 2020 (GENNI), Section 3 and Algorithm 1; Kingma and Ba 2015, Algorithm 1 (Adam).`,
  params,
  inputs: { reference: { types: ['Reference'], label: 'Reference', help: 'the function to find again' } },
  outputs: {
    parameters: { type: 'Parameters', label: 'θ₀ … θₘ', help: 'm + 1 parameter vectors [m + 1, P] with their J' },
    losses: { type: 'Curve', label: 'Loss curves', help: 'minibatch J of the candidates' },
    candidates: { type: 'Table', label: 'Candidates', help: 'every candidate with its verdict' },
  },
  card: ({ rank, mode, starts, optimizer, learningRate }) => [
    ['m', String(rank)],
    ['starts', mode === 'first' ? `first ${rank + 1}` : String(starts)],
    [OPTIMIZERS[optimizer], formatNumber(learningRate)],
  ],
  infer({ params: p, inputs: { reference } }) {
    const { size, multiplyAdds } = layoutOf(reference.architecture);
    const starts = p.mode === 'first' ? p.rank + 1 : p.starts;
    if (p.rank > size)
      throw new FiberscopeError(
        'parameter',
        `parameter 'rank': expected at most P = ${size} independent directions for this architecture, got ${p.rank}`,
      );
    return {
      outputs: { parameters: { count: p.rank + 1, size, reference }, losses: {}, candidates: {} },
      cost: {
        points: starts * p.steps,
        multiplyAdds: 3 * starts * p.steps * Math.min(p.batch, reference.count) * multiplyAdds, // forward and backward
        work: {
          kind: 'descend',
          architecture: reference.architecture,
          candidates: starts,
          batch: Math.min(p.batch, reference.count),
          inputs: reference.count,
        },
        bytes: 4 * (p.rank + 1) * size,
        working: searchBytes(reference.architecture, starts, p.rank),
        ...(p.mode === 'first' ? {} : { rounds: p.rounds }),
        route: p.mode === 'first' ? 'one round' : `per round, at most ${p.rounds} rounds`,
      },
    };
  },
  async run({ params: p, inputs: { reference }, context }) {
    const { search } = await import('../src/methods/search.js');
    const { candidateTable } = await import('../src/methods/candidates.js');
    const initialisation = { name: p.initialisation, deviation: p.deviation };
    const options = { ...p, optimizer: optimizerOf(p), initialisation };
    const found = await search(options, reference, context.device, context);
    return {
      parameters: found.parameters,
      losses: found.curve,
      candidates: candidateTable(found.candidates, reference.scale),
    };
  },
  view({ params: p, inputs: { reference }, outputs: { parameters, losses, candidates } }) {
    const { loss, power, count } = parameters;
    const worst = Math.max(...loss!);
    const rejected = candidates.rows.filter(([, , verdict]) => verdict !== 'selected' && verdict !== 'spare').length;
    return {
      summary: {
        found: count,
        candidates: candidates.rows.length,
        rejected,
        worstRelativeLoss: worst / reference.scale.power,
        ...Object.fromEntries(Array.from(loss!, (value, i) => [`loss${i}`, value])),
      },
      rows: [
        ['found', `m + 1 = ${count}`],
        ['worst J', inPowers(worst, reference.scale)],
        ['rejected', `${formatCount(rejected)} of ${formatCount(candidates.rows.length)}`],
      ],
      status: p.mode === 'first' ? `first ${count} starts, whatever their J` : `${count} independent within tolerance`,
      notes: [...choiceNotes(parameters), ...pointNotes({ loss: loss!, power: power! }, reference)],
      plots: [
        curvePicture(losses, 'Loss of the candidates', curveCaption(losses.lines.length, candidates.rows.length)),
        tablePicture(candidates, 'Candidates and verdicts'),
      ],
    };
  },
});

function curveCaption(drawn: number, candidates: number): string {
  const which =
    drawn < candidates
      ? `${formatCount(drawn)} of the ${formatCount(candidates)} candidates`
      : `all ${formatCount(candidates)} candidates`;
  return `minibatch J of ${which}, relative to E[φ²]; the selected ones by name`;
}
