/** What fractions of interpretable units say about the basis of a representation. */
import type { NamedPlace } from '../../catalog/layer-names.js';
import { formatNumber } from '../../catalog/text.js';
import type { Curve } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { isAbove, negative, pairedDifference } from '../stitching/paired.js';
import { scalesOf } from '../stitching/scales.js';
import { estimateText } from './stitching.js';

/** Whether a layer's values come out of an activation whose intertwiner group is not all of GL: its basis is then a special one. */
export const isActivated = ({ layer }: NamedPlace): boolean =>
  layer.kind === 'activation' && scalesOf(layer.activation) !== 'general';

/**
 * For each layer, whether the fraction of interpretable units falls from the least α to the greatest beyond two standard errors of the
 * paired differences. Expected where an activation precedes, and not where none does; a warning where it is otherwise.
 */
export function rotationNotes(curve: Curve, places: readonly NamedPlace[]): readonly Note[] {
  const first = curve.x.indexOf(Math.min(...curve.x));
  const last = curve.x.indexOf(Math.max(...curve.x));
  if (first === last) return [];
  return curve.lines.flatMap((line, p): Note[] => {
    const place = places[p]!;
    const runs = line.samples ?? [line.y];
    const [from, to] = [first, last].map((at) => runs.map((run) => run[at]!)) as [number[], number[]];
    const drop = pairedDifference(from, to);
    const falls = isAbove(drop);
    const rises = isAbove(negative(drop));
    const activated = isActivated(place);
    const means = `from ${formatNumber(line.y[first]!, 2)} to ${formatNumber(line.y[last]!, 2)}`;
    const what = falls ? 'falls' : rises ? 'rises' : 'does not change beyond two standard errors';
    const text = `${place.short} (${activated ? 'an activation precedes' : 'no activation precedes'}): the fraction of interpretable units ${what} as the representation is rotated, ${means} (fall ${estimateText(drop)})`;
    const expected = falls === activated;
    return [
      {
        level: expected ? 'info' : 'warning',
        id: activated ? 'interpretable-activated' : 'interpretable-linear',
        text: `${text}${expected ? '' : activated ? '; a fall was expected' : '; no fall was expected'}.`,
      },
    ];
  });
}
