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
    const relation = how === 'above' ? 'above' : 'below';
    const related = differences.map((each) => isAbove(relation === 'above' ? each : negative(each)));
    const places = differences.map(
      (each, place) => `${curve.places?.[place] ?? String(place)} (${estimateText(each)})`,
    );
    const count = top.samples?.length ?? 1;
    const by = count < 2 ? '' : ` by more than two standard errors over ${count} ${runs}`;
    const text = whereText(`The penalty of ${high}`, `${relation} that of ${low}${by}`, places, related);
    const holds = related.every((each) => each === (how === 'above'));
    return [{ level: holds ? 'info' : 'warning', id, text }];
  });
}

/**
 * At which places something is so: `A is above B at all 3 layers: x, y and z.`, `A is above B at x; at y and z it is not.`, `A is not above B
 * at any of the 3 layers: x, y and z.`, of one place `A is above B at x.` or `A is not above B at x.`
 */
export function whereText(what: string, is: string, places: readonly string[], so: readonly boolean[]): string {
  const [yes, no] = [true, false].map((wanted) => places.filter((_, i) => so[i] === wanted)) as [string[], string[]];
  if (places.length === 1) return `${what} is ${no.length > 0 ? 'not ' : ''}${is} at ${places[0]}.`;
  if (no.length === 0) return `${what} is ${is} at all ${places.length} layers: ${inWords(yes)}.`;
  if (yes.length === 0) return `${what} is not ${is} at any of the ${places.length} layers: ${inWords(no)}.`;
  return `${what} is ${is} at ${inWords(yes)}; at ${inWords(no)} it is not.`;
}

/** `a`, `a and b`, `a, b and c`. */
const inWords = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;

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
      text: 'No test data are wired: accuracies are those on the training data, and so too high.',
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
      text: `G_ReLU is not in the intertwiner group at ${inWords(outside.map(({ short }) => short))}: Theorem 4.2 promises nothing there.`,
    },
  ];
}

/** Ranks above the number of channels of a layer: no map of d channels has more than rank d (`rank-above-channels`). */
export function rankNotes(places: readonly NamedPlace[], ranks: readonly number[]): readonly Note[] {
  return ranks.flatMap((rank): Note[] => {
    const narrow = places.filter(({ to }) => to[0]! < rank);
    if (narrow.length === 0) return [];
    const where =
      narrow.length === places.length && places.length > 1
        ? `there are at any of these layers (at most ${Math.max(...places.map(({ to }) => to[0]!))})`
        : `there are at ${inWords(narrow.map(({ short, to }) => `${short} (${to[0]!})`))}`;
    return [
      {
        level: 'warning',
        id: 'rank-above-channels',
        text: `Rank ${rank} is more than the channels ${where}: there it is the full affine stitch, trained as two layers.`,
      },
    ];
  });
}

/** Trainings that diverged: what was kept of them is their last good weights, so that penalties may be too large. */
export function divergedNotes(table: Table): readonly Note[] {
  const at = table.columns.findIndex(({ name }) => name === DIVERGED);
  const rows = table.rows.filter((row) => Number(row[at] ?? 0) > 0);
  if (at < 0 || rows.length === 0) return [];
  const where = rows.map(([layer, of, ...rest]) => {
    const times = Number(rest[at - 2]);
    return `${of} at ${layer}${times > 1 ? `, ${times} times` : ''}`;
  });
  return [
    {
      level: 'warning',
      id: 'diverged',
      text: `Training diverged, and the last good weights were kept: ${where.join('; ')}. A smaller learning rate helps.`,
    },
  ];
}
