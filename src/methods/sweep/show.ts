/** What is shown of a sweep: its curve, its table, the plots of its runs beside each other, and what failed. */

import type { Swept, SweptParameter } from '../../catalog/sweep.js';
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Curve, Table } from '../../catalog/values.js';
import type { Note, PlotData, Scalar, View } from '../../catalog/views.js';
import { curvePicture, tablePicture } from '../pictures.js';
import { axisTitle } from './collect.js';

/** Plots of runs shown at most. */
const MOST_PLOTS = 16;

/** The view of a sweep. */
export function sweepView({ parameters, runs }: Swept, curve: Curve, table: Table): View {
  const main = parameters[0]!;
  const failed = runs.filter(({ error }) => error !== undefined);
  const first = runs.filter(({ places }) => places.slice(1).every((place) => place === 0)); // of repeats
  const pictures = first.flatMap(({ places, plots }) => {
    const plot = plots.find(({ kind }) => kind !== 'table');
    return plot ? [{ ...plot, title: `${plot.title} · ${main.name} ${main.texts[places[0]!]}` }] : [];
  });
  const title = `${curve.yName} against ${axisTitle(main)}`;
  const plots: PlotData[] = [
    curvePicture(curve, title, captionOf(parameters, curve)),
    tablePicture(table, 'Runs'),
    ...pictures.slice(0, MOST_PLOTS),
  ];
  return {
    summary: { runs: runs.length, failed: failed.length, ...extremes(curve, main) },
    rows: [
      ['over', `${main.name}, ${formatCount(main.values.length)} values`],
      ...curve.lines.slice(0, 2).map((line) => [line.name, rangeText(line.y)] as const),
    ],
    status: `${formatCount(runs.length - failed.length)} of ${formatCount(runs.length)} runs`,
    notes: [...faultNotes(parameters, runs), ...restNote(pictures.length)],
    plots,
  };
}

function captionOf(parameters: readonly SweptParameter[], { spreadName }: Curve): string {
  const repeats = parameters[1];
  const parts = [
    ...(repeats ? [`means over ${axisTitle(repeats)}: ${repeats.texts.join(', ')}`] : []),
    ...(spreadName === undefined ? [] : [spreadName]),
  ];
  return parts.join('; ');
}

/** Of each line its extremes and where they are. */
function extremes({ lines, places, x }: Curve, main: SweptParameter): Record<string, Scalar> {
  const at = (k: number): Scalar => (k < 0 ? null : (places?.[k] ?? x[k]!));
  return Object.fromEntries(
    lines.flatMap(({ name, y }) => {
      const known = [...y].filter(Number.isFinite);
      if (known.length === 0) return [];
      const [low, high] = [Math.min(...known), Math.max(...known)];
      return [
        [`${name}: lowest`, low],
        [`${name}: ${main.name} at the lowest`, at(y.indexOf(low))],
        [`${name}: highest`, high],
        [`${name}: ${main.name} at the highest`, at(y.indexOf(high))],
      ];
    }),
  );
}

function rangeText(y: Float64Array): string {
  const known = [...y].filter(Number.isFinite);
  if (known.length === 0) return 'no value';
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return low === high ? formatNumber(low) : `${formatNumber(low)} … ${formatNumber(high)}`;
}

/** Which values failed and why, each reason once. */
function faultNotes(parameters: Swept['parameters'], runs: Swept['runs']): Note[] {
  const failed = runs.flatMap(({ places, error }) => {
    if (error === undefined) return [];
    return [
      `${parameters.map((parameter, k) => `${parameter.name} ${parameter.texts[places[k]!]}`).join(', ')}: ${error}`,
    ];
  });
  if (failed.length === 0) return [];
  const more = failed.length > 1 ? `; and ${failed.length - 1} more, in the table` : '';
  const text = `${failed.length} of ${runs.length} runs gave no value: ${failed[0]}${more}`;
  return [{ level: 'warning', id: 'sweep-failed', text }];
}

const restNote = (plots: number): Note[] =>
  plots > MOST_PLOTS
    ? [{ level: 'info', id: 'sweep-plots', text: `Plots of the first ${MOST_PLOTS} of ${plots} values are shown.` }]
    : [];
