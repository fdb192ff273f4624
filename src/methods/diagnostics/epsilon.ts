/** What an ε says about itself beside the null models; the same words on nodes, plots and the ruler. */
import { formatNumber } from '../../catalog/text.js';
import type { JScale } from '../../catalog/values.js';
import type { Note } from '../../catalog/views.js';

/**
 * What is true of an ε > 0 (absolute), the strongest first and without full stop: `epsilon-above-zero` when ε is at or above the
 * J of the zero function, E[φ²], and `epsilon-above-constant` when it is at or above that of the best constant. At equality the
 * set J < ε does not yet hold the null model, and only the equality is said.
 */
export function epsilonFlags(epsilon: number, { zero, constant }: JScale): readonly { id: string; text: string }[] {
  if (!(zero > 0)) return [{ id: 'epsilon-above-zero', text: 'E[φ²] is 0: the reference itself is the zero function' }];
  const flags: { id: string; text: string }[] = [];
  const times = `ε is ${formatNumber(epsilon / zero)} × E[φ²]`;
  if (epsilon > zero)
    flags.push({ id: 'epsilon-above-zero', text: `${times}: the zero function counts as equivalent` });
  else if (epsilon === zero)
    flags.push({ id: 'epsilon-above-zero', text: 'ε equals E[φ²], the J of the zero function' });
  if (epsilon > constant)
    flags.push({ id: 'epsilon-above-constant', text: `${times}: the best constant counts as equivalent` });
  else if (epsilon === constant)
    flags.push({ id: 'epsilon-above-constant', text: 'ε equals the J of the best constant' });
  return flags;
}

/** The same as sentences of a node. */
export function epsilonNotes(epsilon: number, scale: JScale): readonly Note[] {
  return epsilonFlags(epsilon, scale).map(({ id, text }) => ({ level: 'warning', id, text: `${text}.` }));
}
