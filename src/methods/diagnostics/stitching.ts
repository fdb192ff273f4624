/** What penalties of stitching and rotating say, computed from the runs of a chart. */
import type { NamedPlace } from '../../catalog/layer-names.js';
import { formatNumber } from '../../catalog/text.js';
import type { Curve, Table } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { type Estimate, isAbove, negative, pairedDifference } from '../models/estimate.js';
import { DIVERGED } from '../stitching/classes.js';
import { hasReluGroup } from '../stitching/scales.js';

/** `1.2 ± 0.3`. */
export const estimateText = ({ mean, twice }: Estimate): string =>
  `${formatNumber(mean, 2)}${Number.isFinite(twice) ? ` ± ${formatNumber(twice, 2)}` : ''}`;

/** What one line is expected to be beside another: above it beyond two standard errors, or not above it beyond them. */
export interface Expectation {
  readonly id: string; // of the note
  readonly high: string; // name of a line
  readonly low: string;
  readonly how: 'above' | 'not below';
}

/**
 * Says for each expectation at which places it holds and at which it does not, with the paired mean difference high − low and two
 * standard errors. `above`: the difference is more than two of them. `not below`: it is not less than minus two of them, or of a single
 * run not negative. A warning where it does not hold at all places.
 */
export function orderNotes(curve: Curve, expectations: readonly Expectation[], runs: string): readonly Note[] {
  return expectations.flatMap(({ id, high, low, how }) => {
    const [top, bottom] = [high, low].map((name) => curve.lines.find((line) => line.name === name));
    if (top === undefined || bottom === undefined) return [];
    const differences = Array.from(curve.x, (_, place) => differenceAt(top, bottom, place));
    const holds = differences.map((each) => (how === 'above' ? isAbove(each) : !isAbove(negative(each))));
    const say = (wanted: boolean): string =>
      differences
        .flatMap((each, place) =>
          holds[place] === wanted ? [`${curve.places?.[place] ?? String(place)} (${estimateText(each)})`] : [],
        )
        .join(', ');
    const count = top.samples?.length ?? 1;
    const relation =
      count < 2
        ? `${high} ${how === 'above' ? 'above' : 'not below'} ${low}`
        : `${high} ${how === 'above' ? 'above' : 'not below'} ${low} beyond two standard errors over ${count} ${runs}`;
    const all = holds.every(Boolean);
    const text = all
      ? `Penalty of ${relation} at every place: ${say(true)}.`
      : holds.some(Boolean)
        ? `Penalty of ${relation} at ${say(true)}; but not at ${say(false)}.`
        : `Penalty of ${relation}: at no place; ${say(false)}.`;
    return [{ level: all ? 'info' : 'warning', id, text }];
  });
}

type Line = Curve['lines'][number];

/** The paired difference of two lines at a place. */
function differenceAt(a: Line, b: Line, place: number): Estimate {
  const at = (line: Line): number[] => (line.samples ?? [line.y]).map((sample) => sample[place]!);
  return pairedDifference(at(a), at(b));
}

/** One pair has no error bars. */
export function singleNotes(count: number, what: string): readonly Note[] {
  if (count > 1) return [];
  return [
    { level: 'info', id: 'single-run', text: `One ${what} only: there is no telling what another seed would give.` },
  ];
}

/** No separate test data: accuracies are of what was trained on. */
export function sameDataNotes(hasTest: boolean): readonly Note[] {
  if (hasTest) return [];
  return [
    {
      level: 'warning',
      id: 'scored-on-training',
      text: 'No test data are wired: accuracies are those on the training data, which flatter larger classes.',
    },
  ];
}

/** Places where G_ReLU is not within the intertwiner group of what comes before, so that Theorem 4.2 says nothing. */
export function groupNotes(places: readonly NamedPlace[]): readonly Note[] {
  const outside = places.filter(({ layer }) => layer.kind !== 'activation' || !hasReluGroup(layer.activation));
  if (outside.length === 0) return [];
  return [
    {
      level: 'warning',
      id: 'no-relu-group',
      text: `G_ReLU is not in the intertwiner group at ${outside.map(({ short }) => short).join(', ')}: Theorem 4.2 promises nothing there.`,
    },
  ];
}

/** Trainings that diverged: what was kept of them is their last good weights, so that penalties may be too large. */
export function divergedNotes(table: Table): readonly Note[] {
  const at = table.columns.findIndex(({ name }) => name === DIVERGED);
  const rows = table.rows.filter((row) => Number(row[at] ?? 0) > 0);
  if (at < 0 || rows.length === 0) return [];
  const where = rows.map(([layer, of, ...rest]) => `${of} at ${layer} (${rest[at - 2]})`);
  return [
    {
      level: 'warning',
      id: 'diverged',
      text: `Training diverged, and the last good weights were kept: ${where.join(', ')}. A smaller learning rate helps.`,
    },
  ];
}
