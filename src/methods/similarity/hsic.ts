/**
 * The Hilbert–Schmidt independence criterion as an inner product. Both estimators are ⟨K′, L′⟩ of matrices centred once for each layer:
 * biased, K′ = H K H; unbiased, K′ with zero diagonal and zero row sums. Of linear kernels with fewer columns than rows the same is
 * computed from the columns, and no [N, N] matrix is made.
 *
 * Source: Gretton et al. 2005, equation 9 (biased); Song et al. 2012, Section 2.2, equation 5 (unbiased, HSIC₁; equation 3 of Nguyen et al.
 * 2021); Székely and Rizzo 2014, Definition 2 (the centring that makes it an inner product).
 */
import { rowProducts } from '../../tensor/products.js';

/** Estimators of HSIC. `unbiased` needs N > 3 and may be negative between two layers. */
export type Estimator = 'biased' | 'unbiased';

/**
 * A layer for HSIC: a centred kernel matrix [N, N], or the centred columns [width, N] of a linear kernel with ‖x_i‖² [N]. `scale` bounds
 * ‖K‖²_F before it was centred.
 */
export type Centred =
  | { readonly kind: 'kernel'; readonly matrix: Float64Array; readonly count: number; readonly scale: number }
  | {
      readonly kind: 'columns';
      readonly data: Float64Array;
      readonly squares: Float64Array;
      readonly count: number;
      readonly width: number;
      readonly scale: number;
    };

/** Centres a kernel matrix in place, so that HSIC is an inner product. */
export function centredKernel(matrix: Float64Array, count: number, estimator: Estimator): Centred {
  const unbiased = estimator === 'unbiased';
  const sums = new Float64Array(count);
  let total = 0;
  let scale = 0;
  for (let i = 0; i < count; i++) {
    if (unbiased) matrix[i * count + i] = 0;
    let sum = 0;
    for (let j = 0; j < count; j++) {
      sum += matrix[i * count + j]!;
      scale += matrix[i * count + j]! ** 2;
    }
    sums[i] = sum;
    total += sum;
  }
  const each = unbiased ? count - 2 : count; // K_ij − K_i./each − K_.j/each + K../all
  const all = unbiased ? (count - 1) * (count - 2) : count * count;
  for (let i = 0; i < count; i++)
    for (let j = 0; j < count; j++)
      matrix[i * count + j] =
        unbiased && i === j ? 0 : matrix[i * count + j]! - (sums[i]! + sums[j]!) / each + total / all;
  return { kind: 'kernel', matrix, count, scale };
}

/** The linear kernel of centred columns, kept as columns. */
export function centredColumns(data: Float64Array, count: number, width: number): Centred {
  const squares = new Float64Array(count);
  for (let k = 0; k < width; k++) for (let i = 0; i < count; i++) squares[i]! += data[k * count + i]! ** 2;
  return { kind: 'columns', data, squares, count, width, scale: total(squares) ** 2 };
}

/** HSIC of two layers: ⟨K′, L′⟩ / (N − 1)² biased, / (N (N − 3)) unbiased. Yields between blocks. */
export function* hsic(a: Centred, b: Centred, estimator: Estimator): Generator<void, number> {
  return (yield* innerProduct(a, b, estimator)) / divisor(a.count, estimator);
}

/** HSIC(K, K): ‖K′‖²_F with either estimator, so never negative; 0 where the centring takes all of K but rounding of float32. */
export function* selfHsic(a: Centred, estimator: Estimator): Generator<void, number> {
  const inner = yield* innerProduct(a, a, estimator);
  return inner > 1e-12 * a.scale ? inner / divisor(a.count, estimator) : 0;
}

const divisor = (n: number, estimator: Estimator): number => (estimator === 'biased' ? (n - 1) ** 2 : n * (n - 3));

function* innerProduct(a: Centred, b: Centred, estimator: Estimator): Generator<void, number> {
  if (a.kind === 'kernel') return yield* b.kind === 'kernel' ? entries(a.matrix, b.matrix) : along(a.matrix, b);
  if (b.kind === 'kernel') return yield* along(b.matrix, a);
  const product = yield* rowProducts(a.data, b.data, a.count, [a.width, b.width]); // XᵀY
  const squares = yield* entries(product, product);
  if (estimator === 'biased') return squares; // tr(KHLH) = ‖XᵀY‖²_F of centred columns
  // K̃1 = −r with r_i = ‖x_i‖², as centred rows add to 0: tr(K̃L̃) = ‖XᵀY‖²_F − r·q, 1ᵀK̃L̃1 = r·q
  const n = a.count;
  const both = yield* entries(a.squares, b.squares);
  return squares - both * (1 + 2 / (n - 2)) + (total(a.squares) * total(b.squares)) / ((n - 1) * (n - 2));
}

const total = (values: Float64Array): number => values.reduce((sum, v) => sum + v, 0);

function* entries(a: Float64Array, b: Float64Array): Generator<void, number> {
  let sum = 0;
  for (let start = 0; start < a.length; start += 1 << 20) {
    const end = Math.min(a.length, start + (1 << 20));
    let part = 0;
    for (let i = start; i < end; i++) part += a[i]! * b[i]!;
    sum += part;
    yield;
  }
  return sum;
}

/** ⟨K′, X Xᵀ⟩ = Σ_k x_kᵀ K′ x_k: a centred K′ needs no centring of the other. */
function* along(
  matrix: Float64Array,
  { data, count, width }: Extract<Centred, { kind: 'columns' }>,
): Generator<void, number> {
  const images = yield* rowProducts(data, matrix, count, [width, count]); // x_kᵀ K′, K′ symmetric
  return yield* entries(images, data);
}
