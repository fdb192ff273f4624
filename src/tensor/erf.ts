/** The error function in float64, which JavaScript lacks; GELU needs it. */

/**
 * erf(x) = 2/√π ∫₀ˣ e^{−t²} dt, to about 10⁻¹⁵: the Maclaurin series Σ 2^k x^{2k+1} e^{−x²} / (2k+1)!! below 3
 * (Abramowitz and Stegun 7.1.6), the continued fraction of erfc above (7.1.14).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (a > 6) return Math.sign(x);
  if (a < 3) {
    let term = x;
    let sum = x;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
      term *= (2 * x * x) / (2 * k + 1);
      sum += term;
    }
    return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let fraction = 0;
  for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / (Math.sqrt(Math.PI) * (a + fraction)));
}
