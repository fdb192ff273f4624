/** What batch normalisation adds up over the slabs of a batch, in float64, and the coefficients of its kernels that follow. */
import type { NormStep } from './program.js';

/** One layer of one pass. */
export class NormState {
  private readonly count: Float64Array; // numbers that were seen, the same for all channels
  private readonly mean: Float64Array;
  private readonly squares: Float64Array; // Σ (z − mean)²
  private readonly sum: Float64Array; // Σ d
  private readonly product: Float64Array; // Σ d (z − mean)
  private readonly variance: Float64Array; // that the layer divides by

  constructor(private readonly step: NormStep) {
    const { channels } = step;
    const zeros = (): Float64Array => new Float64Array(channels);
    [this.count, this.mean, this.squares] = [new Float64Array(1), zeros(), zeros()];
    [this.sum, this.product, this.variance] = [zeros(), zeros(), zeros()];
  }

  /** Forgets the batch before. */
  begin(): void {
    for (const array of [this.count, this.mean, this.squares, this.sum, this.product]) array.fill(0);
  }

  /** Takes in mean and Σ (z − mean)² of `examples` more, [channels, 2] from `at` on (Chan, Golub and LeVeque 1983). */
  take(numbers: Float32Array, at: number, examples: number): void {
    const { channels, positions } = this.step;
    const more = positions * examples;
    const before = this.count[0]!;
    const all = before + more;
    for (let c = 0; c < channels; c++) {
      const delta = numbers[at + 2 * c]! - this.mean[c]!;
      this.mean[c]! += (delta * more) / all;
      this.squares[c]! += numbers[at + 2 * c + 1]! + (delta * delta * before * more) / all;
    }
    this.count[0] = all;
  }

  /** Divides by the batch's own statistics. */
  divideByBatch(): void {
    const numbers = this.count[0]!;
    this.squares.forEach((squares, c) => {
      this.variance[c] = squares / numbers;
    });
  }

  /** Divides by the running ones. */
  divideByRunning(buffers: Float32Array): void {
    const { channels, mean, variance } = this.step;
    for (let c = 0; c < channels; c++) {
      this.mean[c] = buffers[mean + c]!;
      this.variance[c] = buffers[variance + c]!;
    }
  }

  /** Writes mean and unbiased variance of the batch into buffers; the variance of a single number is NaN. */
  write(buffers: Float32Array): void {
    const numbers = this.count[0]!;
    const { channels, mean, variance } = this.step;
    for (let c = 0; c < channels; c++) {
      buffers[mean + c] = this.mean[c]!;
      buffers[variance + c] = this.squares[c]! / (numbers - 1);
    }
  }

  /** Moves the running statistics by the layer's momentum; a single number moves nothing. */
  move(buffers: Float32Array): void {
    const numbers = this.count[0]!;
    if (numbers < 2) return;
    const { channels, mean, variance, momentum } = this.step;
    for (let c = 0; c < channels; c++) {
      buffers[mean + c] = (1 - momentum) * buffers[mean + c]! + momentum * this.mean[c]!;
      buffers[variance + c] = (1 - momentum) * buffers[variance + c]! + (momentum * this.squares[c]!) / (numbers - 1);
    }
  }

  private inverse(c: number): number {
    return 1 / Math.sqrt(this.variance[c]! + this.step.epsilon);
  }

  /** a, b of out = a z + b, with the mean beside them where `stride` is 3: what the forward kernel takes, and the one that adds up. */
  writeForward(numbers: Float32Array, at: number, theta: number, stride: 2 | 3): void {
    const { channels, weight, bias } = this.step;
    for (let c = 0; c < channels; c++) {
      const a = numbers[theta + weight + c]! * this.inverse(c);
      numbers[at + stride * c] = a;
      numbers[at + stride * c + 1] = numbers[theta + bias + c]! - a * this.mean[c]!;
      if (stride === 3) numbers[at + 3 * c + 2] = this.mean[c]!;
    }
  }

  /** Adds Σ d and Σ d (z − mean) of a slab, [channels, 2] from `at` on. */
  add(numbers: Float32Array, at: number): void {
    for (let c = 0; c < this.step.channels; c++) {
      this.sum[c]! += numbers[at + 2 * c]!;
      this.product[c]! += numbers[at + 2 * c + 1]!;
    }
  }

  /**
   * a, b, c, mean of dz = a d + b (z − mean) + c: γ/σ (d − mean d − ẑ mean(d ẑ)) where the statistics are the batch's, and 0 of a single
   * number; γ/σ d where not.
   */
  writeBackward(numbers: Float32Array, at: number, theta: number, ofBatch: boolean): void {
    const { channels, weight } = this.step;
    const all = this.count[0]!;
    for (let c = 0; c < channels; c++) {
      const inverse = this.inverse(c);
      const a = ofBatch && all === 1 ? 0 : numbers[theta + weight + c]! * inverse;
      numbers[at + 4 * c] = a;
      numbers[at + 4 * c + 1] = ofBatch ? (-a * inverse * inverse * this.product[c]!) / all : 0;
      numbers[at + 4 * c + 2] = ofBatch ? (-a * this.sum[c]!) / all : 0;
      numbers[at + 4 * c + 3] = this.mean[c]!;
    }
  }

  /** Writes the derivatives by γ, Σ d ẑ, and by β, Σ d, into the gradient that begins at `at`. */
  writeGradient(numbers: Float32Array, at: number): void {
    const { channels, weight, bias } = this.step;
    for (let c = 0; c < channels; c++) {
      numbers[at + weight + c] = this.product[c]! * this.inverse(c);
      numbers[at + bias + c] = this.sum[c]!;
    }
  }
}
