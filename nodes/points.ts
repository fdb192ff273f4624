import { z } from 'zod';
import { layoutOf } from '../src/catalog/architecture.js';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, matrix } from '../src/catalog/params.js';
import { formatCount } from '../src/catalog/text.js';
import { choiceNotes, extremesOf, LISTED, pointNotes } from '../src/methods/diagnostics/points.js';
import { inPowers } from '../src/methods/null-models.js';
import { tablePicture } from '../src/methods/pictures.js';
import { tableOf } from '../src/methods/tables.js';

export default defineNode({
  type: 'points',
  version: 2,
  title: 'Points',
  group: 'Equivalents',
  summary: 'Parameter vectors that are given instead of searched for.',
  help: `Vectors $\\theta_0, \\dots, \\theta_m$ [m + 1, P], typed one per line in PyTorch's order or loaded, with the $J$ of each against the reference.
$\\theta_0$ becomes the origin of the plane that Gram–Schmidt makes of them.

Caveat: nothing is selected: a vector that is worse than the zero function is kept and named.

Source: Lengyel et al. 2020 (GENNI), Section 3 (the $m + 1$ vectors that span the hyperplane).`,
  params: z.strictObject({
    from: choice({
      label: 'Vectors',
      choices: { auto: 'As wired, else typed', typed: 'Typed', loaded: 'Loaded Parameters' },
      default: 'auto',
    }),
    values: matrix({
      label: 'θ₀ … θₘ',
      help: 'one vector per line',
      default: [],
      when: { param: 'from', is: ['typed'] },
    }),
  }),
  inputs: {
    reference: { types: ['Reference'], label: 'Reference', help: 'what J compares with' },
    parameters: { types: ['Parameters'], label: 'Parameters', help: 'the vectors, where loaded', optional: true },
  },
  outputs: { parameters: { type: 'Parameters', label: 'θ₀ … θₘ', help: 'the vectors with their J' } },
  migrations: { 1: (params) => ({ from: 'typed', ...params }) },
  meant: (params, wired) => ({ ...params, from: pointsFrom(params.from, wired) }),
  card: ({ from, values }) => [
    ['vectors', from],
    ...(from === 'typed' ? [['count', String(values.length)] as const] : []),
  ],
  infer({ params, inputs: { reference, parameters } }) {
    const { size, multiplyAdds } = layoutOf(reference.architecture);
    let count = params.values.length;
    if (params.from === 'typed') {
      if (parameters !== undefined)
        throw new FiberscopeError(
          'parameter',
          "parameter 'from': Parameters are wired, but the vectors are Typed; choose Loaded Parameters, or remove the wire",
        );
      const at = params.values.findIndex((row) => row.length !== size);
      if (count === 0 || at >= 0)
        throw new FiberscopeError(
          'parameter',
          count === 0
            ? `parameter 'values': expected at least one vector of P = ${size} numbers, got none; type one per line, or wire Parameters in`
            : `parameter 'values', line ${at + 1}: expected P = ${size} numbers, got ${params.values[at]!.length}`,
        );
    } else {
      if (parameters === undefined)
        throw new FiberscopeError(
          'wire',
          "input 'parameters': expected a wire because the vectors are loaded, got none; wire it from Load arrays",
        );
      if (parameters.size !== size)
        throw new FiberscopeError(
          'shape',
          `input 'parameters': expected vectors of P = ${size} numbers, got ${parameters.size}`,
        );
      count = parameters.count;
    }
    return {
      outputs: { parameters: { count, size, reference } },
      cost: { points: count, multiplyAdds: count * reference.count * multiplyAdds, bytes: 4 * count * size },
    };
  },
  async run({ params, inputs: { reference, parameters }, context }) {
    const { pointsOf } = await import('../src/methods/points.js');
    const typed = params.from === 'typed';
    const theta = typed ? Float32Array.from(params.values.flat()) : parameters!.theta;
    const count = typed ? params.values.length : parameters!.count;
    const given = await pointsOf(theta, count, reference, context.device, context);
    return { parameters: typed ? given : { ...given, flags: parameters!.flags } };
  },
  view({ inputs: { reference }, outputs: { parameters } }) {
    const { loss, power, count } = parameters;
    const { least, most } = extremesOf(loss!);
    return {
      summary: {
        count,
        lowest: least,
        highest: most,
        ...Object.fromEntries(Array.from(loss!.subarray(0, LISTED), (value, i) => [`loss${i}`, value])),
      },
      rows: [
        ['vectors', formatCount(count)],
        ['smallest J', inPowers(least, reference.scale)],
        ['largest J', inPowers(most, reference.scale)],
      ],
      status: 'given, not searched for',
      notes: [...choiceNotes(parameters), ...pointNotes({ loss: loss!, power: power! }, reference)],
      plots: [tablePicture(tableOf(parameters, 64), 'Given vectors')],
    };
  },
});

/** Where the vectors come from: what is wired, unless chosen otherwise. */
function pointsFrom(from: 'auto' | 'typed' | 'loaded', wired: ReadonlySet<string>): 'typed' | 'loaded' {
  if (from !== 'auto') return from;
  return wired.has('parameters') ? 'loaded' : 'typed';
}
