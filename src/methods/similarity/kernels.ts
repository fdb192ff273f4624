/** Kernel matrices K [N, N] of the rows of X, and the median rule. */
import { selfMaxima, selfProducts, transpose } from '../../tensor/products.js';

/** Kernels on rows: x·y; exp(−‖x − y‖² / (2 t² median)); max_k x_k y_k. */
export type Kernel = 'linear' | 'rbf' | 'max';

/** Columns [width, count] of the rows that a kernel is made of. */
export interface Points {
  readonly data: Float64Array;
  readonly count: number;
  readonly width: number;
}

/** K_ij = x_i · x_j; yields between blocks. */
export function* linearKernel({ data, count, width }: Points): Generator<void, Float64Array> {
  return yield* selfProducts(transpose(data, width, count), count, width);
}

/**
 * K_ij = max_k x_ik x_jk, of at least one column. With two columns or more it is not positive semidefinite, as Lemma 5.5 of the intertwiner
 * paper says it is: rows (1, 0), (0, 1), (1, 1) and v = (1, 1, −1) give vᵀKv = −1. Yields between blocks.
 */
export function* maxKernel({ data, count, width }: Points): Generator<void, Float64Array> {
  return yield* selfMaxima(transpose(data, width, count), count, width);
}

/**
 * K_ij = exp(−‖x_i − x_j‖² / (2 t² m)), m the median of all N² squared distances, zeros of the diagonal included (as Kornblith et al. 2019
 * publish it). Undefined where m is 0: most rows are equal. Yields between blocks.
 */
export function* rbfKernel(points: Points, t: number): Generator<void, Float64Array | undefined> {
  const kernel = yield* linearKernel(points); // of centred columns: few digits cancel
  const { count } = points;
  const squares = Float64Array.from({ length: count }, (_, i) => kernel[i * count + i]!);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++)
      kernel[i * count + j] = i === j ? 0 : Math.max(0, squares[i]! + squares[j]! - 2 * kernel[i * count + j]!);
    if ((i & 31) === 0) yield;
  }
  const median = medianSquare(kernel, count);
  const largest = squares.reduce((most, s) => Math.max(most, s), 0);
  if (median <= 2 ** -44 * largest) return undefined; // rounding of equal rows
  const rate = -1 / (2 * t * t * median);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) kernel[i * count + j] = Math.exp(rate * kernel[i * count + j]!);
    if ((i & 31) === 0) yield;
  }
  return kernel;
}

/** The median of all entries of a symmetric matrix [n, n] with zeros on its diagonal and nothing below them. */
function medianSquare(matrix: Float64Array, n: number): number {
  const above = new Float64Array((n * (n - 1)) / 2);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j < i; j++) above[at++] = matrix[i * n + j]!;
  // in order, the n zeros come first, then every entry above the diagonal twice
  const ranked = (rank: number): number => (rank < n ? 0 : nth(above, Math.floor((rank - n) / 2)));
  const half = Math.floor((n * n) / 2);
  return (n * n) % 2 === 1 ? ranked(half) : (ranked(half - 1) + ranked(half)) / 2;
}

/** The entry that would be at `place` in order: Hoare's selection, which moves entries about. */
function nth(values: Float64Array, place: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = values[(low + high) >> 1]!;
    let i = low;
    let j = high;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const held = values[i]!;
      values[i++] = values[j]!;
      values[j--] = held;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place]!;
}
