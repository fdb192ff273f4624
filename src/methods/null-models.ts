/** The functions that need no network: their J is what every other J is compared with. */
import { formatCount, formatNumber } from '../catalog/text.js';
import type { Inputs, JScale, Outputs } from '../catalog/values.js';

/** The inputs that count, as a phrase: `all 500 inputs`, or `all 3 inputs of weight > 0`. */
export function allInputs({ count, weights }: Inputs): string {
  const counting = weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0);
  return counting === count ? `all ${formatCount(count)} inputs` : `all ${formatCount(counting)} inputs of weight > 0`;
}

/**
 * The scale of J on one reference: power E[φ²] = Σ w‖y‖², the J of the zero function, and variance Σ w‖y − ȳ‖² with
 * ȳ = Σ w y / Σ w, the J of the best constant. Float64.
 */
export function scaleOf(inputs: Inputs, outputs: Outputs): JScale {
  const { y, count, width } = outputs;
  const mean = new Float64Array(width); // ȳ
  let total = 0; // Σ w
  let power = 0;
  for (let i = 0; i < count; i++) {
    const w = inputs.weights[i]!;
    if (w === 0) continue; // 0 · ∞ would be NaN
    total += w;
    for (let j = 0; j < width; j++) {
      const value = y[i * width + j]!;
      mean[j]! += w * value;
      power += w * value * value;
    }
  }
  for (let j = 0; j < width; j++) mean[j]! /= total;
  let variance = 0;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < width && inputs.weights[i] !== 0; j++)
      variance += inputs.weights[i]! * (y[i * width + j]! - mean[j]!) ** 2;
  return { power, variance, zero: power, constant: variance };
}

/** J relative to the reference's power, J / E[φ²]; undefined for a reference that is the zero function. */
export function relativeJ(loss: number, scale: JScale): number | undefined {
  return scale.power > 0 ? loss / scale.power : undefined;
}

/** A J in words, in units of the reference's power: `0.02 E[φ²]`; as it is for a reference that is the zero function. */
export function inPowers(loss: number, scale: JScale): string {
  const relative = relativeJ(loss, scale);
  return relative === undefined ? formatNumber(loss) : `${formatNumber(relative)} E[φ²]`;
}
