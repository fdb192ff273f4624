/** What is shown of a sweep: its curve, its table, the plots of its runs beside each other, and what failed. */

import type { Swept, SweptParameter } from '../../catalog/sweep.js';
import { formatCount, formatNumber } from '../../catalog/text.js';
import type { Curve, Table } from '../../catalog/values.js';
import type { Note, PlotData, Scalar, View } from '../../catalog/views.js';
import { onCommonScales } from '../common-scales.js';
import { curvePicture, tablePicture } from '../pictures.js';
import { axisTitle, collect, flagOf } from './collect.js';

/** A title begins as the others do; what is a symbol stays. */
const capital = (text: string): string => text.replace(/^[a-z](?=[a-z])/, (first) => first.toUpperCase());

/** Plots of runs shown at most. */
const MOST_PLOTS = 16;
const UNIT = / \([^()]*\)$/; // at the end of the name of a measure

/** The view of a sweep. */
export function sweepView(swept: Swept, measure: string, curve: Curve, table: Table): View {
  const { parameters, runs } = swept;
  const { how } = collect(swept, measure);
  const main = parameters[0]!;
  const failed = runs.filter(({ error }) => error !== undefined);
  const first = runs.filter(({ places }) => places.slice(1).every((place) => place === 0)); // of repeats
  const pictures = first.flatMap(({ places, plots }) => {
    const plot = plots.find(({ kind }) => kind !== 'table');
    return plot ? [{ ...plot, title: `${main.param} = ${main.texts[places[0]!]} · ${plot.title}` }] : [];
  });
  const title = capital(`${curve.yName.replace(UNIT, '')} by ${main.name}`);
  const plots: PlotData[] = [
    curvePicture(curve, title, captionOf(parameters, how, curve)),
    tablePicture(table, 'Runs'),
    ...onCommonScales(pictures.slice(0, MOST_PLOTS)),
  ];
  return {
    summary: { runs: runs.length, failed: failed.length, ...extremes(curve) },
    rows: [
      ['over', `${main.name}, ${formatCount(main.values.length)} ${main.values.length === 1 ? 'value' : 'values'}`],
      ...curve.lines.slice(0, 2).map((line) => [line.name, rangeText(line.y)] as const),
    ],
    status: `${formatCount(runs.length - failed.length)} of ${formatCount(runs.length)} runs`,
    notes: [...faultNotes(parameters, runs), ...flagNotes(parameters, runs), ...restNote(pictures.length)],
    plots,
  };
}

function captionOf(parameters: readonly SweptParameter[], how: string | undefined, { spreadName }: Curve): string {
  const repeats = parameters[1];
  const parts = [
    ...(how === undefined ? [] : [how]),
    ...(repeats ? [`means over ${axisTitle(repeats)}: ${repeats.texts.join(', ')}`] : []),
    ...(spreadName === undefined ? [] : [spreadName]),
  ];
  return parts.join('; ');
}

/** Of each line its extremes and where they are. */
function extremes({ lines, places, x }: Curve): Record<string, Scalar> {
  const at = (k: number): Scalar => (k < 0 ? null : (places?.[k] ?? x[k]!));
  return Object.fromEntries(
    lines.flatMap(({ name, y }) => {
      const known = [...y].filter(Number.isFinite);
      if (known.length === 0) return [];
      const [low, high] = [Math.min(...known), Math.max(...known)];
      return [
        [`${name}, lowest`, low],
        [`${name}, lowest at`, at(y.indexOf(low))],
        [`${name}, highest`, high],
        [`${name}, highest at`, at(y.indexOf(high))],
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
  const failed = runs.flatMap(({ places, error }) =>
    error === undefined ? [] : [`${valuesText(parameters, places)}: ${error}`],
  );
  if (failed.length === 0) return [];
  const more = failed.length > 1 ? `; and ${failed.length - 1} more, in the table` : '';
  const text = `${failed.length} of ${runs.length} runs gave no value: ${failed[0]}${more}`;
  return [{ level: 'warning', id: 'sweep-failed', text }];
}

/** `Learning rate 0.1, Seeds 0`. */
const valuesText = (parameters: Swept['parameters'], places: readonly number[]): string =>
  parameters.map((parameter, k) => `${parameter.name} ${parameter.texts[places[k]!]}`).join(', ');

/** At which values networks diverged or were stopped: their points are no worse in looks than the others. */
function flagNotes(parameters: Swept['parameters'], runs: Swept['runs']): Note[] {
  const flagged = runs.flatMap((run) => {
    const flag = flagOf(run);
    return flag === undefined ? [] : [`${valuesText(parameters, run.places)}: ${flag}`];
  });
  if (flagged.length === 0) return [];
  const text = `The networks of ${flagged.length} of ${runs.length} runs are not what they should be. ${flagged.slice(0, 3).join(' ')}${flagged.length > 3 ? ' …' : ''}`;
  return [{ level: 'warning', id: 'sweep-flagged', text }];
}

const restNote = (plots: number): Note[] =>
  plots > MOST_PLOTS
    ? [{ level: 'info', id: 'sweep-plots', text: `Plots of the first ${MOST_PLOTS} of ${plots} values are shown.` }]
    : [];
