/** Activations in float64, as the plain JavaScript route computes them and the float32 routes are tested against. */
import type { Activation } from '../../catalog/architecture.js';

// Chebyshev coefficients of erfc(z) exp(z²) / t in t = 1 / (1 + z/2), z in [0, 27]; fitted with 50 digits
const ERFC = [
  0.5942061283062097, 0.34616476170134125, 0.058092047764336005, 0.002537027896669046, -0.0009308713261911396,
  -9.576308211464107e-5, 2.5293307865581698e-5, 2.3336904244805758e-6, -9.788420559877163e-7, -1.4636069201927199e-8,
  3.998512653952518e-8, -3.842761538705057e-9, -1.2722548224115746e-9, 3.6040441065073665e-10, 4.5423819717807235e-12,
  -1.8860089713279745e-11, 3.2234373976734127e-12, 3.8426596850155454e-13, -2.5761553187125016e-13,
  3.3848412572974715e-14, 7.407164933849006e-15, -3.772079012790857e-15, 4.670938195459715e-16, 1.184303037435372e-16,
  -6.077713051558455e-17, 8.588138046109402e-18,
];
const ERFC_LOW = 2 / 29; // t at z = 27

/** 1 − erf(z), relative error below 10⁻¹³ up to z = 26. */
export function erfc(z: number): number {
  const a = Math.abs(z);
  if (a > 27) return z > 0 ? 0 : 2;
  const t = 1 / (1 + a / 2);
  const x = (2 * t - (1 + ERFC_LOW)) / (1 - ERFC_LOW);
  let b0 = 0;
  let b1 = 0;
  for (let j = ERFC.length - 1; j > 0; j--) [b0, b1] = [ERFC[j]! + 2 * x * b0 - b1, b0];
  const tail = t * Math.exp(-a * a) * (ERFC[0]! + x * b0 - b1);
  return z < 0 ? 2 - tail : tail;
}

/** x Φ(x) with the normal distribution function Φ (the exact GELU, not its tanh approximation). */
export function gelu(x: number): number {
  if (x > 27) return x; // also infinite x
  if (x < -38) return -0;
  return 0.5 * x * erfc(-x * Math.SQRT1_2);
}

/** σ(x) = 1 / (1 + exp(−x)). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** Applies one activation to the first `count` numbers of `values`, in place. */
export function activate(activation: Activation, values: Float64Array, count: number): void {
  switch (activation.name) {
    case 'relu':
      for (let i = 0; i < count; i++) if (values[i]! < 0) values[i] = 0;
      break;
    case 'leaky-relu': {
      const { slope } = activation;
      for (let i = 0; i < count; i++) if (values[i]! < 0) values[i] = slope * values[i]!;
      break;
    }
    case 'tanh':
      for (let i = 0; i < count; i++) values[i] = Math.tanh(values[i]!);
      break;
    case 'sigmoid':
      for (let i = 0; i < count; i++) values[i] = sigmoid(values[i]!);
      break;
    case 'gelu':
      for (let i = 0; i < count; i++) values[i] = gelu(values[i]!);
      break;
    case 'identity':
      break;
  }
}
