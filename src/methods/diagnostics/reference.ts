/** What a reference says about itself. */
import { describeLayer } from '../../catalog/presets.js';
import { formatNumber } from '../../catalog/text.js';
import type { Reference } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';
import { allInputs } from '../null-models.js';

/** Below this share of the power a variance is rounding: the reference is a constant. */
export const CONSTANT = 1e-12;

/** Sentences about a reference: `reference-zero`, `reference-constant`, `dead-units`, `theta-unknown`. Each only when true. */
export function referenceNotes(reference: Reference): readonly Note[] {
  const { scale, inputs, units, theta, architecture } = reference;
  const notes: Note[] = [];
  const on = `on ${allInputs(inputs)}`;
  if (scale.power === 0)
    notes.push({
      level: 'problem',
      id: 'reference-zero',
      text: `The reference is dead: its output is 0 ${on}. Every network that gives 0 is its equivalent, and J has no scale.`,
    });
  else if (scale.variance <= CONSTANT * scale.power)
    notes.push({
      level: 'problem',
      id: 'reference-constant',
      text: `The reference is constant ${on}: the best constant function has J = ${formatNumber(scale.constant)}, so being equivalent to it means being constant.`,
    });
  const dead = (units ?? []).filter((layer) => layer.dead > 0);
  if (dead.length > 0) {
    const each = dead.map(
      ({ layer, units: all, dead: none }) =>
        `${none} of ${all} in layer ${layer} (${describeLayer(architecture.layers[layer]!)})`,
    );
    notes.push({
      level: 'warning',
      id: 'dead-units',
      text: `Dead units (activation 0 ${on}): ${each.join('; ')}. The weights out of them do not change the function here.`,
    });
  }
  if (theta === undefined)
    notes.push({
      level: 'info',
      id: 'theta-unknown',
      text: 'Only the values of the reference are known, not its θ: its dead units cannot be told.',
    });
  return notes;
}
