/**
 * Products of all rows of one matrix with all rows of another, in float64: A Bᵀ and its like, in blocks that stay in registers.
 * Matrices are flat and row-major; a matrix of columns is its transpose's rows.
 */

/** Writes what rows at i0, i1 of `a` and j0, j1 of `b` give into `out`: (i0, j0), (i0, j1), (i1, j0), (i1, j1). */
type Tile = (
  a: Float64Array,
  i0: number,
  i1: number,
  b: Float64Array,
  j0: number,
  j1: number,
  width: number,
  out: Float64Array,
) => void;

const dots: Tile = (a, i0, i1, b, j0, j1, width, out) => {
  let s00 = 0;
  let s01 = 0;
  let s10 = 0;
  let s11 = 0;
  for (let k = 0; k < width; k++) {
    const p = a[i0 + k]!;
    const q = a[i1 + k]!;
    const r = b[j0 + k]!;
    const s = b[j1 + k]!;
    s00 += p * r;
    s01 += p * s;
    s10 += q * r;
    s11 += q * s;
  }
  out[0] = s00;
  out[1] = s01;
  out[2] = s10;
  out[3] = s11;
};

const maxima: Tile = (a, i0, i1, b, j0, j1, width, out) => {
  let m00 = Number.NEGATIVE_INFINITY;
  let m01 = m00;
  let m10 = m00;
  let m11 = m00;
  for (let k = 0; k < width; k++) {
    const p = a[i0 + k]!;
    const q = a[i1 + k]!;
    const r = b[j0 + k]!;
    const s = b[j1 + k]!;
    if (p * r > m00) m00 = p * r;
    if (p * s > m01) m01 = p * s;
    if (q * r > m10) m10 = q * r;
    if (q * s > m11) m11 = q * s;
  }
  out[0] = m00;
  out[1] = m01;
  out[2] = m10;
  out[3] = m11;
};

/** A Bᵀ [m, n] of rows A [m, width] and B [n, width]; yields between blocks. */
export function rowProducts(
  a: Float64Array,
  b: Float64Array,
  width: number,
  [m, n]: readonly [number, number],
): Generator<void, Float64Array> {
  return pairs(a, m, b, n, width, dots, false);
}

/** A Aᵀ [m, m]. */
export function selfProducts(a: Float64Array, m: number, width: number): Generator<void, Float64Array> {
  return pairs(a, m, a, m, width, dots, true);
}

/** K_ij = max_k a_ik a_jk [m, m], of at least one column. */
export function selfMaxima(a: Float64Array, m: number, width: number): Generator<void, Float64Array> {
  return pairs(a, m, a, m, width, maxima, true);
}

const SIDE = 16; // of the squares that a transpose goes by: both sides stay in the cache

/** The transpose [columns, rows] of a row-major matrix [rows, columns]. */
export function transpose(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  const to = new Float64Array(rows * columns);
  for (let top = 0; top < rows; top += SIDE)
    for (let left = 0; left < columns; left += SIDE) {
      const bottom = Math.min(rows, top + SIDE);
      const right = Math.min(columns, left + SIDE);
      for (let i = top; i < bottom; i++) for (let j = left; j < right; j++) to[j * rows + i] = a[i * columns + j]!;
    }
  return to;
}

const BLOCK = 64; // rows of b that are visited while two rows of a stay near

function* pairs(
  a: Float64Array,
  m: number,
  b: Float64Array,
  n: number,
  width: number,
  tile: Tile,
  symmetric: boolean,
): Generator<void, Float64Array> {
  const to = new Float64Array(m * n);
  const out = new Float64Array(4);
  for (let start = 0; start < n; start += BLOCK) {
    const end = Math.min(start + BLOCK, n);
    for (let i = symmetric ? start : 0; i < m; i += 2) {
      const next = Math.min(i + 1, m - 1);
      for (let j = start; j < (symmetric ? Math.min(end, i + 2) : end); j += 2) {
        const beside = Math.min(j + 1, n - 1);
        tile(a, i * width, next * width, b, j * width, beside * width, width, out);
        to[i * n + j] = out[0]!;
        to[i * n + beside] = out[1]!;
        to[next * n + j] = out[2]!;
        to[next * n + beside] = out[3]!;
      }
      if ((i & 31) === 0) yield;
    }
  }
  if (symmetric) for (let i = 0; i < m; i++) for (let j = 0; j < i; j++) to[j * n + i] = to[i * n + j]!;
  return to;
}
