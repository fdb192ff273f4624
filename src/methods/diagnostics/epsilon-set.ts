/** What an ε-set says about itself. */
import { formatCount, formatNumber, formatPower, formatShare } from '../../catalog/text.js';
import type { EpsilonSet, Lattice } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { latticeCoefficients } from '../../tensor/family.js';
import { IndexPlaces } from '../index-places.js';
import { latticeCount, latticeSpacing, onBorder, placeOf, strides } from '../lattice.js';
import { MOST_DRAWN, placeIn } from '../members.js';
import { inPowers, relativeJ } from '../null-models.js';
import { epsilonNotes } from './epsilon.js';
import { countField, type FieldCounts } from './field.js';
import { choiceNotes } from './points.js';
import { referenceNotes } from './reference.js';

/** Counts over an ε-set. */
export interface SetCounts {
  readonly members: number;
  readonly zero: number; // exactly the zero function: power 0
  readonly nearerToZero: number; // ‖φ_θ̃‖² < ‖φ_θ̃ − φ‖², that is power < J
  readonly thin: number; // neither neighbour along some axis is in the set
  readonly border: number; // on the lattice's border
  readonly nextToCap: number; // a neighbour along some axis is at or above the Field's cap
}

/** Counts in one pass over the members. */
export function countSet(set: EpsilonSet): SetCounts {
  const { points, subspace } = set.field.lattice;
  const { power } = set.field;
  const stride = strides(points, subspace.rank);
  const inside = new IndexPlaces(set.index);
  const isIn = (member: number): boolean => inside.place(member) >= 0;
  const { cap, values, index } = set.field;
  const known = index && new IndexPlaces(index);
  const isAbove = (member: number): boolean =>
    cap !== undefined && (known ? known.place(member) < 0 : values[member] === Number.POSITIVE_INFINITY);
  const place = new Int32Array(subspace.rank);
  let zero = 0;
  let nearerToZero = 0;
  let thin = 0;
  let border = 0;
  let nextToCap = 0;
  set.index.forEach((member, i) => {
    const output = power[placeIn(set.field, member)]!;
    if (output === 0) zero++;
    if (output < set.values[i]!) nearerToZero++;
    placeOf(member, points, place);
    if (onBorder(place, points)) border++;
    const lone = place.some(
      (at, k) => !(at > 0 && isIn(member - stride[k]!)) && !(at < points - 1 && isIn(member + stride[k]!)),
    );
    if (lone) thin++;
    const near = place.some(
      (at, k) => (at > 0 && isAbove(member - stride[k]!)) || (at < points - 1 && isAbove(member + stride[k]!)),
    );
    if (near) nextToCap++;
  });
  return { members: set.index.length, zero, nearerToZero, thin, border, nextToCap };
}

/**
 * Sentences about an ε-set: those of ε and of how its plane was chosen, `set-empty`, `set-zero-members`, `set-nearer-zero`, `set-thin`, `set-next-to-cap`,
 * `set-touches-border`, `set-everything`. Each only when true.
 */
export function setNotes(set: EpsilonSet, counts: SetCounts = countSet(set)): readonly Note[] {
  const { lattice, reference } = set.field;
  const { scale } = reference;
  const notes: Note[] = referenceNotes(reference).filter((note) => note.level === 'problem');
  notes.push(...epsilonNotes(set.epsilon, scale), ...choiceNotes(lattice.subspace));
  const of = (count: number): string =>
    `${formatCount(count)} of its ${formatCount(counts.members)} members (${formatShare(count / counts.members)})`;
  if (counts.members === 0) {
    notes.push({ level: 'warning', id: 'set-empty', text: emptyText(set, countField(set.field)) });
    return notes;
  }
  if (counts.zero > 0)
    notes.push({
      level: 'warning',
      id: 'set-zero-members',
      text: `${of(counts.zero)} are exactly the zero function.`,
    });
  if (counts.nearerToZero > 0)
    notes.push({
      level: 'warning',
      id: 'set-nearer-zero',
      text: `${of(counts.nearerToZero)} are nearer to the zero function than to φ.`,
    });
  if (counts.thin * 2 > counts.members)
    notes.push({
      level: 'info',
      id: 'set-thin',
      text: `The grid limits this picture: ${of(counts.thin)} have no neighbour in the set along some axis, so the set is thinner there than the spacing ${formatNumber(latticeSpacing(lattice))}. Use more points per axis or a larger ε.`,
    });
  if (counts.nextToCap > 0)
    notes.push({
      level: 'info',
      id: 'set-next-to-cap',
      text: `${of(counts.nextToCap)} have a neighbour at or above the cap, whose J is not known: between the two ${drawsBorder(lattice) ? 'the border J = ε is drawn as if J were the cap there' : 'the set ends at a place that is not known'}.`,
    });
  if (counts.border > 0)
    notes.push({
      level: 'info',
      id: 'set-touches-border',
      text: `The set reaches the border of the grid [${formatNumber(lattice.low)}, ${formatNumber(lattice.high)}] in ${formatCount(counts.border)} member${counts.border === 1 ? '' : 's'}: it may go on outside.`,
    });
  if (counts.members === latticeCount(lattice))
    notes.push({
      level: 'info',
      id: 'set-everything',
      text: `Every one of the ${formatPower(lattice.points, lattice.subspace.rank)} members of the grid is in the set; a smaller ε tells more.`,
    });
  return notes;
}

/** Whether pictures draw the border J = ε between members: as lines for m = 2, as a surface for m = 3. */
function drawsBorder(lattice: Lattice): boolean {
  const { rank } = lattice.subspace;
  return (rank === 2 || rank === 3) && latticeCount(lattice) <= MOST_DRAWN;
}

function emptyText(set: EpsilonSet, field: FieldCounts): string {
  const { cap } = set.field;
  if (field.lowestAt < 0 && cap !== undefined)
    return `No member is in the set: none on the grid has a J below the cap of ${inPowers(cap, set.field.reference.scale)}. Raise the cap, or look at another plane.`;
  if (field.lowestAt < 0) return 'No member is in the set: J is not a finite number anywhere on the grid.';
  const at = Array.from(latticeCoefficients(set.field.lattice, field.lowestAt), (c) => formatNumber(c)).join(', ');
  const relative = relativeJ(field.lowest, set.field.reference.scale);
  const scaled = relative === undefined ? '' : ` (${formatNumber(relative)} × E[φ²])`;
  return `No member is in the set: the smallest J on the grid is ${formatNumber(field.lowest)}${scaled}, at c = (${at}). ε must exceed it, or the grid be refined around it (spacing ${formatNumber(latticeSpacing(set.field.lattice))}).`;
}
