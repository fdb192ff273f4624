/** What given or found parameter vectors say about themselves. */
import { formatCount, formatNumber, subscript } from '../../catalog/text.js';
import type { Parameters, Reference, Subspace } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { allInputs } from '../null-models.js';

/** A J is computed in float32: one that differs from another by less than this share of it is neither above nor below. */
export const ROUNDING = 1e-5;

/** J and output power of θ_0…θ_m. */
export interface PointLosses {
  readonly loss: ArrayLike<number>;
  readonly power: ArrayLike<number>;
}

/** Points that a sentence or a summary lists one by one; of more it gives the number. */
export const LISTED = 16;

/** The smallest and the largest J; NaN where one is none. */
export function extremesOf(loss: ArrayLike<number>): { readonly least: number; readonly most: number } {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < loss.length; i++) {
    least = Math.min(least, loss[i]!);
    most = Math.max(most, loss[i]!);
  }
  return { least, most };
}

/**
 * Sentences about θ_0…θ_m: `point-dead` (output identically 0), `point-worse-than-zero`, `point-worse-than-constant`,
 * `point-not-finite`. A dead point is as far as the zero function is, and is named dead only. Each lists the points of which it is true.
 */
export function pointNotes({ loss, power }: PointLosses, reference: Reference): readonly Note[] {
  const { scale, inputs } = reference;
  const all = Array.from({ length: loss.length }, (_, i) => i);
  const finite = all.filter((i) => Number.isFinite(loss[i]));
  const notes: Note[] = [];
  const lost = all.filter((i) => !Number.isFinite(loss[i]));
  if (lost.length > 0)
    notes.push({ level: 'problem', id: 'point-not-finite', text: `${names(lost)}: J is not a finite number.` });
  const dead = finite.filter((i) => power[i] === 0);
  if (dead.length > 0)
    notes.push({
      level: 'warning',
      id: 'point-dead',
      text: `${names(dead)} ${dead.length > 1 ? 'are' : 'is'} dead: the output is 0 on ${allInputs(inputs)}, so J = ${formatNumber(scale.zero)} is that of the zero function.`,
    });
  const worse = finite.filter((i) => power[i]! > 0 && above(loss[i]!, scale.zero));
  if (worse.length > 0)
    notes.push({
      level: 'warning',
      id: 'point-worse-than-zero',
      text: `${names(worse)} ${worse.length > 1 ? 'are' : 'is'} worse than the zero function: ${values(worse, loss)} against ${formatNumber(scale.zero)}.`,
    });
  const poor = finite.filter((i) => power[i]! > 0 && above(loss[i]!, scale.constant) && !above(loss[i]!, scale.zero));
  if (poor.length > 0)
    notes.push({
      level: 'warning',
      id: 'point-worse-than-constant',
      text: `${names(poor)} ${poor.length > 1 ? 'are' : 'is'} worse than the best constant function: ${values(poor, loss)} against ${formatNumber(scale.constant)}.`,
    });
  return notes;
}

/** How vectors, or the plane through them, were chosen: the first m + 1 starts whatever their J (`first-m-plus-1`). */
export function choiceNotes({ flags }: Parameters | Subspace): readonly Note[] {
  return flags.map((text) => ({ level: 'warning', id: 'first-m-plus-1', text }));
}

/** Whether a J is above that of a null model by more than rounding. */
function above(loss: number, nullModel: number): boolean {
  return loss > nullModel * (1 + ROUNDING);
}

/** The names of points: `θ₀ and θ₂`, or the first few and how many more. */
export function names(points: readonly number[]): string {
  const each = points.slice(0, LISTED).map((i) => `θ${subscript(i)}`);
  if (points.length > LISTED) each.push(`${formatCount(points.length - LISTED)} more`);
  return each.length < 2 ? each.join('') : `${each.slice(0, -1).join(', ')} and ${each.at(-1)}`;
}

function values(points: readonly number[], loss: ArrayLike<number>): string {
  const each = points.slice(0, LISTED).map((i) => formatNumber(loss[i]!));
  return `J = ${each.join(', ')}${points.length > LISTED ? ', …' : ''}`;
}
