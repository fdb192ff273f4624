/** The ε-set of a Field, and an ε worth trying. */
import type { EpsilonSet, Field } from '../catalog/values.js';
import { latticeCount } from './lattice.js';
import { memberAt } from './members.js';

/** The members with J < ε, ascending; ε is at most the Field's cap, if it has one. Source: Lengyel et al. 2020 (GENNI), Section 3: the ε-equivalent set. */
export function thresholdField(field: Field, epsilon: number): EpsilonSet {
  let count = 0;
  for (const loss of field.values) if (loss < epsilon) count++;
  const index = new Uint32Array(count);
  const values = new Float32Array(count);
  let at = 0;
  field.values.forEach((loss, i) => {
    if (!(loss < epsilon)) return;
    index[at] = memberAt(field, i);
    values[at++] = loss;
  });
  return { type: 'EpsilonSet', field, epsilon, index, values };
}

const SHARE = 0.005; // of the members, wanted in the set
const BELOW_NULL = 0.1; // of the smaller null model's J

/**
 * An ε worth trying: the J under which half a percent of the members lie, but at most a tenth of the smaller null model's J, so
 * that no trivial function is called equivalent; two significant digits, rounded up while that keeps it under the cap.
 * Undefined when no member has a J under that cap: then this grid shows no equivalents. Of a Field that goes up to a cap of its
 * own, ε is at most that.
 */
export function suggestedEpsilon(field: Field): number | undefined {
  if (!suggestions.has(field)) suggestions.set(field, suggest(field));
  return suggestions.get(field);
}

const suggestions = new WeakMap<Field, number | undefined>(); // a Field is immutable, and ε moves often

function suggest(field: Field): number | undefined {
  const { zero, constant } = field.reference.scale;
  const cap = Math.min(BELOW_NULL * Math.min(zero, constant), field.cap ?? Number.POSITIVE_INFINITY);
  const under = field.values.filter((loss) => loss < cap).sort();
  if (under.length === 0) return undefined;
  const wanted = Math.max(1, Math.ceil(SHARE * latticeCount(field.lattice)));
  if (under.length <= wanted) return cap;
  const exact = under[wanted - 1]!;
  if (exact <= 0) return cap;
  const unit = 10 ** (Math.floor(Math.log10(exact)) - 1);
  const rounded = Number(((Math.floor(exact / unit) + 1) * unit).toPrecision(2));
  return Math.min(rounded, cap);
}
