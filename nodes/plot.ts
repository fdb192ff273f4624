import { z } from 'zod';
import type { Infos } from '../src/catalog/info.js';
import { defineNode } from '../src/catalog/node.js';
import { choice, number, text } from '../src/catalog/params.js';
import type { PlotData } from '../src/catalog/views.js';
import { requireInReach } from '../src/methods/cap.js';
import { figureOf, PLOT_KINDS, requireDrawable } from '../src/methods/figure.js';

export default defineNode({
  type: 'plot',
  version: 1,
  title: 'Plot',
  group: 'Look',
  summary: 'A figure of a field, an ε-set, an embedding, curves or a matrix.',
  help: `Draws what is wired to it, with $\\theta_0 \\dots \\theta_m$ marked and $J$ in viridis (low is dark):

- **line** of $J$ over $c_1$ (m = 1), **surface** and **contour** over $c_1, c_2$ (m = 2), **iso-surface** $J = \\varepsilon$ (m = 3): a Field or an ε-set;
- **points** coloured by $J$: an ε-set (m = 2 or 3) or an embedding;
- **lines**: curves, with error bars or bands where they have a spread;
- **heat map**: a matrix, the number of each pair in viridis (low is dark).

*Automatic* takes surface for m = 2 and points for an ε-set. Colours are logarithmic or linear, $J$ relative to $E[\\varphi^2]$ or absolute.

Caveat: a set in four or more dimensions has no such picture; lay it out with UMAP first.

Source: Lengyel et al. 2020 (GENNI), Section 4, Figures 1 to 6.`,
  params: z.strictObject({
    title: text({ label: 'Title', help: 'empty: named after what is drawn', default: '' }),
    kind: choice({ label: 'Kind', choices: PLOT_KINDS, default: 'auto' }),
    scale: choice({ label: 'Colours and J axis', choices: { log: 'Logarithmic', linear: 'Linear' }, default: 'log' }),
    unit: choice({
      label: 'J is',
      choices: { relative: 'Relative to E[φ²]', absolute: 'Absolute' },
      default: 'relative',
    }),
    epsilon: number({
      label: 'Iso-surface of a Field at',
      help: 'in the unit of J chosen above; an ε-set brings its own ε',
      default: 0.02,
      positive: true,
      when: { param: 'kind', is: ['iso-surface', 'auto'] },
    }),
  }),
  inputs: {
    data: { types: ['Field', 'EpsilonSet', 'Embedding', 'Curve', 'Matrix'], label: 'Data', help: 'what to draw' },
  },
  outputs: { figure: { type: 'Figure', label: 'Figure', help: 'data to draw, and how' } },
  card: ({ kind, scale, unit }) => [
    ['kind', PLOT_KINDS[kind].toLowerCase()],
    ['J', `${unit}, ${scale === 'log' ? 'log' : 'linear'}`],
  ],
  infer({ params: { kind, unit, epsilon }, inputs: { data } }) {
    const rank = rankOf(data);
    requireDrawable(kind, data.type, rank);
    if (data.type === 'Field' && rank === 3)
      requireInReach({ value: epsilon, relative: unit === 'relative' }, data.cap);
    return { outputs: { figure: {} }, cost: { points: 0, multiplyAdds: 0, bytes: 0 } };
  },
  async run({ params, inputs: { data } }) {
    return { figure: { type: 'Figure' as const, plot: figureOf(data, params) } };
  },
  view({ outputs: { figure } }) {
    const { plot } = figure;
    return {
      summary: { kind: plot.kind, title: plot.title },
      rows: [['kind', plot.kind]],
      status: countOf(plot),
      notes: [],
      plots: [plot],
    };
  },
});

function rankOf(
  data: ({ type: 'Field' | 'EpsilonSet' } & Infos['Field']) | { type: 'Embedding' | 'Curve' | 'Matrix' },
): number | undefined {
  return data.type === 'Field' || data.type === 'EpsilonSet' ? data.rank : undefined;
}

function countOf(plot: PlotData): string {
  switch (plot.kind) {
    case 'points':
      return `${plot.values.length.toLocaleString('en-US')} points`;
    case 'curves':
      return `${plot.curve.lines.length} lines`;
    case 'matrix':
      return `${plot.matrix.rows.length} × ${plot.matrix.columns.length}`;
    case 'table':
      return `${plot.table.rows.length} rows`;
    default:
      return plot.caption;
  }
}
