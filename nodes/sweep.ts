import { z } from 'zod';
import { FiberscopeError } from '../src/catalog/errors.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, integer, measureName, number, parameterName, text, toggle } from '../src/catalog/params.js';
import type { SweepAxis, Swept } from '../src/catalog/sweep.js';
import { readingsOf } from '../src/methods/sweep/readings.js';
import { sweepView } from '../src/methods/sweep/show.js';
import { itemsOf, spaced } from '../src/methods/sweep/spacing.js';

const ranged = { param: 'by', is: ['linear', 'log'] } as const;
const params = z.strictObject({
  target: parameterName({ label: 'Parameter', help: 'of a node upstream, such as stitch.ranks' }),
  by: choice({
    label: 'Values',
    choices: { list: 'A list', linear: 'From … to, equal steps', log: 'From … to, equal ratios' },
    default: 'list',
  }),
  values: text({
    label: 'List',
    help: 'parted by commas: 1, 2, 4 or relu, tanh; a list of numbers by spaces: 32 32, 64 64; where values have commas, by semicolons',
    default: '',
    max: 2000,
    when: { param: 'by', is: ['list'] },
  }),
  from: number({ label: 'From', default: 0.1, when: ranged }),
  to: number({ label: 'To', default: 1, when: ranged }),
  count: integer({ label: 'Number of values', help: 'both ends included', default: 5, min: 2, max: 100, when: ranged }),
  measure: measureName({ label: 'Measure', help: 'which number of the result; empty: the one that is wired' }),
  repeat: toggle({
    label: 'Repeat over a second parameter',
    help: 'means with their spread, over seeds for one',
    default: false,
  }),
  over: parameterName({ label: 'Repeated over', when: { param: 'repeat', is: [true] } }),
  overValues: text({
    label: 'Its values',
    help: 'parted by commas, or by semicolons',
    default: '0, 1, 2, 3, 4',
    max: 2000,
    when: { param: 'repeat', is: [true] },
  }),
});
type Params = z.output<typeof params>;

/** The parameters that a sweep changes, with their values. */
function axesOf({ target, by, values, from, to, count, repeat, over, overValues }: Params): readonly SweepAxis[] {
  return [
    {
      target,
      values: by === 'list' ? itemsOf(values) : spaced(from, to, count, by),
      says: { target: 'target', values: by === 'list' ? 'values' : 'to' },
    },
    ...(repeat ? [{ target: over, values: itemsOf(overValues), says: { target: 'over', values: 'overValues' } }] : []),
  ];
}

function runsOf(swept: Swept | undefined): Swept {
  if (swept === undefined) throw new FiberscopeError('internal', 'sweep: expected runs, got none');
  return swept;
}

export default defineNode({
  type: 'sweep',
  version: 1,
  title: 'Sweep',
  group: 'Compare',
  summary: 'Any parameter of any node upstream over several values: the plan runs once for each, shared steps once.',
  help: `All that leads from the *Parameter* to the wire runs once for each value; steps that do not depend on it run once. A value may be a number, a choice, a switch, a text, or a list of numbers.
Other values later only run what is new.

What is collected is the *Measure*: a number of the result by its name; of a Curve one of its lines or places; a column of a Table; a row of a square Matrix. Where it is empty: each line of a Curve, as its mean over places or its last
value (lines named after the swept value, such as *rank 1* and *rank 2*, are one); the mean of a Matrix's diagonal; the first column of numbers of a Table, over networks its mean; else the first number of the result.

With a second parameter, such as a seed, each point is the mean over its values, $\\bar y = \\frac1n\\sum_i y_i$, with the standard deviation $\\sqrt{\\sum_i (y_i - \\bar y)^2/(n-1)}$ and the single runs as dots.
Else points have the spread that the result has itself.

A value that fails shows its reason in the table and leaves the others; a network that diverged counts with the weights that it ended with (on Model only after a whole epoch), and is flagged. A *Measure* that the first result does not have stops the sweep after that run.
In a folder of results the curve and the table are also CSV, and the manifest has each run's values, seeds, key and numbers. The arrays of single runs are not written: for those set the value on the node itself.
At most 100 values of a parameter and 256 runs; what is left to compute is shown before, and refused beyond the limits of one step.

Caveat: sweeps do not run inside sweeps, and runs at different values share their seeds unless the second parameter is one.

Source: the slopes, ranks and seeds of Godfrey et al. 2022 (Section 4, Figure 1, Appendix D) are swept in this way.`,
  params,
  inputs: {
    of: { types: ['Table', 'Curve', 'Matrix', 'Figure'], label: 'Of', help: 'what is collected for each value' },
  },
  outputs: {
    curve: { type: 'Curve', label: 'Curve', help: 'the measure against the parameter, with its spread' },
    table: { type: 'Table', label: 'Table', help: 'a row for each run' },
  },
  card: (p) => [
    ['over', p.target === '' ? 'not chosen yet' : p.target],
    ['values', p.by === 'list' ? p.values || 'none yet' : `${p.count} from ${p.from} to ${p.to}`],
    ...(p.repeat ? ([['repeated over', p.over]] as const) : []),
  ],
  sweep: axesOf,
  reads: ({ measure }, run) => void readingsOf(run, measure),
  infer({ params: { by, from, to } }) {
    if (by === 'log' && !(from > 0))
      throw new FiberscopeError(
        'parameter',
        `parameter 'from': expected a number above 0 for equal ratios, got ${from}`,
      );
    if (by === 'log' && !(to > 0))
      throw new FiberscopeError('parameter', `parameter 'to': expected a number above 0 for equal ratios, got ${to}`);
    if (by !== 'list' && from === to)
      throw new FiberscopeError(
        'parameter',
        `parameter 'to': expected another number than 'from', got ${to} for both; for one value take a list`,
      );
    return { outputs: { curve: {}, table: {} }, cost: { points: 0, multiplyAdds: 0, bytes: 0 } };
  },
  async run({ params: { measure }, swept }) {
    const { collect, sweepCurve, sweepTable } = await import('../src/methods/sweep/collect.js');
    const collected = collect(runsOf(swept), measure);
    return { curve: sweepCurve(collected), table: sweepTable(collected) };
  },
  view({ params: { measure }, outputs: { curve, table }, swept }) {
    return sweepView(runsOf(swept), measure, curve, table);
  },
});
