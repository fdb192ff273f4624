/** Batch normalisation in float64 over rows of `n` columns, of which the first `count` are examples. */
import type { NormStep } from './program.js';

/** What a layer divides by: mean and biased variance of each channel. */
export interface Statistics {
  readonly mean: Float64Array; // [channels]
  readonly variance: Float64Array; // [channels]
}

/** Mean and biased variance of each channel of z. */
export function batchStatistics(step: NormStep, z: Float64Array, n: number, count: number): Statistics {
  const { channels, positions } = step;
  const mean = new Float64Array(channels);
  const variance = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    for (let row = c * positions; row < (c + 1) * positions; row++)
      for (let i = row * n; i < row * n + count; i++) sum += z[i]!;
    const m = sum / (positions * count);
    let squares = 0;
    for (let row = c * positions; row < (c + 1) * positions; row++)
      for (let i = row * n; i < row * n + count; i++) squares += (z[i]! - m) ** 2;
    mean[c] = m;
    variance[c] = squares / (positions * count);
  }
  return { mean, variance };
}

/** The running statistics in the buffers from `at` on. */
export function runningStatistics({ channels, mean, variance }: NormStep, buffers: ArrayLike<number>): Statistics {
  const take = (from: number): Float64Array => Float64Array.from({ length: channels }, (_, c) => buffers[from + c]!);
  return { mean: take(mean), variance: take(variance) };
}

/**
 * Moves the running statistics towards those of a batch, by `momentum`, with the unbiased variance, as torch.nn.BatchNorm2d. Of a
 * single number there is none: then they stay.
 */
export function moveRunning(
  { channels, positions, mean, variance, momentum }: NormStep,
  buffers: Float32Array,
  batch: Statistics,
  count: number,
): void {
  const numbers = positions * count;
  if (numbers < 2) return;
  const unbiased = numbers / (numbers - 1);
  for (let c = 0; c < channels; c++) {
    buffers[mean + c] = (1 - momentum) * buffers[mean + c]! + momentum * batch.mean[c]!;
    buffers[variance + c] = (1 - momentum) * buffers[variance + c]! + momentum * unbiased * batch.variance[c]!;
  }
}

/** out = γ (z − μ)/√(σ² + ε) + β. */
export function normForward(
  { channels, positions, weight, bias, epsilon }: NormStep,
  theta: Float64Array,
  { mean, variance }: Statistics,
  z: Float64Array,
  out: Float64Array,
  n: number,
): void {
  for (let c = 0; c < channels; c++) {
    const scale = theta[weight + c]! / Math.sqrt(variance[c]! + epsilon);
    const shift = theta[bias + c]! - scale * mean[c]!;
    for (let i = c * positions * n; i < (c + 1) * positions * n; i++) out[i] = scale * z[i]! + shift;
  }
}

/**
 * ∂J/∂γ = Σ dout ẑ and ∂J/∂β = Σ dout go to `gradient`, ∂J/∂z to `dz` where it is given: γ/σ dout, less what the batch's own statistics
 * take away, γ/σ (mean dout + ẑ mean(dout ẑ)), where they are the batch's. Columns from `count` on get 0.
 */
export function normBackward(
  { channels, positions, weight, bias, epsilon }: NormStep,
  theta: Float64Array,
  { mean, variance }: Statistics,
  ofBatch: boolean,
  z: Float64Array,
  dout: Float64Array,
  dz: Float64Array | undefined,
  gradient: Float64Array,
  n: number,
  count: number,
): void {
  const numbers = positions * count;
  for (let c = 0; c < channels; c++) {
    const inverse = 1 / Math.sqrt(variance[c]! + epsilon);
    const m = mean[c]!;
    let sum = 0;
    let product = 0;
    for (let row = c * positions; row < (c + 1) * positions; row++)
      for (let i = row * n; i < row * n + count; i++) {
        sum += dout[i]!;
        product += dout[i]! * (z[i]! - m) * inverse;
      }
    gradient[weight + c]! += product;
    gradient[bias + c]! += sum;
    if (dz === undefined) continue;
    const scale = theta[weight + c]! * inverse;
    const first = ofBatch ? sum / numbers : 0;
    const second = ofBatch ? product / numbers : 0;
    for (let row = c * positions; row < (c + 1) * positions; row++) {
      for (let i = row * n; i < row * n + count; i++)
        dz[i] = scale * (dout[i]! - first - (z[i]! - m) * inverse * second);
      dz.fill(0, row * n + count, (row + 1) * n);
    }
  }
}
