/**
 * Float32 approximations shared by the WebAssembly and WGSL kernels, so that both have the same accuracy everywhere
 * (built-in functions of GPUs do not). Coefficients are Chebyshev fits made with 40 digits; lowest power first.
 */

/** exp(r) = 1 + r + r² Q(r) on |r| ≤ ln 2 / 2; error 10⁻⁸. */
export const EXP = [0.5, 0.166665766661, 0.041666554213, 0.00836323288368, 0.00139262508315];
/** log₂ e. */
export const LOG2E = Math.LOG2E;
/** The part of ln 2 with few digits, so that n · LN2_HIGH is exact. */
export const LN2_HIGH = 0.693359375;
/** The rest: ln 2 = LN2_HIGH + LN2_LOW. */
export const LN2_LOW = -2.1219444005469057e-4;
/** Least argument of exp; smaller ones are clamped to it, so that the result is a normal number. */
export const EXP_LOW = -87.3;
/** Greatest argument of exp; larger ones are clamped to it. */
export const EXP_HIGH = 88.3;

/** tanh(x) = x + x s Q(s), s = x², on |x| ≤ TANH_SMALL; relative error 2 · 10⁻⁸. Beyond: 1 − 2 / (exp(2|x|) + 1). */
export const TANH = [-0.333333284333, 0.133327188456, -0.0538432631753, 0.0209613291086, -0.00604516509652];
/** |x| up to which the polynomial gives tanh. */
export const TANH_SMALL = 0.625;

/** erfc(z) = t exp(−z²) Q(t), t = 1 / (1 + ERFC_SCALE z), z ≥ 0; relative error 10⁻⁷ up to z = 7. */
export const ERFC = [
  0.225504457408, 0.228488907381, 0.188250712346, 0.243633401993, -0.0322720575975, 0.24303796369, -0.0463771139957,
  -0.0793526864088, 0.0290864342762,
];
/** The factor of z in t. */
export const ERFC_SCALE = 0.4;
/** What GELU takes for numbers below it: it is as good as 0 there, and −∞ · 0 would be NaN. */
export const GELU_LOW = -1e4;
