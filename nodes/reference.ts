import { z } from 'zod';
import { layoutOf, requireSequence } from '../src/catalog/architecture.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, number, numbers, seed } from '../src/catalog/params.js';
import { INITIALISATIONS } from '../src/catalog/presets.js';
import { formatCount, formatNumber, formatValue } from '../src/catalog/text.js';
import { referenceNotes } from '../src/methods/diagnostics/reference.js';
import { inPowers } from '../src/methods/null-models.js';
import { tablePicture } from '../src/methods/pictures.js';
import { thetaTable } from '../src/methods/tables.js';
import { requireTheta, THETA_FROM, thetaFrom } from '../src/methods/theta-choice.js';

export default defineNode({
  type: 'reference',
  version: 2,
  title: 'Reference θ',
  group: 'Equivalents',
  summary: 'Fixes the function whose equivalents are looked for.',
  help: `The reference function: $y_i = \\varphi(x_i, \\theta)$ on the inputs. From here on
$$J(\\tilde\\theta) = \\sum_i w_i \\lVert \\varphi(x_i, \\tilde\\theta) - y_i \\rVert^2$$
is the squared distance to it. $\\theta$ [P] is drawn with a stated initialisation, typed in PyTorch's order, or taken from loaded
Parameters; or only its values $y$ [N, k] are loaded. Unless chosen otherwise it is what is wired, and drawn where nothing is.

Shown with it: the power $E[\\varphi^2] = \\sum_i w_i \\lVert y_i \\rVert^2$ (the J of the zero function), the variance (the J of the best
constant), and dead units (activation 0 on all inputs of weight > 0). A J means little without them.

Caveat: equivalence is judged on these inputs only.

Source: Lengyel et al. 2020 (GENNI), Sections 2 and 3.`,
  params: z.strictObject({
    from: choice({ label: 'θ from', choices: THETA_FROM, default: 'auto' }),
    initialisation: choice({
      label: 'Initialisation',
      choices: INITIALISATIONS,
      default: 'pytorch',
      when: { param: 'from', is: ['random'] },
    }),
    deviation: number({
      label: 'Standard deviation σ',
      help: 'of the normal initialisation',
      default: 1,
      positive: true,
      when: { param: 'initialisation', is: ['normal'] },
    }),
    seed: seed({ default: 0, when: { param: 'from', is: ['random'] } }),
    values: numbers({
      label: 'θ',
      help: 'P numbers; a, b, c, d for the GENNI FCN',
      default: [],
      when: { param: 'from', is: ['typed'] },
    }),
    row: integer({
      label: 'Row',
      help: 'which of the loaded vectors, counted from 0',
      default: 0,
      min: 0,
      max: 1_000_000,
      when: { param: 'from', is: ['parameters'] },
    }),
  }),
  inputs: {
    architecture: { types: ['Architecture'], label: 'Architecture', help: 'the family of functions' },
    inputs: { types: ['Inputs'], label: 'Inputs', help: 'the points on which functions are compared' },
    parameters: { types: ['Parameters'], label: 'Parameters', help: 'θ, where it is loaded', optional: true },
    outputs: { types: ['Outputs'], label: 'Outputs', help: 'y, where only values are known', optional: true },
  },
  outputs: { reference: { type: 'Reference', label: 'Reference', help: 'all that J needs' } },
  migrations: { 1: (params) => ({ from: 'random', ...params }) },
  meant: (params, wired) => ({ ...params, from: thetaFrom(params.from, wired) }),
  card: ({ from, initialisation, seed: number, values }) => [
    ['θ', from === 'typed' && values.length > 0 ? brief(values) : THETA_FROM[from].toLowerCase()],
    ...(from === 'random' ? [[initialisation, `seed ${number}`] as const] : []),
  ],
  infer({ params, inputs }) {
    requireTheta(params, inputs);
    const { architecture } = inputs.architecture;
    requireSequence(architecture, "input 'architecture'");
    const { size, outputs, multiplyAdds } = layoutOf(architecture);
    const { count } = inputs.inputs;
    const known = params.from !== 'outputs';
    return {
      outputs: { reference: { architecture, count } },
      cost: {
        points: 1,
        multiplyAdds: known ? count * multiplyAdds : 0,
        bytes: 4 * ((known ? size : 0) + count * outputs),
        ...(known ? { working: 8 * size } : {}), // θ as the device wants it
      },
    };
  },
  async run({ params, inputs, context }) {
    const { chosenReference } = await import('../src/methods/reference.js');
    return { reference: await chosenReference(params, inputs, context.device, context) };
  },
  view({ outputs: { reference } }) {
    const { scale, theta, units, architecture } = reference;
    const { size } = layoutOf(architecture);
    const dead = (units ?? []).reduce((sum, layer) => sum + layer.dead, 0);
    const all = (units ?? []).reduce((sum, layer) => sum + layer.units, 0);
    return {
      summary: {
        parameters: size,
        power: scale.power,
        variance: scale.variance,
        zero: scale.zero,
        constant: scale.constant,
        deadUnits: units ? dead : null,
        units: units ? all : null,
      },
      rows: [
        ['θ', theta ? brief(theta) : 'not known'],
        ['E[φ²]', formatNumber(scale.power)],
        ['best constant', inPowers(scale.constant, scale)],
      ],
      status: `P = ${formatCount(size)} · ${units ? (dead > 0 ? `${dead} of ${all} units dead` : 'no dead units') : 'θ not known'}`,
      notes: referenceNotes(reference),
      plots: theta && size <= LISTED ? [tablePicture(thetaTable(architecture, theta), 'θ')] : [],
    };
  },
});

const LISTED = 500; // of a longer θ the numbers are in the data only

function brief(values: ArrayLike<number>): string {
  const shown = Array.from({ length: Math.min(values.length, 4) }, (_, i) => formatValue(values[i]!, 2));
  return shown.join(', ') + (values.length > 4 ? ', …' : '');
}
