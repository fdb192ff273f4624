/**
 * What float32 may do to a network on a device, as a change of its parameters. In whatever order a sum is added, the computed
 * Σ w_k h_k + b is the exact one for weights and a bias that are off by at most (K + 1) ε of themselves, K being the fan-in and
 * ε = 2⁻²⁴; forming θ and rounding it adds less than two more, and an activation that is off by some ε of its value is weights of
 * the next layer that are off by as much. See N. J. Higham, Accuracy and Stability of Numerical Algorithms, section 3.1.
 */
const EPSILON = 2 ** -24;
const BESIDES = 24; // times ε: θ formed and rounded, and the activation before, which is off by less than 16

/** How far weights and biases of a linear layer may be off, as a part of each: of `fanIn` weights to a unit. */
export function slack(fanIn: number): number {
  return (fanIn + BESIDES) * EPSILON;
}

/** The same of a first layer that may be projected instead: its m + 1 projections are sums of so many, and are summed. */
export function projectedSlack(fanIn: number, rank: number): number {
  return slack(fanIn + rank + 1);
}
