/** What fractions of interpretable units say about the basis of a representation. */
import type { Architecture } from '../../catalog/architecture.js';
import type { NamedPlace } from '../../catalog/layer-names.js';
import { formatNumber } from '../../catalog/text.js';
import type { Curve } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { type Basis, basisOf } from '../dissect/basis.js';
import { isAbove, negative, pairedDifference } from '../models/estimate.js';
import { estimateText } from './stitching.js';

const WHY: Readonly<Record<Basis, string>> = {
  activated: 'a nonlinearity precedes',
  'to be activated': 'none precedes, but one follows',
  free: 'no nonlinearity precedes or follows',
};

/**
 * For each layer, whether the fraction of interpretable units falls from the least α to the greatest beyond two standard errors of the
 * paired differences. A fall is expected where a nonlinearity precedes and not where none is near, and a warning says where it is
 * otherwise; where one only follows, the units are singled out too, and nothing is expected.
 */
export function rotationNotes(
  architecture: Architecture,
  curve: Curve,
  places: readonly NamedPlace[],
): readonly Note[] {
  const first = curve.x.indexOf(Math.min(...curve.x));
  const last = curve.x.indexOf(Math.max(...curve.x));
  if (first === last) return [];
  return curve.lines.map((line, p): Note => {
    const place = places[p]!;
    const runs = line.samples ?? [line.y];
    const [from, to] = [first, last].map((at) => runs.map((run) => run[at]!)) as [number[], number[]];
    const drop = pairedDifference(from, to);
    const falls = isAbove(drop);
    const basis = basisOf(architecture, place);
    const means = `from ${formatNumber(line.y[first]!, 2)} to ${formatNumber(line.y[last]!, 2)}`;
    const beyond = drop.count < 2 ? 'does not change' : 'does not change beyond two standard errors';
    const what = falls ? 'falls' : isAbove(negative(drop)) ? 'rises' : beyond;
    const expected = basis === 'to be activated' || falls === (basis === 'activated');
    const otherwise = basis === 'activated' ? '; a fall was expected' : '; no fall was expected';
    return {
      level: expected ? 'info' : 'warning',
      id: `interpretable-${basis.replaceAll(' ', '-')}`,
      text: `${place.short} (${WHY[basis]}): the fraction of interpretable units ${what} as the representation is rotated, ${means} (fall ${estimateText(drop)})${expected ? '' : otherwise}.`,
    };
  });
}
