/**
 * Elements of intertwiner groups G_σ = {A ∈ GL_n : σ∘A = φ_σ(A)∘σ for some φ_σ(A) ∈ GL_n} of pointwise activations (intertwiner paper,
 * Definition 3.2, Lemma 3.1 and Table 1). Matrices are [n, n], row-major, float64.
 */
import type { Stream } from '../../tensor/random.js';
import type { Scales } from './scales.js';

/**
 * A random element A = PD: P a uniform permutation, log |d| drawn from N(0, spread²), signs fair where they are allowed; of the general
 * linear group independent draws of N(0, 1).
 */
export function randomElement(scales: Scales, n: number, spread: number, random: Stream): Float64Array {
  const a = new Float64Array(n * n);
  if (scales === 'general') return a.map(() => random.normal());
  const place = random.permutation(n);
  for (let i = 0; i < n; i++) {
    const size = scales === 'positive' || scales === 'non-zero' ? Math.exp(spread * random.normal()) : 1;
    const sign = scales === 'signs' || scales === 'non-zero' ? 1 - 2 * random.integer(2) : 1;
    a[i * n + place[i]!] = sign * size;
  }
  return a;
}
