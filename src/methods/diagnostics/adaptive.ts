/** What an adaptive Field says of the members that it skipped. */
import { formatCount, formatNumber, formatShare } from '../../catalog/text.js';
import type { Field, Refinement } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { COARSEST } from '../adaptive-cells.js';
import { latticeCount } from '../lattice.js';

/**
 * Sentences about an adaptive Field: `field-adaptive-proved` or `field-adaptive-sampled` (what was skipped, why, and what can be
 * missed), and `field-adaptive-leaked` where neighbours found what the cells did not.
 */
export function adaptiveNotes({ lattice, refinement }: Pick<Field, 'lattice' | 'refinement'>): readonly Note[] {
  if (refinement === undefined) return [];
  const { rule, levels, intervals, slope, sampled, margin, neighbours, found } = refinement;
  const members = latticeCount(lattice);
  const skipped = levels.reduce((sum, level) => sum + level.skipped, 0);
  if (skipped === 0)
    return [
      {
        level: 'info',
        id: 'field-adaptive-whole',
        text: `No cell could be skipped: all ${formatCount(members)} members were evaluated.${members <= COARSEST ? '' : ` The bounds are too loose for this network, cap and spacing${margin === undefined ? '; sampled slopes may skip more' : ''}.`}`,
      },
    ];
  const what = `${formatCount(skipped)} of the ${formatCount(members)} members (${formatShare(skipped / members)}) were skipped without an evaluation: ${levelsText(refinement)}.`;
  const parts: string[] = [];
  if (intervals > 0)
    parts.push(
      `${intervals === skipped ? 'In these cells' : `In the cells of ${formatCount(intervals)} of them`} interval arithmetic keeps the outputs so far from the reference's that J is above the cap.`,
    );
  if (rule === 'proved') {
    if (intervals < skipped)
      parts.push(
        `${intervals > 0 ? 'In the others' : 'In these cells'} the function moves less, by a proved bound, than √J of the centre lies above √cap (at most ${formatNumber(slope, 3)} per basis length).`,
      );
    return [
      { level: 'info', id: 'field-adaptive-proved', text: `${what} None of them is below the cap. ${parts.join(' ')}` },
    ];
  }
  const notes: Note[] = [
    {
      level: 'info',
      id: 'field-adaptive-sampled',
      text: [
        what,
        ...parts,
        `${intervals > 0 ? 'Another' : 'A'} cell was kept where √J of its centre, less what the function may move in the cell, is below √cap. For that movement samples stand (greatest ${formatNumber(sampled ?? 0, 3)} per basis length) times a margin of ${formatNumber(margin ?? 1, 3)}; up to ${formatNumber(slope, 3)} was used. Neighbours of members below the cap were evaluated too (${formatCount(neighbours)} outside kept cells), so what can be missed is a component that lies wholly in skipped cells.`,
      ].join(' '),
    },
  ];
  if (found > 0)
    notes.push({
      level: 'warning',
      id: 'field-adaptive-leaked',
      text: `${formatCount(found)} members below the cap lay in skipped cells and were found only as neighbours of others: the margin of ${formatNumber(margin ?? 1, 3)} is too low here. Raise it, or choose the proved rule.`,
    });
  return notes;
}

/** `10,305,536 in cells of 4,096 (15,625 judged), …`: the levels that skipped something. */
function levelsText({ levels }: Refinement): string {
  return levels
    .filter(({ skipped }) => skipped > 0)
    .map(
      ({ members, skipped, evaluated }) =>
        `${formatCount(skipped)} in cells of ${formatCount(members)} (${formatCount(evaluated)} judged)`,
    )
    .join(', ');
}
