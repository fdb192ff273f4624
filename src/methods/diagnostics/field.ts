/** What a Field says about itself. */
import { formatCount, formatNumber, formatShare } from '../../catalog/text.js';
import type { Field } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { latticeCount } from '../lattice.js';
import { memberAt } from '../members.js';
import { inPowers } from '../null-models.js';
import { adaptiveNotes } from './adaptive.js';
import { choiceNotes, names, pointNotes, ROUNDING } from './points.js';
import { referenceNotes } from './reference.js';

/**
 * Counts over a Field: members that are exactly the zero function, members without a finite J, and the range of J. Of members at or
 * above a cap nothing else is known; `zero` is undefined where zero functions, whose J is E[φ²], may be among them.
 */
export interface FieldCounts {
  readonly members: number;
  readonly above: number; // the cap: censored, or skipped
  readonly zero: number | undefined;
  readonly notFinite: number;
  readonly lowest: number;
  readonly highest: number;
  readonly lowestAt: number; // lattice index of the member with the smallest J
}

/** Counts in one pass, once for each Field. */
export function countField(field: Field): FieldCounts {
  const counted = counts.get(field) ?? count(field);
  counts.set(field, counted);
  return counted;
}

const counts = new WeakMap<Field, FieldCounts>(); // a Field is immutable, and ε moves often

function count(field: Field): FieldCounts {
  const { values, power, cap, reference, lattice } = field;
  const members = latticeCount(lattice);
  let above = members - values.length;
  let zero = 0;
  let notFinite = 0;
  let lowest = Infinity;
  let highest = -Infinity;
  let lowestAt = -1;
  for (let i = 0; i < values.length; i++) {
    const loss = values[i]!;
    if (power[i] === 0) zero++;
    if (!Number.isFinite(loss)) {
      if (cap === undefined) notFinite++;
      else above++;
      continue;
    }
    if (loss < lowest) {
      lowest = loss;
      lowestAt = memberAt(field, i);
    }
    if (loss > highest) highest = loss;
  }
  const sampled = field.refinement?.rule === 'sampled'; // what was skipped may be below the cap after all
  const told = cap === undefined || (cap > reference.scale.zero * (1 + ROUNDING) && !sampled);
  return { members, above, zero: told ? zero : undefined, notFinite, lowest, highest, lowestAt };
}

/**
 * Sentences about a Field: those of its reference, its points and how they were chosen, `field-above-cap`, `field-zero-members`, `field-above-null`,
 * `field-not-finite`, `points-outside-grid`. Each only when true.
 */
export function fieldNotes(field: Field): readonly Note[] {
  const { reference, lattice } = field;
  const counts = countField(field);
  const { scale, inputs } = reference;
  const { coordinates, rank, pointLoss, pointPower } = lattice.subspace;
  const notes: Note[] = referenceNotes(reference).filter((note) => note.level === 'problem');
  if (pointLoss && pointPower) notes.push(...pointNotes({ loss: pointLoss, power: pointPower }, reference));
  notes.push(...choiceNotes(lattice.subspace));
  if (counts.above > 0 && field.cap !== undefined)
    notes.push({
      level: counts.above === counts.members ? 'warning' : 'info',
      id: 'field-above-cap',
      text: aboveText(counts, field.cap, field),
    });
  notes.push(...adaptiveNotes(field));
  if (counts.zero !== undefined && counts.zero > 0)
    notes.push({
      level: 'warning',
      id: 'field-zero-members',
      text: `${formatCount(counts.zero)} of the ${formatCount(counts.members)} members of the grid (${formatShare(counts.zero / counts.members)}) are exactly the zero function on the ${formatCount(inputs.count)} inputs.`,
    });
  if (counts.notFinite > 0)
    notes.push({
      level: 'problem',
      id: 'field-not-finite',
      text: `J is not a finite number for ${formatCount(counts.notFinite)} of the ${formatCount(counts.members)} members; they are in no ε-set.`,
    });
  const least = Math.min(scale.zero, scale.constant);
  const none = counts.above === counts.members && field.refinement?.rule !== 'sampled'; // is below the cap
  const lowest = none ? (field.cap ?? Infinity) : counts.lowest;
  if (Number.isFinite(lowest) && lowest >= least * (1 - ROUNDING))
    notes.push({
      level: 'warning',
      id: 'field-above-null',
      text: `No member of the grid beats the ${scale.constant < scale.zero ? 'best constant' : 'zero'} function: the smallest J is ${none ? 'at least ' : ''}${formatNumber(lowest)} against ${formatNumber(least)}.`,
    });
  const outside = Array.from({ length: rank === 0 ? 0 : coordinates.length / rank }, (_, i) => i).filter((i) =>
    coordinates.subarray(i * rank, (i + 1) * rank).some((c) => c < lattice.low || c > lattice.high),
  );
  if (outside.length > 0)
    notes.push({
      level: 'info',
      id: 'points-outside-grid',
      text: `${names(outside)} ${outside.length > 1 ? 'lie' : 'lies'} outside the grid's bound [${formatNumber(lattice.low)}, ${formatNumber(lattice.high)}].`,
    });
  return notes;
}

/** `121,786 of the 125,000 members are at or above the cap of 0.05 E[φ²] and not told apart: …` */
function aboveText({ members, above, zero }: FieldCounts, cap: number, { reference, refinement }: Field): string {
  const at = `the cap of ${inPowers(cap, reference.scale)}`;
  if (above === members)
    return `${refinement?.rule === 'sampled' ? 'None of the evaluated members' : `None of the ${formatCount(members)} members`} of the grid has a J below ${at}: raise the cap or look at another plane.`;
  const unknown = zero === undefined ? ' Whether the zero function is among them is not known.' : '';
  const are = refinement?.rule === 'sampled' ? 'were skipped, or are' : 'are';
  return `${formatCount(above)} of the ${formatCount(members)} members of the grid (${formatShare(above / members)}) ${are} at or above ${at} and not told apart.${unknown}`;
}
