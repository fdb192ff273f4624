/** Inputs of weight 0. */
import type { Inputs, Outputs } from '../catalog/values.js';

/**
 * The inputs that count, with their outputs: an input of weight 0 adds nothing to Σ w ‖φ(x) − y‖², also where φ(x) overflows and
 * 0 · ∞ would be NaN. The very same objects where all count.
 */
export function counting<D extends { readonly inputs: Inputs; readonly outputs: Outputs }>(data: D): D {
  const { inputs, outputs } = data;
  if (!inputs.weights.includes(0)) return data;
  const kept = Uint32Array.from(inputs.weights.keys()).filter((n) => inputs.weights[n] !== 0);
  const rows = (values: Float32Array): Float32Array => {
    const width = values.length / inputs.count;
    const chosen = new Float32Array(kept.length * width);
    kept.forEach((from, to) => {
      chosen.set(values.subarray(from * width, (from + 1) * width), to * width);
    });
    return chosen;
  };
  const { labels: _, ...rest } = inputs;
  return {
    ...data,
    inputs: { ...rest, x: rows(inputs.x), weights: rows(inputs.weights), count: kept.length },
    outputs: { ...outputs, y: rows(outputs.y), count: kept.length },
  };
}
