/** Which matrices intertwine an activation, as plain knowledge: nothing here computes (intertwiner paper, Table 1 and Appendix E.2). */
import type { Activation } from '../../catalog/architecture.js';

/** What D in A = PD may be: I only, signs, positive numbers, or any but 0. `general`: A is any invertible matrix. */
export type Scales = 'none' | 'signs' | 'positive' | 'non-zero' | 'general';

/** The diagonal part of the intertwiner group of an activation. */
export function scalesOf(activation: Activation): Scales {
  switch (activation.name) {
    case 'identity':
      return 'general';
    case 'relu':
      return 'positive';
    case 'leaky-relu': // slope −1 is |x|
      return activation.slope === 1 ? 'general' : activation.slope === -1 ? 'non-zero' : 'positive';
    case 'power':
      return activation.degree === 1 ? 'general' : 'non-zero';
    case 'tanh':
      return 'signs';
    case 'sigmoid':
    case 'gelu':
      return 'none';
  }
}

/** Whether G_ReLU lies in the intertwiner group of an activation, so that Theorem 4.2 speaks of it. */
export const hasReluGroup = (activation: Activation): boolean =>
  ['positive', 'non-zero', 'general'].includes(scalesOf(activation));
