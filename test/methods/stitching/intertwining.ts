/** Whether matrices intertwine an activation, by the definition itself: σ(Ax) against φ_σ(A) σ(x) (intertwiner paper, Lemma 3.1). */
import type { Activation } from '../../../src/catalog/architecture.js';
import { activateAll } from '../../../src/tensor/activation.js';
import { stream } from '../../../src/tensor/random.js';

/**
 * φ_σ(A) = σ(A) σ(I)⁻¹ (Lemma 3.1), σ entrywise. σ(I) = (σ(1) − σ(0)) I + σ(0) 11ᵀ is inverted by Sherman and Morrison's formula.
 * What it means for an A outside of G_σ nobody says.
 */
export function imageOf(activation: Activation, a: Float64Array, n: number): Float64Array {
  const [zero, one] = applied(activation, Float64Array.of(0, 1)) as unknown as [number, number];
  const gap = one - zero;
  const image = applied(activation, a);
  for (let i = 0; i < n; i++) {
    const row = image.subarray(i * n, (i + 1) * n);
    const shift = (row.reduce((sum, value) => sum + value, 0) * zero) / (gap + n * zero);
    for (let j = 0; j < n; j++) row[j] = (row[j]! - shift) / gap;
  }
  return image;
}

/** A x. */
function times(a: Float64Array, x: Float64Array): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: a.length / n }, (_, i) => {
    let sum = 0;
    for (let j = 0; j < n; j++) sum += a[i * n + j]! * x[j]!;
    return sum;
  });
}

/**
 * How far A is from intertwining σ: the greatest |σ(Ax) − φ_σ(A) σ(x)| over `draws` random x ~ N(0, I), relative to the root mean square
 * of σ(Ax). Rounding for an element of G_σ; NaN where σ(Ax) is 0 throughout.
 */
export function intertwiningError(activation: Activation, a: Float64Array, n: number, draws = 32, seed = 0): number {
  const image = imageOf(activation, a, n);
  let worst = 0;
  let power = 0;
  for (let k = 0; k < draws; k++) {
    const random = stream(seed, 'test intertwining', k);
    const x = Float64Array.from({ length: n }, () => random.normal());
    const left = applied(activation, times(a, x));
    const right = times(image, applied(activation, x));
    left.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - right[i]!));
      power += value * value;
    });
  }
  return worst / Math.sqrt(power / (draws * n));
}

/** Whether A is in G_σ as far as random x can tell: `intertwiningError` ≤ 10⁻⁹. */
export const intertwines = (activation: Activation, a: Float64Array, n: number): boolean =>
  intertwiningError(activation, a, n) <= 1e-9;

function applied(activation: Activation, x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  activateAll(activation, x, out, x.length);
  return out;
}
