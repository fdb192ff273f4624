/** Inputs of weight 0. */
import { chosenInputs, type Data } from './chosen-inputs.js';

/**
 * The inputs that count, with their outputs: an input of weight 0 adds nothing to Σ w ‖φ(x) − y‖², also where φ(x) overflows and
 * 0 · ∞ would be NaN. The very same objects where all count.
 */
export function counting<D extends Data>(data: D): D {
  const { inputs } = data;
  if (!inputs.weights.includes(0)) return data;
  const kept = Uint32Array.from(inputs.weights.keys()).filter((n) => inputs.weights[n] !== 0);
  return chosenInputs(data, kept);
}
