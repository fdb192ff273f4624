/**
 * Dense linear algebra in float64 on the host, for few long vectors: m rows of length P with m far below P. Square matrices
 * are flat and row-major.
 */

/** A vector of numbers, read as float64. */
export type Vector = ArrayLike<number>;

/** Σ a_i b_i in float64. */
export function dot(a: Vector, b: Vector): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** ‖a‖₂, without overflow. */
export function norm(a: Vector): number {
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]!));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! / largest) ** 2;
  return largest * Math.sqrt(sum);
}

/** The Gram matrix G_ij = ⟨a_i, a_j⟩ of m rows, shape [m, m]. */
export function gram(rows: readonly Vector[]): Float64Array {
  const m = rows.length;
  const g = new Float64Array(m * m); // A Aᵀ
  for (let i = 0; i < m; i++)
    for (let j = 0; j <= i; j++) {
      g[i * m + j] = dot(rows[i]!, rows[j]!);
      g[j * m + i] = g[i * m + j]!;
    }
  return g;
}

/** The lower triangular L with L Lᵀ = A, shape [n, n]; undefined when A is not positive definite in float64. */
export function cholesky(a: Float64Array, n: number): Float64Array | undefined {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      if (i === j) {
        if (!(sum > 0)) return undefined;
        l[i * n + i] = Math.sqrt(sum);
      } else l[i * n + j] = sum / l[j * n + j]!;
    }
  return l;
}

/**
 * Takes from `vector` its components along the orthonormal `basis`, in place, twice (Kahan and Parlett: twice is enough), and
 * returns the coefficients ⟨b_k, vector⟩ that it took. What is left is orthogonal to the basis to rounding.
 */
export function orthogonalise(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const coefficients = new Float64Array(basis.length);
  for (let pass = 0; pass < 2; pass++)
    basis.forEach((b, k) => {
      const c = dot(b, vector);
      coefficients[k]! += c;
      for (let i = 0; i < vector.length; i++) vector[i]! -= c * b[i]!;
    });
  return coefficients;
}

/** The triangular factor R of A = R Q with orthonormal rows Q: m rows of length P become m rows of length m with equal singular values. */
function triangular(rows: readonly Vector[]): Float64Array[] {
  const basis: Float64Array[] = [];
  return rows.map((row, i) => {
    const rest = Float64Array.from(row);
    const length = norm(rest);
    const r = new Float64Array(rows.length);
    r.set(orthogonalise(rest, basis));
    const left = norm(rest);
    if (left <= length * 2 ** -50) {
      basis.push(new Float64Array(rest.length)); // dependent to rounding: nothing new
      return r;
    }
    for (let k = 0; k < rest.length; k++) rest[k]! /= left;
    basis.push(rest);
    r[i] = left;
    return r;
  });
}

/**
 * Singular values, largest first, of the m × P matrix with these rows; min(m, P) of them. One-sided Jacobi on the triangular
 * factor, which finds small singular values that an eigendecomposition of the Gram matrix would lose below √ε.
 */
export function singularValues(rows: readonly Vector[]): Float64Array {
  const m = rows.length;
  if (m === 0) return new Float64Array(0);
  const width = rows[0]!.length;
  const work = width > m ? triangular(rows) : rows.map((row) => Float64Array.from(row));
  for (let sweep = 0; sweep < 60; sweep++) {
    let rotated = false;
    for (let p = 0; p < m; p++)
      for (let q = p + 1; q < m; q++) {
        const a = work[p]!;
        const b = work[q]!;
        const aa = dot(a, a);
        const bb = dot(b, b);
        const ab = dot(a, b);
        if (ab === 0 || Math.abs(ab) <= 2 ** -52 * Math.sqrt(aa * bb)) continue;
        rotated = true;
        const zeta = (bb - aa) / (2 * ab);
        const t = (zeta >= 0 ? 1 : -1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const c = 1 / Math.hypot(1, t);
        const s = c * t;
        for (let i = 0; i < a.length; i++) {
          const x = a[i]!;
          a[i] = c * x - s * b[i]!;
          b[i] = s * x + c * b[i]!;
        }
      }
    if (!rotated) break;
  }
  return Float64Array.from(work.map(norm)).sort().reverse().slice(0, Math.min(m, width));
}

/** How many singular values exceed `tolerance` times the largest. */
export function rank(values: Vector, tolerance: number): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! > tolerance * largest) count++;
  return count;
}
